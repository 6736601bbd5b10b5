"""A coder's login with SQL of its own: it can do no more than the program does for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.commands import (
    AddAnnotation,
    AddEntity,
    AddNote,
    ChangeEntity,
    ChangeNote,
    RemoveEntity,
    SetDocumentState,
)
from annotator.domain.errors import Refusal
from annotator.services.exchange.importing_suggestions import Request, import_suggestions
from annotator.services.study import Study
from annotator.services.study import access as sharing
from annotator.services.study.integrity import check
from annotator.services.suggestions.answering import accept, reject
from annotator.services.suggestions.blind import set_blind
from annotator.services.suggestions.report import report
from annotator.services.suggestions.standing import offered
from annotator.services.team.allocation import Request as Hand
from annotator.services.team.assigning import apply_plan, plan
from annotator.store import server_rules
from annotator.store.places import DatabaseUrl
from annotator.store.server import connect
from tests.postgres import server
from tests.studies import statement, study_at

psycopg = pytest.importorskip("psycopg", reason="the driver for PostgreSQL is not installed")

DENIED = psycopg.errors.InsufficientPrivilege
STEP = (
    "INSERT INTO change (id, unit, at, coder_id, command, kind, thing_id, document_id, before, after, undoes) VALUES "
    "(%(id)s, %(unit)s, '2031-03-01T00:00:00.000000Z', %(ada)s, 'SetMemo', %(kind)s, %(thing)s, %(document)s, "
    "%(before)s, %(after)s, %(undoes)s)"
)


@dataclass
class Scene:
    """Ada's connection of her own, and ids of what is hers and Ben's."""

    study: Study
    ada: psycopg.Connection[Any]
    way: DatabaseUrl
    mine: dict[str, str]
    theirs: dict[str, str]

    def step(self, **what: Any) -> dict[str, Any]:
        """A step of Ada's; by default one that could stand."""
        row = {"id": "s1", "unit": "u1", "kind": "annotation", "thing": self.mine["claim"], "undoes": None}
        row |= {"ada": self.mine["coder"], "document": self.mine["document"], "before": None, "after": None}
        return {**row, **what}


@pytest.fixture
def scene(database: DatabaseUrl) -> Iterator[Scene]:
    with study_at(database, documents=2) as study:
        found = {}
        for coder in ("Ada", "Ben"):
            who, document = study.coder(coder).id, study.documents()[0].id
            made = statement(study, coder)
            (note,) = study.coding.apply(AddNote(coder_id=who, document_id=document, text="x")).notes
            unit = next(s for s in study.changes() if s.coder_id == who).unit
            found[coder] = {**made, "coder": who, "note": note, "unit": unit, "document": document}
        made = sharing.invite(study, "Ada", None, f"ada_{study.file.path.name}")  # type: ignore[union-attr]
        assert made.password is not None
        way = DatabaseUrl(made.url).with_password(made.password)
        with psycopg.connect(way.url, autocommit=True) as ada:
            yield Scene(study, ada, way, found["Ada"], found["Ben"])


def test_no_step_is_written_about_what_is_anothers(scene: Scene) -> None:
    before, theirs, mine = scene.study.changes(), scene.theirs, scene.mine
    other = json.dumps({"id": theirs["claim"], "coder": mine["coder"]})
    for what in (
        {"thing": theirs["claim"], "after": other},
        {
            "thing": theirs["note"],
            "kind": "note",
            "after": json.dumps({"id": theirs["note"], "coder_id": mine["coder"]}),
        },
        {"thing": f"{mine['document']}/{theirs['coder']}", "kind": "document_state", "after": '{"state": "done"}'},
        {"unit": theirs["unit"], "after": json.dumps({"id": mine["claim"], "coder": mine["coder"]})},
        {"undoes": theirs["unit"], "after": json.dumps({"id": mine["claim"], "coder": mine["coder"]})},
        {"undoes": "nothing", "after": json.dumps({"id": mine["claim"], "coder": mine["coder"]})},
        {"kind": "decision", "thing": "d1", "after": "{}"},
        {"after": json.dumps({"id": mine["claim"], "coder": theirs["coder"]})},
        {"after": json.dumps({"id": theirs["claim"], "coder": mine["coder"]})},
        {"kind": "entity", "thing": theirs["claim"], "after": json.dumps({"id": theirs["claim"]})},
        {"ada": theirs["coder"], "after": other},
    ):
        with pytest.raises(DENIED):
            scene.ada.execute(STEP, scene.step(**what))
    assert scene.study.changes() == before


def test_no_role_is_filled_with_anothers_label_nor_one_of_another_article(scene: Scene) -> None:
    mine, theirs = scene.mine, scene.theirs
    for label in (theirs["claim"], "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(DENIED):  # the same whether there is such a label or not
            scene.ada.execute("INSERT INTO filler VALUES (%s, 'claim', 7, %s, NULL)", (mine["said_by"], label))
        with pytest.raises(DENIED):
            scene.ada.execute(
                "UPDATE filler SET filler_annotation = %s WHERE role = 'claim' AND annotation_id = %s",
                (label, mine["said_by"]),
            )
    with pytest.raises(DENIED):
        scene.ada.execute("INSERT INTO filler VALUES (%s, 'claim', 7, %s, NULL)", (theirs["said_by"], mine["claim"]))
    with pytest.raises(DENIED):
        scene.ada.execute("UPDATE note SET reply_to = %s WHERE id = %s", (theirs["note"], mine["note"]))


@pytest.mark.parametrize(
    "statement_",
    [
        "DELETE FROM entity WHERE id = %(person)s",
        "UPDATE entity SET name = 'Mallory'",
        "INSERT INTO entity VALUES ('e1', 'Mallory', 'person', '[]', '', '', NULL, '{}')",
        "UPDATE annotation SET memo = 'unseen'",
        "DELETE FROM note",
        "UPDATE document_state SET state = 'done'; INSERT INTO document_state VALUES (%(document)s, %(coder)s, 'done')",
    ],
)
def test_nothing_changes_without_its_step(scene: Scene, statement_: str) -> None:
    before = (scene.study.entities(), scene.study.annotations(), scene.study.notes())
    first, _, last = statement_.rpartition("; ")
    if first:
        scene.ada.execute(first, scene.mine)
    with pytest.raises(DENIED, match="without its step"):
        scene.ada.execute(last, scene.mine)
    assert (scene.study.entities(), scene.study.annotations(), scene.study.notes()) == before


def test_a_step_must_say_what_is_done_and_nobody_goes_who_is_named(scene: Scene) -> None:
    person = scene.theirs["person"]
    record = {"id": person, "name": "Other", "type": "person", "aliases": [], "memo": "", "created": ""}
    step = scene.step(kind="entity", thing=person, document=None, before="{}", after=json.dumps(record))
    step["before"] = json.dumps({"id": person})

    def together(told: dict[str, Any], *statements: str) -> None:
        with scene.ada.transaction():
            scene.ada.execute(STEP, told)
            for one in statements:
                scene.ada.execute(one, {"person": person})

    rename = "UPDATE entity SET name = 'Mallory' WHERE id = %(person)s"
    with pytest.raises(DENIED, match="says otherwise"):
        together(step, rename)
    with pytest.raises(DENIED, match="says otherwise"):
        together(step, "SET CONSTRAINTS ALL IMMEDIATE", rename)
    with pytest.raises(psycopg.Error):
        together({**step, "after": None}, "DELETE FROM entity WHERE id = %(person)s")
    assert check(scene.study) == []
    together(step, "UPDATE entity SET name = 'Other' WHERE id = %(person)s")
    assert {e.name for e in scene.study.entities()} >= {"Other"}


def test_how_many_labels_there_are_is_not_told(scene: Scene) -> None:
    def asked(statement_: str) -> Any:
        found = scene.ada.execute(statement_).fetchone()
        assert found is not None
        return found[0]

    person, named = scene.theirs["person"], "SELECT annotator_names_entity('{}')"
    assert asked(named.format(person)) == 1
    for _ in range(3):
        scene.study.coding.undo(scene.theirs["coder"])
        scene.study.coding.redo(scene.theirs["coder"])
    assert asked(named.format(person)) == 1, "whether others name it, not how often"
    assert asked("SELECT count(*) FROM annotation") == 3
    server().run("ANALYZE", scene.study.file.path.name)  # type: ignore[union-attr]
    for trick in (
        "SELECT reltuples FROM pg_class WHERE relname = 'annotation'",
        "SELECT relpages FROM pg_class WHERE relname = 'annotation'",
        "SELECT n_live_tup FROM pg_stat_user_tables WHERE relname = 'annotation'",
        "SELECT n_tup_ins FROM pg_stat_all_tables WHERE relname = 'annotation'",
        "SELECT idx_scan FROM pg_stat_user_indexes",
        "SELECT heap_blks_read FROM pg_statio_user_tables",
        "SELECT pg_relation_size('annotation')",
        "SELECT pg_total_relation_size('annotation')",
        "SELECT pg_stat_get_live_tuples('annotation'::regclass)",
        "SELECT pg_stat_get_tuples_inserted('annotation'::regclass)",
        "SELECT pg_database_size(current_database())",
    ):
        with pytest.raises(DENIED):
            scene.ada.execute(trick)
    assert asked("SELECT count(*) FROM pg_stats WHERE tablename = 'annotation'") == 0
    assert asked("SELECT relname FROM pg_class WHERE relname = 'annotation'") == "annotation"


def test_the_programs_own_way_is_open_as_before(scene: Scene) -> None:
    with Study.open(scene.way) as mine:
        ada = scene.mine["coder"]
        document = scene.mine["document"]
        command = AddAnnotation(coder_id=ada, document_id=document, layer="claim", fragments=((40, 44),))
        (made,) = mine.coding.apply(command).added
        (entity,) = mine.coding.apply(AddEntity(coder_id=ada, name="New", type="person")).entities
        mine.coding.apply(ChangeEntity(coder_id=ada, entity_id=entity, name="Newer", aliases=("N.", "“q”")))
        mine.coding.apply(RemoveEntity(coder_id=ada, entity_id=entity))
        mine.coding.apply(SetDocumentState(coder_id=ada, document_id=document, state="done"))
        mine.coding.apply(ChangeNote(coder_id=ada, note_id=scene.mine["note"], settled=True))
        for _ in range(6):
            mine.coding.undo(ada)
        assert made not in {a.id for a in mine.annotations()}
        for _ in range(6):
            mine.coding.redo(ada)
        with pytest.raises(Refusal, match="name this entity"):
            mine.coding.apply(RemoveEntity(coder_id=ada, entity_id=scene.theirs["person"]))
        assert made in {a.id for a in mine.annotations()}
    assert check(scene.study) == []


def test_the_lock_of_writers_is_held_by_no_trick_and_let_go(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = scene.ada
    ada.execute(f"SELECT pg_advisory_lock({server_rules.LOCK})")  # how it was held before
    scene.study.ensure_coder("Chidi")
    ada.execute("SELECT pg_advisory_unlock_all()")
    with pytest.raises(DENIED):
        ada.execute("BEGIN; LOCK TABLE annotator_door IN EXCLUSIVE MODE")
    ada.execute("ROLLBACK")
    with pytest.raises(DENIED):
        ada.execute("SELECT * FROM annotator_door FOR UPDATE")
    # a transaction that begins to write and then does nothing is ended by the next who waits for it
    ada.execute("BEGIN")
    ada.execute("SET idle_in_transaction_session_timeout = 0")
    ada.execute("SELECT annotator_begin('s', 1, 't')")
    with monkeypatch.context() as quick:
        quick.setattr(server_rules, "IDLE", 0)
        definition = server_rules._FUNCTIONS.replace(f"interval '{10} seconds'", "interval '0 seconds'")
        server().run(definition, scene.study.file.path.name)  # type: ignore[union-attr]
    wire: Any = scene.study.file.connection.connection.driver_connection
    wire.execute("SET lock_timeout = '50ms'")
    (document, who) = scene.theirs["document"], scene.theirs["coder"]
    scene.study.coding.apply(AddNote(coder_id=who, document_id=document, text="through"))
    with pytest.raises(psycopg.OperationalError):
        ada.execute("SELECT 1")
    assert "through" in {n.text for n in scene.study.notes()}


def test_what_was_confirmed_is_on_the_disk_whatever_the_server_does_for_others(scene: Scene) -> None:
    """The server of the tests has it off, as some have."""
    assert server().run("SHOW synchronous_commit") == [("off",)]
    with connect(scene.way) as wire:
        assert wire.execute("SHOW synchronous_commit").fetchone() == ("on",)
    login = scene.way.login
    server().run(f"ALTER ROLE {login} SET synchronous_commit = 'remote_apply'")
    with connect(scene.way) as wire:
        assert wire.execute("SHOW synchronous_commit").fetchone() == ("remote_apply",)


def test_a_study_that_an_older_program_made_gets_the_rules_when_its_owner_opens_it(scene: Scene) -> None:
    name = scene.study.file.path.name  # type: ignore[union-attr]
    place = server().url(name)
    scene.study.close()
    server().run("DROP TABLE annotator_rules", name)
    server().run("DROP TRIGGER annotator_has_step ON entity", name)
    with Study.open(scene.way):
        pass
    with Study.open(place) as study:
        assert check(study) == []
    assert server().run("SELECT version FROM annotator_rules", name) == [(server_rules.RULES,)]
    with pytest.raises(DENIED, match="without its step"):
        scene.ada.execute("DELETE FROM entity WHERE id = %(person)s", scene.mine)
    scene.study = study


def test_suggestions_are_read_by_those_they_are_meant_for_and_answered_by_a_step_alone(
    scene: Scene, tmp_path: Path
) -> None:
    study, mine, theirs = scene.study, scene.mine, scene.theirs
    file = tmp_path / "model.jsonl"
    record = {"id": "1", "layer": "claim", "document": {"id": mine["document"]}, "fragments": [[4, 9]]}
    file.write_text(json.dumps(record), encoding="utf-8")
    import_suggestions(study, Request([file], "jsonl", source="Both"))
    import_suggestions(study, Request([file], "jsonl", source="Ben's", coder="Ben"))
    ids = {s.name: s.imports[0].source.id for s in report(study).sources}
    assert scene.ada.execute("SELECT source_id FROM suggestion").fetchall() == [(ids["Both"],)]
    (key,) = scene.ada.execute("SELECT id FROM suggestion").fetchone() or ()
    row = "INSERT INTO verdict VALUES (%s, %s, %s, 'rejected', NULL)"
    with pytest.raises(DENIED):  # no step
        scene.ada.execute(row, (key, mine["coder"], mine["document"]))
    with pytest.raises(DENIED):
        scene.ada.execute(row, (key, theirs["coder"], mine["document"]))
    with pytest.raises(DENIED):
        scene.ada.execute("DELETE FROM suggestion")
    step = {"kind": "verdict", "thing": f"{key}/{theirs['coder']}", "after": '{"said":"rejected"}'}
    with pytest.raises(DENIED):
        scene.ada.execute(STEP, scene.step(**step))
    with Study.open(scene.way) as own:
        assert [x.state for x in offered(own, mine["document"], mine["coder"])] == ["open"]
        accept(own, mine["coder"], mine["document"], key)
        own.coding.undo(mine["coder"])
        reject(own, mine["coder"], mine["document"], key)
        assert [x.state for x in offered(own, mine["document"], mine["coder"])] == ["rejected"]
    with pytest.raises(DENIED):
        scene.ada.execute("UPDATE verdict SET said = 'accepted'")
    assert [x.state for x in offered(study, mine["document"], theirs["coder"])] == ["open", "open"]
    apply_plan(study, plan(study, ["Ada"], Hand(1, round="blind")))
    set_blind(study, "blind", True)
    assert scene.ada.execute("SELECT count(*) FROM suggestion").fetchone() == (0,)
    assert check(study) == []
