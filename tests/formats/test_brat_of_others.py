"""A brat corpus of others goes out as it came: kinds of lines, types, ids, entities, files; no note of ours."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.formats.brat import read
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_codings import import_codings
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.cli.test_contract import Terminal

TEXT = "Ada Moor works for Katib Ltd.\nShe left Katib Ltd. and Bo Li.\n"
ANN = """T1\tPerson 0 8\tAda Moor
T2\tOrganization 19 28\tKatib Ltd
R1\tEmployed-by Arg1:T1 Arg2:T2\t
T5\tWork 9 14\tworks
E2\tWork:T5 Agent:T1 Place:T2 Place2:T4
T4\tOrganization 39 48\tKatib Ltd
T7\tPerson 0 8;54 59\tAda Moor Bo Li
R9\tCoref Anaphora:T4 Antecedent:T2
*\tAlias T2 T4
*\tEmployed-by T1 T7
A1\tNegation E2
A2\tSure T1 high
N1\tReference T1 Wikidata:Q42\tAda Moor
N2\tReference T7 Wikidata:Q43\tAda Moor
#1\tAnnotatorNotes T1\tcheck C:\\new
#2\tNormalization T2\tLtd
#3\tAnnotatorNotes T1\tagain
"""


def lines_of(ann: str) -> Counter[tuple[str, ...]]:
    """What brat reads in a file, whatever the order of lines and the numbers of attributes and notes."""
    found: Counter[tuple[str, ...]] = Counter()
    for line in ann.splitlines():
        name, data, *tail = line.split("\t")
        words = tuple(sorted(data.split())) if name[0] in "E*" else (data.strip(),)
        found[(name if name[0] in "TER" else name[0], *words, "".join(tail).strip())] += 1
    return found


def corpus(folder: Path, *names: str, ann: str = ANN) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.txt").write_text(TEXT, "utf-8", newline="\n")
        (folder / f"{name}.ann").write_text(ann, "utf-8", newline="\n")
    return folder


def test_every_line_comes_back_twice_over(tmp_path: Path) -> None:
    new_study_from(tmp_path / "a.annotator", corpus(tmp_path / "in", "Ada/DOC One"), "brat")
    with Study.open(tmp_path / "a.annotator") as study:
        assert check(study) == []
        export(study, "brat", tmp_path / "out")
        before = len(study.annotations())
    written = (tmp_path / "out/Ada/DOC One.ann").read_text("utf-8")
    assert lines_of(written) == lines_of(ANN)
    conf = (tmp_path / "out/annotation.conf").read_text("utf-8")
    assert "Employed-by\tArg1:Person, Arg2:Organization" in conf
    assert "Alias\tArg1:Organization, Arg2:Organization, <REL-TYPE>:symmetric-transitive" in conf
    assert "Negation\tArg:Work\n" in conf
    new_study_from(tmp_path / "b.annotator", tmp_path / "out", "brat")
    with Study.open(tmp_path / "b.annotator") as study:
        assert len(study.annotations()) == before
        export(study, "brat", tmp_path / "again")
    assert (tmp_path / "again/Ada/DOC One.ann").read_text("utf-8") == written


def test_a_relation_whose_sides_have_one_word_stays_a_relation(tmp_path: Path) -> None:
    ann = "T1\tPerson 0 8\tAda Moor\nT2\tPerson 54 59\tBo Li\nR1\tTwins Arg:T2 Arg:T1\t\nR2\tKnows Arg1:T1 Arg2:T2\t\n"
    new_study_from(tmp_path / "a.annotator", corpus(tmp_path / "in", "Ada/DOC", ann=ann), "brat")
    for n, source in enumerate(("a", "b")):
        with Study.open(tmp_path / f"{source}.annotator") as study:
            export(study, "brat", tmp_path / f"out{n}")
        assert lines_of((tmp_path / f"out{n}/Ada/DOC.ann").read_text("utf-8")) == lines_of(ann)
        assert "Twins\tArg:Person, Arg:Person" in (tmp_path / f"out{n}/annotation.conf").read_text("utf-8")
        if n == 0:
            new_study_from(tmp_path / "b.annotator", tmp_path / "out0", "brat")


def test_two_entities_of_one_name_stay_two_with_their_ids(tmp_path: Path) -> None:
    new_study_from(tmp_path / "a.annotator", corpus(tmp_path / "in", "Ada/a"), "brat")
    with Study.open(tmp_path / "a.annotator") as study:
        assert sorted(e.aliases for e in study.entities()) == [("Wikidata:Q42",), ("Wikidata:Q43",)]


def test_no_line_of_an_export_holds_what_only_this_program_reads(tmp_path: Path) -> None:
    new_study_from(tmp_path / "a.annotator", corpus(tmp_path / "in", "Ada/a"), "brat")
    with Study.open(tmp_path / "a.annotator") as study:
        export(study, "brat", tmp_path / "out")
    assert "{" not in (tmp_path / "out/Ada/a.ann").read_text("utf-8")
    beside = [json.loads(x) for x in (tmp_path / "out/extras.jsonl").read_text("utf-8").splitlines()]
    assert {x["of"] for x in beside} >= {"T1", "R1", "E2"}


def test_an_id_that_brat_gave_again_is_another_label(tmp_path: Path) -> None:
    new_study_from(tmp_path / "a.annotator", corpus(tmp_path / "in", "Ada/a"), "brat")
    with Study.open(tmp_path / "a.annotator") as study:
        export(study, "brat", tmp_path / "out")
    file = tmp_path / "out/Ada/a.ann"
    ann = file.read_text("utf-8")
    gone = ("T5\t", "E2\t", "A2\tNegation")
    kept = "\n".join(x for x in ann.splitlines() if not x.startswith(gone))
    ids = {r.external_id: r.id for _, r in read(tmp_path / "out").records}
    file.write_text(f"{kept}\nT5\tWork 34 38\tleft\n", "utf-8", newline="\n")
    incoming = read(tmp_path / "out")
    assert not incoming.problems
    again = {r.layer: r.id for _, r in incoming.records}
    assert again["work"] not in ids.values()


def test_plain_folders_are_parts_and_take_a_coder(tmp_path: Path) -> None:
    source = corpus(tmp_path / "in", "train/a", "dev/b", "test/c")
    with pytest.raises(AnnotatorError, match="who coded"):
        new_study_from(tmp_path / "a.annotator", source, "brat")
    new_study_from(tmp_path / "a.annotator", source, "brat", coder="Ada")
    with Study.open(tmp_path / "a.annotator") as study:
        assert [d.source for d in study.documents()] == ["dev/b.txt", "test/c.txt", "train/a.txt"]
        assert [c.name for c in study.coders()] == ["Ada"]
        export(study, "brat", tmp_path / "out")
    assert lines_of((tmp_path / "out/Ada/train/a.ann").read_text("utf-8")) == lines_of(ANN)
    new_study_from(tmp_path / "b.annotator", source, "brat", taking=Taking(folders=True))
    with Study.open(tmp_path / "b.annotator") as study:
        assert sorted(c.name for c in study.coders()) == ["dev", "test", "train"]


def test_folders_with_the_same_article_are_coders(tmp_path: Path) -> None:
    new_study_from(tmp_path / "a.annotator", corpus(tmp_path / "in", "Ada/a", "Ben/a", "Ben/b"), "brat")
    with Study.open(tmp_path / "a.annotator") as study:
        assert sorted(c.name for c in study.coders()) == ["Ada", "Ben"]
        assert sorted(d.source for d in study.documents()) == ["a.txt", "b.txt"]


BAD = ANN + "T8\tPerson 0 800\tfar\nR8\tEmployed-by Arg1:T8 Arg2:T2\nA8\tSure T8 low\nnonsense\nE9\tWork:T99 Agent:T1\n"


def test_faulty_lines_keep_a_corpus_out_or_are_left_and_listed(tmp_path: Path) -> None:
    source = corpus(tmp_path / "in", "Ada/a", ann=BAD)
    with pytest.raises(AnnotatorError):
        new_study_from(tmp_path / "a.annotator", source, "brat")
    result = as_json(new_study_from(tmp_path / "a.annotator", source, "brat", taking=Taking(rest=True)))
    places = {p["where"].rsplit(" ", 1)[1] for p in result["problems"]}
    assert places == {"18", "19", "21", "22"}
    assert all(p["source"] and p["what"] for p in result["problems"])
    with Study.open(tmp_path / "a.annotator") as study:
        assert check(study) == []
        export(study, "brat", tmp_path / "out")
        again = as_json(import_codings(study, [source], "brat", taking=Taking(rest=True)))
        assert again["annotations"]["added"] == 0
    assert lines_of((tmp_path / "out/Ada/a.ann").read_text("utf-8")) == lines_of(ANN)


def test_the_command_names_every_fault_and_lists_what_it_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal(capsys)
    source = corpus(tmp_path / "in", "a", ann=BAD)
    words = ["new", tmp_path / "a.annotator", "--from", source, "--format", "brat", "--coder", "Ada"]
    code, _, told = terminal(*words)
    assert code == 1
    assert "a.ann line 21" in told
    assert "a.ann line 22" in told
    corpus(tmp_path / "in", "a", ann=BAD + "".join(f"nonsense {n}\n" for n in range(60)))
    taken = terminal.json(*words, "--take-the-rest")
    listed = Path(taken["left_list"]).read_text("utf-8").splitlines()
    assert listed[0] == "source,where,what"
    assert len(listed) == 1 + taken["left"] == 1 + len(taken["problems"]) > 60


def test_numbers_of_arguments_come_back_as_they_stood(tmp_path: Path) -> None:
    passages = "T1\tGene 0 3\tAda\nT2\tGene 4 8\tMoor\nT3\tBinding 9 14\tworks\n"
    events = [
        "E1\tBinding:T3 Theme:T1 Theme2:T2",
        "E2\tBinding:T3 Theme1:T1 Theme2:T2",
        "E3\tBinding:T3 Theme2:T2",
        "E4\tBinding:T3 Theme:T1",
        "E5\tBinding:T3 Theme3:T1 Theme4:T2",
        "E6\tBinding:T3 Theme1:T1 Theme3:T2",
        "E7\tBinding:T3 Theme:E1 Cause:E4 Theme2:E2",
        "M1\tSpeculation E2",
        "M2\tModality T1 may",
    ]
    source = corpus(tmp_path / "in", "Ada/a", ann=passages + "".join(f"{e}\n" for e in events))
    here = tmp_path / "in"
    for turn in ("one", "two"):
        new_study_from(tmp_path / f"{turn}.annotator", here, "brat", coder=None)
        with Study.open(tmp_path / f"{turn}.annotator") as study:
            export(study, "brat", tmp_path / turn)
        out = (tmp_path / turn / "Ada/a.ann").read_text("utf-8")
        assert lines_of(out) == lines_of((source / "Ada/a.ann").read_text("utf-8"))
        here = tmp_path / turn
    (tmp_path / "two/annotator.json").unlink()
    (tmp_path / "two/extras.jsonl").unlink()
    new_study_from(tmp_path / "three.annotator", tmp_path / "two", "brat")
    with Study.open(tmp_path / "three.annotator") as study:
        assert sum(1 for a in study.annotations() if a.roles) == len(events) - 2


def test_no_name_of_a_file_stays_in_ids_where_texts_are_left_out(tmp_path: Path) -> None:
    source = corpus(tmp_path / "in", "Ada/Tramway zealots triumph")
    new_study_from(tmp_path / "s.annotator", source, "brat")
    for form in ("brat", "jsonl", "cas-xmi", "webanno-tsv"):
        with Study.open(tmp_path / "s.annotator") as study:
            export(study, form, tmp_path / f"out.{form}", without_text=True)
        files = [p for p in tmp_path.glob(f"out.{form}*") if p.is_file()] + [
            p for p in (tmp_path / f"out.{form}").rglob("*") if p.is_file()
        ]
        assert not [p for p in files if b"zealots" in p.read_bytes() or "zealots" in p.name]
    names = {a.split("\t")[0] for a in (tmp_path / "out.brat/Ada/00001.ann").read_text("utf-8").splitlines()}
    assert {"T5", "E2", "R9"} <= names
