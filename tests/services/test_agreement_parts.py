"""Whose figures, what counts, what is missing: the parts of an agreement report beside the coefficients."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.cli.app import run
from annotator.domain.commands import AddAnnotation, SetDocumentState
from annotator.domain.errors import BadInput
from annotator.services.agreement.comparing import UNMATCHED, comparisons
from annotator.services.agreement.figures import first_look, study_agreement
from annotator.services.agreement.lookup import differing, of_category, of_cell, of_document, of_period, of_version
from annotator.services.agreement.report import write_report
from annotator.services.agreement.request import Question, corpus
from annotator.services.study import Study
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from tests.cli.test_contract import Seen
from tests.studies import study_at

PLACES = ((0, 9), (10, 14), (22, 33), (34, 50), (52, 60), (70, 80))
KINDS = ("fact", "NO")


def claim(study: Study, who: str, document: str, place: int, kind: str | None, stance: float | None = None) -> str:
    key = study.ids()
    values: dict[str, Any] = {} if kind is None else {"kind": kind}
    if stance is not None:
        values["stance"] = stance
    study.coding.apply(
        AddAnnotation(
            coder_id=study.coder(who).id,
            document_id=document,
            layer="claim",
            id=key,
            fragments=(PLACES[place],),
            values=values,
        )
    )
    return key


def read(study: Study, who: str, document: str) -> None:
    study.coding.apply(SetDocumentState(coder_id=study.coder(who).id, document_id=document, state="done"))


def one(found: dict[str, Any], attribute: str) -> dict[str, Any]:
    return next(a for a in found["attributes"] if (a["layer"], a["attribute"]) == ("claim", attribute))


def test_an_unmatched_unit_is_left_out_or_disagrees_as_it_was_asked(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        document = study.documents()[0].id
        for place in (0, 1, 2):
            claim(study, "Ada", document, place, "fact", 1)
            claim(study, "Ben", document, place, "fact", 1)
        claim(study, "Ada", document, 3, "NO", -1)
        claim(study, "Ben", document, 4, None)
        left = study_agreement(study, Question(bootstrap=0))
        counted = study_agreement(study, Question(bootstrap=0, unmatched="disagreement"))
        assert one(left, "kind")["units"] == 3
        assert one(left, "kind")["coefficients"]["percent_agreement"]["value"] == 1
        kind = one(counted, "kind")
        assert kind["units"] == 4, "a label without a value is no witness"
        assert kind["coefficients"]["percent_agreement"]["value"] == 0.75
        assert {p["category"]: p["count"] for p in kind["prevalence"]}[UNMATCHED] == 1
        stance = one(counted, "stance")
        assert stance["main"] == "krippendorff_alpha_unmatched"
        # by hand: coincidences of 1 with 1: 6, of -1 with unmatched: 1 each way; all differences are 1
        assert stance["coefficients"][stance["main"]]["value"] == pytest.approx(1 - 7 * 2 / (8 * 8 - (36 + 1 + 1)))
        assert stance["coefficients"]["krippendorff_alpha"]["value"] is None
        assert any("disagrees with everyone" in n for n in counted["notes"])
        for ending in ("html", "xlsx", "csv", "zip"):
            write_report(study, Question(bootstrap=0, unmatched="disagreement"), None, tmp_path / f"r.{ending}")
        assert "no matching label" in (tmp_path / "r.html").read_text(encoding="utf-8")
        assert UNMATCHED not in (tmp_path / "r.csv").read_text(encoding="utf-8")
        with pytest.raises(BadInput, match="does not know"):
            study_agreement(study, Question(unmatched="maybe"))


def crossed(study: Study, names: tuple[str, ...] = ("Ada", "Ben", "Chidi")) -> None:
    """Everybody codes both articles; Ben differs once from Ada, Chidi always."""
    for name in names:
        study.ensure_coder(name)
    for document in study.documents():
        for place in range(4):
            for name in names:
                given = {"Ada": place % 2, "Ben": 1 if place == 0 else place % 2, "Chidi": 1 - place % 2}.get(name, 1)
                claim(study, name, document.id, place, KINDS[given])


def test_own_figures_pool_the_others_and_name_nobody(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", documents=2) as study:
        crossed(study)
        everybody = study_agreement(study, Question(bootstrap=20))
        own = study_agreement(study, Question(bootstrap=20, own="Ada"))
        assert own["coders"] == ["Ada", "the others"]
        assert own["documents"] == everybody["documents"] == 2
        part = one(own, "kind")
        assert part["units"] == 16, "four units of two articles beside each of two others"
        pairs = {tuple(p["coders"]): p for p in one(everybody, "kind")["pairs"]}
        with_ada = [pairs["Ada", "Ben"]["percent_agreement"], pairs["Ada", "Chidi"]["percent_agreement"]]
        assert part["coefficients"]["percent_agreement"]["value"] == pytest.approx(sum(with_ada) / 2)
        assert own["spans"][0]["pairs"][0]["counts"] == [16, 16]
        assert part["coefficients"]["krippendorff_alpha"]["low"] is not None
        told = json.dumps(own)
        assert "Ben" not in told
        assert "Chidi" not in told
        for ending in ("html", "xlsx"):
            write_report(study, Question(bootstrap=20, own="Ada"), own, tmp_path / f"own.{ending}")
        page = (tmp_path / "own.html").read_text(encoding="utf-8")
        assert "Ben" not in page
        assert "Chidi" not in page
        assert "compared with each of the others in turn" in page
        from openpyxl import load_workbook

        book = load_workbook(tmp_path / "own.xlsx")
        said = {str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row}
        assert not any("Ben" in s or "Chidi" in s for s in said)
        assert {r[6] for r in book["Ratings"].iter_rows(min_row=2, values_only=True)} == {"Ada"}
        for ending in ("csv", "zip"):
            with pytest.raises(BadInput, match="without the ratings"):
                write_report(study, Question(own="Ada"), own, tmp_path / f"own.{ending}")


def test_a_second_reading_is_compared_with_the_first_of_the_same_coder(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", documents=8) as study:
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(1, repeats=100)))
        copies = study.hidden_repeats()
        assert copies
        assigned = {c: [d for d in copies if d in _pile(study, c)] for c in ("Ada", "Ben")}
        who = next(c for c, mine in assigned.items() if mine)
        again = assigned[who][0]
        for place in range(4):
            claim(study, who, copies[again], place, KINDS[place % 2], 1)
            claim(study, who, again, place, KINDS[place % 2 if place else 1], 1)
        found = study_agreement(study, Question(bootstrap=20))
        assert found["attributes"] == [], "no two coders read the same article"
        (part,) = found["repeats"]
        assert (part["coder"], part["documents"]) == (who, 1)
        assert part["spans"][0]["f1"] == 1
        kind = next(a for a in part["attributes"] if a["attribute"] == "kind")
        assert (kind["units"], kind["percent_agreement"]) == (4, 0.75)
        stance = next(a for a in part["attributes"] if a["attribute"] == "stance")
        assert stance["main"] is None
        assert stance["undefined"]
        assert found["design"]["planned"]
        assert sum(len(c["missing"]) for c in found["design"]["coders"]) == 7
        write_report(study, Question(bootstrap=20), found, tmp_path / "r.html")
        assert "Second readings" in (tmp_path / "r.html").read_text(encoding="utf-8")


def _pile(study: Study, name: str) -> set[str]:
    from annotator.store import assignments

    with study.file.reading() as connection:
        return {a.document_id for a in assignments.every(connection, study.coder(name).id)}


def test_single_codes_and_hardest_first(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", documents=2) as study:
        crossed(study, ("Ada", "Ben"))
        found = study_agreement(study, Question(bootstrap=0))
        codes = {c["category"]: c for c in one(found, "kind")["by_category"]}
        # fact: 2 + 1 values an article, 1 pair alike of 1.5; NO: 2 + 3 values
        assert codes["fact"]["specific"] == pytest.approx(2 / 3)
        assert codes["NO"]["specific"] == pytest.approx(4 / 5)
        assert codes["fact"]["confused_with"]["category"] == "NO"
        assert codes["fact"]["alpha"] == pytest.approx(
            one(found, "kind")["coefficients"]["krippendorff_alpha"]["value"]
        )
        assert found["hardest"]["codes"][0]["category"] == "fact"
        assert [d["percent_agreement"] for d in found["hardest"]["documents"]] == [0.75, 0.75]
        lacking = {m["coder"]: m for m in one(found, "kind")["missing"]}
        assert lacking["Ada"] == {"coder": "Ada", "units": 8, "no_label": 0, "no_value": 0}


def test_what_stands_behind_a_figure_is_found_again(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", documents=2) as study:
        crossed(study)
        question = Question(bootstrap=0)
        compared, found, figures = first_look(study, question)
        comparison = next(c for c in found if c.attribute == "kind")
        assert "by_document" not in figures["attributes"][0]
        whole = study_agreement(study, question)
        fact, no = (comparison.categories.index(k) for k in KINDS)
        ada, ben, chidi = (study.coder(n).id for n in ("Ada", "Ben", "Chidi"))
        assert len(of_cell(comparison, ada, ben, fact, no)) == 2
        assert len(differing(comparison)) == 8
        assert differing(comparison, [ada, ben]) == of_cell(comparison, ada, ben, fact, no)
        assert len(of_category(comparison, "fact")) == 8
        first = study.documents()[0].id
        assert len(of_document(comparison, compared, first)) == 4
        assert of_version(comparison, 1) == differing(comparison)
        ids = [ada, ben, chidi]
        parts = [of_period(comparison, ids, x["period"], x["by"]) for x in one(whole, "kind")["over_time"]]
        assert sorted(i for part in parts for i in part) == differing(comparison)


COMMANDS = st.lists(
    st.tuples(
        st.sampled_from(["Ada", "Ben", "Chidi"]),
        st.integers(0, 1),
        st.integers(0, len(PLACES) - 1),
        st.sampled_from([*KINDS, None]),
        st.sampled_from([None, -1, 1]),
    ),
    max_size=14,
)


@given(COMMANDS, st.sampled_from(["missing", "disagreement"]), st.sampled_from([None, "Ada"]))
@settings(max_examples=25, deadline=None)
def test_no_study_makes_it_raise_or_give_a_number_that_is_not_defined(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[Any, ...]], rule: str, own: str | None
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with study_at(folder / "s.annotator", documents=2) as study:
        study.ensure_coder("Chidi")
        documents = [d.id for d in study.documents()]
        for who, document, place, kind, stance in made:
            claim(study, who, documents[document], place, kind, stance)
        question = Question(bootstrap=5, unmatched=rule, own=own)
        readers = [{who for who, d, *_ in made if d == document} for document in (0, 1)]
        if not any(len(who) > 1 and (own is None or own in who) for who in readers):
            with pytest.raises(BadInput, match="no document"):
                study_agreement(study, question)
            return
        found = study_agreement(study, question)
        json.dumps(found, allow_nan=False)
        for a in found["attributes"]:
            for name, e in a["coefficients"].items():
                assert (e["value"] is None) == bool(e["undefined"]), name
                assert e["low"] is None or e["value"] is not None
        write_report(study, question, found, folder / "r.html")


@pytest.mark.parametrize("kind", ["nobody", "one coder", "no overlap", "nothing", "one category", "one unit", "sparse"])
def test_degenerate_studies_on_the_command_line(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "s.annotator"
    with study_at(path, documents=2) as study:
        first, second = (d.id for d in study.documents())
        if kind == "one coder":
            claim(study, "Ada", first, 0, "fact")
        elif kind == "no overlap":
            claim(study, "Ada", first, 0, "fact")
            claim(study, "Ben", second, 0, "fact")
        elif kind == "nothing":
            claim(study, "Ada", first, 0, "fact")
            read(study, "Ben", first)
        elif kind == "one category":
            for who in ("Ada", "Ben"):
                for place in range(5):
                    claim(study, who, first, place, "fact", 1)
        elif kind == "one unit":
            claim(study, "Ada", first, 0, "fact", 1)
            claim(study, "Ben", first, 0, "NO", -1)
        elif kind == "sparse":
            study.ensure_coder("Chidi")
            for number, who in enumerate(("Ada", "Ben", "Chidi")):
                for place in range(6):
                    claim(study, who, first, place, KINDS[place % 2] if (place + number) % 5 < 2 else None)
    calls: list[list[str]] = [[], ["--unmatched", "disagreement"], ["--own", "Ada"]]
    for extra in calls:
        capsys.readouterr()
        code = run(["agreement", str(path), "--bootstrap", "20", "--json", *extra], Seen())
        said = capsys.readouterr()
        if kind in ("nobody", "one coder", "no overlap"):
            assert code == 1
            assert said.out == ""
            assert said.err.startswith("error: ")
            assert "no document was coded by two" in said.err
            continue
        assert code == 0, said.err
        found = json.loads(said.out, parse_constant=lambda text: pytest.fail(text))
        for a in found["attributes"]:
            for e in a["coefficients"].values():
                assert (e["value"] is None) == bool(e["undefined"])
            if kind == "one category" and not extra:
                assert a["coefficients"]["krippendorff_alpha"]["value"] is None
                assert a["coefficients"]["percent_agreement"]["value"] == 1
        if kind == "nothing":
            assert bool(found["attributes"]) == (extra[:1] == ["--unmatched"])
        for ending in ("html", "xlsx"):
            out = tmp_path / f"r.{ending}"
            assert run(["agreement", str(path), "--bootstrap", "20", *extra, "-o", str(out)], Seen()) == 0
            assert out.stat().st_size > 1000


def test_units_of_a_comparison_name_their_coders(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        document = study.documents()[0].id
        claim(study, "Ada", document, 0, "fact")
        claim(study, "Ben", document, 0, "NO")
        compared = corpus(study, Question())
        (comparison,) = comparisons(study, compared, Question(layer="claim", attribute="kind"))
        assert comparison.rows == [{study.coder("Ada").id: "fact", study.coder("Ben").id: "NO"}]


def test_a_name_that_begins_with_an_equals_sign_is_no_formula_in_the_workbook(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    with study_at(tmp_path / "s.annotator") as study:
        crossed(study, ("=1+1", "Ben"))
        write_report(study, Question(bootstrap=0), None, tmp_path / "r.xlsx")
    cells = [c for sheet in load_workbook(tmp_path / "r.xlsx") for row in sheet.iter_rows() for c in row]
    named = [c for c in cells if isinstance(c.value, str) and c.value.startswith("=")]
    assert len(named) > 8
    assert {c.data_type for c in named} == {"s"}
