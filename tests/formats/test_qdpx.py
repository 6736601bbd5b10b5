"""REFI-QDA projects by golden files, the official schema, random studies, shared samples and broken files."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from annotator.domain.errors import BadInput
from annotator.formats.deriving import derive_codebook
from annotator.formats.qdpx import read
from annotator.services.exchange.exporting import export
from tests.formats.goldens import broken, contents, is_golden, never_more_than_told
from tests.formats.random_studies import Random, comes_back, random_studies, study_of
from tests.formats.test_exports import coded
from tests.shared import shared

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "data/refi-qda-project-1.0.xsd"))


def project(path: Path) -> Any:
    return etree.fromstring(contents(path)["project.qde"])


def test_the_project_is_the_golden_one_valid_and_comes_back(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "qdpx", tmp_path / "a.qdpx")
        export(study, "qdpx", tmp_path / "b.qdpx")
        assert (tmp_path / "a.qdpx").read_bytes() == (tmp_path / "b.qdpx").read_bytes()
        is_golden(tmp_path / "a.qdpx", "qdpx")
        SCHEMA.assertValid(project(tmp_path / "a.qdpx"))
        comes_back(study, "qdpx", tmp_path)


def test_the_schema_has_teeth(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "qdpx", tmp_path / "a.qdpx")
    root = project(tmp_path / "a.qdpx")
    del next(root.iter("{*}PlainTextSelection")).attrib["endPosition"]
    assert not SCHEMA.validate(root)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_studies())
def test_every_random_study_is_valid_and_comes_back(made: Random) -> None:
    with tempfile.TemporaryDirectory() as folder, study_of(made, Path(folder) / "s.annotator") as study:
        comes_back(study, "qdpx", Path(folder))
        SCHEMA.assertValid(project(Path(folder) / "out-qdpx"))


def without(path: Path, *names: str) -> Path:
    """The archive as a program leaves it that does not know these files."""
    target = path.with_name(f"bare-{path.name}")
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in contents(path).items():
            if name not in names:
                archive.writestr(name, data)
    return target


def test_what_other_programs_see_is_enough_for_passages_coders_and_values(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "qdpx", tmp_path / "a.qdpx")
        texts = {study.text(d.id) for d in study.documents()}
    incoming = read(without(tmp_path / "a.qdpx", "annotator.json", "labels.jsonl"))
    assert not incoming.problems
    assert {d.text for d in incoming.documents} == texts
    assert {d.extra.get("Article: Genre (Ben)") for d in incoming.documents} == {"Report", None}
    seen = {(r.layer, r.coder.name if r.coder else None, r.fragments): r for _, r in incoming.records}
    ada = seen["claim", "Ada", ((22, 33),)]
    assert ada.values == {"kind": "Fact", "stance": "for"}
    ben = seen["claim", "Ben", ((37, 39),)]
    assert ben.values["cues"] == ["A", "B"]
    assert ben.values["sure"] == "yes"
    assert ben.memo.startswith('a "memo", with commas;\nand a line break')
    assert "Sum: 12.5" in ben.memo
    assert ("claim", "Ben", ((40, 53),)) in seen
    assert seen["speaker", "Ada", ((0, 9),)].values == {"who": "Mayor of Ada"}
    (link,) = [r for _, r in incoming.records if r.roles]
    assert [f.annotation for f in link.roles["origin"]] == [ada.id]
    derive_codebook(incoming, "Back")


def test_a_project_that_was_changed_is_read_by_what_it_says_now(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "qdpx", tmp_path / "a.qdpx")
    files = contents(tmp_path / "a.qdpx")
    files["project.qde"] = files["project.qde"].replace(b'startPosition="22"', b'startPosition="25"')
    with zipfile.ZipFile(tmp_path / "b.qdpx", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    incoming = read(tmp_path / "b.qdpx")
    assert ((25, 33),) in [r.fragments for _, r in incoming.records]
    assert any("the project was changed since" in str(x["what"]) for x in incoming.losses.told())


def test_the_shared_sample_is_read_whole() -> None:
    incoming = read(shared("formats/mini.qdpx"))
    truth = json.loads(shared("formats/mini.offsets.json").read_text("utf-8"))
    assert not incoming.problems
    assert incoming.documents[0].text == truth["text"]
    a, b = (r for _, r in incoming.records)
    assert (a.coder.name, a.layer, a.fragments, a.values) == ("Coder A", "claim", ((75, 93),), {})  # type: ignore[union-attr]
    assert (b.coder.name, b.layer, b.fragments) == ("Coder B", "claim", ((35, 73),))  # type: ignore[union-attr]
    assert b.values == {"code": "Contra"}


A, B, C, D = (f"00000000-0000-0000-0000-00000000000{n}" for n in range(4))


def made(path: Path, selections: str, text: bytes, head: str = "", more: str = "", users: str = "") -> Path:
    qde = (
        f'<?xml version="1.0" encoding="utf-8"?>{head}<Project xmlns="urn:QDA-XML:project:1.0" name="p">{users}'
        f'<CodeBook><Codes><Code guid="{A}" name="Claim" isCodable="true"/></Codes></CodeBook><Sources>'
        f'<TextSource guid="{B}" name="s" plainTextPath="internal://{B}.txt">{selections}</TextSource></Sources>{more}'
        "</Project>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", qde)
        archive.writestr(f"sources/{B}.txt", text)
    return path


def selection(start: object, end: object, name: str = "") -> str:
    return (
        f'<PlainTextSelection guid="{C}" name="{name}" startPosition="{start}" endPosition="{end}">'
        f'<Coding guid="{D}"><CodeRef targetGUID="{{{A}}}"/></Coding></PlainTextSelection>'
    )


@pytest.mark.parametrize(
    ("start", "end", "name", "text", "expected"),
    [
        (2, 5, "Ada", "😀 Ada said", None),
        (2, 5, "Ada", "😀 Ada said so", (2, 5)),
        (3, 6, "Ada", "😀 Ada said so", (2, 5)),
        (5, 9, "said", "Ada\r\nsaid", (4, 8)),
        (4, 8, "said", "Ada\r\nsaid", (4, 8)),
        (5, 9, "", "Ada\r\nsaid", (4, 8)),
        (3, 6, "Ada …", "\ufeffIn Ada, said", (3, 6)),
    ],
)
def test_the_way_of_counting_is_found_out_by_the_names(
    tmp_path: Path, start: int, end: int, name: str, text: str, expected: tuple[int, int] | None
) -> None:
    incoming = read(made(tmp_path / "x.qdpx", selection(start, end, name), text.encode()))
    assert not incoming.problems
    assert incoming.documents[0].text == text.removeprefix("\ufeff").replace("\r\n", "\n")
    assert [r.fragments for _, r in incoming.records] == [(expected or (start, end),)]


@pytest.mark.parametrize(
    ("selections", "told"),
    [
        (selection(0, 99), "outside the text"),
        (selection(-1, 2), "outside the text"),
        (selection(3, 2), "is empty"),
        (selection("9" * 5000, 2), "not numbers"),
        (selection(0, 2).replace(A, B), "code that is not there"),
    ],
)
def test_a_bad_selection_is_named_with_its_line(tmp_path: Path, selections: str, told: str) -> None:
    problems = read(made(tmp_path / "x.qdpx", selections, b"Ada said so")).problems
    assert any(told in p["what"] for p in problems), problems
    assert all(p["where"].startswith("project.qde line ") for p in problems)


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path / "x.qdpx", "", b"x", head='<!DOCTYPE p [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    with pytest.raises(BadInput, match="document type"):
        read(path)


@pytest.mark.parametrize("name", ["../x.txt", "/x.txt", "a\\..\\x.txt", "C:/x.txt"])
def test_a_file_that_would_lie_outside_is_refused(tmp_path: Path, name: str) -> None:
    path = made(tmp_path / "x.qdpx", "", b"x")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    with pytest.raises(BadInput, match="outside"):
        read(path)


def test_an_archive_that_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", b"0" * (8 << 20))
    with pytest.raises(BadInput, match="far more than it should"):
        read(path)


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.qdpx").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(BadInput, match="zip archive"):
        read(tmp_path / "x.qdpx")
    with zipfile.ZipFile(tmp_path / "y.qdpx", "w") as archive:
        archive.writestr("hello.txt", "x")
    with pytest.raises(BadInput, match=r"project\.qde"):
        read(tmp_path / "y.qdpx")


def test_cut_and_flipped_archives_never_do_more_than_be_told(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "qdpx", tmp_path / "a.qdpx")
        whole = (tmp_path / "a.qdpx").read_bytes()
        for at in range(0, len(whole), 97):
            data = io.BytesIO(whole)
            data.seek(at)
            data.write(bytes([whole[at] ^ 0xFF]))
            (tmp_path / "b.qdpx").write_bytes(data.getvalue())
            never_more_than_told(study, "qdpx", tmp_path / "b.qdpx")


def test_broken_files_never_do_more_than_be_told(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "qdpx", tmp_path / "a.qdpx")
        for path in broken(tmp_path / "a.qdpx", tmp_path, 80):
            never_more_than_told(study, "qdpx", path)
