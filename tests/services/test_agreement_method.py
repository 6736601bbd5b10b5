"""The methods text and what every form of the report has in common, held against what was really done."""

from __future__ import annotations

import html
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from annotator.agreement.references import references
from annotator.agreement.sources import INTERVALS, source
from annotator.cli.app import run
from annotator.services.agreement.facts import facts_of
from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.measuring import words as interval_words
from annotator.services.agreement.method import citations, method, text_of, works
from annotator.services.agreement.naming import labels_of, period_told
from annotator.services.agreement.report import write_report
from annotator.services.agreement.request import Question, corpus
from annotator.services.agreement.sections import sections
from annotator.services.articles.shared_words import choose
from annotator.services.codebooks.marks import answered_under, reviews
from annotator.services.study import Study
from annotator.services.team.progress import progress
from tests.cli.test_contract import Seen
from tests.services.test_reports import plain_pdf
from tests.services.wandering_study import wandering
from tests.studies import study_at


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    made = wandering(tmp_path_factory.mktemp("method") / "s.annotator").study
    yield made
    made.close()


@pytest.fixture(scope="module")
def figures(study: Study) -> dict[str, Any]:
    return study_agreement(study, Question())


def told(study: Study, figures: dict[str, Any]) -> str:
    facts = facts_of(study, corpus(study, Question()))
    return "\n".join(text_of(p) for p in method(study, figures, facts))


def test_the_methods_text_says_what_was_done(study: Study, figures: dict[str, Any]) -> None:
    text = told(study, figures)
    for part in (
        "The study holds 16 articles",
        "Compared are the 12 articles that at least two coders read in the round “main”, 75 % of the 16 articles",
        "How they were trained, and whether they coded without talking to each other, is not recorded",
        "Agreement on passages is reported for every two coders as precision, recall and F1",
        "u-alpha (Krippendorff, Mathet, Bouvry and Widlöcher 2016)",
        "for the round “pilot”: 4 articles to Ada and Ben, each to every coder, as a pilot",
        "with the seed 5",
        "shared out evenly by outlet and month of publication",
        "further articles were handed out for the round “main”: 12 articles to Ada and Ben, each to 2 coders",
        "with the seed 7, without strata; 25 % of each coder’s articles were given a second time",
        "(6 second readings)",
        "in its 2 versions so far; the labels compared here were made under version 2 (48 labels)",
        "Threat",
        "Second readings are compared with the first of the same coder and enter no other figure: Ada 3 articles",
        "Claim: Topic (24 units)",
        "Krippendorff’s alpha, distance in the tree for Claim: Topic",
    ):
        assert part in text, (part, text)
    assert not re.search(r"\b1 (articles|units|coders|labels|readings)\b", text)


def test_every_sentence_can_be_traced_and_follows_the_facts(study: Study, figures: dict[str, Any]) -> None:
    facts = facts_of(study, corpus(study, Question()))
    sentences = [s for p in method(study, figures, facts) for s in p]
    assert all(s.of and s.text.endswith(".") for s in sentences)
    assert len({s.text for s in sentences}) == len(sentences)
    (pilot, main) = facts.plans
    assert (pilot.readings, main.readings, main.second_readings) == (8, 24, 6)
    assert [v.labels for v in facts.versions] == [0, 48]
    assert facts.versions[1].changes
    whole = study_agreement(study, Question(round="all"))
    every = facts_of(study, corpus(study, Question(round="all")))
    assert [v.labels for v in every.versions] == [16, 48]
    text = "\n".join(text_of(p) for p in method(study, whole, every))
    assert "the 16 articles that at least two coders read in any round" in text
    assert "version 1 (16 labels) and version 2 (48 labels)" in text


def test_labels_carried_over_and_left_for_review_are_counted_and_named(study: Study) -> None:
    pilot = study_agreement(study, Question(round="pilot"))
    kind = next(a for a in pilot["attributes"] if a["attribute"] == "kind")
    values = {
        k: {a.id for a in study.annotations() if a.id in found}
        for k, found in (("carried", answered_under(study)), ("review", reviews(study)))
    }
    carried, review = (len(values[k]) for k in ("carried", "review"))
    assert 16 > carried > 0, "of the pilot, those with a wish or a debt"
    assert 16 > review > 0, "of the pilot, those with a debt"
    assert (kind["carried"], kind["review"]) == (carried, review)
    text = "\n".join(text_of(p) for p in method(study, pilot, facts_of(study, corpus(study, Question(round="pilot")))))
    assert f"carried over by such a change: Claim: Kind ({carried}) and Claim: Topic ({carried})" in text
    assert f"left for review by such a change: Claim: Kind ({review}) and Claim: Topic ({review})" in text
    assert any("left for review" in n and f"claim.kind ({review})" in n for n in pilot["notes"])
    main = study_agreement(study, Question(round="main"))
    assert all(a["carried"] == 0 for a in main["attributes"])


def test_works_are_listed_once_and_every_source_has_one(figures: dict[str, Any], study: Study) -> None:
    names = {n for a in figures["attributes"] for n in a["coefficients"]} | {"u_alpha", "icc_1", "gwet_ac2_linear"}
    for name in names - {"percent_agreement_pooled_pairs"}:
        assert references([source(name)]), name
    for told in INTERVALS:
        assert references([told]), told
    cited = citations(figures)
    assert len({where for _, where in cited}) == len(cited)
    listed = works(figures, method(study, figures, facts_of(study, corpus(study, Question()))))
    assert listed == sorted(set(listed), key=listed.index)
    assert len(listed) == len({w.split(").")[0] + w for w in listed})
    assert any(w.startswith("Wu, Z.") for w in listed)


def plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))  # a PDF has ligatures


def test_html_pdf_and_xlsx_have_the_same_content(study: Study, figures: dict[str, Any], tmp_path: Path) -> None:
    found: dict[str, str] = {}
    for ending in ("html", "pdf", "xlsx"):
        write_report(study, Question(), figures, tmp_path / f"r.{ending}", plain_pdf)
    found["html"] = plain(html.unescape(re.sub(r"<[^>]*>", " ", (tmp_path / "r.html").read_text(encoding="utf-8"))))
    reader = PdfReader(io.BytesIO((tmp_path / "r.pdf").read_bytes()))
    found["pdf"] = plain("".join(p.extract_text() for p in reader.pages))
    assert any(p.images for p in reader.pages), "the plot"
    book = load_workbook(tmp_path / "r.xlsx")
    assert "<svg" in (tmp_path / "r.html").read_text(encoding="utf-8")
    found["xlsx"] = plain(
        " ".join(book.sheetnames)
        + " ".join(
            str(c) for s in book.worksheets for row in s.iter_rows(values_only=True) for c in row if c is not None
        )
    )
    facts = facts_of(study, corpus(study, Question()))
    tables = sections(figures, facts, labels_of(study.codebook))
    words = [w for s in tables for w in (s.title, *(str(c) for r in s.rows for c in r if c and type(c) is not float))]
    words += [s.text for p in method(study, figures, facts) for s in p]
    words += works(figures, method(study, figures, facts))
    words += ["Cohen’s kappa", "a5.txt", "tree"]
    for ending, text in found.items():
        for word in words:
            if not re.fullmatch(r"[\d.,]+", word) and not (ending == "pdf" and len(plain(word)) > 60):
                assert plain(word) in text, (ending, word)
    titles = {s.title for s in tables}
    assert {
        "Systematic differences",
        "Account",
        "Coders",
        "Articles",
        "Codebook",
        "Codebook changes",
        "Plans",
    } <= titles
    assert titles <= set(book.sheetnames)


def test_untitled_articles_are_named_and_hidden_headlines_stay_hidden(study: Study, tmp_path: Path) -> None:
    result = study_agreement(study, Question())
    write_report(study, Question(), result, tmp_path / "a.html")
    assert "a5.txt" in (tmp_path / "a.html").read_text(encoding="utf-8")
    for ending in ("html", "xlsx"):
        write_report(study, Question(), result, tmp_path / f"b.{ending}", titles=False)
    assert "a5.txt" not in (tmp_path / "b.html").read_text(encoding="utf-8")
    book = load_workbook(tmp_path / "b.xlsx")
    cells = {str(c) for s in book.worksheets for row in s.iter_rows(values_only=True) for c in row}
    assert not any("a5.txt" in c for c in cells)


def test_one_unit_is_no_stretch() -> None:
    assert period_told({"by": "order", "period": "13–13"}) == "unit 13 in order of coding"
    assert period_told({"by": "order", "period": "1–13"}) == "units 1–13 in order of coding"
    assert period_told({"by": "month", "period": "2031-01"}) == "2031-01"


def test_articles_with_the_same_words_coded_once_are_told(tmp_path: Path) -> None:
    from annotator.domain.commands import SetDocumentState
    from annotator.intake import read_source
    from annotator.services.articles.importing import add_documents
    from annotator.services.team.allocation import Request
    from annotator.services.team.assigning import apply_plan, plan
    from tests.services.test_agreement_parts import claim

    with study_at(tmp_path / "s.annotator", documents=2) as study:
        article = study.documents()[1]
        add_documents(study, read_source("again.txt", study.text(article.id).encode(), "plain"))
        ada = study.coder("Ada").id
        assert progress(study)[ada].stands_for == 0
        choose(study, "once")
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2)))
        assert progress(study)[ada].stands_for == 1
        for who in ("Ada", "Ben"):
            claim(study, who, article.id, 0, "fact")
            done = SetDocumentState(coder_id=study.coder(who).id, document_id=article.id, state="done")
            study.coding.apply(done)
        figures = study_agreement(study, Question())
        assert any("3 (2)" in n and "coded once" in n for n in figures["notes"])
        assert figures["documents"] == 1, "the one that is coded counts once"
        text = told(study, figures)
        assert "2 articles have the same words as another; one of them was coded and stands for the others" in text
        json.dumps(figures)


def test_planning_from_a_pilot_on_the_command_line(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(study.file.path)
    assert run(["agreement", path, "--round", "pilot", "--width", "0.2", "--json"], Seen()) == 0
    told = json.loads(capsys.readouterr().out)["planning"]
    assert told["width"] == 0.2
    kind = next(a for a in told["attributes"] if a["attribute"] == "kind")
    assert kind["pilot"]["articles"] == 4
    needs = {n["coders"]: n["articles"] for n in kind["needed"]}
    assert list(needs) == [2, 3, 4, 5]
    assert all(n is None or n >= 5 for n in needs.values())
    for curve in kind["curves"]:
        widths = [w for _, w in curve["points"]]
        assert widths == sorted(widths, reverse=True), "more articles, a narrower interval"
    assert run(["agreement", path, "--width", "0.2"], Seen()) == 0
    assert "claim.kind: an interval of width 0.2 takes" in capsys.readouterr().out
    assert run(["agreement", path, "--width", "7"], Seen()) == 1


def test_cells_just_outside_the_band_are_warned_of() -> None:
    def part(coders: int, value: float, articles: int) -> dict[str, Any]:
        return {"layer": "claim", "attribute": "kind", "coders": coders, "main": "a", "most_given": 0.5,
                "coefficients": {"a": {"value": value}}, "interval": {"documents": articles}}  # fmt: skip

    def told(p: dict[str, Any]) -> bool:
        return any("nearly always agree" in w for w in interval_words([p]))

    assert told(part(5, 0.95, 50))
    assert not told(part(5, 0.95, 200))
    assert not told(part(3, 0.95, 50))
    assert not told(part(5, 0.6, 50))


def test_soft_labels_keep_every_coding(study: Study, tmp_path: Path) -> None:
    write_report(study, Question(), None, tmp_path / "soft.jsonl")
    lines = [json.loads(x) for x in (tmp_path / "soft.jsonl").read_text(encoding="utf-8").splitlines()]
    units = [x for x in lines if x["kind"] == "unit" and x["attribute"] == "kind"]
    coders = [x for x in lines if x["kind"] == "coder" and x["attribute"] == "kind"]
    made = {a.id: a for a in study.annotations()}
    assert len(units) == 24
    assert {c["coder"] for c in coders} == {"Ada", "Ben"}
    for unit in units:
        assert {c["coder"] for c in unit["codings"]} == {"Ada", "Ben"}
        assert all(made[c["annotation"]].values["kind"] == c["value"] for c in unit["codings"])
        for model in ("dawid_skene", "mace"):
            assert sum(unit[model].values()) == pytest.approx(1, abs=1e-5)
        given = {c["value"] for c in unit["codings"]}
        if len(given) == 1:
            assert max(unit["mace"], key=unit["mace"].__getitem__) in given
    for c in coders:
        assert all(
            sum(row.values()) == pytest.approx(1, abs=1e-5) for row in c["dawid_skene"]["given_where_true"].values()
        )
