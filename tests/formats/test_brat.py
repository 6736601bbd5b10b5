"""brat standoff by golden files, a parser made from brat's manual, random studies, shared samples and broken files."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from annotator.domain.errors import BadInput
from annotator.formats.brat import read
from annotator.formats.deriving import derive_codebook
from annotator.services.exchange.exporting import export
from tests.formats.goldens import broken, is_golden, never_more_than_told
from tests.formats.random_studies import Random, comes_back, random_studies, study_of
from tests.formats.test_exports import coded
from tests.shared import shared


def test_the_folder_is_the_golden_one_and_comes_back(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "brat", tmp_path / "out")
        is_golden(tmp_path / "out", "brat")
        comes_back(study, "brat", tmp_path)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_studies())
def test_every_random_study_comes_back(made: Random) -> None:
    with tempfile.TemporaryDirectory() as folder, study_of(made, Path(folder) / "s.annotator") as study:
        comes_back(study, "brat", Path(folder))


def parsed(ann: str, text: str) -> dict[str, tuple[str, ...]]:
    """What brat's manual says of T, A, R and E lines, and no more: id -> (type, ...); offsets must fit the text."""
    found: dict[str, tuple[str, ...]] = {}
    for line in ann.split("\n")[:-1]:
        name, data, *tail = line.split("\t")
        if name[0] == "T":
            kind, places = data.split(" ", 1)
            spans = [tuple(map(int, p.split(" "))) for p in places.split(";")]
            assert tail == [" ".join(text[s:e] for s, e in spans)]
            found[name] = (kind, places)
        elif name[0] in "ARE":
            found[name] = tuple(data.split(" "))
        else:
            assert name[0] in "N#"
    return found


def test_a_parser_made_from_the_manual_finds_every_label(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "brat", tmp_path / "out")
        text = study.text(study.documents()[0].id)
    ada = parsed((tmp_path / "out/Ada/a1.ann").read_text("utf-8"), text)
    assert ada["T1"] == ("speaker", "0 9")
    assert ada["T2"] == ("claim", "22 33")
    assert ada["E1"] == ("said_by:T3", "claim:T2", "speaker:T1")
    assert ("claim-stance", "T2", "1") in ada.values()
    ben = parsed((tmp_path / "out/Ben/a1.ann").read_text("utf-8"), text)
    assert ben["T1"] == ("claim", "37 39;40 53")
    assert [v for k, v in ben.items() if k[0] == "A" and v[0] == "claim-cues"] == [
        ("claim-cues", "T1", "a"),
        ("claim-cues", "T1", "b"),
    ]
    assert (tmp_path / "out/unlabelled/a2.ann").read_bytes() == b""


def test_what_a_hand_changed_in_brat_wins_over_what_stands_beside(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "brat", tmp_path / "out")
    file = tmp_path / "out/Ada/a1.ann"
    ann = file.read_text("utf-8").replace("claim-stance T2 1", "claim-stance T2 -1")
    file.write_text(ann.replace("speaker 0 9\tThe mayor", "speaker 4 9\tmayor"), "utf-8")
    records = {r.layer: r for _, r in read(tmp_path / "out").records if r.coder and r.coder.name == "Ada"}
    assert records["claim"].values["stance"] == -1
    assert records["speaker"].fragments == ((4, 9),)


def test_without_text_labels_find_the_articles_of_the_study(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "brat", tmp_path / "out", without_text=True)
    (text,) = (tmp_path / "out/Ada").glob("*.txt")
    assert "mayor" not in text.read_text("utf-8")
    assert "a1" not in text.name, "a name of a file may be a headline"
    incoming = read(tmp_path / "out")
    assert not incoming.problems
    assert not incoming.documents
    assert len(incoming.records) == 6


def test_the_shared_sample_is_read_whole(tmp_path: Path) -> None:
    ann, text = shared("formats/mini.ann"), shared("formats/mini.txt")
    truth = json.loads(shared("formats/mini.offsets.json").read_text("utf-8"))["cp"]
    folder = tmp_path / "mini"
    folder.mkdir()
    for path in (ann, text):
        (folder / path.name).write_bytes(path.read_bytes())
    incoming = read(folder)
    assert not incoming.problems
    records = {r.id.rsplit(" ", 1)[1]: r for _, r in incoming.records}
    assert records["T3"].fragments == tuple(map(tuple, truth["claim"]))
    assert records["T4"].fragments == (tuple(truth["speaker2"]),)
    assert records["T3"].values == {"stance": "Contra", "reported": True}
    assert records["T3"].memo == "check scope"
    assert records["T4"].values == {"reference": {"name": "Bo Li", "type": "wikidata"}}
    assert {k: [f.annotation for f in v] for k, v in records["E1"].roles.items()} == {
        "trigger": ["mini.ann T2"],
        "source": ["mini.ann T1"],
        "content": ["mini.ann T3"],
    }
    assert records["R1"].layer == "madeby_relation"
    assert len(records["*10"].roles["member"]) == 2
    codebook = derive_codebook(incoming, "Mini")
    assert codebook.layer("cue").kind == "span"
    assert codebook.layer("cue_event").kind == "link"


def _folder(path: Path, ann: str, text: str = "Ada 😀 said so.\n") -> Path:
    path.mkdir()
    (path / "x.txt").write_bytes(text.encode())
    (path / "x.ann").write_bytes(ann.encode())
    return path


def test_offsets_in_utf16_are_found_out_by_the_passages(tmp_path: Path) -> None:
    incoming = read(_folder(tmp_path / "b", "T1\tA 0 3\tAda\nT2\tB 7 11\tsaid\n"))
    assert [r.fragments for _, r in incoming.records] == [((0, 3),), ((6, 10),)]


def test_windows_line_ends_are_counted_out(tmp_path: Path) -> None:
    incoming = read(_folder(tmp_path / "b", "T1\tA 5 9\tsaid\r\n", "Ada\r\nsaid\r\n"))
    assert incoming.documents[0].text == "Ada\nsaid\n"
    assert [r.fragments for _, r in incoming.records] == [((4, 8),)]


def test_words_for_types_are_taken_from_visual_conf(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "b", "T1\tPer 0 3\tAda\nA1\tSure T1 high\n")
    (folder / "visual.conf").write_text("[labels]\nPer | Person | P\nSure | How sure\n[drawing]\nPer bgColor:red\n")
    labels = read(folder).labels
    assert (labels["per"], labels["per.sure"]) == ("Person", "How sure")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("T1\tA 0 300\tAda", "outside the text"),
        ("T1\tA 0 3\tBen", "the text has 'Ada'"),
        ("T1\tA 3 3\t", "empty"),
        ("T1\tA 0 99999999999999999999\tAda", "not numbers"),
        ("E1\tA:T9 B:T8", "there is no T9"),
        ("A1\tB T7 x", "there is no T7"),
        ("nonsense", "not a line of brat"),
        ("T1\tA 0 3\tAda\nT1\tA 0 3\tAda", "twice"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(tmp_path: Path, line: str, told: str) -> None:
    problems = read(_folder(tmp_path / "b", line + "\n")).problems
    assert problems
    assert any(told in p["what"] for p in problems)
    assert all(p["where"].startswith("x.ann line ") for p in problems)


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.ann").write_text("T1\tA 0 3\tAda\n")
    with pytest.raises(BadInput, match=r"no \.txt"):
        read(tmp_path)


def test_broken_files_never_do_more_than_be_told(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "brat", tmp_path / "out")
        for path in broken(tmp_path / "out", tmp_path, 120):
            never_more_than_told(study, "brat", path)
