"""REFI-QDA projects of others: codes nobody used, definitions, colours, hierarchy, sets, memos, cases, variables."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from annotator.domain.codebook.model import ChoicesAttribute
from annotator.formats.untrusted import opened
from annotator.services.exchange.exporting import export
from annotator.services.exchange.new_from_import import SourceRefused, new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.study import Study
from annotator.services.study.integrity import check


def guid(n: int) -> str:
    return f"AAAAAAAA-0000-4000-8000-{n:012d}"


PROJECT = f"""<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="Talks"><Users><User guid="{guid(1)}" name="Ada"/></Users>
<CodeBook><Codes>
<Code guid="{guid(10)}" name="Topic" isCodable="true" color="#FF0000"><Description>what it is about</Description>
 <Code guid="{guid(11)}" name="Money" isCodable="true"><Description>prices, wages</Description>
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
<VideoSource guid="{guid(25)}" name="Film"/></Sources>
<Notes><Note guid="{guid(60)}" name="n"><PlainTextContent>ask again</PlainTextContent></Note></Notes>
<Sets><Set guid="{guid(50)}" name="First wave"><MemberSource targetGUID="{guid(20)}"/></Set></Sets>
<Description>Talks about work</Description></Project>"""


def written(path: Path, project: str = PROJECT) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", project)
    return path


def codes_of(root: Any) -> list[tuple[str, str, str]]:
    """(path of names, definition, colour of the first level) of each code that can be given."""
    found = []
    for code in root.iter("{*}Code"):
        path = [*reversed([a.get("name") for a in code.iterancestors("{*}Code")]), code.get("name")]
        found.append((" / ".join(path), code.findtext("{*}Description") or "", (code.get("color") or "").lower()))
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return written(tmp_path / "talks.qdpx")


def test_codes_come_in_whole_whether_used_or_not(tmp_path: Path, project: Path) -> None:
    result = new_study_from(tmp_path / "s.annotator", project, "qdpx")
    assert {x["what"]: x["count"] for x in result["losses"]} == {"films": 1}
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
    assert said == {"Tags": "First wave", "Case": "Person 7", "Age": "41", "Memo": "in the kitchen"}
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
    result = new_study_from(tmp_path / "s.annotator", source, "qdpx", taking=Taking(rest=True))
    assert result["documents"]["added"] == 1
    assert result["left"] == 2
    assert all("project.qde line" in p["where"] for p in result["problems"])
