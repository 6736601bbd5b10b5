"""A study played by chance: coders with packages that come late, twice, out of order, from two laptops, damaged.

``python -m tests.services.team.field --seeds 20 --coders 10 --articles 1000 --rounds 40`` plays larger ones.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.domain import commands as c
from annotator.domain.annotations import Entity
from annotator.domain.changes import BY_PROGRAM
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.intake import read_source
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks.changing import apply_codebook, undo_codebook, undoable
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.merging import conflicts, merge
from annotator.services.team.packing import pack
from annotator.services.team.receiving import open_package
from annotator.services.team.resolving import settle
from annotator.store.records import annotation_record, dumps
from tests.changes import changed_by_chance
from tests.codebooks import described

TEXT = "The mayor of place {n} said that it will pay. “It must not fail,” she added.\nNobody asked the fishers.\n"
PASSWORD = "eel, harbour, 7"


@dataclass
class Laptop:
    """One coder's study file on one machine."""

    coder: str
    name: str
    path: Path
    confirmed: set[str] = field(default_factory=set)


class Field:
    """One played study."""

    def __init__(self, folder: Path, seed: int, coders: int = 3, articles: int = 6) -> None:
        self.chance = random.Random(seed)
        self.folder = folder
        self.seed = seed
        self.names = [f"Coder {i}" for i in range(coders)]
        self.sent: list[Path] = []
        self.laptops: list[Laptop] = []
        self.count = 0
        self.merges = 0
        self.path = folder / "lead.annotator"
        self.change: Callable[[Study], None] | None = None
        with Study.create(self.path, described(), "Field", *self._time("lead")) as study:
            texts = [d for n in range(articles) for d in read_source(f"a{n}.txt", TEXT.format(n=n).encode(), "plain")]
            add_documents(study, texts)
            apply_plan(study, plan(study, self.names, Request(min(2, coders), repeats=20, seed=seed)))
        for coder in self.names:
            for machine in ("desk", "lap") if self.chance.random() < 0.5 else ("desk",):
                self._hand_out(coder, machine)

    def _time(self, name: str) -> tuple[CountingIds, SteppingClock]:
        self.count += 1
        return CountingIds(f"{self.seed}/{name}/{self.count}"), SteppingClock(f"2031-01-{1 + self.count % 28:02d}")

    def _hand_out(self, coder: str, machine: str) -> None:
        home = self.folder / coder / machine
        home.mkdir(parents=True, exist_ok=True)
        parcel = home / "work.annotator-package"
        parcel.unlink(missing_ok=True)
        with Study.open(self.path, *self._time("lead")) as study:
            pack(study, coder, parcel)
        at, _ = open_package(parcel, *self._time(f"{coder}/{machine}"))
        if not any(x.path == at for x in self.laptops):
            self.laptops.append(Laptop(coder, machine, at))

    def play(self, rounds: int) -> None:
        """Let things happen in any order."""
        for turn in range(rounds):
            if self.change is not None and turn == rounds // 2:
                with Study.open(self.path, *self._time("lead")) as study:
                    self.change(study)
            laptop = self.chance.choice(self.laptops)
            happening = self.chance.random()
            if happening < 0.5:
                self._work(laptop, self.chance.randint(1, 8))
            elif happening < 0.75:
                self._send(laptop)
            elif happening < 0.95:
                self._merge_some()
            elif happening < 0.97:
                self._settle(laptop.path if self.chance.random() < 0.3 else self.path)
            else:
                self._hand_out(laptop.coder, laptop.name)

    def _settle(self, path: Path) -> None:
        """Choose a version of each thing that was changed in two places."""
        with Study.open(path, *self._time("lead")) as study:
            for kept in conflicts(study):
                if kept.settled is None:
                    before = [s.id for s in study.changes()]
                    try:
                        settle(study, kept.id, self.chance.choice(["here", "there"]))
                    except BadInput:
                        assert [s.id for s in study.changes()] == before

    def finish(self) -> None:
        """Everybody sends; everything is merged, in any order."""
        for laptop in self.laptops:
            self._send(laptop)
        order = list(self.sent)
        self.chance.shuffle(order)
        with Study.open(self.path, *self._time("lead")) as study:
            for parcel in order:
                merge(study, [parcel], passwords=["wrong", PASSWORD])

    def _work(self, laptop: Laptop, steps: int) -> None:
        with Study.open(laptop.path, *self._time(f"{laptop.coder}/{laptop.name}")) as study:
            coder = study.coder(laptop.coder).id
            for _ in range(steps):
                try:
                    self._step(study, coder)
                except AnnotatorError:
                    continue  # a coder's hand is refused now and then
            laptop.confirmed = {s.id for s in study.changes() if s.command not in BY_PROGRAM}

    def _step(self, study: Study, coder: str) -> None:
        chance, coding = self.chance, study.coding
        document = chance.choice(study.documents())
        mine = study.annotations(document.id, [coder])
        claims = [a for a in mine if a.layer == "claim"]
        kind = chance.random()
        if kind < 0.4 or not mine:
            start = chance.randrange(document.characters - 12)
            values = {"stance": chance.choice([-1, 0, 1, "mixed"]), "kind": chance.choice(["fact", "NO", "unclear"])}
            place = ((start, start + chance.randint(1, 10)),)
            coding.apply(
                c.AddAnnotation(coder_id=coder, document_id=document.id, layer="claim", fragments=place, values=values)
            )
        elif kind < 0.55:
            a = chance.choice(mine)
            coding.apply(c.SetMemo(coder_id=coder, annotation_id=a.id, memo=f"memo {chance.random()}"))
        elif kind < 0.65 and claims:
            a = chance.choice(claims)
            value = chance.choice([-1, 0, 1])
            coding.apply(c.SetValue(coder_id=coder, annotation_id=a.id, attribute="stance", value=value))
        elif kind < 0.75 and claims:
            made = study.ids()
            person = c.AddEntity(
                coder_id=coder, id=made, name=f"Land {chance.randint(1, 9)} {chance.random():.3f}", type="state"
            )
            link = c.AddAnnotation(
                coder_id=coder,
                document_id=document.id,
                layer="said_by",
                roles={
                    "claim": (c.FillerRef(annotation=chance.choice(claims).id),),
                    "speaker": (c.FillerRef(entity=made),),
                },
            )
            coding.apply(c.Batch(coder_id=coder, name="AddStatement", commands=(person, link)))
        elif kind < 0.83:
            coding.apply(c.RemoveAnnotation(coder_id=coder, annotation_id=chance.choice(mine).id))
        elif kind < 0.88:
            state = chance.choice(["in progress", "done", "skipped"])
            why = f"reason {chance.randint(1, 3)}" if state == "skipped" else None
            coding.apply(c.SetDocumentState(coder_id=coder, document_id=document.id, state=state, reason=why))
        elif kind < 0.90:
            self._note(study, coder, document.id)
        elif kind < 0.92 and study.entities():
            entity, other = chance.choice(study.entities()), chance.choice(study.entities())
            what = chance.random()
            if what < 0.5:
                self._answer(study, coder, entity, other)
            elif what < 0.65:
                coding.apply(c.ChangeEntity(coder_id=coder, entity_id=entity.id, merged_into=other.id))
            else:
                coding.apply(c.ChangeEntity(coder_id=coder, entity_id=entity.id, memo=f"note {chance.random()}"))
        elif kind < 0.97:
            coding.undo(coder)
        else:
            coding.redo(coder)

    def _answer(self, study: Study, coder: str, entity: Entity, other: Entity) -> None:
        """Say something of an entity, or take it back; now and then it becomes another kind of thing."""
        kind = self.chance.choice(study.codebook.entity_types)
        if self.chance.random() < 0.8:
            kind = study.codebook.entity_type(entity.type)
        a = self.chance.choice(kind.attributes)
        values = [v.key for v in getattr(a, "values", ())] or ["a word"]
        value: Any = {
            "boolean": True,
            "number": self.chance.randint(0, 9),
            "scale": 1,
            "date": "2031-02",
            "entity": [{"entity": other.id}] if getattr(a, "many", False) else {"entity": other.id},
            "choices": [self.chance.choice(values)],
        }.get(a.type, self.chance.choice(values))
        if a.key in entity.values and self.chance.random() < 0.3:
            value = None
        command = c.ChangeEntity(coder_id=coder, entity_id=entity.id, type=kind.key, values={a.key: value})
        study.coding.apply(command)

    def _note(self, study: Study, coder: str, document: str) -> None:
        mine = [n for n in study.notes() if n.coder_id == coder]
        kind = self.chance.random()
        if kind < 0.5 or not mine:
            study.coding.apply(c.AddNote(coder_id=coder, document_id=document, text=f"why {kind}?", kind="question"))
        elif kind < 0.8:
            settled = self.chance.random() < 0.5
            study.coding.apply(c.ChangeNote(coder_id=coder, note_id=self.chance.choice(mine).id, settled=settled))
        else:
            study.coding.apply(c.RemoveNote(coder_id=coder, note_id=self.chance.choice(mine).id))

    def _send(self, laptop: Laptop) -> None:
        parcel = self.folder / f"sent-{len(self.sent)}.annotator-package"
        with Study.open(laptop.path, *self._time(f"{laptop.coder}/{laptop.name}")) as study:
            pack(study, laptop.coder, parcel, PASSWORD if self.chance.random() < 0.1 else None)
        self.sent.append(parcel)

    def _merge_some(self) -> None:
        if not self.sent:
            return
        some = self.chance.sample(self.sent, min(len(self.sent), self.chance.randint(1, 3)))
        with Study.open(self.path, *self._time("lead")) as study:
            if self.chance.random() < 0.3:
                self._damaged(study, some)
            if self.chance.random() < 0.3:
                merge(study, some, True, [PASSWORD])
            merge(study, some, passwords=[PASSWORD])
            self.merges += 1

    def _damaged(self, study: Study, some: list[Path]) -> None:
        bad = self.folder / "bad.annotator-package"
        data = bytearray(some[0].read_bytes())
        if self.chance.random() < 0.5:
            del data[self.chance.randrange(len(data)) :]
        else:
            for _ in range(8):
                data[self.chance.randrange(len(data))] ^= 0xFF
        bad.write_bytes(bytes(data))
        before = [dumps(s.id) for s in study.changes()]
        try:
            merge(study, [*some[1:], bad], passwords=[PASSWORD])
        except BadInput:
            assert [dumps(s.id) for s in study.changes()] == before

    def faults(self) -> list[str]:
        """What is wrong at the end: the study must be sound and hold everything that was confirmed anywhere."""
        with Study.open(self.path) as lead:
            found = [f"check: {p.where}: {p.what}" for p in check(lead)]
            steps = {s.id for s in lead.changes()}
            known = {a.id: dumps(_content(annotation_record(a))) for a in lead.annotations()}
            kept = conflicts(lead)
        there = {(k.thing_id, dumps(_content(k.there) if k.there else None)) for k in kept}
        apart = {k.thing_id for k in kept}
        entities_apart = {k.thing_id for k in kept if k.kind == "entity"}
        for laptop in self.laptops:
            where = f"{laptop.coder}/{laptop.name}"
            with Study.open(laptop.path) as study:
                found += [f"{where}: check: {p.where}: {p.what}" for p in check(study)]
                for a in study.annotations():
                    record = dumps(_content(annotation_record(a)))
                    if known.get(a.id) != record and (a.id, record) not in there and a.id not in self.older(laptop):
                        found.append(f"{where}: the label {a.id} is lost")
                for s in study.changes():
                    own = s.command not in BY_PROGRAM and s.kind != "entity"
                    if own and s.id not in steps and s.thing_id not in apart:
                        found.append(f"{where}: the step {s.id} of {s.thing_id} is lost")
                    if s.kind == "entity" and s.command not in BY_PROGRAM and s.id not in steps:
                        gone = s.thing_id in entities_apart or s.thing_id not in {e.id for e in study.entities()}
                        if not gone and s.after is not None and not self._entity_known(s.thing_id):
                            found.append(f"{where}: the entity {s.thing_id} is lost")
                missing = laptop.confirmed - {s.id for s in study.changes()}
                found += [f"{where}: the confirmed step {m} is lost" for m in missing]
        return found

    def older(self, laptop: Laptop) -> set[str]:
        """Labels of the laptop that another machine of the same coder took further, with every step known."""
        with Study.open(self.path) as lead:
            here = {s.id for s in lead.changes()}
        with Study.open(laptop.path) as study:
            last = {s.thing_id: s.id for s in study.changes() if s.command not in BY_PROGRAM}
        return {thing for thing, step in last.items() if step in here}

    def _entity_known(self, key: str) -> bool:
        with Study.open(self.path) as lead:
            return any(e.id == key for e in lead.entities())


def _content(record: dict[str, object]) -> dict[str, object]:
    return dict(record)


def play(seed: int, coders: int, articles: int, rounds: int, change: Callable[[Study], None] | None = None) -> Field:
    """One study from its plan to the last merge, in a folder that is left for the caller to look at."""
    folder = Path(tempfile.mkdtemp(prefix="field-"))
    game = Field(folder, seed, coders, articles)
    game.change = change
    game.play(rounds)
    game.finish()
    return game


def another_codebook(seed: int) -> Callable[[Study], None]:
    """A change of the codebook in the middle, by chance; sometimes taken back, and changed again."""

    def change(study: Study) -> None:
        chance = random.Random(seed)
        for _ in range(chance.randint(1, 2)):
            apply_codebook(study, *changed_by_chance(study.codebook, chance, 6))
            if chance.random() < 0.3 and undoable(study):
                undo_codebook(study)
        assert check(study) == []

    return change


def main() -> int:
    """Play many; the first fault is told and its folder left."""
    reader = argparse.ArgumentParser()
    for name, value in (("seeds", 20), ("coders", 4), ("articles", 12), ("rounds", 60), ("first", 1)):
        reader.add_argument(f"--{name}", type=int, default=value)
    reader.add_argument("--change", action="store_true", help="change the codebook in the middle")
    reader.add_argument("--seed", type=int, help="this one alone")
    wanted = reader.parse_args()
    first, count = (wanted.first, wanted.seeds) if wanted.seed is None else (wanted.seed, 1)
    for seed in range(first, first + count):
        change = another_codebook(seed) if wanted.change else None
        game = play(seed, wanted.coders, wanted.articles, wanted.rounds, change)
        faults = game.faults()
        with Study.open(game.path) as lead:
            told = f"{len(lead.annotations())} labels, {len(conflicts(lead))} conflicts, {len(game.sent)} packages"
        sys.stdout.write(f"seed {seed}: {told}, {len(faults)} faults\n")
        if faults:
            sys.stdout.write("\n".join([str(game.folder), *faults[:20]]) + "\n")
            return 1
        shutil.rmtree(game.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
