"""Nothing of Ada's changes by whatever Ben's package says and by Ben's undo; what cannot be is refused in words."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annotator
from annotator.domain.changes import COMMANDS
from annotator.domain.errors import BadInput, Refusal
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.domain.json_forms import as_json
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.merging import merge
from annotator.store import journal
from tests.services.team.forging import (
    ODD,
    Files,
    Scene,
    at,
    attacked,
    everywhere,
    kept_of,
    places,
    put,
    records,
    scene,
    written,
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return scene(tmp_path_factory.mktemp("forging"))


@pytest.fixture(scope="module")
def sound(here: Scene) -> Files:
    return records(here.package)


@pytest.fixture
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forged") / "forged.annotator-package"


def test_the_package_as_it_was_made_is_taken(here: Scene, sound: Files, out: Path) -> None:
    assert attacked(here, written(sound, out), out.with_suffix(".annotator")) == "taken"


def last(files: Files, command: str) -> dict[str, object]:
    return [s for s in files["changes.jsonl"] if s["command"] == command][-1]


def steps_of(files: Files, thing: str) -> list[dict[str, dict[str, object]]]:
    return [s for s in files["changes.jsonl"] if s["thing"] == thing]


def forged_unit(files: Files, scene: Scene) -> None:
    last(files, "AddNote")["unit"] = scene.theirs["unit"]


def forged_undo(files: Files, scene: Scene) -> None:
    last(files, "Redo")["undoes"] = scene.theirs["unit"]


def forged_undo_of_nothing(files: Files, scene: Scene) -> None:
    last(files, "Redo")["undoes"] = "00000000-0000-4000-8000-000000000000"


def forged_unit_by_program(files: Files, scene: Scene) -> None:
    last(files, "AddNote").update(unit=scene.theirs["unit"], command="ApplyCodebook")


def filler_in_the_past(files: Files, scene: Scene) -> None:
    """The label as it was before its last step names Ada's claim; as it is now it doesn't."""
    first, second = steps_of(files, scene.own["link"])
    first["after"]["roles"]["claim"] = [{"annotation": scene.theirs["claim"]}]  # type: ignore[index]
    second["before"]["roles"]["claim"] = [{"annotation": scene.theirs["claim"]}]  # type: ignore[index]


def offsets_in_the_past(files: Files, scene: Scene) -> None:
    first, second, *_ = steps_of(files, scene.own["claim"])
    first["after"]["fragments"] = second["before"]["fragments"] = [[0, 90_000]]  # type: ignore[assignment]


def entity_is_a_label(files: Files, scene: Scene) -> None:
    files.update(everywhere(files, scene.own["entity"], scene.theirs["claim"]))


def note_of_ada(files: Files, scene: Scene) -> None:
    files.update(everywhere(files, scene.own["note"], scene.theirs["note"]))


def answer_to_ada(files: Files, scene: Scene) -> None:
    for step in files["changes.jsonl"]:
        if step["kind"] == "note" and (step["after"] or {}).get("reply_to"):
            step["after"]["reply_to"] = scene.theirs["note"]
    for note in files["notes.jsonl"]:
        if note["reply_to"]:
            note["reply_to"] = scene.theirs["note"]


def removed_label_of_ada(files: Files, scene: Scene) -> None:
    files.update(everywhere(files, scene.own["claim"], scene.theirs["removed"]))


def empty_name(files: Files, scene: Scene) -> None:
    for entity in files["entities.jsonl"]:
        if entity["id"] == scene.own["entity"]:
            entity["name"] = "  "
    for step in steps_of(files, scene.own["entity"]):
        step["after"]["name"] = "  "


def unknown_type(files: Files, scene: Scene) -> None:
    for entity in files["entities.jsonl"]:
        if entity["id"] == scene.own["entity"]:
            entity["type"] = "dragon"
    for step in steps_of(files, scene.own["entity"]):
        step["after"]["type"] = "dragon"


def year_zero(files: Files, scene: Scene) -> None:
    files["changes.jsonl"][-1]["at"] = "0000-01-01T00:00:00.000000Z"


def end_of_days(files: Files, scene: Scene) -> None:
    files["manifest.json"][0]["made"] = "9999-12-31T23:59:59.999999Z"


def not_utc(files: Files, scene: Scene) -> None:
    files["changes.jsonl"][-1]["at"] = "2031-01-01T00:00:00+02:00"


def nameless(files: Files, scene: Scene) -> None:
    files["manifest.json"][0]["coder"]["name"] = "\u2003"


FORGERIES: list[tuple[Callable[[Files, Scene], None], str]] = [
    (forged_unit, "steps of another coder"),
    (forged_unit_by_program, "steps of another coder"),
    (forged_undo, "never made"),
    (forged_undo_of_nothing, "never made"),
    (filler_in_the_past, "not the coder's"),
    (offsets_in_the_past, "does not fit"),
    (entity_is_a_label, "another"),
    (note_of_ada, "another"),
    (answer_to_ada, "another coder's"),
    (removed_label_of_ada, "another coder's"),
    (empty_name, "empty"),
    (unknown_type, "no entity type"),
    (year_zero, "no such time"),
    (end_of_days, "cannot be the time"),
    (not_utc, "not a time in UTC"),
    (nameless, "empty"),
]


@pytest.mark.parametrize(("forge", "told"), FORGERIES, ids=lambda v: getattr(v, "__name__", ""))
def test_a_forgery_is_refused_with_a_reason(
    here: Scene, sound: Files, out: Path, forge: Callable[[Files, Scene], None], told: str
) -> None:
    files = copy.deepcopy(sound)
    forge(files, here)
    study_copy = out.with_name("lead.annotator")
    study_copy.write_bytes(here.study.read_bytes())
    with Study.open(study_copy, CountingIds("x"), SteppingClock("2031-03-01")) as study:
        before = len(study.changes())
        with pytest.raises(BadInput, match=told):
            merge(study, [written(files, out)])
        assert len(study.changes()) == before


def test_an_unknown_command_is_told_and_its_work_is_kept(here: Scene, sound: Files, out: Path) -> None:
    files = copy.deepcopy(sound)
    last(files, "SetDocumentState")["command"] = "TurnToGold"
    study_copy = out.with_name("lead.annotator")
    study_copy.write_bytes(here.study.read_bytes())
    with Study.open(study_copy, CountingIds("x"), SteppingClock("2031-03-01")) as study:
        (one,) = as_json(merge(study, [written(files, out)]))["packages"]
        assert one["told"] == ["1 steps are called `TurnToGold`, which this program does not know; they are kept"]
        assert one["states"] == 1
        assert check(study) == []


def test_every_name_of_several_steps_is_a_known_command() -> None:
    named = set()
    for path in Path(annotator.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Batch", "UnitOfWork"):
                for value in (*node.args[4:5], *(k.value for k in node.keywords if k.arg == "name")):
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        named.add(value.value)
    assert len(named) > 8
    assert named <= COMMANDS, f"enter them in annotator/domain/changes.py: {named - COMMANDS}"


def test_an_undo_takes_back_no_step_of_another_coder_however_it_came_in(here: Scene, out: Path) -> None:
    """As a study would be that took such a package before anybody looked at what it names."""
    study_copy = out.with_name("lead.annotator")
    study_copy.write_bytes(here.study.read_bytes())
    ada, ben = here.theirs["coder"], here.own["coder"]
    with Study.open(study_copy, CountingIds("x"), SteppingClock("2031-03-01")) as study:
        before = kept_of(study, ada)
        document = study.documents()[0].id
        row = {"at": "2031-03-01T00:00:00.000000Z", "coder_id": ben, "document_id": document, "before": None}
        for number, (unit, thing, kind) in enumerate(
            [
                (here.theirs["unit"], f"{document}/{ben}", "document_state"),
                ("unit-a", here.theirs["claim"], "annotation"),
                ("unit-b", here.theirs["note"], "note"),
                ("unit-c", f"{document}/{ada}", "document_state"),
            ]
        ):
            with study.file.transaction() as connection:
                left = journal.last_state(connection, thing)
                step = {**row, "id": f"step-{number}", "unit": unit, "thing_id": thing, "kind": kind, "undoes": None}
                journal.append(
                    connection,
                    [
                        journal.row_of(
                            **{**step, "command": "SetMemo", "after": json.loads(left or "{}")}  # type: ignore[arg-type]
                        )
                    ],
                )
            study.coding.forget()
            with pytest.raises(Refusal, match="another"):
                study.coding.undo(ben)
            assert kept_of(study, ada) == before


@settings(max_examples=40)
@given(data=st.data())
def test_whatever_stands_in_another_place_adas_work_stays_as_it_is(
    here: Scene, sound: Files, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """One to three values of the package are others: ids of Ada's, things of another type, or taken away."""
    files = copy.deepcopy(sound)
    every = places(files)
    known = [p for p in every if p[0] == "changes.jsonl"]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(known) | st.sampled_from(every))
        try:
            old = at(files, place)
            ids = sorted(here.theirs.values())
            if isinstance(old, str) and len(old) == 36 and data.draw(st.booleans()):
                files = everywhere(files, old, data.draw(st.sampled_from(ids)))
            else:
                put(files, place, data.draw(st.sampled_from(ids) | st.sampled_from(ODD)))
        except (KeyError, IndexError, TypeError):
            continue  # it went with what was changed before
    folder = tmp_path_factory.mktemp("one")
    told = attacked(here, written(files, folder / "forged.annotator-package"), folder / "copy.annotator")
    assert told in ("refused", "taken")
