"""A study as they go: a pilot, a change of the codebook, a main round with strata and second readings, no headlines."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.codebook.mapping import CodebookMapping
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import AddAnnotation, SetDocumentState
from annotator.services.codebooks.changing import apply_codebook
from annotator.services.study import Study
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.store.places import Place
from tests.studies import TEXT, study_at

BEFORE = """\
format: annotator-codebook/1
key: wandering
title: Wandering
layers:
- key: claim
  label: Claim
  kind: span
  attributes:
  - {key: kind, label: Kind, type: choice, values: [{key: fact, label: Fact}, {key: wish, label: Wish}]}
  - {key: topic, label: Topic, type: tree,
     values: [{key: money, label: Money,
              children: [{key: tax, label: Tax}, {key: fee, label: Fee}, {key: debt, label: Debt}]},
              {key: rest, label: Rest}]}
"""
AFTER = BEFORE.replace("{key: wish, label: Wish}", "{key: hope, label: Hope}, {key: threat, label: Threat}").replace(
    ", {key: debt, label: Debt}", ""
)
"""Wish is called hope, threat is new, and debt is gone: labels that have it are left for review."""
RENAMED = CodebookMapping(values={"claim.kind": {"wish": "hope"}})
TOPICS = {1: ("tax", "debt", "rest"), 2: ("tax", "fee", "rest")}


@dataclass(frozen=True, slots=True)
class Wandering:
    """What was done, to be held against what the report says."""

    study: Study
    pilot: int = 4
    main: int = 12


def wandering(path: Place, documents: int = 16) -> Wandering:
    """The study, open. Ada and Ben read a pilot of four under version 1, and all others under version 2."""
    study = study_at(path, documents=documents, codebook=_book(BEFORE))
    made = Wandering(study, main=documents - 4)
    apply_plan(study, plan(study, ["Ada", "Ben"], Request(2, round="pilot", pilot=4, seed=5)))
    _code(study)
    apply_codebook(study, _book(AFTER), RENAMED)
    apply_plan(study, plan(study, ["Ada", "Ben"], Request(2, repeats=25, round="main", seed=7, strata=())))
    _code(study)
    return made


def _book(text: str) -> Codebook:
    return parse_codebook(text)


def _code(study: Study) -> None:
    kinds = ("fact", "wish" if study.codebook_version == 1 else "hope")
    topics = TOPICS[study.codebook_version]
    for nth, coder in enumerate(c for c in study.coders() if c.name in ("Ada", "Ben")):
        done = study.document_states(coder.id)
        texts = {d.id: d for d in study.documents()}
        for key in study.queue(coder.id):
            if done.get(key) == "done":
                continue
            number = texts[key].number
            start = max(texts[key].characters - len(TEXT), 0)
            for place in range(2):
                turn = number + place + (nth if number % 4 == 0 else 0)
                study.coding.apply(
                    AddAnnotation(
                        coder_id=coder.id,
                        document_id=key,
                        layer="claim",
                        id=study.ids(),
                        fragments=((start + 10 * place, start + 10 * place + 8),),
                        values={"kind": kinds[turn % 2], "topic": topics[turn % 3]},
                    )
                )
            study.coding.apply(SetDocumentState(coder_id=coder.id, document_id=key, state="done"))
