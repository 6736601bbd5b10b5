"""Packages as an attacker makes them: one coder's, sound in form and sums, with something of another coder's in it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.domain.commands import AddAnnotation, AddEntity, AddNote, SetDocumentState, SetMemo, SetRole
from annotator.domain.errors import AnnotatorError, Refusal
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.merging import merge
from annotator.services.team.packing import pack
from annotator.services.team.receiving import open_package
from tests.studies import statement, study_at

Files = dict[str, list[dict[str, Any]]]
"""File of a package -> its records; ``manifest.json`` has one."""

ODD: tuple[Any, ...] = (
    *("", " ", "\ud800", "x" * 200_000, "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "\0", "a\nb"),
    *("2031-01-01T00:00:00+02:00", "yesterday", -1, 0, 1 << 70, 1e308, True, None, [], {}, [[[]]], {"entity": {}}),
    {"entity": [1]},
)
"""What stands where something else belongs."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A study with both coders' work, Ben's package with new work in it, and ids of Ada's by what they name."""

    study: Path
    package: Path
    theirs: dict[str, str]
    own: dict[str, str]


def scene(folder: Path) -> Scene:
    """Ada has labels, notes, states, a removed label; Ben has worked at home and sends it back."""
    at, theirs = folder / "lead.annotator", {}
    with study_at(at, documents=3) as study:
        for coder in ("Ada", "Ben"):
            made = statement(study, coder)
            who, first = study.coder(coder).id, study.documents()[0].id
            (note,) = study.coding.apply(AddNote(coder_id=who, document_id=first, text=f"{coder} thinks")).notes
            study.coding.apply(SetDocumentState(coder_id=who, document_id=first, state="done"))
            gone = study.coding.apply(
                AddAnnotation(coder_id=who, document_id=first, layer="claim", fragments=((40, 44),))
            )
            study.coding.undo(who)
            if coder == "Ada":
                steps = [s for s in study.changes() if s.coder_id == who]
                theirs = {
                    **{k: made[k] for k in ("claim", "speaker", "said_by", "person")},
                    "note": note,
                    "removed": next(iter(gone.added)),
                    "coder": who,
                    "step": steps[0].id,
                    "unit": steps[0].unit,
                    "undone": steps[-1].unit,
                }
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2)))
        ben = study.coder("Ben").id
        parcel = folder / "home.annotator-package"
        pack(study, "Ben", parcel)
    home, _ = open_package(parcel, CountingIds("home"), SteppingClock("2031-02-01"))
    with Study.open(home, CountingIds("work"), SteppingClock("2031-02-02")) as study:
        document = study.documents()[1].id
        entity = study.ids()
        study.coding.apply(AddEntity(coder_id=ben, id=entity, name="The Eel Board", type="person"))
        (claim,) = study.coding.apply(
            AddAnnotation(coder_id=ben, document_id=document, layer="claim", fragments=((0, 3),))
        ).added
        (speaker,) = study.coding.apply(
            AddAnnotation(
                coder_id=ben,
                document_id=document,
                layer="speaker",
                fragments=((4, 9),),
                values={"who": {"entity": entity}},
            )
        ).added
        (link,) = study.coding.apply(
            AddAnnotation(
                coder_id=ben,
                document_id=document,
                layer="said_by",
                roles={"claim": ({"annotation": claim},)},  # type: ignore[dict-item]
                empty={"speaker": {"because": "nobody"}},  # type: ignore[dict-item]
            )
        ).added
        study.coding.apply(
            SetRole(coder_id=ben, annotation_id=link, role="speaker", fillers=({"annotation": speaker},))  # type: ignore[arg-type]
        )
        study.coding.apply(SetMemo(coder_id=ben, annotation_id=claim, memo="seen"))
        study.coding.undo(ben)
        study.coding.redo(ben)
        (asked,) = study.coding.apply(
            AddNote(coder_id=ben, document_id=document, text="Is it?", kind="question", start=0, end=3)
        ).notes
        study.coding.apply(AddNote(coder_id=ben, document_id=document, text="It is.", reply_to=asked))
        study.coding.apply(SetDocumentState(coder_id=ben, document_id=document, state="in progress"))
        back = folder / "back.annotator-package"
        pack(study, "Ben", back)
    return Scene(at, back, theirs, {"coder": ben, "claim": claim, "link": link, "note": asked, "entity": entity})


def records(package: Path) -> Files:
    """What is in a package."""
    with zipfile.ZipFile(package) as archive:
        files: Files = {
            n: [json.loads(line) for line in archive.read(n).decode().splitlines()]
            for n in archive.namelist()
            if n != "manifest.json"
        }
        return {"manifest.json": [json.loads(archive.read("manifest.json"))], **files}


def written(files: Files, out: Path) -> Path:
    """The package of these records, under another id, with sums that are right."""
    (manifest,) = files["manifest.json"]
    parts = {
        n: b"".join(json.dumps(r).encode() + b"\n" for r in rows) for n, rows in files.items() if n != "manifest.json"
    }
    sums = {n: {"bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()} for n, d in parts.items()}
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("manifest.json", json.dumps({**manifest, "files": sums}))
        for name, data in parts.items():
            archive.writestr(name, data)
    return out


Place = tuple[str, int, tuple[str | int, ...]]
"""A file of a package, the line in it, the way to one value."""


def places(files: Files) -> list[Place]:
    """Every value of every record, and every record itself."""
    return [
        (name, line, way)
        for name, rows in files.items()
        for line, record in enumerate(rows)
        for way in _ways(record, ())
    ]


def _ways(value: Any, way: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if way:
        yield way
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _ways(inner, (*way, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _ways(inner, (*way, number))


def at(files: Files, place: Place) -> Any:
    """The value there."""
    name, line, way = place
    value: Any = files[name][line]
    for part in way:
        value = value[part]
    return value


def put(files: Files, place: Place, value: Any) -> None:
    """Another value there."""
    name, line, way = place
    holder: Any = files[name][line]
    for part in way[:-1]:
        holder = holder[part]
    holder[way[-1]] = value


def everywhere(files: Files, old: str, new: str) -> Files:
    """One id for another in every record."""
    made: Files = json.loads(json.dumps(files).replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1]))
    return made


def kept_of(study: Study, coder: str) -> dict[str, Any]:
    """Everything of a coder's in a study."""
    with study.file.reading() as connection:
        from annotator.store import documents as rows

        states = [s for s in rows.states(connection) if s[1] == coder]
    return {
        "labels": study.annotations(coder_ids=[coder]),
        "notes": [n for n in study.notes() if n.coder_id == coder],
        "states": states,
        "steps": [s for s in study.changes() if s.coder_id == coder],
    }


def attacked(scene: Scene, package: Path, copy: Path) -> str:
    """refused, taken, or what is unsound: merged into a copy of the study, then all of Ben's taken and brought back."""
    copy.write_bytes(scene.study.read_bytes())
    ada, ben = scene.theirs["coder"], scene.own["coder"]
    try:
        with Study.open(copy, CountingIds("attack"), SteppingClock("2031-03-01")) as study:
            before, whole = kept_of(study, ada), len(study.changes())
            try:
                merge(study, [package])
            except AnnotatorError:
                told = "refused"
                if len(study.changes()) != whole:
                    return "something was written of a package that was refused"
            else:
                told = "taken"
            for step in (study.coding.undo, study.coding.redo, study.coding.undo):
                _all(lambda do=step: do(ben))  # type: ignore[misc]
                if kept_of(study, ada) != before:
                    return f"Ada's work is another after Ben's {step.__name__}"
                if faults := check(study):
                    return f"unsound after {step.__name__}: {faults[0]}"
            _all(lambda: study.coding.undo(ada))
            if study.annotations(coder_ids=[ada]):
                return "Ada cannot take her own work back"
            return told
    finally:
        copy.unlink()


def _all(step: Callable[[], object]) -> None:
    try:
        for _ in range(200):
            step()
    except Refusal:
        return
