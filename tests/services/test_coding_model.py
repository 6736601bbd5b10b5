"""Two coders add, change, remove, undo and redo in any order, with restarts: the store is what the model says."""

from __future__ import annotations

import copy
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from annotator.domain.commands import AddAnnotation, RemoveAnnotation, SetFragments, SetMemo, SetUncertain, SetValue
from annotator.domain.errors import Refusal
from annotator.services.study.integrity import check
from annotator.store.places import Place
from tests.postgres import server
from tests.studies import reopened, study_at

State = dict[str, dict[str, Any]]


class Coders(RuleBasedStateMachine):
    """The model: for each coder the labels, and the states before each step."""

    labels = Bundle("labels")

    def somewhere(self) -> Place:
        return Path(tempfile.mkdtemp()) / "s.annotator"

    def cleared(self, place: Any) -> None:
        shutil.rmtree(place.parent)

    @initialize()
    def begin(self) -> None:
        self.place = self.somewhere()
        self.study = study_at(self.place)
        self.document = self.study.documents()[0].id
        self.coders = {c.name: c.id for c in self.study.coders()}
        self.now: dict[str, State] = {"Ada": {}, "Ben": {}}
        self.past: dict[str, list[State]] = {"Ada": [], "Ben": []}
        self.future: dict[str, list[State]] = {"Ada": [], "Ben": []}
        self.restarts = 0

    def step(self, coder: str, change: State) -> None:
        if change != self.now[coder]:
            self.past[coder].append(self.now[coder])
            self.future[coder] = []
            self.now[coder] = change

    @rule(target=labels, coder=st.sampled_from(["Ada", "Ben"]), start=st.integers(0, 40), size=st.integers(1, 9))
    def add(self, coder: str, start: int, size: int) -> Any:
        made = self.study.coding.apply(
            AddAnnotation(
                coder_id=self.coders[coder],
                document_id=self.document,
                layer="claim",
                fragments=((start, start + size),),
            )
        )
        (key,) = made.added
        change = copy.deepcopy(self.now[coder])
        change[key] = {"fragments": ((start, start + size),), "values": {"note": "12:30"}, "memo": "", "doubts": ()}
        self.step(coder, change)
        return multiple((coder, key))

    @rule(label=labels, value=st.sampled_from([None, -1, 0, 1, "mixed"]))
    def set_value(self, label: tuple[str, str], value: Any) -> None:
        coder, key = label
        if key not in self.now[coder]:
            return
        self.study.coding.apply(
            SetValue(coder_id=self.coders[coder], annotation_id=key, attribute="stance", value=value)
        )
        change = copy.deepcopy(self.now[coder])
        change[key]["values"].pop("stance", None)
        if value is not None:
            change[key]["values"]["stance"] = value
        self.step(coder, change)

    @rule(label=labels, start=st.integers(0, 40), size=st.integers(1, 9))
    def move(self, label: tuple[str, str], start: int, size: int) -> None:
        coder, key = label
        if key not in self.now[coder]:
            return
        fragments = ((start, start + size), (start + size + 1, start + size + 3))
        self.study.coding.apply(SetFragments(coder_id=self.coders[coder], annotation_id=key, fragments=fragments))
        change = copy.deepcopy(self.now[coder])
        change[key]["fragments"] = fragments
        self.step(coder, change)

    @rule(label=labels, memo=st.sampled_from(["", "why?", "🚢"]), doubt=st.booleans())
    def remark(self, label: tuple[str, str], memo: str, doubt: bool) -> None:
        coder, key = label
        if key not in self.now[coder]:
            return
        who = self.coders[coder]
        self.study.coding.apply(SetMemo(coder_id=who, annotation_id=key, memo=memo))
        change = copy.deepcopy(self.now[coder])
        change[key]["memo"] = memo
        self.step(coder, change)
        self.study.coding.apply(SetUncertain(coder_id=who, annotation_id=key, attribute="kind", uncertain=doubt))
        change = copy.deepcopy(self.now[coder])
        change[key]["doubts"] = ("kind",) if doubt else ()
        self.step(coder, change)

    @rule(label=consumes(labels))
    def remove(self, label: tuple[str, str]) -> None:
        coder, key = label
        if key not in self.now[coder]:
            return
        self.study.coding.apply(RemoveAnnotation(coder_id=self.coders[coder], annotation_id=key))
        change = copy.deepcopy(self.now[coder])
        del change[key]
        self.step(coder, change)

    @rule(label=labels)
    def the_others_label_is_refused(self, label: tuple[str, str]) -> None:
        coder, key = label
        other = self.coders["Ben" if coder == "Ada" else "Ada"]
        if key in self.now[coder]:
            try:
                self.study.coding.apply(RemoveAnnotation(coder_id=other, annotation_id=key))
            except Refusal:
                return
            raise AssertionError("one coder removed the other's label")

    @rule(coder=st.sampled_from(["Ada", "Ben"]))
    def undo(self, coder: str) -> None:
        try:
            self.study.coding.undo(self.coders[coder])
        except Refusal:
            assert not self.past[coder]
            return
        self.future[coder].append(self.now[coder])
        self.now[coder] = self.past[coder].pop()

    @rule(coder=st.sampled_from(["Ada", "Ben"]))
    def redo(self, coder: str) -> None:
        try:
            self.study.coding.redo(self.coders[coder])
        except Refusal:
            assert not self.future[coder]
            return
        self.past[coder].append(self.now[coder])
        self.now[coder] = self.future[coder].pop()

    @rule()
    def restart(self) -> None:
        self.study.close()
        self.restarts += 1
        self.study = reopened(self.place, f"restart {self.restarts}")

    @invariant()
    def the_store_is_what_the_model_says(self) -> None:
        if not hasattr(self, "study"):
            return
        for coder, expected in self.now.items():
            stored = {
                a.id: {"fragments": a.fragments, "values": dict(a.values), "memo": a.memo, "doubts": a.uncertain}
                for a in self.study.annotations(coder_ids=[self.coders[coder]])
            }
            assert stored == expected

    def teardown(self) -> None:
        if hasattr(self, "study"):
            assert check(self.study) == []
            self.study.close()
            self.cleared(self.place)


Coders.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
TestCoders = Coders.TestCase


class CodersOnServer(Coders):
    """The same with a database."""

    def somewhere(self) -> Place:
        return server().fresh()

    def cleared(self, place: Any) -> None:
        server().drop(place)


CodersOnServer.TestCase.settings = settings(max_examples=6, stateful_step_count=20, deadline=None)
TestCodersOnServer = CodersOnServer.TestCase


def test_histories_survive(place: Place) -> None:
    with study_at(place) as study:
        coder, document = study.coder("Ada").id, study.documents()[0].id
        made = study.coding.apply(
            AddAnnotation(coder_id=coder, document_id=document, layer="claim", fragments=((0, 5),))
        )
        (key,) = made.added
        study.coding.apply(SetMemo(coder_id=coder, annotation_id=key, memo="first"))
        study.coding.undo(coder)
        steps = study.coding.history(key)
        assert [s.command for s in steps] == ["AddAnnotation", "SetMemo", "Undo"]
        assert [s.after["memo"] if s.after else None for s in steps] == ["", "first", ""]
