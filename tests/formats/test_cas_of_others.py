"""A CAS of others goes out with its own types: relation layers stay relation layers, features keep their names."""

from __future__ import annotations

from pathlib import Path

import cassis
import pytest

from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.formats.declared import readable
from annotator.formats.untrusted import opened
from annotator.services.exchange.exporting import export
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.formats.cas_reader import labels_in, labels_of

TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
<typeDescription><name>org.example.NamedEntity</name><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>theValue</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>org.example.WorksFor</name><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>Governor</name><rangeTypeName>uima.tcas.Annotation</rangeTypeName></featureDescription>
<featureDescription><name>Dependent</name><rangeTypeName>uima.tcas.Annotation</rangeTypeName></featureDescription>
<featureDescription><name>since</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription></types></typeSystemDescription>"""
CAS = """<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:e="http:///org/example.ecore"
 xmi:version="2.0"><cas:NULL xmi:id="0"/>
<e:NamedEntity xmi:id="2" sofa="1" begin="0" end="8" theValue="PER"/>
<e:NamedEntity xmi:id="3" sofa="1" begin="19" end="28" theValue="ORG"/>
<e:WorksFor xmi:id="4" sofa="1" begin="19" end="28" Governor="2" Dependent="3" since="2031"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="Ada Moor works for Katib Ltd."/>
<cas:View sofa="1" members="2 3 4"/></xmi:XMI>"""


def test_types_relations_and_features_come_back(tmp_path: Path) -> None:
    (tmp_path / "in/a").mkdir(parents=True)
    (tmp_path / "in/TypeSystem.xml").write_text(TYPES, "utf-8")
    (tmp_path / "in/a/Ada.xmi").write_text(CAS, "utf-8")
    new_study_from(tmp_path / "s.annotator", tmp_path / "in", "cas-xmi")
    with Study.open(tmp_path / "s.annotator") as study:
        assert check(study) == []
        export(study, "cas-xmi", tmp_path / "out")
        count = len(study.annotations())
    with opened(tmp_path / "out") as tree:
        (name,) = (n for n in tree.names if n.endswith("Ada.xmi"))
        root = tree.xml(name)
        types = tree.text("TypeSystem.xml")
    space = "{http:///org/example.ecore}"
    first, second = root.findall(f"{space}NamedEntity")
    (link,) = root.findall(f"{space}WorksFor")
    key = "{http://www.omg.org/XMI}id"
    assert [(e.get("begin"), e.get("end"), e.get("theValue")) for e in (first, second)] == [
        ("0", "8", "PER"),
        ("19", "28", "ORG"),
    ]
    assert (link.get("Governor"), link.get("Dependent"), link.get("since")) == (first.get(key), second.get(key), "2031")
    assert "<name>org.example.WorksFor</name>" in types
    assert "WorksForGovernorLink" not in types
    new_study_from(tmp_path / "t.annotator", tmp_path / "out", "cas-xmi")
    with Study.open(tmp_path / "t.annotator") as study:
        assert len(study.annotations()) == count
        (made,) = (a for a in study.annotations() if a.roles)
        assert sorted(made.roles) == ["dependent", "governor"]


@pytest.mark.parametrize("form", ["cas-xmi", "webanno-tsv"])
def test_what_earlier_versions_wrote_is_read_as_what_this_one_writes(form: str) -> None:
    """They had the id of a label, and what else stood beside it, in a feature of its type."""
    here = Path(__file__).parent
    before, now = (readable(form).reader()(folder / form) for folder in (here / "data/earlier", here / "golden"))
    assert not before.problems
    assert not now.problems
    assert {r.id: r for _, r in before.records} == {r.id: r for _, r in now.records}


RICH = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
<typeDescription><name>org.example.Base</name><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>identifier</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>unused</name><rangeTypeName>uima.cas.Float</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>org.example.Mention</name><supertypeName>org.example.Base</supertypeName><features>
<featureDescription><name>self</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>id</name><rangeTypeName>uima.cas.Integer</rangeTypeName></featureDescription>
<featureDescription><name>Sure</name><rangeTypeName>uima.cas.Boolean</rangeTypeName></featureDescription>
<featureDescription><name>tags</name><rangeTypeName>uima.cas.StringArray</rangeTypeName></featureDescription>
<featureDescription><name>sizes</name><rangeTypeName>uima.cas.IntegerArray</rangeTypeName></featureDescription>
<featureDescription><name>boss</name><rangeTypeName>org.example.Mention</rangeTypeName></featureDescription>
<featureDescription><name>others</name><rangeTypeName>uima.cas.FSArray</rangeTypeName>
<elementType>org.example.Mention</elementType></featureDescription>
<featureDescription><name>slots</name><rangeTypeName>uima.cas.FSArray</rangeTypeName>
<elementType>org.example.Slot</elementType></featureDescription>
</features></typeDescription>
<typeDescription><name>other.Mention</name><supertypeName>uima.tcas.Annotation</supertypeName></typeDescription>
<typeDescription><name>Bare</name><supertypeName>uima.tcas.Annotation</supertypeName></typeDescription>
<typeDescription><name>org.example.Slot</name><supertypeName>uima.cas.TOP</supertypeName><features>
<featureDescription><name>role</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>target</name><rangeTypeName>org.example.Mention</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token</name>
<supertypeName>uima.tcas.Annotation</supertypeName></typeDescription>
<typeDescription><name>org.example.Dep</name><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>Governor</name>
<rangeTypeName>de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token</rangeTypeName></featureDescription>
<featureDescription><name>Dependent</name>
<rangeTypeName>de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token</rangeTypeName></featureDescription>
<featureDescription><name>flavor</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>org.example.CorefChain</name><supertypeName>uima.cas.AnnotationBase</supertypeName><features>
<featureDescription><name>first</name><rangeTypeName>org.example.CorefLink</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>org.example.CorefLink</name><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>next</name><rangeTypeName>org.example.CorefLink</rangeTypeName></featureDescription>
<featureDescription><name>referenceType</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription></types></typeSystemDescription>"""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:e="http:///org/example.ecore"
 xmlns:o="http:///other.ecore" xmlns:n="http:///uima/noNamespace.ecore" xmlns:tcas="http:///uima/tcas.ecore"
 xmlns:t="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore" xmi:version="2.0"><cas:NULL xmi:id="0"/>
"""
LABELS = """<e:Mention xmi:id="2" sofa="1" begin="0" end="8" identifier="x1" id="7" Sure="true" sizes="3 4" self="me"
 boss="3" others="3 4" slots="20 21 22"><tags>a b</tags><tags>c</tags></e:Mention>
<e:Mention xmi:id="3" sofa="1" begin="9" end="11" Sure="false"/>
<e:Mention xmi:id="4" sofa="1" begin="0" end="8" id="9"/>
<e:Slot xmi:id="20" role="Agent" target="3"/><e:Slot xmi:id="21" target="4"/>
<e:Slot xmi:id="22" role="Agent" target="4"/>
<o:Mention xmi:id="5" sofa="1" begin="12" end="17"/><n:Bare xmi:id="6" sofa="1" begin="12" end="17"/>
<tcas:Annotation xmi:id="7" sofa="1" begin="0" end="17"/>
<t:Token xmi:id="30" sofa="1" begin="12" end="17"/><t:Token xmi:id="31" sofa="1" begin="18" end="29"/>
<e:Dep xmi:id="8" sofa="1" begin="18" end="29" Governor="30" Dependent="31" flavor="basic"/>
<e:CorefChain xmi:id="9" sofa="1" first="10"/><e:CorefLink xmi:id="10" sofa="1" begin="0" end="8" next="11"/>
<e:CorefLink xmi:id="11" sofa="1" begin="9" end="11" referenceType="pro" next="12"/>
<e:CorefLink xmi:id="12" sofa="1" begin="12" end="17"/>
"""
MEMBERS = "2 3 4 5 6 7 30 31 8 9 10 11 12"
RICH_TEXT = "Ada Moor 😀 works for-Katib-Ltd now."


def rich(labels: str = LABELS, members: str = MEMBERS) -> str:
    sofa = f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="{RICH_TEXT}"/>'
    other = '<cas:Sofa xmi:id="99" sofaNum="2" sofaID="notes" mimeType="text" sofaString="Other words"/>'
    second = '<e:Mention xmi:id="98" sofa="99" begin="0" end="5"/>'
    views = f'<cas:View sofa="1" members="{members}"/><cas:View sofa="99" members="98"/>'
    return f"{HEAD}{labels}{second}{sofa}{other}{views}</xmi:XMI>"


def put(folder: Path, text: str, name: str, types: str = "TypeSystem.xml") -> Path:
    for path, content in ((folder / types, RICH), (folder / name, text)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return folder


@pytest.mark.parametrize("types", ["TypeSystem.xml", "resources/our types.xml"])
def test_every_label_comes_back_without_what_stands_beside(tmp_path: Path, types: str) -> None:
    here = put(tmp_path / "in", rich(), "News, No. 7.txt/Ada M.xmi", types)
    before = labels_of(here / "News, No. 7.txt/Ada M.xmi", here / types)
    assert len(before) == 11  # of 13 members two are tokens
    for turn in ("one", "two"):
        answer = as_json(new_study_from(tmp_path / f"{turn}.annotator", here, "cas-xmi"))
        told = {x["what"]: x["count"] for x in answer.get("losses", ())}
        assert told.get("labels of other views of a text") == (1 if turn == "one" else None)
        with Study.open(tmp_path / f"{turn}.annotator") as study:
            assert check(study) == []
            export(study, "cas-xmi", tmp_path / turn)
            labels = {a.id: (a.layer, a.fragments, a.roles, a.values) for a in study.annotations()}
        (file,) = (tmp_path / turn).rglob("*.xmi")
        assert file.relative_to(tmp_path / turn).as_posix() == "News, No. 7.txt/Ada M.xmi"
        assert not any(key in file.read_text("utf-8") for key in labels)
        assert "annotator=" not in file.read_text("utf-8")
        new_study_from(tmp_path / f"{turn} beside.annotator", tmp_path / turn, "cas-xmi")
        with Study.open(tmp_path / f"{turn} beside.annotator") as study:
            assert {a.id: (a.layer, a.fragments, a.roles, a.values) for a in study.annotations()} == labels
        assert "Annotator" not in (tmp_path / turn / "TypeSystem.xml").read_text("utf-8")
        for name in ("annotator.json", "extras.jsonl", "labels.jsonl"):
            (tmp_path / turn / name).unlink()
        assert labels_of(file, tmp_path / turn / "TypeSystem.xml") == before
        here = tmp_path / turn
    system = cassis.load_typesystem((here / "TypeSystem.xml").read_bytes().decode())
    mention = system.get_type("org.example.Mention")
    assert mention.supertype.name == "org.example.Base"
    ranges = {f.name.rstrip("_"): f.rangeType.name for f in mention.all_features}
    assert {k: ranges[k] for k in ("id", "Sure", "sizes", "tags", "boss", "unused", "identifier")} == {
        "id": "uima.cas.Integer",
        "Sure": "uima.cas.Boolean",
        "sizes": "uima.cas.IntegerArray",
        "tags": "uima.cas.StringArray",
        "boss": "org.example.Mention",
        "unused": "uima.cas.Float",
        "identifier": "uima.cas.String",
    }
    assert [f.name for f in system.get_type("org.example.Base").features] == ["identifier", "unused"]


def test_a_chain_is_a_link_of_its_elements_in_their_order(tmp_path: Path) -> None:
    new_study_from(tmp_path / "s.annotator", put(tmp_path / "in", rich(), "d/Ada.xmi"), "cas-xmi")
    with Study.open(tmp_path / "s.annotator") as study:
        labels = {a.id: a for a in study.annotations()}
        (chain,) = (a for a in labels.values() if "member" in a.roles)
        assert [labels[str(f.annotation)].fragments for f in chain.roles["member"]] == [
            ((0, 8),),
            ((9, 10),),
            ((11, 16),),
        ]


def test_a_cas_in_json_is_read_as_cassis_reads_it(tmp_path: Path) -> None:
    system = cassis.load_typesystem(RICH)
    cas = cassis.load_cas_from_xmi(rich(), system)
    (tmp_path / "in/d").mkdir(parents=True)
    cas.to_json(tmp_path / "in/d/Ada.json", pretty_print=True)
    (tmp_path / "in/notes.json").write_text("{}")
    answer = as_json(new_study_from(tmp_path / "s.annotator", tmp_path / "in", "cas-xmi"))
    assert {x["what"]: x["count"] for x in answer["losses"]}["files in JSON that are not a CAS"] == 1
    with Study.open(tmp_path / "s.annotator") as study:
        assert check(study) == []
        export(study, "cas-xmi", tmp_path / "out")
    out = labels_of(tmp_path / "out/d/Ada.xmi", tmp_path / "out/TypeSystem.xml")
    assert out == labels_in(cas)


def test_bad_structures_are_all_named_and_the_rest_is_taken_by_choice(tmp_path: Path) -> None:
    bad = LABELS.replace('begin="9" end="11" Sure', 'begin="9" end="99" Sure').replace("o:Mention", "o:Unknown")
    source = put(tmp_path / "in", rich(bad), "one/Ada.xmi")
    put(source, "<no xmi", "two/Ada.xmi")
    put(source, rich(), "three/Ada.xmi")
    with pytest.raises(AnnotatorError) as refused:
        new_study_from(tmp_path / "s.annotator", source, "cas-xmi")
    told = [(p.where, p.what) for p in refused.value.problems]  # type: ignore[attr-defined]
    for what in ("outside the text", "has no type other.Unknown", "was left out", "not well-formed"):
        assert any(what in said for _, said in told), what
    assert {where.split(" line ")[0] for where, _ in told} == {"one/Ada.xmi", "two/Ada.xmi"}
    answer = as_json(new_study_from(tmp_path / "s.annotator", source, "cas-xmi", taking=Taking(rest=True)))
    assert answer["left"] >= 3
    with Study.open(tmp_path / "s.annotator") as study:
        assert check(study) == []
        export(study, "cas-xmi", tmp_path / "out")
    types = tmp_path / "out/TypeSystem.xml"
    sound = labels_of(source / "three/Ada.xmi", source / "TypeSystem.xml")
    assert labels_of(tmp_path / "out/three/Ada.xmi", types) == sound
    left = labels_of(tmp_path / "out/one/Ada.xmi", types)
    assert {(x[0], x[1], x[2]) for x in sound} - {(x[0], x[1], x[2]) for x in left} == {
        ("org.example.Mention", 9, 10),
        ("other.Mention", 11, 16),
    }
