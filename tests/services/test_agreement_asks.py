"""What enters the figures: conditions, articles read without a label, rounds, changes of the codebook, links."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotator.cli.app import run
from annotator.domain.codebook.model import Codebook
from annotator.domain.commands import SetDocumentState
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.services.agreement.comparing import comparisons
from annotator.services.agreement.continuum import unitizing
from annotator.services.agreement.figures import attribute_part, study_agreement
from annotator.services.agreement.link_figures import link_part
from annotator.services.agreement.report import write_report
from annotator.services.agreement.request import Question, corpus
from annotator.services.exchange.exporting import export
from annotator.services.exchange.filling import fill
from annotator.services.exchange.importing_files import import_files
from annotator.services.study import Study
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from tests.cli.test_contract import Seen
from tests.services.test_agreement_parts import claim, read
from tests.services.test_same_work_same_figures import CODEBOOK, QUESTION, Work, corpus_of
from tests.studies import study_at


def conditional() -> Codebook:
    """Whether the claim is sure is asked for facts alone."""
    told = CODEBOOK.model_dump(by_alias=True, exclude_none=True)
    told["layers"][0]["attributes"][1]["when"] = {"attribute": "kind", "in": ["fact"]}
    return Codebook.model_validate(told)


def test_not_asked_not_answered_and_not_there_are_three_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.services.test_same_work_same_figures.CODEBOOK", conditional())
    ada = [(0, 9, "fact", 1, None, ()), (10, 19, "fact", 2, None, ()), (20, 29, "fact", 1, None, ()),
           (30, 39, "wish", None, None, ())]  # fmt: skip
    ben = [(0, 9, "fact", 1, None, ()), (10, 19, "wish", None, None, ()), (20, 29, "fact", None, None, ()),
           (30, 39, "wish", None, None, ())]  # fmt: skip
    names, compared, _ = corpus_of([[Work(tuple(ada), ()), Work(tuple(ben), ())]] * 5, 1)
    sure = next(c for c in comparisons(names, compared, QUESTION) if c.attribute == "sure")  # type: ignore[arg-type]
    part = attribute_part(sure, compared, QUESTION)
    assert part["asked"] == {"both": 10, "one": 5, "unanswered": 5}
    by = part["coefficients"]
    assert by["krippendorff_alpha"]["n"] == 5, "conditional: both were asked and answered"
    assert by["krippendorff_alpha_condition"]["n"] == 15, "one asked, the other not, is a difference"
    assert by["percent_agreement_condition"]["value"] == pytest.approx(2 / 3)
    assert "asked" not in attribute_part(
        next(c for c in comparisons(names, compared, QUESTION) if c.attribute == "kind"),  # type: ignore[arg-type]
        compared,
        QUESTION,
    )


def test_links_have_precision_and_recall_of_their_own() -> None:
    ada = Work(((0, 9, "fact", 1, None, (("X", 1), ("Y", -1))),), ())
    ben = Work(((0, 9, "fact", 1, None, (("Y", 1), ("Z", 1))), (20, 29, "fact", 1, None, (("X", 1),))), ())
    _, compared, people = corpus_of([[ada, ben]] * 2, 3)
    part = link_part(compared, CODEBOOK.layer("about"), QUESTION)  # type: ignore[arg-type]
    assert part is not None
    of_target, of_stance = part["pairs"]
    assert of_target["by"] == ["claim", "target"]
    assert of_stance["by"] == ["claim", "target", "stance"]
    assert sorted(of_target["counts"]) == [4, 6]
    assert (of_target["matched"], of_stance["matched"]) == (2, 0)
    assert sorted([of_target["precision"], of_target["recall"]]) == [pytest.approx(2 / 6), pytest.approx(2 / 4)]
    assert of_stance["f1"] == 0.0
    assert people


def test_layers_whose_labels_overlap_have_unitizing_figures() -> None:
    work = Work(((0, 9, "fact", 1, None, ()), (4, 9, "wish", 1, None, ()), (20, 29, "fact", 1, None, ())), ())
    _, compared, _ = corpus_of([[work, work]] * 3, 4)
    found = unitizing(compared, CODEBOOK.layer("claim"), QUESTION)  # type: ignore[arg-type]
    assert found["alpha_u"]["value"] == 1.0
    assert found["overlaps"] == {"way": "merged", "tracks": 2}
    assert [t["value"] for t in found["tracks"]] == [1.0, 1.0]
    (kinds,) = found["by_value"]
    assert {v["value"] for v in kinds["values"]} == {"fact", "wish"}
    assert all(v["alpha_u"]["value"] == 1.0 for v in kinds["values"])
    assert kinds["cu_alpha"]["value"] < 1.0, "where a fact of one meets a wish of the other they differ"


def read_lines(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_an_import_can_say_what_was_read_and_nothing_found(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    with study_at(path, documents=3) as study:
        for d in study.documents():
            claim(study, "Ada", d.id, 0, "fact")
        first = study.documents()[0].id
        claim(study, "Ben", first, 0, "fact")
        before = study_agreement(study, Question())
    ben = next(r for r in before["read"] if r["coder"] == "Ben")
    assert (ben["labelled"], ben["nothing_found"], ben["unknown"]) == (1, 0, 2)
    assert any("Ben has no label in 2 of the articles" in n for n in before["notes"])
    assert before["documents"] == 1

    said = read_lines(
        tmp_path / "ben.jsonl", {"documents_read": [{"source": "a2.txt"}, {"number": 3}], "coder": {"name": "Ben"}}
    )
    assert run(["import", str(path), str(said), "--format", "annotations", "--dry-run", "--json"], Seen()) == 0
    assert run(["import", str(path), str(said), "--format", "annotations", "--json"], Seen()) == 0
    with Study.open(path) as study:
        after = study_agreement(study, Question())
    ben = next(r for r in after["read"] if r["coder"] == "Ben")
    assert (ben["labelled"], ben["nothing_found"], ben["unknown"]) == (1, 2, 0)
    assert after["documents"] == 3
    assert not any("nothing says whether" in n for n in after["notes"])

    wrong = read_lines(tmp_path / "no.jsonl", {"documents_read": [{"source": "ghost.txt"}], "coder": {"name": "Cy"}})
    assert run(["import", str(path), str(wrong), "--format", "annotations"], Seen()) == 1
    with Study.open(path) as study:
        assert "Cy" not in {c.name for c in study.coders()}, "refused whole"
    nobody = read_lines(tmp_path / "who.jsonl", {"documents_read": [{"number": 1}]})
    assert run(["import", str(path), str(nobody), "--format", "annotations"], Seen()) == 1
    empty = read_lines(tmp_path / "none.jsonl")
    args = ["import", str(path), str(empty), "--format", "annotations"]
    assert run([*args, "--coder", "Cy", "--read", "all"], Seen()) == 0
    assert run([*args, "--read", "all"], Seen()) == 2
    with Study.open(path) as study:
        cy = next(r for r in study_agreement(study, Question())["read"] if r["coder"] == "Cy")
    assert cy["nothing_found"] == 3


def test_rounds_are_not_pooled_unasked(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", documents=5) as study:
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2, round="pilot", pilot=2)))
        pilot = {d for c in study.coders() for d in study.queue(c.id)}
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2, round="main")))
        for d in study.documents():
            for who in ("Ada", "Ben"):
                claim(study, who, d.id, 0, "NO" if d.id in pilot and who == "Ben" else "fact")
        main = study_agreement(study, Question())
        pooled = study_agreement(study, Question(round="all"))
        alone = study_agreement(study, Question(round="pilot"))
        assert (main["round"], main["documents"]) == ("main", 5 - len(pilot))
        assert (pooled["round"], pooled["documents"]) == (None, 5)
        assert (alone["round"], alone["documents"]) == ("pilot", len(pilot))
        told = {r["round"]: r for r in main["rounds"]}
        assert told["main"]["pooled"]
        assert not told["pilot"]["pooled"]
        kind = next(a for a in told["pilot"]["attributes"] if a["attribute"] == "kind")
        assert kind["n"] == len(pilot)
        left = {x["why"]: x["count"] for x in main["account"]["left_out"] if x["what"] == "documents"}
        assert left == {"in articles of other rounds, which have figures of their own": len(pilot)}
        assert any("only articles of the round main" in n for n in main["notes"])
        assert any("all rounds are taken together" in n for n in pooled["notes"])
        with pytest.raises(BadInput, match="round ghost"):
            corpus(study, Question(round="ghost"))
        for ending in ("html", "xlsx"):
            write_report(study, Question(), main, tmp_path / f"r.{ending}")
        assert "pilot" in (tmp_path / "r.html").read_text()


def test_a_coder_who_says_done_is_a_reader(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", documents=2) as study:
        first, second = study.documents()
        claim(study, "Ada", first.id, 0, "fact")
        claim(study, "Ada", second.id, 0, "fact")
        for d in (first, second):
            study.coding.apply(SetDocumentState(coder_id=study.coder("Ben").id, document_id=d.id, state="done"))
        found = study_agreement(study, Question())
        ben = next(r for r in found["read"] if r["coder"] == "Ben")
        assert (ben["labelled"], ben["nothing_found"], ben["unknown"]) == (0, 2, 0)


def test_read_and_found_nothing_goes_out_and_comes_back(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", documents=3) as study:
        first, second, third = (d.id for d in study.documents())
        claim(study, "Ada", first, 0, "fact")
        for document in (first, second, third):
            read(study, "Ada", document)
        read(study, "Ben", third)
        export(study, "jsonl", tmp_path / "all.jsonl")
        export(study, "jsonl", tmp_path / "bare.jsonl", without_text=True)
        export(study, "jsonl", tmp_path / "ada.jsonl", coders=["Ada"])
    lines = [json.loads(x) for x in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    told = {x["coder"]["name"]: [d["id"] for d in x["documents_read"]] for x in lines if "documents_read" in x}
    assert told == {"Ada": [second, third], "Ben": [third]}
    bare = (tmp_path / "bare.jsonl").read_text(encoding="utf-8")
    assert "documents_read" in bare
    assert "a2.txt" not in bare, "names of files are titles often"
    assert "Ben" not in (tmp_path / "ada.jsonl").read_text(encoding="utf-8")
    fill(tmp_path / "bare.jsonl", tmp_path / "s.annotator", tmp_path / "filled.jsonl")
    assert (tmp_path / "filled.jsonl").read_bytes() == (tmp_path / "all.jsonl").read_bytes()
    with study_at(tmp_path / "other.annotator", "other", documents=3) as study:
        result = as_json(import_files(study, [tmp_path / "all.jsonl"], "jsonl"))
        assert not result["problems"]
        states = {c.name: study.document_states(c.id) for c in study.coders()}
        numbers = {d.id: d.number for d in study.documents()}
        assert {numbers[d] for d in states["Ada"]} == {2, 3}
        assert {numbers[d] for d in states["Ben"]} == {3}
        again = as_json(import_files(study, [tmp_path / "all.jsonl"], "jsonl"))
        assert set(again["documents_read"].values()) == {0}
