"""Everything that a REFI-QDA project can hold but films and pictures, there and back, by an independent reader."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from annotator.domain.commands import RemoveAnnotation, SetMemo
from annotator.domain.json_forms import as_json
from annotator.formats.dataset import Dataset, Losses
from annotator.formats.qdpx import write
from annotator.formats.refi_elements import element_of, parted, prune, sound_guid, xml_of
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_codings import import_codings
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.records import dataset_of
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.formats.test_qdpx import SCHEMA
from tests.formats.test_qdpx_of_others import guid, without_ours, written

ADA, BOB, ADA_TOO = guid(1).lower(), guid(2).lower(), guid(3).lower()


def ref(kind: str, n: int) -> str:
    return f'<{kind} targetGUID="{guid(n)}"/>'


def value(variable: int, kind: str, said: str) -> str:
    return f"<VariableValue>{ref('VariableRef', variable)}<{kind}>{said}</{kind}></VariableValue>"


WHOLE = (Path(__file__).parent / "data/refi-whole.qde").read_text("utf-8")
"""An invented project with something of every kind; what it holds is seen in the file."""
LONG = "prices,\nwages\nand rents"


def project(path: Path, text: str = WHOLE) -> Path:
    written(path, text)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"Sources/{guid(61)}.txt", LONG)
    return path


NAMED = f'<VariableValue><VariableRef targetGUID="{guid(1).lower()}"/></VariableValue>'


def name_of(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def things(path: Path) -> Counter[tuple[Any, ...]]:
    """Every element with its parent's guid, its attributes and its words; texts of files as if they stood inline."""
    found: Counter[tuple[Any, ...]] = Counter()
    with zipfile.ZipFile(path) as archive:
        names = {n.lower(): n for n in archive.namelist()}

        def walk(element: ElementTree.Element, owner: str) -> None:
            attributes = {
                k: v.lower() if "GUID" in k or "guid" in k or k.endswith(("User", "Vertex")) else v
                for k, v in element.items()
            }
            inside = attributes.pop("plainTextPath", "").removeprefix("internal://")
            attributes.pop("origin", None)
            words = " ".join((element.text or "").split()) if not len(element) else ""
            if inside:
                words = archive.read(names[f"sources/{inside}".lower()]).decode("utf-8-sig")
                found[attributes["guid"], "PlainTextContent", (), " ".join(words.split())] += 1
                words = ""
            found[owner, name_of(element), tuple(sorted(attributes.items())), words] += 1
            for child in element:
                walk(child, attributes.get("guid", "") if "guid" in attributes else owner)

        walk(ElementTree.fromstring(archive.read("project.qde")), "")
    return found


def turned(source: Path, folder: Path, turn: int) -> Path:
    """Into a study, out of it, without what stands beside the project for ourselves."""
    new_study_from(folder / f"{turn}.annotator", source, "qdpx")
    with Study.open(folder / f"{turn}.annotator") as study:
        assert check(study) == []
        told = as_json(export(study, "qdpx", folder / f"out{turn}.qdpx"))
        assert told["losses"] == []
    return without_ours(folder / f"out{turn}.qdpx", folder / f"bare{turn}.qdpx")


def test_a_whole_project_comes_back_as_it_was_however_often(tmp_path: Path) -> None:
    source = project(tmp_path / "0.qdpx")
    SCHEMA.assertValid(etree.fromstring(WHOLE.encode()))
    before = things(source)
    for turn in (1, 2):
        source = turned(source, tmp_path, turn)
        after = things(source)
        assert (before - after, after - before) == (Counter(), Counter())
        with zipfile.ZipFile(source) as archive:
            SCHEMA.assertValid(etree.fromstring(archive.read("project.qde")))


def test_what_stands_around_codings_is_seen_here_or_told(tmp_path: Path) -> None:
    told = as_json(new_study_from(tmp_path / "s.annotator", project(tmp_path / "0.qdpx"), "qdpx"))
    assert {x["what"]: x["count"] for x in told["losses"]} == {
        "cases without a source, kept for REFI-QDA": 1,
        "passages that belong to a case, kept for REFI-QDA": 1,
        "links that do not join two labels of one coder, kept for REFI-QDA": 3,
        "graphs, kept for REFI-QDA": 1,
        "notes that belong to nothing else, kept for REFI-QDA": 1,
        "codings of notes, kept for REFI-QDA": 1,
        "sets of codes and notes, kept for REFI-QDA": 1,
    }
    with Study.open(tmp_path / "s.annotator") as study:
        book = study.codebook
        assert (study.title, book.description) == ("River talks", "Talks about work\nbegun in spring")
        assert [x.label for x in book.layers[:4]] == ["Topic", "Never", "Topic (2)", "Groups"]
        topic = book.layers[0]
        assert topic.definition == "what it is about\nask again"
        values = getattr(topic.attributes[0], "values", ())
        assert [(v.key, v.definition) for v in values] == [
            ("Money", f"{LONG}\nask again"), ("Money / Wages", ""), ("Money (2)", "another of the name"),
        ]  # fmt: skip
        first, second = study.documents()
        assert first.extra == {
            "Case": "Person 7; Person 8", "Age": "old", "Glad": "true", "Share": "0.5", "Met": "2021-01-05",
            "Sent": "2021-01-05T10:00:00Z", "Memo": "in the kitchen\nsaid in words",
        }  # fmt: skip
        assert (first.author, first.tags, second.extra, second.sha256) == (
            "Ada; Bob",
            ("First wave",),
            {},
            first.sha256,
        )
        people = {c.id: c.name for c in study.coders()}
        assert people == {ADA: "Ada", BOB: "Bob", ADA_TOO: "Ada"}
        labels = {a.id: a for a in study.annotations()}
        made = labels[guid(105).lower()]
        assert (people[made.coder_id], made.coder_id) == ("Ada", ADA_TOO)
        assert (made.created[:19], made.updated[:19]) == ("2021-02-03T04:05:06", "2021-02-04T02:05:06")
        assert labels[guid(103).lower()].memo == ""
        assert labels[guid(101).lower()].memo == "low voice\nshe laughs\nor wages?"
        link = labels[guid(80).lower()]
        assert (link.memo, [f[0].annotation for f in link.roles.values()]) == (
            "clear", [guid(101).lower(), guid(107).lower()],
        )  # fmt: skip


def test_the_same_project_again_brings_nothing_twice(tmp_path: Path) -> None:
    source = project(tmp_path / "0.qdpx")
    new_study_from(tmp_path / "s.annotator", source, "qdpx")
    with Study.open(tmp_path / "s.annotator") as study:
        again = as_json(import_codings(study, [source], "qdpx"))
        assert (again["annotations"]["added"], again["documents"]["added"], again["problems"]) == (0, 0, [])
        export(study, "qdpx", tmp_path / "out.qdpx")
    assert things(without_ours(tmp_path / "out.qdpx", tmp_path / "bare.qdpx")) == things(source)


def test_through_our_own_file_too_nothing_of_it_is_lost(tmp_path: Path) -> None:
    source = project(tmp_path / "0.qdpx")
    for turn in (1, 2):  # the second time what stands beside the project is read
        new_study_from(tmp_path / f"{turn}.annotator", source, "qdpx")
        with Study.open(tmp_path / f"{turn}.annotator") as study:
            source = tmp_path / f"out{turn}.qdpx"
            export(study, "qdpx", source)
    before, after = things(tmp_path / "0.qdpx"), things(without_ours(source, tmp_path / "bare.qdpx"))
    assert (before - after, after - before) == (Counter(), Counter())


ODD: list[Any] = [None, 7, {"a": []}, '"/><odd', "<a", "<Note guid='x'>", "<a/>"]


def hostile(kept: Any, odd: Iterator[Any]) -> Iterator[Any]:
    """The same with each part by turns made something odd."""
    if isinstance(kept, dict):
        for key, value in kept.items():
            yield from ({**kept, key: bad} for bad in hostile(value, odd))
    elif isinstance(kept, list) and kept:
        yield from ([bad, *kept[1:]] for bad in hostile(kept[0], odd))
    yield next(odd)


def test_what_somebody_else_wrote_in_the_place_of_what_is_kept_breaks_nothing(tmp_path: Path) -> None:
    new_study_from(tmp_path / "s.annotator", project(tmp_path / "0.qdpx"), "qdpx")
    turns = cycle(ODD)
    with Study.open(tmp_path / "s.annotator") as study:
        dataset = dataset_of(study)
        first = study.documents()[0]
        for odd in hostile(dict(first.origin["kept"]), turns):
            documents = {**dataset.documents, first.id: replace(first, origin={**first.origin, "kept": odd})}
            articles = [replace(a, document=documents[a.document.id]) for a in dataset]
            valid(replace(dataset, documents=documents, articles=partial(iter, articles)), tmp_path / "a.qdpx")
        for odd in hostile(dict(dataset.attached["qdpx"]), turns):
            if isinstance(odd, dict):
                valid(replace(dataset, attached={"qdpx": odd}), tmp_path / "b.qdpx")


def valid(dataset: Dataset, path: Path) -> None:
    write(dataset, path, Losses())
    with zipfile.ZipFile(path) as archive:
        SCHEMA.assertValid(etree.fromstring(archive.read("project.qde")))


def test_what_was_changed_here_goes_out_changed_and_the_rest_as_it_came(tmp_path: Path) -> None:
    source = project(tmp_path / "0.qdpx")
    new_study_from(tmp_path / "s.annotator", source, "qdpx")
    with Study.open(tmp_path / "s.annotator") as study:
        ada, bob = ADA, BOB
        study.coding.apply(RemoveAnnotation(coder_id=bob, annotation_id=guid(110).lower()))
        study.coding.apply(SetMemo(coder_id=ada, annotation_id=guid(101).lower(), memo="low voice\nshe cries"))
        told = as_json(export(study, "qdpx", tmp_path / "out.qdpx"))
    assert {x["what"]: x["count"] for x in told["losses"]} == {
        "links kept for REFI-QDA whose ends no longer exist": 1,
        "notes kept for REFI-QDA whose words no longer exist here": 2,
    }
    before, after = things(source), things(tmp_path / "out.qdpx")
    gone = {(name, dict(attributes).get("guid")) for _, name, attributes, _ in before - after}
    assert {
        ("PlainTextSelection", guid(26).lower()), ("Coding", guid(110).lower()), ("Link", guid(82).lower()),
        ("Note", guid(62).lower()), ("Note", guid(63).lower()),
    } <= gone  # fmt: skip
    assert {n for n, _ in gone} <= {
        "PlainTextSelection", "Coding", "CodeRef", "Link", "Note", "NoteRef", "PlainTextContent", "Description"
    }  # fmt: skip
    words = [x for (owner, name, _, x) in after if owner == guid(21).lower() and name == "Description"]
    assert words == ["low voice she cries"]
    selections = [dict(a) for (_, name, a, _) in after if name == "PlainTextSelection"]
    changed = next(a for a in selections if a["guid"] == guid(21).lower())
    assert changed["modifyingUser"] == ADA
    with zipfile.ZipFile(tmp_path / "out.qdpx") as archive:
        SCHEMA.assertValid(etree.fromstring(archive.read("project.qde")))


def test_a_film_in_a_set_is_told_as_gone_when_the_set_goes_out(tmp_path: Path) -> None:
    film = f'<VideoSource guid="{guid(29)}" name="Film"/></Sources>'
    both = ref("MemberSource", 20) + ref("MemberSource", 29)
    text = WHOLE.replace("</Sources>", film).replace(ref("MemberSource", 20), both)
    new_study_from(tmp_path / "s.annotator", project(tmp_path / "0.qdpx", text), "qdpx")
    with Study.open(tmp_path / "s.annotator") as study:
        told = as_json(export(study, "qdpx", tmp_path / "out.qdpx"))
    assert {x["what"]: (x["count"], x["example"]) for x in told["losses"]} == {
        "references kept for REFI-QDA to parts that no longer exist": (1, "First wave")
    }


def test_without_texts_nothing_of_what_was_written_around_them_goes_out(tmp_path: Path) -> None:
    new_study_from(tmp_path / "s.annotator", project(tmp_path / "0.qdpx"), "qdpx")
    with Study.open(tmp_path / "s.annotator") as study:
        export(study, "qdpx", tmp_path / "out.qdpx", without_text=True)
    with zipfile.ZipFile(tmp_path / "out.qdpx") as archive:
        root = etree.fromstring(archive.read("project.qde"))
    SCHEMA.assertValid(root)
    assert root.find(".//{*}Note") is None
    assert b"rain all day" not in etree.tostring(root)


@pytest.mark.parametrize(
    ("kept", "written_back"),
    [
        (f'<User guid="{{{guid(1)}}}" name="A&lt;b" odd="x"/>', f'<User guid="{guid(1).lower()}" name="A&lt;b"/>'),
        ('<Variable guid="" name="x" typeOfVariable="Text"/>', ""),
        (f'<Variable guid="{guid(1)}" name="x" typeOfVariable="Colour"/>', ""),
        (f'<Link guid="{guid(1)}" direction="Up" color="red"/>', f'<Link guid="{guid(1).lower()}"/>'),
        (f'<Coding guid="{guid(1)}" creationDateTime="yesterday"/>', ""),
        (f"<VariableValue>{ref('VariableRef', 1)}<IntegerValue>many</IntegerValue></VariableValue>", NAMED),
        ("<Unknown/>", ""),
    ],
)  # fmt: skip
def test_what_is_kept_is_what_the_schema_allows(kept: str, written_back: str) -> None:
    assert xml_of(element_of(kept)) == written_back


def test_what_is_gone_is_taken_out_of_what_is_kept() -> None:
    case = element_of(
        f'<Case guid="{guid(1)}">{value(2, "TextValue", "x")}{ref("SourceRef", 3)}{ref("SourceRef", 4)}</Case>'
    )
    assert prune(case, {guid(4)}) == 2
    assert [c.tag for c in case] == ["SourceRef"]


@given(
    st.lists(st.sampled_from(["a", "b c", "ask\nagain", "prices", ""]), max_size=4), st.sampled_from(["", "x", "x\ny"])
)
@settings(max_examples=60, deadline=None)
def test_a_description_and_its_notes_part_again(notes: list[str], description: str) -> None:
    words = "\n".join(w for w in (description, *notes) if w)
    known = [(str(n), text) for n, text in enumerate(notes)]
    assert parted(words, known) == (description, [str(n) for n in range(len(notes))])


@given(st.text(max_size=40))
@settings(max_examples=30, deadline=None)
def test_a_word_that_is_no_guid_always_stands_for_the_same_one(text: str) -> None:
    made = sound_guid(text)
    assert made == sound_guid(made)
    assert bool(made) == bool(text.strip())
