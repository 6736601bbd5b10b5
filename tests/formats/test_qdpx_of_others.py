"""REFI-QDA projects of others: codes nobody used, definitions, colours, hierarchy, sets, memos, cases, variables."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from annotator.domain.codebook.model import ChoicesAttribute, Codebook
from annotator.domain.codebook.reading import codebook_json
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.formats.untrusted import opened
from annotator.services.codebooks import chosen_codebook
from annotator.services.codebooks.changing import apply_codebook
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_files import import_files
from annotator.services.exchange.new_from_import import SourceRefused, new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.studies import study_at


def guid(n: int) -> str:
    return f"AAAAAAAA-0000-4000-8000-{n:012d}"


PROJECT = f"""<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="Talks"><Users><User guid="{guid(1)}" name="Ada"/></Users>
<CodeBook><Codes>
<Code guid="{guid(10)}" name="Topic" isCodable="true" color="#FF0000"><Description>what it is about</Description>
 <Code guid="{guid(11)}" name="Money" isCodable="true" color="#0000aa"><Description>prices, wages</Description>
  <NoteRef targetGUID="{guid(60)}"/>
  <Code guid="{guid(12)}" name="Wages" isCodable="true"/></Code>
 <Code guid="{guid(13)}" name="Unused" isCodable="true"/></Code>
<Code guid="{guid(14)}" name="Never" isCodable="true" color="#00ff00"><Description>nobody took it</Description></Code>
</Codes></CodeBook>
<Variables><Variable guid="{guid(30)}" name="Age" typeOfVariable="Integer"/></Variables>
<Cases><Case guid="{guid(40)}" name="Person 7"><VariableValue><VariableRef targetGUID="{guid(30)}"/>
<IntegerValue>41</IntegerValue></VariableValue><SourceRef targetGUID="{guid(20)}"/></Case></Cases>
<Sources><TextSource guid="{guid(20)}" name="Talk 1"><Description>in the kitchen</Description>
<PlainTextContent>They pay too little.</PlainTextContent>
<PlainTextSelection guid="{guid(21)}" startPosition="5" endPosition="8" creatingUser="{guid(1)}">
<Coding guid="{guid(22)}" creatingUser="{guid(1)}"><CodeRef targetGUID="{guid(12)}"/></Coding>
<Coding guid="{guid(23)}" creatingUser="{guid(1)}"><CodeRef targetGUID="{guid(11)}"/></Coding>
</PlainTextSelection></TextSource>
<VideoSource guid="{guid(25)}" name="Film"><VideoSelection guid="{guid(26)}" begin="0" end="9">
<Coding guid="{guid(27)}"><CodeRef targetGUID="{guid(12)}"/></Coding></VideoSelection>
<Coding guid="{guid(28)}"><CodeRef targetGUID="{guid(14)}"/></Coding></VideoSource></Sources>
<Notes><Note guid="{guid(60)}" name="n"><PlainTextContent>ask again</PlainTextContent></Note></Notes>
<Sets><Set guid="{guid(50)}" name="First wave"><MemberSource targetGUID="{guid(20)}"/></Set></Sets>
<Description>Talks about work</Description></Project>"""


def written(path: Path, project: str = PROJECT) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", project)
    return path


def codes_of(root: Any) -> list[tuple[str, str, str]]:
    """(path of names, definition, colour) of each code."""
    found = []
    for code in root.iter("{*}Code"):
        path = [*reversed([a.get("name") for a in code.iterancestors("{*}Code")]), code.get("name")]
        found.append((" / ".join(path), code.findtext("{*}Description") or "", (code.get("color") or "").lower()))
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return written(tmp_path / "talks.qdpx")


def test_codes_come_in_whole_whether_used_or_not(tmp_path: Path, project: Path) -> None:
    result = as_json(new_study_from(tmp_path / "s.annotator", project, "qdpx"))
    assert {x["what"]: x["count"] for x in result["losses"]} == {"the film “Film” with 2 codings": 1}
    with Study.open(tmp_path / "s.annotator") as study:
        assert check(study) == []
        book = study.codebook
        assert book.description == "Talks about work"
        topic, never = book.layers
        assert (topic.label, topic.colour, topic.definition) == ("Topic", "#FF0000", "what it is about")
        assert (never.label, never.colour, never.definition) == ("Never", "#00ff00", "nobody took it")
        (code,) = topic.attributes
        assert isinstance(code, ChoicesAttribute)
        assert [(v.key, v.definition) for v in code.values] == [
            ("Money", "prices, wages\nask again"),
            ("Money / Wages", ""),
            ("Unused", ""),
        ]
        (document,) = study.documents()
        assert document.tags == ("First wave",)
        assert document.extra == {"Case": "Person 7", "Age": "41", "Memo": "in the kitchen"}


def test_codes_and_variables_go_out_as_they_came(tmp_path: Path, project: Path) -> None:
    new_study_from(tmp_path / "s.annotator", project, "qdpx")
    with Study.open(tmp_path / "s.annotator") as study:
        export(study, "qdpx", tmp_path / "out.qdpx")
    with opened(tmp_path / "out.qdpx") as tree:
        root = tree.xml("project.qde")
    before = codes_of(etree.fromstring(PROJECT.encode()))
    assert [(p, d.split("\n")[0], c) for p, d, c in codes_of(root)] == before
    names = {v.get("guid"): v.get("name") for v in root.iter("{*}Variable")}
    said = {names[v.find("{*}VariableRef").get("targetGUID")]: v[1].text for v in root.iter("{*}VariableValue")}
    assert said == {"Age": "41"}
    refs = {c.get("name"): [r.get("targetGUID") for r in c.iter("{*}SourceRef")] for c in root.iter("{*}Case")}
    assert refs == {"Person 7": [guid(20).lower()]}
    assert {c.get("name"): c[0].get("targetGUID") for c in root.iter("{*}Set")} == {"First wave": guid(20).lower()}
    (source,) = root.iter("{*}TextSource")
    assert (source.get("guid"), source.findtext("{*}Description")) == (guid(20).lower(), "in the kitchen")
    assert root.findtext("{*}Description") == "Talks about work"
    bare = tmp_path / "bare.qdpx"
    with zipfile.ZipFile(tmp_path / "out.qdpx") as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            if not name.endswith((".json", ".jsonl")):
                new.writestr(name, old.read(name))
    new_study_from(tmp_path / "t.annotator", bare, "qdpx")
    with Study.open(tmp_path / "t.annotator") as study:
        assert [x.label for x in study.codebook.layers] == ["Topic", "Never"]
        assert [a.values for a in study.annotations()] == [{"code": ["Money / Wages", "Money"]}]
        assert study.documents()[0].extra == {"Case": "Person 7", "Age": "41", "Memo": "in the kitchen"}
        assert study.documents()[0].tags == ("First wave",)


def test_a_project_of_codes_alone_is_a_codebook(tmp_path: Path) -> None:
    codes = "".join(f'<Code guid="{guid(100 + n)}" name="C {n}" isCodable="true"/>' for n in range(90))
    inside = f'<Code guid="{guid(99)}" name="Root" isCodable="true">{codes}</Code>'
    text = f'<Project xmlns="urn:QDA-XML:project:1.0" name="p"><CodeBook><Codes>{inside}</Codes></CodeBook></Project>'
    new_study_from(tmp_path / "s.annotator", written(tmp_path / "x.qdpx", text), "qdpx")
    with Study.open(tmp_path / "s.annotator") as study:
        (layer,) = study.codebook.layers
        assert len(getattr(layer.attributes[0], "values", ())) == 90


def test_a_source_that_cannot_be_read_is_left_by_choice_and_the_others_come(tmp_path: Path) -> None:
    more = f'<Sources><TextSource guid="{guid(70)}" name="Gone" plainTextPath="internal://gone.txt"/>'
    more += f'<TextSource guid="{guid(71)}" name="Odd" plainTextPath="internal://odd.txt"/>'
    source = tmp_path / "talks.qdpx"
    written(source, PROJECT.replace("<Sources>", more))
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("Sources/odd.txt", b"\xff\xfe\x00\xd8x")
    with pytest.raises(SourceRefused) as told:
        new_study_from(tmp_path / "s.annotator", source, "qdpx")
    assert len(told.value.problems) == 2
    result = as_json(new_study_from(tmp_path / "s.annotator", source, "qdpx", taking=Taking(rest=True)))
    assert result["documents"]["added"] == 1
    assert result["left"] == 2
    assert all("project.qde line" in p["where"] for p in result["problems"])


def looks(root: Any) -> list[tuple[str, ...]]:
    """(guid, name, colour, guid of the code above, whether it can be given) of each code, in the order of the file."""
    return [
        (c.get("guid").lower(), c.get("name"), (c.get("color") or "").lower(),
         (c.getparent().get("guid") or "").lower(), c.get("isCodable"))
        for c in root.iter("{*}Code")
    ]  # fmt: skip


def given(root: Any) -> list[tuple[str, ...]]:
    """(guid of the source, from, to, guid of the code) of each coding, whatever order they stand in."""
    return sorted(
        (s.getparent().get("guid").lower(), s.get("startPosition"), s.get("endPosition"), r.get("targetGUID").lower())
        for s in root.iter("{*}PlainTextSelection")
        for r in s.findall("{*}Coding/{*}CodeRef")
    )


HARD = f"""<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="Hard"><Users><User guid="{guid(1)}" name="Ada"/></Users>
<CodeBook><Codes>
<Code guid="{guid(10)}" name="Topic" isCodable="true" color="#FF0000">
 <Code guid="{guid(11)}" name="Work / Pay" isCodable="true" color="#00AA11">
  <Code guid="{guid(12)}" name="Wages | hours" isCodable="true" color="#00bb22"/>
  <Code guid="{guid(13)}" name="Shut" isCodable="false" color="#123456"/></Code></Code>
<Code guid="{guid(14)}" name="Plain" isCodable="true"/>
<Code guid="{guid(15)}" name="Groups" isCodable="true" color="#2f6db5">
 <Code guid="{guid(16)}" name="Tone" isCodable="false" color="#abcdef"><Description>how it is said</Description>
  <Code guid="{guid(17)}" name="Angry" isCodable="true" color="#fedcba"/></Code></Code>
<Code guid="{guid(18)}" name="Closed" isCodable="false"/>
</Codes></CodeBook>
<Sources><TextSource guid="{guid(20)}" name="Talk"><PlainTextContent>They pay too little.</PlainTextContent>
<PlainTextSelection guid="{guid(21)}" startPosition="0" endPosition="4" creatingUser="{guid(1)}">
<Coding guid="{guid(31)}" creatingUser="{guid(1)}"><CodeRef targetGUID="{guid(10)}"/></Coding>
<Coding guid="{guid(32)}" creatingUser="{guid(1)}"><CodeRef targetGUID="{guid(12)}"/></Coding>
<Coding guid="{guid(33)}" creatingUser="{guid(1)}"><CodeRef targetGUID="{guid(14)}"/></Coding></PlainTextSelection>
<PlainTextSelection guid="{guid(22)}" startPosition="5" endPosition="8" creatingUser="{guid(1)}">
<Coding guid="{guid(34)}" creatingUser="{guid(1)}"><CodeRef targetGUID="{guid(11)}"/></Coding></PlainTextSelection>
<PlainTextSelection guid="{guid(23)}" startPosition="9" endPosition="12" creatingUser="{guid(1)}"/>
</TextSource></Sources></Project>"""


def without_ours(path: Path, bare: Path) -> Path:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            if not name.endswith((".json", ".jsonl")):
                new.writestr(name, old.read(name))
    return bare


def test_codes_keep_their_guids_colours_and_places_and_codings_their_codes(tmp_path: Path) -> None:
    source, before = written(tmp_path / "0.qdpx", HARD), etree.fromstring(HARD.encode())
    for turn in (1, 2):  # out, and from what went out, once more
        at = tmp_path / f"{turn}.annotator"
        new_study_from(at, source, "qdpx")
        with Study.open(at) as study:
            export(study, "qdpx", tmp_path / f"out{turn}.qdpx")
        source = without_ours(tmp_path / f"out{turn}.qdpx", tmp_path / f"{turn}.qdpx")
        with opened(source) as tree:
            root = tree.xml("project.qde")
        assert looks(root) == looks(before)
        assert given(root) == given(before)
        places = [{(s.get("startPosition"), len(s.findall("{*}Coding")) > 0) for s in x.iter("{*}PlainTextSelection")}
                  for x in (root, before)]  # fmt: skip
        assert places[0] == places[1]
        assert [c.findtext("{*}Description") for c in root.iter("{*}Code") if c.get("name") == "Tone"] == [
            "how it is said"
        ]


def test_codes_that_are_made_and_renamed_here_stand_where_they_belong(tmp_path: Path) -> None:
    new_study_from(tmp_path / "s.annotator", written(tmp_path / "x.qdpx", HARD), "qdpx")
    with Study.open(tmp_path / "s.annotator") as study:
        book = json.loads(codebook_json(study.codebook))
        values = book["layers"][0]["attributes"][0]["values"]
        values[0]["label"] = "Work and pay"
        del values[1]
        values += [{"key": "Sea", "label": "Sea"}, {"key": "Sea / Far / Deep", "label": "Sea / Far / Deep"}]
        apply_codebook(study, Codebook.model_validate(book), None)
        export(study, "qdpx", tmp_path / "out.qdpx")
    with opened(tmp_path / "out.qdpx") as tree:
        names = {c.get("name"): c.getparent().get("name") for c in tree.xml("project.qde").iter("{*}Code")}
    assert {k: names[k] for k in ("Work and pay", "Shut", "Sea", "Far", "Deep")} == {
        "Work and pay": "Topic", "Shut": "Work and pay", "Sea": "Topic", "Far": "Sea", "Deep": "Far",
    }  # fmt: skip


CODES = f"""<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="Other"><Codes><Code guid="{guid(1)}" name="Mood" isCodable="true"
color="#AA0000"><Description>how one feels</Description><Code guid="{guid(2)}" name="Glad" isCodable="true"/></Code>
<Code guid="c003" name="Place" isCodable="true"/></Codes>
<Sets><Set guid="{guid(9)}" name="Feelings"><MemberCode targetGUID="{guid(2)}"/></Set></Sets></CodeBook>"""


@pytest.mark.parametrize("ending", [".qdc", ".qdpx", ".xml"])
def test_a_codebook_of_refi_qda_begins_a_study(ending: str, tmp_path: Path) -> None:
    source = tmp_path / f"moods{ending}"
    source.write_bytes(b"\xef\xbb\xbf" + CODES.encode())
    result = as_json(new_study_from(tmp_path / "s.annotator", source, "qdpx"))
    assert (result["documents"]["added"], result["codes"]) == (0, 3)
    with Study.open(tmp_path / "s.annotator") as study:
        mood, place = study.codebook.layers
        assert (mood.label, mood.definition, mood.colour, place.label) == ("Mood", "how one feels", "#AA0000", "Place")
        assert study.codebook.description == "Feelings: Glad"
        assert mood.attributes[0].label == "Code"


def test_codes_are_taken_for_a_codebook_from_files_of_refi_qda(tmp_path: Path) -> None:
    (tmp_path / "moods.qdc").write_text(CODES)
    (tmp_path / "bare.qde").write_text(HARD)
    assert [x.label for x in chosen_codebook(tmp_path / "moods.qdc").layers] == ["Mood", "Place"]
    for source in (tmp_path / "bare.qde", written(tmp_path / "x.qdpx", HARD)):
        assert [x.label for x in chosen_codebook(source).layers] == ["Topic", "Plain", "Groups", "Closed"]


@pytest.mark.parametrize(
    "text",
    ["<CodeBook/>", "<a", CODES.replace("Codes>", "Kodes>"), "<!DOCTYPE a [<!ENTITY b 'c'>]>" + CODES[39:], "", "x: 1"],
)
def test_what_is_no_codebook_of_refi_qda_is_refused_in_words(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.qdc").write_text(text)
    with pytest.raises(BadInput):
        chosen_codebook(tmp_path / "x.qdc")
    with pytest.raises(BadInput):
        chosen_codebook(tmp_path / "none.qdc")


def test_codes_alone_are_no_codings_and_their_command_is_named(tmp_path: Path) -> None:
    (tmp_path / "moods.qdc").write_text(CODES)
    (tmp_path / "moods.qde").write_text(CODES)
    with study_at(tmp_path / "s.annotator", documents=0) as study:
        for name in ("moods.qdc", "moods.qde"):
            for form in ("qdpx", "auto"):
                with pytest.raises(BadInput, match=f"new STUDY --codebook {name}"):
                    import_files(study, [tmp_path / name], form)


def test_a_project_without_its_texts_gives_its_codes_where_the_rest_is_taken(tmp_path: Path) -> None:
    text = HARD.replace("<PlainTextContent>They pay too little.</PlainTextContent>", "")
    text = text.replace('name="Talk"', 'name="Talk" plainTextPath="internal://gone.txt"')
    source = written(tmp_path / "x.qdpx", text)
    with pytest.raises(SourceRefused):
        new_study_from(tmp_path / "s.annotator", source, "qdpx")
    result = as_json(new_study_from(tmp_path / "s.annotator", source, "qdpx", taking=Taking(rest=True)))
    assert (result["codes"], result["left"], result["documents"]["added"]) == (9, 1, 0)


def test_films_and_pictures_are_told_by_name_with_their_codings(tmp_path: Path) -> None:
    many = "".join(f'<PictureSource guid="{guid(500 + n)}" name="P {n}"/>' for n in range(60))
    result = as_json(
        new_study_from(
            tmp_path / "s.annotator",
            written(tmp_path / "x.qdpx", PROJECT.replace("<Sources>", f"<Sources>{many}")),
            "qdpx",
        )
    )
    told = {x["what"]: x["count"] for x in result["losses"]}
    assert told.pop("the film “Film” with 2 codings") == 1
    assert told.pop("further sources that are not text") == 10
    assert len(told) == 50
    assert all(what.startswith("the picture “P ") for what in told)


def test_notes_that_stand_alone_and_codings_of_notes_are_told(tmp_path: Path) -> None:
    coded = f'<PlainTextSelection guid="{guid(81)}" startPosition="0" endPosition="3"><Coding guid="{guid(82)}">'
    coded += f'<CodeRef targetGUID="{guid(14)}"/></Coding></PlainTextSelection>'
    alone = f'<Note guid="{guid(80)}" name="diary"><PlainTextContent>rain</PlainTextContent>{coded}</Note>'
    text = PROJECT.replace("<Notes>", f"<Notes>{alone}")
    result = as_json(new_study_from(tmp_path / "s.annotator", written(tmp_path / "x.qdpx", text), "qdpx"))
    told = {x["what"]: x["count"] for x in result["losses"]}
    assert told["notes that belong to nothing else, kept for REFI-QDA"] == 1
    assert told["codings of notes, kept for REFI-QDA"] == 1
