"""Suggestions: read in, offered, answered, taken back, reported; and no label until somebody accepts one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.codebook.mapping import CodebookMapping
from annotator.domain.commands import (
    AddAnnotation,
    AddEntity,
    AnswerSuggestion,
    RemoveAnnotation,
    SetDocumentState,
    SetFragments,
    SetMemo,
    SetValue,
)
from annotator.domain.errors import BadInput, Refusal
from annotator.domain.json_forms import as_json
from annotator.services.articles.correcting import correct, undo_correction
from annotator.services.codebooks.changing import apply_codebook
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_suggestions import Request, import_suggestions
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.study.rescue import rescue
from annotator.services.suggestions.answering import accept, accepting_all, reject
from annotator.services.suggestions.blind import blind_rounds, set_blind
from annotator.services.suggestions.report import report
from annotator.services.suggestions.standing import Standing, offered
from annotator.services.team.allocation import Request as Hand
from annotator.services.team.assigning import apply_plan, plan
from tests.codebooks import everything
from tests.killing import KILLED
from tests.studies import TEXT, study_at

CLAIM, SPEAKER, LINK = "c1", "s1", "l1"


def records(document: str, **more: Any) -> list[dict[str, Any]]:
    """A statement as a model writes it: a claim, who makes it, and the link between them."""
    place = {"document": {"id": document}}
    mayor = {"name": "Mayor", "type": "person"}
    return [
        {
            "id": CLAIM,
            "layer": "claim",
            **place,
            "fragments": [[22, 33]],
            "values": {"kind": "fact"},
            "confidence": 0.9,
        },
        {"id": SPEAKER, "layer": "speaker", **place, "fragments": [[0, 9]], "values": {"who": mayor}, **more},
        {
            "id": LINK,
            "layer": "said_by",
            **place,
            "roles": {"claim": [{"annotation": CLAIM}], "speaker": [{"annotation": SPEAKER}]},
        },
    ]


def first(study: Study) -> str:
    """The article that the suggestions are about; in a package it may have another number."""
    return next(d.id for d in study.documents() if d.source == "a1.txt")


def lines(path: Path, found: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in found), encoding="utf-8")
    return path


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with study_at(tmp_path / "s.annotator", documents=2) as found:
        yield found


def take_in(study: Study, folder: Path, found: list[dict[str, Any]] | None = None, **asked: Any) -> dict[str, Any]:
    file = lines(folder / "model.jsonl", found if found is not None else records(first(study)))
    return as_json(import_suggestions(study, Request([file], "jsonl", **asked)))


def here(study: Study, coder: str = "Ada") -> dict[str, Standing]:
    """Layer -> how its suggestion stands, in the first article."""
    found = offered(study, first(study), study.coder(coder).id)
    return {x.suggestion.label.layer: x for x in found}


def states(study: Study, coder: str = "Ada") -> dict[str, str]:
    return {layer: x.state for layer, x in here(study, coder).items()}


def act(study: Study, what: Any, layer: str, coder: str = "Ada") -> Any:
    return what(study, study.coder(coder).id, first(study), here(study, coder)[layer].id)


def test_what_comes_in_is_no_label_no_entity_no_step_and_no_coder(study: Study, tmp_path: Path) -> None:
    before = (study.annotations(), study.entities(), study.changes(), study.coders(), study.documents())
    told = take_in(study, tmp_path)
    assert told["suggestions"] == {"added": 3, "already": 0, "refused": 0}
    assert told["sources"] == {"model": 3}
    assert (study.annotations(), study.entities(), study.changes(), study.coders(), study.documents()) == before
    assert states(study) == {"claim": "open", "speaker": "open", "said_by": "open"}
    assert here(study)["claim"].suggestion.confidence == 0.9
    assert check(study) == []


def test_the_same_import_twice_adds_nothing_and_another_source_is_another(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    assert take_in(study, tmp_path)["suggestions"] == {"added": 0, "already": 3, "refused": 0}
    assert take_in(study, tmp_path, source="Rule", version="7")["suggestions"]["added"] == 3
    told = report(study).sources
    assert [(s.name, s.suggestions, [i.source.version for i in s.imports]) for s in told] == [
        ("Rule", 3, ["7"]),
        ("model", 3, [None]),
    ]


def test_a_dry_run_says_the_same_and_writes_nothing(study: Study, tmp_path: Path) -> None:
    told = take_in(study, tmp_path, dry_run=True)
    assert (told["suggestions"]["added"], told["applied"]) == (3, False)
    assert states(study) == {}


def test_the_account_adds_up_by_layer_whatever_is_left_out(study: Study, tmp_path: Path) -> None:
    document = first(study)
    found = records(document)
    found += [{**found[0], "id": "twice"}]
    found += [{**found[0], "id": "elsewhere", "document": {"sha256": "0" * 64}}]
    found += [{**found[0], "id": "beyond", "fragments": [[0, 9999]]}]
    found += [{**found[1], "id": "other", "values": {"who": {"name": "Tarn", "type": "planet"}}}]
    refused = take_in(study, tmp_path, found)
    assert refused["suggestions"] == {"added": 0, "already": 0, "refused": 7}
    assert len(refused["problems"]) == 2
    told = take_in(study, tmp_path, found, rest=True)
    assert told["suggestions"] == {"added": 3, "already": 1, "refused": 3}
    account = told["account"]
    for layer, n in account["file"]["by_layer"].items():
        left = sum(x["count"] for x in account["left_out"] if x["layer"] == layer)
        assert account["here"]["by_layer"][layer] + left == n
    assert {x["why"] for x in account["left_out"]} == {
        "in the source more than once",
        "of articles that the study does not have",
        "faulty, as listed",
    }


def test_accepting_a_link_takes_what_it_ties_in_one_step_that_undo_takes_back(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    ada = study.coder("Ada").id
    act(study, accept, "said_by")
    labels = {a.layer: a for a in study.annotations()}
    assert {a.coder_id for a in labels.values()} == {ada}
    assert labels["claim"].values["kind"] == "fact"
    assert {f.annotation for held in labels["said_by"].roles.values() for f in held} == {
        labels["claim"].id,
        labels["speaker"].id,
    }
    assert [e.name for e in study.entities()] == ["Mayor"]
    assert set(states(study).values()) == {"accepted"}
    assert set(states(study, "Ben").values()) == {"open"}
    assert check(study) == []
    study.coding.undo(ada)
    assert (study.annotations(), study.entities(), set(states(study).values())) == ([], [], {"open"})
    study.coding.redo(ada)
    assert set(states(study).values()) == {"accepted"}
    assert check(study) == []


def test_answers_are_undone_after_the_study_was_opened_again(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    act(study, accept, "claim")
    act(study, reject, "speaker")
    path, ada = study.file.path, study.coder("Ada").id
    study.close()
    with Study.open(path) as again:
        assert states(again) == {"claim": "accepted", "speaker": "rejected", "said_by": "rejected"}
        again.coding.undo(ada)
        assert states(again)["speaker"] == "open"
        again.coding.undo(ada)
        assert states(again)["claim"] == "open"
        assert check(again) == []


def test_a_label_that_says_something_else_later_counts_as_changed_and_a_removed_one_as_removed(
    study: Study, tmp_path: Path
) -> None:
    take_in(study, tmp_path)
    ada = study.coder("Ada").id
    act(study, accept, "claim")
    label = study.annotations()[0]
    study.coding.apply(SetMemo(coder_id=ada, annotation_id=label.id, memo="sure"))
    study.coding.apply(SetValue(coder_id=ada, annotation_id=label.id, attribute="stance", value=1))
    assert states(study)["claim"] == "accepted"  # what the suggestion left open may be answered
    study.coding.apply(SetFragments(coder_id=ada, annotation_id=label.id, fragments=((22, 35),)))
    assert states(study)["claim"] == "changed"
    study.coding.undo(ada)
    study.coding.apply(SetValue(coder_id=ada, annotation_id=label.id, attribute="kind", value="NO"))
    assert states(study)["claim"] == "changed"
    study.coding.apply(RemoveAnnotation(coder_id=ada, annotation_id=label.id))
    assert states(study)["claim"] == "removed"
    assert check(study) == []


def test_the_same_label_of_the_coder_is_found_by_both_and_not_offered(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    ada, document = study.coder("Ada").id, first(study)
    study.coding.apply(
        AddAnnotation(
            coder_id=ada,
            document_id=document,
            layer="claim",
            fragments=((22, 33),),
            values={"kind": "fact", "stance": 0},
        )
    )
    assert states(study) == {"claim": "found", "speaker": "open", "said_by": "open"}
    with pytest.raises(Refusal, match="you have the same label already"):
        act(study, accept, "claim")
    act(study, accept, "said_by")  # ties the coder's own label
    own = next(a for a in study.annotations() if a.layer == "claim")
    link = next(a for a in study.annotations() if a.layer == "said_by")
    assert link.roles["claim"][0].annotation == own.id
    assert len(study.annotations()) == 3


def test_an_entity_of_the_register_is_taken_by_its_name_and_what_it_was_merged_into(
    study: Study, tmp_path: Path
) -> None:
    take_in(study, tmp_path)
    ada = study.coder("Ada").id
    study.coding.apply(AddEntity(coder_id=ada, id=study.ids(), name="The Mayor", type="person", aliases=("mayor",)))
    act(study, accept, "speaker")
    assert [e.name for e in study.entities()] == ["The Mayor"]
    assert study.annotations()[0].values["who"] == {"entity": study.entities()[0].id}


def test_rejecting_what_a_link_ties_rejects_the_link_with_it(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    act(study, reject, "speaker")
    assert states(study) == {"claim": "open", "speaker": "rejected", "said_by": "rejected"}
    study.coding.undo(study.coder("Ada").id)
    assert set(states(study).values()) == {"open"}
    assert check(study) == []


def test_all_of_one_source_are_taken_at_once_and_what_cannot_be_is_left_with_its_reason(
    study: Study, tmp_path: Path
) -> None:
    document = first(study)
    more = {"id": "s2", "layer": "speaker", "document": {"id": document}, "fragments": [[4, 9]]}
    take_in(study, tmp_path, [*records(document), more])
    take_in(study, tmp_path, source="Other")
    ada = study.coder("Ada").id
    taking = accepting_all(study, ada, document, "model")
    assert (len(taking.labels), len(taking.left)) == (3, 1)
    assert "labels of this layer may not overlap" in next(iter(taking.left.values()))
    study.coding.apply(taking.batch)
    assert len(study.annotations()) == 3
    found = offered(study, document, ada)
    assert sorted(x.state for x in found if x.source.name == "Other") == ["found", "found", "found"]
    study.coding.undo(ada)
    assert study.annotations() == []


def test_what_is_answered_is_not_answered_again_nor_by_another(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path, coder="Ben")
    ada, ben = study.coder("Ada").id, study.coder("Ben").id
    assert states(study) == {}
    key = here(study, "Ben")["claim"].id
    with pytest.raises(Refusal, match="meant for another coder"):
        study.coding.apply(AnswerSuggestion(coder_id=ada, suggestion_id=key, said="rejected"))
    act(study, reject, "claim", "Ben")
    with pytest.raises(Refusal, match="answered already"):
        study.coding.apply(AnswerSuggestion(coder_id=ben, suggestion_id=key, said="rejected"))
    other = here(study, "Ben")["speaker"].id
    with pytest.raises(Refusal, match="only an accepted suggestion makes a label"):
        study.coding.apply(AnswerSuggestion(coder_id=ben, suggestion_id=other, said="accepted"))


def test_a_corrected_text_carries_suggestions_and_what_was_accepted_stays_accepted(
    study: Study, tmp_path: Path
) -> None:
    take_in(study, tmp_path)
    document = first(study)
    act(study, accept, "claim")
    made = correct(study, document, "Corrected. " + TEXT.rstrip("\n"))
    assert made.suggestions == {"same": 2}
    found = here(study)
    assert found["speaker"].suggestion.label.fragments == ((11, 20),)
    assert {layer: x.state for layer, x in found.items()} == {"claim": "accepted", "speaker": "open", "said_by": "open"}
    assert take_in(study, tmp_path, [r for r in records(document) if r["layer"] == "speaker"])["suggestions"] == {
        "added": 1,  # the same places in another text are other words
        "already": 0,
        "refused": 0,
    }
    undo_correction(study, document)
    assert here(study)["speaker"].suggestion.label.fragments == ((0, 9),)
    correct(study, document, TEXT.replace("The mayor", "Somebody"))
    lost = [x for x in offered(study, document, study.coder("Ada").id) if x.state == "lost"]
    assert lost
    assert check(study) == []


def test_a_changed_codebook_carries_suggestions_and_tells_those_without_a_layer(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    book = everything().model_dump(mode="json")
    book["layers"][0]["attributes"][0]["values"][0] |= {"key": "true", "label": "True"}
    from annotator.domain.codebook.model import Codebook

    apply_codebook(study, Codebook.model_validate(book), CodebookMapping(values={"claim.kind": {"fact": "true"}}))
    assert here(study)["claim"].suggestion.label.values == {"kind": "true"}
    act(study, accept, "claim")
    assert study.annotations()[0].values["kind"] == "true"
    book["layers"] = [x for x in book["layers"] if x["key"] not in ("said_by", "speaker")]
    apply_codebook(study, Codebook.model_validate(book))
    assert states(study) == {"claim": "accepted", "speaker": "homeless", "said_by": "homeless"}
    assert check(study) == []


def test_rates_are_told_by_source_coder_layer_and_value_and_own_labels_give_a_precision(
    study: Study, tmp_path: Path
) -> None:
    take_in(study, tmp_path)
    ben, document = study.coder("Ben").id, first(study)
    act(study, accept, "claim")
    act(study, reject, "speaker")
    study.coding.apply(
        AddAnnotation(coder_id=ben, document_id=document, layer="claim", fragments=((22, 33),), values={"kind": "fact"})
    )
    study.coding.apply(SetDocumentState(coder_id=ben, document_id=document, state="done"))
    told = as_json(report(study))["sources"][0]
    assert (told["accepted"], told["rejected"], told["found"], told["open"]) == (1, 2, 1, 2)
    assert (told["answered"], told["accept_rate"]) == (3, 1 / 3)
    coders = {c["coder"]["name"]: c for c in told["coders"]}
    assert coders["Ada"]["as_is_rate"] == 1 / 3
    assert coders["Ben"]["own"] == {"same": 1, "of": 3, "precision": 1 / 3}
    claim = next(x for x in told["layers"] if x["layer"] == "claim")
    assert [(v["attribute"], v["value"], v["accepted"], v["found"]) for v in claim["values"]] == [
        ("kind", "fact", 1, 1)
    ]


def test_a_blind_round_is_offered_none_and_its_own_labels_still_count(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    apply_plan(study, plan(study, ["Ada"], Hand(1, round="blind")))
    assert states(study) != {}
    set_blind(study, "blind", True)
    assert blind_rounds(study) == ("blind",)
    assert (states(study), set(states(study, "Ben").values())) == ({}, {"open"})
    assert report(study).sources[0].tally.states["open"] == 3
    set_blind(study, "blind", False)
    assert set(states(study).values()) == {"open"}


def test_where_a_label_came_from_is_told_on_request_in_forms_with_a_place_for_it(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path, source="Model", version="2.1")
    act(study, accept, "claim")
    plain = as_json(export(study, "jsonl", tmp_path / "plain.jsonl"))
    assert "suggestion" not in (tmp_path / "plain.jsonl").read_text()
    assert plain["from_suggestions"] == {"labels": 1, "told": False}
    told = as_json(export(study, "jsonl", tmp_path / "told.jsonl", with_origins=True))
    assert told["from_suggestions"] == {"labels": 1, "told": True}
    origin = json.loads((tmp_path / "told.jsonl").read_text())["suggestion"]
    assert (origin["source"], origin["version"], origin["confidence"], origin["changed"]) == (
        "Model",
        "2.1",
        0.9,
        False,
    )
    export(study, "csv", tmp_path / "told.csv", with_origins=True)
    head, row = (tmp_path / "told.csv").read_text(encoding="utf-8").splitlines()
    assert head.endswith(
        "suggestion_source,suggestion_version,suggestion_imported,suggestion_confidence,suggestion_changed"
    )
    assert row.startswith(study.annotations()[0].id)
    assert ",Model,2.1," in row
    export(study, "parquet", tmp_path / "told.parquet", with_origins=True)
    with pytest.raises(BadInput, match="cannot hold"):
        export(study, "brat", tmp_path / "brat", with_origins=True)


def test_an_article_form_is_no_form_of_codings(study: Study, tmp_path: Path) -> None:
    for form in ("auto", "plain"):
        with pytest.raises(BadInput, match="not a form of codings"):
            import_suggestions(study, Request([lines(tmp_path / "x.jsonl", [])], form))


def test_damage_to_suggestions_is_found(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    act(study, accept, "claim")
    with study.file.transaction() as connection:
        connection.exec_driver_sql("UPDATE verdict SET said = 'rejected'")
        connection.exec_driver_sql("UPDATE suggestion SET content = replace(content, '[22,33]', '[22,9933]')")
    told = [f.what for f in check(study)]
    assert any("neither accepted nor rejected" in t for t in told)
    assert any("journal's last step" in t for t in told)
    assert len(told) >= 3


_KILLED = """
import os, signal, sys
from annotator.services.study import Study
from annotator.services.suggestions.answering import accept, reject
from annotator.services.suggestions.standing import offered
study = Study.open(__import__("pathlib").Path(sys.argv[1]))
coder, document = study.coder("Ada").id, next(d.id for d in study.documents() if d.source == "a1.txt")
found = {x.suggestion.label.layer: x.id for x in offered(study, document, coder)}
accept(study, coder, document, found["claim"])
reject(study, coder, document, found["speaker"])
os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
"""


def test_what_was_answered_survives_a_killed_program(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    path = study.file.path
    study.close()
    done = subprocess.run([sys.executable, "-c", _KILLED, str(path)], check=False, capture_output=True, text=True)
    assert done.returncode == KILLED, done.stderr
    assert isinstance(path, Path)
    with Study.open(path) as again:
        assert states(again) == {"claim": "accepted", "speaker": "rejected", "said_by": "rejected"}
        again.coding.undo(again.coder("Ada").id)
        assert states(again) == {"claim": "accepted", "speaker": "open", "said_by": "open"}
        assert check(again) == []


def test_rescue_and_a_move_take_suggestions_and_answers_along(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    act(study, accept, "claim")
    act(study, reject, "speaker")
    before, path = report(study), study.file.path
    study.close()
    assert isinstance(path, Path)
    told = rescue(path, tmp_path / "saved.annotator")
    assert (told.saved["suggestion"], told.saved["verdict"], told.faults) == (3, 3, ())
    with Study.open(tmp_path / "saved.annotator") as saved:
        assert report(saved) == before


def test_names_that_no_package_could_carry_are_refused_and_odd_files_get_readable_ones(
    study: Study, tmp_path: Path
) -> None:
    found = [{**r, "coder": {"name": "net" * 5000}} for r in records(first(study))]
    told = take_in(study, tmp_path, found)
    assert told["suggestions"]["added"] == 0
    assert "the name of the source cannot be kept" in told["problems"][0]["what"]
    file = lines(tmp_path / "\t?.jsonl", records(first(study)))
    import_suggestions(study, Request([file], "jsonl"))
    assert [s.name for s in report(study).sources] == ["�?"]
    with pytest.raises(BadInput, match="cannot be kept"):
        take_in(study, tmp_path, source=" ")
    for sure in ("1e999", "NaN"):
        text = json.dumps(records(first(study))[0]).replace("0.9", sure)
        (tmp_path / "odd.jsonl").write_text(text, encoding="utf-8")
        told = as_json(import_suggestions(study, Request([tmp_path / "odd.jsonl"], "jsonl")))
        assert told["suggestions"]["added"] == 0
        assert told["problems"]
