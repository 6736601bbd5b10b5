"""A WebAnno TSV of others goes out as it came, by a reader made from the description of the form alone."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.services.exchange.exporting import export
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.cli.test_contract import Terminal
from tests.formats.webanno_reader import header_of, labels_of

TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
ROWS = (
    ("1-1", "0-3", "Ada"),
    ("1-2", "4-10", "Moor’s"),
    ("1-3", "11-14", "eel"),
    ("1-3.1", "12-13", "e"),
    ("1-4", "15-17", "😀"),
    ("1-5", "18-23", "swims"),
    ("1-5.1", "23-23", ""),
    ("1-6", "24-25", "."),
)
TEXT = "Ada Moor’s eel 😀 swims ."


def tsv(head: str, cells: dict[str, str], text: str = TEXT) -> str:
    """A file of one sentence: cells of units that have any, `_` in the others."""
    width = 0
    for line in head.splitlines():
        width += line.count("|")
    blank = "\t".join("_" * width)
    rows = [
        f"{unit}\t{place}\t{form}\t{cells.get(unit, blank)}\t"
        for unit, place, form in ROWS
        if "." not in unit or unit in cells
    ]
    lines = ["#FORMAT=WebAnno TSV 3.3", *head.splitlines(), "", "", f"#Text={text}", *rows, ""]
    return "\n".join(lines)


SPANS = tsv(
    "#T_SP=webanno.custom.NE_x|Kind|identifier",
    {
        "1-1": "PER[1]|a\\|b\\_c[2]\t*[1]|http://x.org/\\*[2]",
        "1-2": "PER[1]\t*[1]",
        "1-3": "*\t*",
        "1-3.1": "sub\t*",
        "1-6": "\\*\tx",
    },
)
SLOTS = tsv(
    "#T_SP=webanno.custom.Span|\n"
    "#T_SP=webanno.custom.Host|value|ROLE_webanno.custom.Host:links_webanno.custom.HostLink|webanno.custom.Span\n"
    "#T_SP=webanno.custom.Flex|ROLE_webanno.custom.Flex:any_webanno.custom.FlexLink|uima.tcas.Annotation",
    {
        "1-1": "*[1]\t_\t_\t_\t_\t_",
        "1-2": "*[1]\tv\tAgent;*;Agent\t1-1[1];1-3;1-6\t_\t_",
        "1-3": "*\t_\t_\t_\tto\t1-2",
        "1-5": "_\tw\t_\t*\t_\t*",
        "1-6": "*\t_\t_\t_\t_\t_",
    },
)
RELATIONS = tsv(
    "#T_SP=a.b.Mention|value\n#T_RL=a.b.Rel|kind|note|BT_a.b.Mention\n#T_RL=a.b.Dep|dep|BT_" + TOKEN,
    {
        "1-1": "M[1]\t_\t_\t_\tnsubj\t1-5",
        "1-2": "M[1]|N[2]\t_\t_\t_\t_\t_",
        "1-3": "K\tbuys|sells\t*|x y\t1-1[1_0]|1-2[2_0]\t_\t_",
        "1-5": "_\t_\t_\t_\troot|punct\t1-5|1-6",
    },
)
CHAINS = tsv(
    "#T_CH=webanno.custom.CorefLink|referenceType|referenceRelation",
    {
        "1-1": "nam[1]\tcoref->1-1",
        "1-2": "nam[1]\tcoref->1-1",
        "1-3": "*[2]|nom[1]\t*->2-1|*->1-2",
        "1-5": "pro[1]\tsame->1-3",
        "1-6": "lone[3]\t*->3-1",
    },
)
EMPTY = tsv("#T_SP=webanno.custom.Nothing|value|other", {})
NONE = tsv("", {})
FILES = {"spans": SPANS, "slots": SLOTS, "relations": RELATIONS, "chains": CHAINS, "empty": EMPTY, "none": NONE}


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def put(folder: Path, text: str, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def bare(out: Path) -> None:
    """Take away what stands beside the files."""
    for name in ("annotator.json", "extras.jsonl", "labels.jsonl"):
        (out / name).unlink()


@pytest.mark.parametrize("kind", list(FILES))
def test_every_label_comes_back_without_what_stands_beside(tmp_path: Path, kind: str) -> None:
    source = put(tmp_path / "in", FILES[kind], "News, No. 7.txt/Ada M.tsv")
    here, before = source, labels_of(FILES[kind])
    assert before or kind in ("empty", "none")
    for turn in ("one", "two"):
        new_study_from(tmp_path / f"{turn}.annotator", here, "webanno-tsv")
        with Study.open(tmp_path / f"{turn}.annotator") as study:
            assert check(study) == []
            export(study, "webanno-tsv", tmp_path / turn)
        bare(tmp_path / turn)
        (file,) = (tmp_path / turn).rglob("*.tsv")
        assert file.parent.name == "News, No. 7.txt"
        assert file.name == ("Ada M.tsv" if before else "INITIAL_CAS.tsv")
        assert labels_of(file.read_text("utf-8")) == before
        if kind != "none":
            assert header_of(file.read_text("utf-8")) == header_of(FILES[kind])
        here = tmp_path / turn


@pytest.mark.parametrize("kind", ["slots", "relations", "chains"])
def test_what_stands_beside_is_found_again_by_place(tmp_path: Path, kind: str) -> None:
    new_study_from(tmp_path / "s.annotator", put(tmp_path / "in", FILES[kind], "d/Ada.tsv"), "webanno-tsv")
    with Study.open(tmp_path / "s.annotator") as study:
        before = {a.id: (a.layer, a.fragments, a.roles, a.values) for a in study.annotations()}
        export(study, "webanno-tsv", tmp_path / "out")
    text = (tmp_path / "out/d/Ada.tsv").read_text("utf-8")
    assert not set(before) & set(text.split())
    assert not any(key in text for key in before)
    new_study_from(tmp_path / "t.annotator", tmp_path / "out", "webanno-tsv")
    with Study.open(tmp_path / "t.annotator") as study:
        assert {a.id: (a.layer, a.fragments, a.roles, a.values) for a in study.annotations()} == before


def test_a_chain_is_a_link_of_its_elements_in_their_order(tmp_path: Path) -> None:
    new_study_from(tmp_path / "s.annotator", put(tmp_path / "in", CHAINS, "d/Ada.tsv"), "webanno-tsv")
    with Study.open(tmp_path / "s.annotator") as study:
        text = study.text(study.documents()[0].id)
        labels = {a.id: a for a in study.annotations()}
        (chain,) = (a for a in labels.values() if a.roles)
        members = [labels[str(f.annotation)] for f in chain.roles["member"]]
        assert [text[a.fragments[0][0] : a.fragments[0][1]] for a in members] == ["Ada Moor’s", "eel", "swims"]
        assert [a.values["referencetype"] for a in members] == ["nam", "nom", "pro"]


def test_labels_without_a_character_are_told_with_what_they_hold(tmp_path: Path) -> None:
    text = SLOTS.replace("1-6\t24-25", "1-5.1\t23-23\t\t_\tz\ta;b\t1-3;1-6\t_\t_\t\n1-6\t24-25")
    source = put(tmp_path / "in", text, "d/Ada.tsv")
    answer = as_json(new_study_from(tmp_path / "s.annotator", source, "webanno-tsv"))
    told = {x["what"]: x["count"] for x in answer["losses"]}
    assert told["labels without any text"] == 1
    assert told["slots of labels without any text"] == 2


def test_new_from_prints_what_stays_behind(tmp_path: Path, terminal: Terminal) -> None:
    text = SPANS.replace("1-6\t24-25", "1-5.1\t23-23\t\tz\t*\t\n1-6\t24-25")
    put(tmp_path / "in", text, "d/Ada.tsv")
    study = str(tmp_path / "s.annotator")
    code, _, err = terminal("new", study, "--from", str(tmp_path / "in"), "--format", "webanno-tsv")
    assert code == 0
    assert "left behind: labels without any text (1)" in err


def test_bad_rows_are_all_named_and_the_rest_is_taken_by_choice(tmp_path: Path) -> None:
    bad = SPANS.replace("1-1\t0-3\tAda", "1-1\tnowhere\tAda").replace("1-3\t11-14\teel", "1-3\t11-14\tegg")
    worse = RELATIONS.replace("1-1[1_0]", "9-9[9_0]")
    source = put(tmp_path / "in", bad, "one/Ada.tsv")
    put(source, worse, "two/Ada.tsv")
    put(source, "no such form", "three/Ada.tsv")
    put(source, CHAINS, "four/Ada.tsv")
    with pytest.raises(AnnotatorError) as refused:
        new_study_from(tmp_path / "s.annotator", source, "webanno-tsv")
    told = {(p.where, p.what.split(" ")[0]) for p in refused.value.problems}  # type: ignore[attr-defined]
    assert {where.split(" line ")[0] for where, _ in told} == {"one/Ada.tsv", "two/Ada.tsv", "three/Ada.tsv"}
    assert len([w for w, _ in told if w.startswith("one/")]) == 2
    assert not (tmp_path / "s.annotator").exists()
    answer = as_json(new_study_from(tmp_path / "s.annotator", source, "webanno-tsv", taking=Taking(rest=True)))
    assert answer["left"] == len(refused.value.problems)  # type: ignore[attr-defined]
    with Study.open(tmp_path / "s.annotator") as study:
        assert check(study) == []
        assert len(study.documents()) == 3
        export(study, "webanno-tsv", tmp_path / "out")
    sound = labels_of(RELATIONS)
    (gone,) = (label for label in sound if label[0] == "relation" and ("kind", "buys") in label[5])
    assert labels_of((tmp_path / "out/two/Ada.tsv").read_text("utf-8")) == sound - Counter([gone])
    assert labels_of((tmp_path / "out/four/Ada.tsv").read_text("utf-8")) == labels_of(CHAINS)


def test_remarks_and_doubts_on_layers_of_others_stand_beside(tmp_path: Path) -> None:
    new_study_from(tmp_path / "s.annotator", put(tmp_path / "in", SPANS, "d/Ada.tsv"), "webanno-tsv")
    with Study.open(tmp_path / "s.annotator") as study:
        export(study, "jsonl", tmp_path / "r.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    for line in lines:
        line |= {"id": f"x {line['id']}", "memo": "is this one?", "uncertain": ["kind"], "external_id": None}
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines), "utf-8")
    from annotator.services.exchange.importing_codings import import_codings

    with Study.open(tmp_path / "s.annotator") as study:
        import_codings(study, [tmp_path / "r.jsonl"], "annotations", coder="Ben", taking=Taking(override=True))
        manifest = as_json(export(study, "webanno-tsv", tmp_path / "out"))
        before = {a.id: a.memo for a in study.annotations()}
    assert any(x["what"].startswith("remarks, which") and x["count"] == len(lines) for x in manifest["losses"])
    out = (tmp_path / "out/d/Ben.tsv").read_text("utf-8")
    assert "is this one" not in out
    assert labels_of(out) == labels_of(SPANS)
    new_study_from(tmp_path / "t.annotator", tmp_path / "out", "webanno-tsv")
    with Study.open(tmp_path / "t.annotator") as study:
        assert {a.id: a.memo for a in study.annotations()} == before
