"""UIMA CAS XMI by golden files, dkpro-cassis, random studies, shared samples and broken files."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from annotator.domain.errors import BadInput
from annotator.formats.cas_xmi import read
from annotator.formats.deriving import derive_codebook
from annotator.services.exchange.exporting import export
from tests.formats.goldens import broken, is_golden, never_more_than_told
from tests.formats.random_studies import Random, comes_back, random_studies, study_of
from tests.formats.test_exports import coded
from tests.shared import shared


def test_the_folder_is_the_golden_one_and_comes_back(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "cas-xmi", tmp_path / "out")
        is_golden(tmp_path / "out", "cas-xmi")
        comes_back(study, "cas-xmi", tmp_path)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_studies())
def test_every_random_study_comes_back(made: Random) -> None:
    with tempfile.TemporaryDirectory() as folder, study_of(made, Path(folder) / "s.annotator") as study:
        comes_back(study, "cas-xmi", Path(folder))


def cas_of(path: Path) -> Any:
    cassis = pytest.importorskip("cassis")
    with (path.parents[1] / "TypeSystem.xml").open("rb") as file:
        types = cassis.load_typesystem(file)
    with path.open("rb") as file:
        return cassis.load_cas_from_xmi(file, typesystem=types)


def test_cassis_reads_every_label_with_its_passage_and_its_ends(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "cas-xmi", tmp_path / "out")
        text = study.text(study.documents()[0].id)
    ada = cas_of(tmp_path / "out/0001-a1/Ada.xmi")
    assert ada.sofa_string == text
    (claim,) = ada.select("webanno.custom.Claim")
    assert (claim.begin, claim.end, claim.get_covered_text()) == (22, 33, text[22:33])
    assert (claim.kind, claim.stance) == ("fact", "1")
    (speaker,) = ada.select("webanno.custom.Speaker")
    assert speaker.who == "Mayor of Ada"
    (link,) = ada.select("webanno.custom.Said_by")
    assert [(x.role, x.target) for x in link.speaker.elements] == [("speaker", speaker)]
    assert [x.target for x in link.claim.elements] == [claim]
    ben = cas_of(tmp_path / "out/0001-a1/Ben.xmi")
    (claim,) = ben.select("webanno.custom.Claim")
    assert (claim.begin, claim.end) == (37, 39)
    assert [(x.target.begin, x.target.end) for x in claim.fragments.elements] == [(40, 53)]
    assert claim.cues.elements == ["a", "b"]
    (article,) = ben.select("webanno.custom.Article")
    assert article.genre == "report"
    assert len(ben.select("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence")) == 2


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_studies())
def test_cassis_and_we_agree_on_every_passage(made: Random) -> None:
    with tempfile.TemporaryDirectory() as folder, study_of(made, Path(folder) / "s.annotator") as study:
        out = Path(folder) / "out"
        export(study, "cas-xmi", out)
        ours = Counter(
            (str(r.coder and r.coder.name), r.layer, r.fragments[0]) for _, r in read(out).records if r.fragments
        )
        names = {c["file"]: c["name"] for c in json.loads((out / "annotator.json").read_text("utf-8"))["coders"]}
        theirs: Counter[Any] = Counter()
        for path in out.rglob("*.xmi"):
            cas = cas_of(path)
            for layer in ("Claim", "Speaker"):
                for a in cas.select(f"webanno.custom.{layer}"):
                    theirs[names[path.stem], layer.lower(), (a.begin, a.end)] += 1
        assert ours == theirs


def test_what_cassis_writes_again_is_read_with_the_same_labels(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "cas-xmi", tmp_path / "out")
    before = read(tmp_path / "out")
    for path in (tmp_path / "out").rglob("*.xmi"):
        cas_of(path).to_xmi(path)
    after = read(tmp_path / "out")
    assert not after.problems
    assert {r.id: r for _, r in after.records} == {r.id: r for _, r in before.records}


def test_another_name_given_in_another_program_is_another_entity(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "cas-xmi", tmp_path / "out")
    file = tmp_path / "out/0001-a1/Ada.xmi"
    file.write_text(file.read_text("utf-8").replace('who="Mayor of Ada"', 'who="Harbour master"'), "utf-8")
    speaker = next(r for _, r in read(tmp_path / "out").records if r.layer == "speaker")
    assert speaker.values["who"] == {"name": "Harbour master", "type": "person"}


def test_the_shared_sample_is_read_whole(tmp_path: Path) -> None:
    xmi, types = shared("formats/mini.xmi"), shared("formats/mini.TypeSystem.xml")
    truth = json.loads(shared("formats/mini.offsets.json").read_text("utf-8"))
    folder = tmp_path / "mini"
    folder.mkdir()
    for path in (xmi, types):
        (folder / path.name).write_bytes(path.read_bytes())
    incoming = read(folder)
    assert not incoming.problems
    assert incoming.documents[0].text == truth["text"]
    spans = [r for _, r in incoming.records if r.layer == "statement"]
    assert [r.fragments for r in spans] == [((75, 93),), ((35, 73),)]
    assert spans[1].values == {"stance": "contra"}
    (link,) = [r for _, r in incoming.records if r.roles]
    assert {k: [f.annotation for f in v] for k, v in link.roles.items()} == {
        "statement": [spans[1].id],
        "speaker": [spans[0].id],
    }
    assert derive_codebook(incoming, "Mini").layer(link.layer).kind == "link"


_TYPES = """<?xml version="1.0"?><typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
<typeDescription><name>webanno.custom.Span</name><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>value</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>n</name><rangeTypeName>uima.cas.Integer</rangeTypeName></featureDescription>
<featureDescription><name>slots</name><rangeTypeName>uima.cas.FSArray</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>webanno.custom.Slot</name><supertypeName>uima.cas.TOP</supertypeName></typeDescription>
<typeDescription><name>webanno.custom.Rel</name><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>Source</name><rangeTypeName>uima.tcas.Annotation</rangeTypeName></featureDescription>
<featureDescription><name>Target</name><rangeTypeName>uima.tcas.Annotation</rangeTypeName></featureDescription>
<featureDescription><name>kind</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription></types></typeSystemDescription>"""


def _xmi(labels: str, members: str, text: str = "Ada said so.", head: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{head}<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" '
        f'xmlns:custom="http:///webanno/custom.ecore" xmi:version="2.0">{labels}<cas:Sofa xmi:id="1" sofaNum="1" '
        f'sofaID="_InitialView" sofaString="{text}"/><cas:View sofa="1" members="{members}"/></xmi:XMI>'
    )


_SPANS = """<custom:Span xmi:id="2" sofa="1" begin="0" end="3" value="who" n="3" slots="7"/>
<custom:Span xmi:id="3" sofa="1" begin="4" end="8"/><custom:Slot xmi:id="7" role="verb" target="3"/>
<custom:Rel xmi:id="4" sofa="1" begin="4" end="8" Source="2" Target="3" kind="subj"/>"""


def test_a_project_of_inception_is_read_with_relations_and_slots(tmp_path: Path) -> None:
    inner = tmp_path / "ada.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("ada.xmi", _xmi(_SPANS, "2 3 4"))
        archive.writestr("TypeSystem.xml", _TYPES)
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as archive:
        archive.writestr("annotation/news.txt/ada.zip", inner.read_bytes())
    incoming = read(tmp_path / "project.zip")
    assert not incoming.problems
    assert [d.source for d in incoming.documents] == ["news.txt"]
    by_layer = {r.layer: r for _, r in incoming.records}
    assert {r.coder.name for _, r in incoming.records if r.coder} == {"ada"}
    spans = [r for _, r in incoming.records if r.layer == "span"]
    assert spans[0].values == {"value": "who", "n": 3}
    assert by_layer["rel"].values == {"kind": "subj"}
    assert list(by_layer["rel"].roles) == ["source", "target"]
    slots = {k: [f.annotation for f in v] for k, v in by_layer["span_slots"].roles.items()}
    assert slots == {"span": [spans[0].id], "verb": [spans[1].id]}


@pytest.mark.parametrize(
    ("labels", "members", "told"),
    [
        ('<custom:Span xmi:id="2" sofa="1" begin="0" end="99"/>', "2", "outside the text"),
        ('<custom:Span xmi:id="2" sofa="1" begin="5" end="2"/>', "2", "before it begins"),
        (f'<custom:Span xmi:id="2" sofa="1" begin="{"9" * 5000}" end="2"/>', "2", "not numbers"),
        ('<custom:Other xmi:id="2" sofa="1" begin="0" end="2"/>', "2", "has no type"),
        ("", "2", "which is not there"),
        ('<custom:Span xmi:id="x" sofa="1" begin="0" end="2"/>', "2", "is not an id"),
        ('<custom:Rel xmi:id="2" sofa="1" begin="0" end="2" Source="8" Target="9"/>', "2", "there is no 8"),
    ],
)
def test_a_bad_element_is_named_with_its_line(tmp_path: Path, labels: str, members: str, told: str) -> None:
    (tmp_path / "TypeSystem.xml").write_text(_TYPES)
    (tmp_path / "x.xmi").write_text(_xmi(labels, members))
    problems = read(tmp_path).problems
    assert any(told in p["what"] for p in problems), problems
    assert all("x.xmi line " in p["where"] for p in problems)


def test_half_an_emoji_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "TypeSystem.xml").write_text(_TYPES)
    (tmp_path / "x.xmi").write_text(_xmi('<custom:Span xmi:id="2" sofa="1" begin="0" end="1"/>', "2", "😀 so"), "utf-8")
    assert "inside a character" in read(tmp_path).problems[0]["what"]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_entities_and_document_types_are_refused(tmp_path: Path, head: str) -> None:
    (tmp_path / "TypeSystem.xml").write_text(_TYPES)
    (tmp_path / "x.xmi").write_text(_xmi("", "", head=head))
    with pytest.raises(BadInput, match="document type"):
        read(tmp_path)


def test_broken_files_never_do_more_than_be_told(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "cas-xmi", tmp_path / "out")
        for path in broken(tmp_path / "out", tmp_path, 80):
            never_more_than_told(study, "cas-xmi", path)
