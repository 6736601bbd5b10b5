"""WebAnno TSV 3.3 by golden files, a parser made from the manual, random studies, other programs' and broken files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.errors import BadInput
from annotator.formats.deriving import derive_codebook
from annotator.formats.tsv_grid import escaped, escaped_text, split, unescaped
from annotator.formats.webanno_tsv import read
from annotator.services.exchange.exporting import export
from tests.formats.goldens import broken, is_golden, never_more_than_told
from tests.formats.random_studies import Random, comes_back, random_studies, study_of
from tests.formats.test_exports import coded


def test_the_folder_is_the_golden_one_and_comes_back(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "webanno-tsv", tmp_path / "out")
        is_golden(tmp_path / "out", "webanno-tsv")
        comes_back(study, "webanno-tsv", tmp_path)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_studies())
def test_every_random_study_comes_back(made: Random) -> None:
    with tempfile.TemporaryDirectory() as folder, study_of(made, Path(folder) / "s.annotator") as study:
        comes_back(study, "webanno-tsv", Path(folder))


@given(st.text(alphabet="a\\[]|_;-> \t\n\r*b😀"))
def test_values_come_out_of_their_cells_as_they_went_in(value: str) -> None:
    cell = escaped(value)
    assert unescaped(cell) == value
    assert split(f"{cell}|{cell}", "|") == [cell, cell]
    assert not set(cell) & set("\t\n\r")
    assert unescaped(escaped_text(value)) == value


def test_a_parser_made_from_the_manual_finds_tokens_and_labels(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "webanno-tsv", tmp_path / "out")
        text = study.text(study.documents()[0].id)
    units = text.encode("utf-16-le")
    lines = (tmp_path / "out/0001-a1/Ada.tsv").read_bytes().decode().split("\n")
    assert lines[0] == "#FORMAT=WebAnno TSV 3.3"
    head = [line for line in lines if line.startswith("#T_SP=")]
    assert head[0].startswith("#T_SP=webanno.custom.Claim|kind|cues|")
    assert lines[len(head) + 1 : len(head) + 3] == ["", ""]
    assert sum(line.startswith("#Text=") for line in lines) == 2
    names = [name for line in head for name in line.removeprefix("#T_SP=").split("|")[1:]]
    labels: dict[str, list[str]] = {}
    for line in lines:
        if line and not line.startswith("#"):
            unit, place, form, *cells = line.split("\t")
            begin, end = map(int, place.split("-"))
            assert units[begin * 2 : end * 2].decode("utf-16-le") == form
            assert len(cells) == len(names) + 1
            for name, cell in zip(names, cells, strict=False):
                if cell != "_":
                    labels.setdefault(name, []).append(f"{unit} {cell}")
    assert labels["kind"] == ["1-6 fact[2]", "1-7 fact[2]", "1-8 fact[2]"]
    assert labels["who"] == ["1-1 Mayor of Ada[1]", "1-2 Mayor of Ada[1]"]
    assert labels["webanno.custom.Speaker"] == ["1-6 1-1[1]", "1-7 1-1[1]", "1-8 1-1[1]"]


def test_what_a_hand_changed_wins_over_what_stands_beside(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "webanno-tsv", tmp_path / "out")
    file = tmp_path / "out/0001-a1/Ada.tsv"
    file.write_bytes(file.read_bytes().replace(b"fact[2]", b"NO[2]"))
    claim = next(
        r for _, r in read(tmp_path / "out").records if r.layer == "claim" and r.coder and r.coder.name == "Ada"
    )
    assert claim.values["kind"] == "NO"


HEAD = """#FORMAT=WebAnno TSV 3.3
#T_SP=webanno.custom.Span|value|n
#T_SP=webanno.custom.Host|ROLE_webanno.custom.Host:links_webanno.custom.LinkType|webanno.custom.Span
#T_RL=webanno.custom.Rel|kind|BT_webanno.custom.Span


"""
BODY = """#Text=Ann saw 😀 Bob .
1-1\t0-3\tAnn\twho\\_1[1]|x[2]\t*[1]|7[2]\t_\t_\t_\t_\t
1-2\t4-7\tsaw\t_\t_\tp1;*\t1-1[2];2-1[3]\t_\t_\t
1-3\t8-10\t😀\t_\t_\t_\t_\t_\t_\t
1-4\t11-14\tBob\tb\t*\t_\t_\tsubj\t1-1[1_0]\t
1-4.1\t11-12\tB\tinitial\t*\t_\t_\t_\t_\t
1-5\t15-16\t.\t_\t_\t_\t_\t_\t_\t

#Text=He left
#Text=at once
2-1\t18-20\tHe\tc[3]\t*[3]\t_\t_\t_\t_\t
2-2\t21-25\tleft\tc[3]\t*[3]\t_\t_\t_\t_\t
2-3\t26-28\tat\t_\t_\t_\t_\t_\t_\t
2-4\t29-33\tonce\t_\t_\t_\t_\t_\t_\t
"""


def test_a_file_of_inception_is_read_with_stacks_slots_relations_and_parts_of_tokens(tmp_path: Path) -> None:
    (tmp_path / "news.txt").mkdir()
    (tmp_path / "news.txt/ada.tsv").write_bytes((HEAD + BODY).encode())
    incoming = read(tmp_path)
    assert not incoming.problems
    assert incoming.documents[0].text == "Ann saw 😀 Bob .\n\nHe left\nat once"
    text = incoming.documents[0].text
    spans = {r.id: r for _, r in incoming.records if r.layer == "span"}
    said = [(text[r.fragments[0][0] : r.fragments[0][1]], r.values) for r in spans.values()]
    assert said == [
        ("Ann", {"value": "who_1"}),
        ("Ann", {"value": "x", "n": "7"}),
        ("Bob", {"value": "b"}),
        ("B", {"value": "initial"}),
        ("He left", {"value": "c"}),
    ]
    keys = list(spans)
    (slots,) = [r for _, r in incoming.records if r.layer == "host_links"]
    assert {k: [f.annotation for f in v] for k, v in slots.roles.items() if k != "host"} == {
        "p1": [keys[1]],
        "links": [keys[4]],
    }
    (relation,) = [r for _, r in incoming.records if r.layer == "rel_relation"]
    assert relation.values == {"kind": "subj"}
    assert {k: [f.annotation for f in v] for k, v in relation.roles.items()} == {
        "source": [keys[0]],
        "target": [keys[2]],
    }
    assert {r.coder.name for _, r in incoming.records if r.coder} == {"ada"}
    derive_codebook(incoming, "News")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("4-7\tsaw", "4-7\tsow", "the text has"),
        ("4-7\tsaw", "4-700\tsaw", "outside the text"),
        ("4-7\tsaw", "x\tsaw", "a row begins with"),
        ("1-1[2];2-1[3]", "1-1[9];2-1[3]", "no label at"),
        ("1-1[1_0]", "_", "where it comes from"),
        ("\tsubj\t1-1[1_0]\t", "\t", "columns"),
        ("18-20", "999999999-999999999", "cannot begin"),
        ("18-20", f"{'9' * 5000}-20", "a row begins with"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    (tmp_path / "x.tsv").write_bytes((HEAD + BODY.replace(old, new, 1)).encode())
    problems = read(tmp_path).problems
    assert any(told in p["what"] for p in problems), problems
    assert all(p["where"].startswith("x.tsv line ") for p in problems)


def test_another_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("a\tb\n1\t2\n")
    with pytest.raises(BadInput, match="not a WebAnno TSV 3 file"):
        read(tmp_path)


def test_broken_files_never_do_more_than_be_told(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "webanno-tsv", tmp_path / "out")
        for path in broken(tmp_path / "out", tmp_path, 100):
            never_more_than_told(study, "webanno-tsv", path)
