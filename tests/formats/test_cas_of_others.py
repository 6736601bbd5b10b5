"""A CAS of others goes out with its own types: relation layers stay relation layers, features keep their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.formats.declared import readable
from annotator.formats.untrusted import opened
from annotator.services.exchange.exporting import export
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.study import Study
from annotator.services.study.integrity import check

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
