"""A study on a real PostgreSQL: ten coders at once, lost connections, rights by role, and moving there and back."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text

from annotator.cli.app import run
from annotator.domain.commands import AddAnnotation, AddEntity, AddNote, RemoveEntity, SetMemo, SetValue
from annotator.domain.errors import AnnotatorError, BadInput, Interrupted, NotFound, Refusal, StudyFileError
from annotator.services.study import Study
from annotator.services.study import access as sharing
from annotator.services.study.integrity import check
from annotator.services.study.relocation import move
from annotator.store import copying, server_rules
from annotator.store.places import DatabaseUrl
from annotator.store.server import StudyServer, Wire
from annotator.store.tables import metadata
from tests.postgres import server
from tests.store.turns import Turns
from tests.studies import statement, study_at

psycopg = pytest.importorskip("psycopg", reason="the driver for PostgreSQL is not installed")


@pytest.fixture
def study(database: DatabaseUrl) -> Iterator[Study]:
    with study_at(database, documents=2) as made:
        yield made


def label(study: Study, coder: str, start: int = 0, **rest: Any) -> AddAnnotation:
    return AddAnnotation(
        coder_id=study.coder(coder).id,
        document_id=study.documents()[0].id,
        layer="claim",
        fragments=((start, start + 4),),
        **rest,
    )


def invited(study: Study, coder: str, role: str | None = None) -> DatabaseUrl:
    """The URL by which a coder comes in, with the password."""
    login = f"{coder.lower()}_{study.file.path.name}"  # type: ignore[union-attr]
    made = sharing.invite(study, coder, role, login)
    assert made.password is not None
    return DatabaseUrl(made.url).with_password(made.password)


def end_connection(study: Study) -> None:
    """The server hangs up on this study's connection."""
    wire = wire_of(study)
    server().run(f"SELECT pg_terminate_backend({wire.info.backend_pid}, 5000)")


def wire_of(study: Study) -> Wire:
    raw: Any = study.file.connection.connection.driver_connection
    return raw  # type: ignore[no-any-return]


# ten at once


def test_ten_coders_at_once_lose_and_double_nothing(database: DatabaseUrl) -> None:
    names = [f"Coder {n}" for n in range(10)]
    with study_at(database, documents=1) as study:
        coders = {name: study.ensure_coder(name).id for name in names}
        document = study.documents()[0].id
    ready = threading.Barrier(len(names))

    def work(name: str) -> set[str]:
        made: set[str] = set()
        with Study.open(database) as mine:
            ready.wait(60)
            for number in range(12):
                done = mine.coding.apply(
                    AddAnnotation(
                        coder_id=coders[name],
                        document_id=document,
                        layer="claim",
                        fragments=((number, number + 5),),
                        memo=name,
                    )
                )
                made |= done.added
                if number % 4 == 3:
                    made -= mine.coding.undo(coders[name]).removed
                    made |= mine.coding.redo(coders[name]).added
        return made

    with ThreadPoolExecutor(len(names)) as pool:
        made = dict(zip(names, pool.map(work, names), strict=True))
    with Study.open(database) as study:
        for name in names:
            assert {a.id for a in study.annotations(coder_ids=[coders[name]])} == made[name]
            assert len(made[name]) == 12
        assert [c.seq for c in study.changes()] == list(range(1, 10 * (12 + 6) + 1))
        assert check(study) == []


# round trips


def test_a_label_is_confirmed_in_one_round_trip(database: DatabaseUrl) -> None:
    study_at(database).close()
    with Turns(Path(server().folder) / ".s.PGSQL.5432") as turns:
        through = DatabaseUrl(f"postgresql://postgres@/{database.name}?host={turns.folder}")
        with Study.open(through) as study:
            first = label(study, "Ada")
            study.coding.apply(first)  # the length of the article is learnt once
            study.coding.can_undo(first.coder_id)
            turns.count = 0
            (made,) = study.coding.apply(first).added
            assert turns.count == 1
            turns.count = 0
            study.coding.apply(SetMemo(coder_id=first.coder_id, annotation_id=made, memo="seen"))
            assert turns.count == 2, "one to read what is there, one to write and confirm"
            turns.count = 0
            assert study.annotation(made).memo == "seen"
            assert turns.count == 2


def test_whoever_asks_how_many_rows_were_changed_is_told(study: Study) -> None:
    statement(study)
    with study.file.transaction() as connection:
        table = metadata.tables["annotation"]
        assert connection.execute(table.update(), {"memo": "all"}).rowcount == 3
        assert connection.execute(metadata.tables["filler"].delete()).rowcount == 2
        connection.rollback()
    assert check(study) == []


# lost connections


def test_a_connection_lost_between_steps_is_found_again(study: Study) -> None:
    ada = study.coder("Ada").id
    study.coding.apply(label(study, "Ada"))
    end_connection(study)
    assert len(study.annotations()) == 1
    end_connection(study)
    study.coding.apply(label(study, "Ada", 5))
    end_connection(study)
    study.coding.undo(ada)
    assert len(study.annotations()) == 1
    assert check(study) == []


def breaking(monkeypatch: pytest.MonkeyPatch, study: Study, when: str, times: int = 1) -> list[str]:
    """End the connection at the next commits: before they are sent, or after they were done but not answered."""
    first = Wire.confirm
    broken: list[str] = []

    def confirm(self: Wire) -> None:
        if len(broken) >= times:
            first(self)
            return
        broken.append(when)
        if when == "after":
            first(self)
        elif when == "half":
            self.send()
        pid = self.info.backend_pid
        server().run(f"SELECT pg_terminate_backend({pid}, 5000)")
        if when == "after":
            self.execute("SELECT 1")
        else:
            first(self)

    monkeypatch.setattr(Wire, "confirm", confirm)
    return broken


@pytest.mark.parametrize("when", ["before", "half", "after"])
def test_a_step_whose_connection_is_lost_is_kept_once(study: Study, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    ada = study.coder("Ada").id
    study.coding.apply(label(study, "Ada"))
    command = label(study, "Ada", 5, memo="once")
    broken = breaking(monkeypatch, study, when)
    done = study.coding.apply(command)
    assert broken == [when]
    assert {a.id for a in study.annotations() if a.memo == "once"} == done.added
    assert len(done.added) == 1
    assert len(study.changes()) == 2
    assert study.coding.undo(ada).removed == done.added
    assert check(study) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_coders_articles_and_undo_are_kept_once_or_told(
    study: Study, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    ada = study.coder("Ada").id
    study.coding.apply(label(study, "Ada"))
    breaking(monkeypatch, study, when)
    assert len(study.coding.undo(ada).removed) == 1
    assert [c.command for c in study.changes()] == ["AddAnnotation", "Undo"]
    monkeypatch.undo()
    breaking(monkeypatch, study, when)
    if when == "before":
        with pytest.raises(Interrupted, match="nothing of this step was kept"):
            study.ensure_coder("Chidi")
    assert study.ensure_coder("Chidi").name == "Chidi"
    assert sorted(c.name for c in study.coders()) == ["Ada", "Ben", "Chidi"]


def test_a_connection_that_goes_again_and_again_is_told(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = breaking(monkeypatch, study, "before", times=99)
    command = label(study, "Ada")
    with pytest.raises(Interrupted):
        study.coding.apply(command)
    assert len(broken) == 3
    monkeypatch.undo()
    assert study.annotations() == []
    study.coding.apply(command)
    assert len(study.annotations()) == 1


def test_a_step_that_was_saved_behind_a_dead_line_is_told_before_the_next(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is out of reach for longer than one waits: the step is neither lost nor made twice."""
    ada, command = study.coder("Ada").id, label(study, "Ada")
    breaking(monkeypatch, study, "after")

    def unreachable(_self: StudyServer) -> None:
        raise StudyFileError("there is no connection to the database", "here", "check the network")

    with monkeypatch.context() as away:
        away.setattr(StudyServer, "_reconnect", unreachable)
        with pytest.raises(StudyFileError, match="looks up whether"):
            study.coding.apply(command)
    with pytest.raises(StudyFileError, match="your last step was saved"):
        study.coding.apply(command)
    assert len(study.annotations()) == 1
    assert study.coding.can_undo(ada) == "AddAnnotation"
    study.coding.apply(command)
    assert len(study.annotations()) == 2


def test_who_waits_too_long_for_another_writer_is_told(study: Study) -> None:
    name = study.file.path.name  # type: ignore[union-attr]
    with psycopg.connect(server().url(name).url, autocommit=True) as other:
        other.execute("BEGIN; LOCK TABLE annotator_door IN EXCLUSIVE MODE")
        wire_of(study).execute("SET lock_timeout = '20ms'")
        with pytest.raises(StudyFileError, match="another person is writing"):
            study.ensure_coder("Chidi")
        other.execute("ROLLBACK")
    assert study.ensure_coder("Chidi").name == "Chidi"


def test_what_still_arrives_of_a_connection_that_was_given_up_is_refused(study: Study) -> None:
    file = study.file
    assert isinstance(file, StudyServer)
    study.ensure_coder("Chidi")
    old = psycopg.connect(file.url.url, autocommit=True)
    file._confirmed("whatever")
    with pytest.raises(psycopg.errors.RaiseException, match="given up"):
        old.execute("SELECT annotator_begin(%s, %s, %s)", (file._session, 1, "late"))
    old.close()


KILLED = """
import sys
from annotator.services.study import Study
from annotator.domain.commands import AddAnnotation
from annotator.store.places import DatabaseUrl
with Study.open(DatabaseUrl(sys.argv[1])) as study:
    coder, document = study.coder("Ada").id, study.documents()[0].id
    while True:
        label = AddAnnotation(coder_id=coder, document_id=document, layer="claim", fragments=((0, 5),))
        made = study.coding.apply(label)
        print(*made.added, flush=True)
"""


def test_a_killed_writer_leaves_what_was_confirmed(database: DatabaseUrl) -> None:
    study_at(database).close()
    writer = subprocess.Popen([sys.executable, "-c", KILLED, database.url], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    told = [writer.stdout.readline().strip() for _ in range(20)]
    writer.kill()
    told += writer.stdout.read().split()
    writer.wait()
    with Study.open(database) as study:
        kept = {a.id for a in study.annotations()}
        assert set(told) <= kept
        assert len(kept) <= len(told) + 1
        assert check(study) == []


# rights


@pytest.fixture
def shared(study: Study) -> dict[str, Any]:
    """Ada's, Ben's and a supervisor's ways into a study where both coders have labels and notes."""
    made = {coder: statement(study, coder) for coder in ("Ada", "Ben")}
    for coder in ("Ada", "Ben"):
        command = AddNote(
            coder_id=study.coder(coder).id, document_id=study.documents()[0].id, kind="note", text=f"{coder}'s secret"
        )
        study.coding.apply(command)
        study.coding.apply(
            SetMemo(coder_id=study.coder(coder).id, annotation_id=made[coder]["claim"], memo=f"{coder}'s secret")
        )
    ways = {coder: invited(study, coder) for coder in ("Ada", "Ben")}
    return {"made": made, "ways": {**ways, "Lea": invited(study, "Lea", "supervisor")}}


def test_a_coders_login_reads_no_other_coders_labels_by_any_statement(study: Study, shared: dict[str, Any]) -> None:
    ben = study.coder("Ben").id
    secrets = {"Ben's secret", *(v for k, v in shared["made"]["Ben"].items() if k != "person")}
    with psycopg.connect(shared["ways"]["Ada"].url, autocommit=True) as ada:
        for table in [*metadata.tables, "annotator_login", "annotator_receipt", "annotator_counter"]:
            try:
                rows = ada.execute(f'SELECT * FROM "{table}"').fetchall()
            except psycopg.errors.InsufficientPrivilege:
                continue
            told = json.dumps(rows, default=repr)
            assert not [s for s in secrets if s in told], table
            if table not in ("change",):
                assert ben not in told, table
        assert ada.execute("SELECT count(*) FROM annotation").fetchone() == (3,)
        assert ada.execute("SELECT kind FROM change WHERE coder_id = %s", (ben,)).fetchall() == [("entity",)]
        for trick in (
            "SET ROLE postgres",
            "SET ROLE annotator_supervisor",
            f"SET SESSION AUTHORIZATION {shared['ways']['Ben'].login}",
            "SET row_security = off; SELECT * FROM annotation",
            "ALTER TABLE annotation DISABLE ROW LEVEL SECURITY",
            "INSERT INTO annotator_login VALUES (session_user, 'x', 'supervisor')",
            f"UPDATE annotator_login SET coder_id = '{ben}'",
            "CREATE OR REPLACE FUNCTION annotator_supervises() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
            "CREATE TABLE annotator_login (login name)",
            "COPY annotation TO PROGRAM 'cat'",
            "TRUNCATE change",
            "DELETE FROM change",
            "UPDATE change SET coder_id = coder_id",
            "DELETE FROM document",
            "UPDATE annotator_counter SET last = 0",
        ):
            with pytest.raises(psycopg.Error):
                ada.execute(trick)
        ada.execute("SET ROLE annotator_coder")
        assert ada.execute("SELECT count(*) FROM annotation").fetchone() == (3,), "a role without a login of its own"
        # a view of one's own would have to be made first, and a temporary one sees no more
        ada.execute("RESET ROLE")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ada.execute("CREATE VIEW spy AS SELECT * FROM annotation")


def test_a_coders_login_writes_nothing_of_another_coder(study: Study, shared: dict[str, Any]) -> None:
    before = study.annotations()
    ben, claim = study.coder("Ben").id, shared["made"]["Ben"]["claim"]
    with psycopg.connect(shared["ways"]["Ada"].url, autocommit=True) as ada:
        assert ada.execute("UPDATE annotation SET memo = 'x' WHERE id = %s", (claim,)).rowcount == 0
        assert ada.execute("DELETE FROM fragment WHERE annotation_id = %s", (claim,)).rowcount == 0
        for statement_ in (
            "UPDATE annotation SET coder_id = %(ben)s",
            "INSERT INTO fragment VALUES (%(claim)s, 9, 1, 2)",
            "INSERT INTO document_state SELECT id, %(ben)s, 'done', NULL FROM document",
            "INSERT INTO change SELECT NULL, 'x', 'x', at, %(ben)s, command, kind, thing_id, document_id FROM change",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ada.execute(statement_, {"ben": ben, "claim": claim})
    assert study.annotations() == before


def test_a_coder_works_through_a_login_and_sees_own_labels_alone(study: Study, shared: dict[str, Any]) -> None:
    ben = study.coder("Ben").id
    with Study.open(shared["ways"]["Ada"]) as mine:
        ada = mine.coder("Ada").id
        assert mine.file.login_coder == ada
        assert not mine.file.whole
        assert {c.name for c in mine.coders()} == {"Ada", "Lea"}
        assert {a.coder_id for a in mine.annotations()} == {ada}
        assert [n.text for n in mine.notes()] == ["Ada's secret"]
        made = mine.coding.apply(label(mine, "Ada", 8, memo="through a login"))
        mine.coding.undo(ada)
        mine.coding.redo(ada)
        entity = mine.coding.apply(AddEntity(coder_id=ada, name="New", type="person")).entities
        for person in (shared["made"]["Ben"]["person"], shared["made"]["Ada"]["person"]):
            with pytest.raises(Refusal, match="name this entity"):
                mine.coding.apply(RemoveEntity(coder_id=ada, entity_id=person))
        with pytest.raises(NotFound):
            mine.coding.apply(SetMemo(coder_id=ada, annotation_id=shared["made"]["Ben"]["claim"], memo="x"))
        for forged in (
            AddAnnotation(coder_id=ben, document_id=mine.documents()[0].id, layer="claim", fragments=((0, 3),)),
            SetValue(coder_id=ben, annotation_id=shared["made"]["Ben"]["claim"], attribute="stance", value=0),
        ):
            with pytest.raises(AnnotatorError):
                mine.coding.apply(forged)
        with pytest.raises(StudyFileError, match="your login may not"):
            mine.ensure_coder("Mallory")
        with pytest.raises(Refusal, match="own labels"):
            check(mine)
    with pytest.raises(Refusal, match="own labels"):
        move(shared["ways"]["Ada"], Path("/tmp/never.annotator"))
    assert made.added <= {a.id for a in study.annotations()}
    assert entity <= {e.id for e in study.entities()}
    assert check(study) == []


def test_a_reply_to_ones_note_is_seen(study: Study, shared: dict[str, Any]) -> None:
    lea = study.coder("Lea").id
    (note,) = [n for n in study.notes() if n.text.startswith("Ada")]
    with Study.open(shared["ways"]["Lea"]) as supervisor:
        command = AddNote(coder_id=lea, document_id=note.document_id, kind="note", text="Well seen", reply_to=note.id)
        supervisor.coding.apply(command)
    for coder, seen in (("Ada", True), ("Ben", False)):
        with Study.open(shared["ways"][coder]) as mine:
            assert ("Well seen" in [n.text for n in mine.notes()]) is seen


def test_a_supervisors_login_sees_and_does_everything(study: Study, shared: dict[str, Any]) -> None:
    with Study.open(shared["ways"]["Lea"]) as whole:
        assert whole.file.whole
        assert whole.annotations() == study.annotations()
        assert check(whole) == []
        whole.ensure_coder("Dora")
        with pytest.raises(StudyFileError, match="may not"):
            sharing.invite(whole, "Dora")


def test_logins_are_given_renewed_and_taken_away(study: Study, shared: dict[str, Any]) -> None:
    way = shared["ways"]["Ada"]
    renewed = sharing.invite(study, "Ada", None, way.login)
    with pytest.raises(StudyFileError, match="does not accept this login"):
        Study.open(way)
    assert renewed.password is not None
    again = way.with_password(renewed.password)
    with pytest.raises(BadInput, match="another coder's"):
        sharing.invite(study, "Ben", None, way.login)
    with pytest.raises(BadInput, match="do everything"):
        sharing.invite(study, "Ben", None, "postgres", existing=True)
    with pytest.raises(BadInput, match="not a role"):
        sharing.invite(study, "Ben", "king")
    with pytest.raises(BadInput, match="--login"):
        sharing.invite(study, "Ёж")
    assert {r.coder: r.role for r in sharing.logins(study)} == {
        "Ada": "coder",
        "Ben": "coder",
        "Lea": "supervisor",
    }
    with Study.open(again) as mine:
        sharing.dismiss(study, way.login)
        with pytest.raises(StudyFileError):
            mine.annotations()
    with pytest.raises(StudyFileError, match="not invited"):
        Study.open(again)
    with pytest.raises(NotFound):
        sharing.dismiss(study, way.login)
    assert len(study.annotations()) == 6


def test_a_keeper_needs_no_more_than_to_make_databases_and_roles(database: DatabaseUrl, tmp_path: Path) -> None:
    source, keeper = tmp_path / "s.annotator", f"keeper_{database.name}"
    with study_at(source) as study:
        statement(study)
        statement(study, "Ben")
    server().run(f"CREATE ROLE {keeper} LOGIN CREATEDB CREATEROLE PASSWORD 'k'")
    way = database.with_login(keeper, "k")
    move(source, way)
    with Study.open(way) as study:
        assert study.file.whole
        assert check(study) == []
        ada = invited(study, "Ada")
        with Study.open(ada) as mine:
            assert len(mine.annotations()) == 3
            mine.coding.apply(label(mine, "Ada"))
            sharing.dismiss(study, ada.login)
            assert (mine.annotations(), mine.documents(), mine.entities(), mine.changes()) == ([], [], [], [])
            with pytest.raises(AnnotatorError):
                mine.coding.apply(label(study, "Ada"))
        with pytest.raises(StudyFileError, match="not invited"):
            Study.open(ada)
        assert len(study.annotations()) == 7
    server().drop(database)


def test_a_login_of_another_study_is_not_let_in(study: Study, shared: dict[str, Any]) -> None:
    other = server().fresh()
    study_at(other).close()
    way = shared["ways"]["Lea"].with_database(other.name)
    with pytest.raises(StudyFileError, match="not invited"):
        Study.open(way)
    server().drop(other)


def test_every_table_is_kept_apart_by_role(study: Study) -> None:
    with study.file.reading() as connection:
        assert server_rules.open_tables(connection) == []
    with psycopg.connect(server().url(study.file.path.name).url, autocommit=True) as keeper:  # type: ignore[union-attr]
        keeper.execute("ALTER TABLE note DISABLE ROW LEVEL SECURITY")
    assert [f.where for f in check(study)] == ["table note"]


# moving


def test_a_study_moves_to_a_database_and_back_unchanged(database: DatabaseUrl, tmp_path: Path) -> None:
    source, back = tmp_path / "s.annotator", tmp_path / "back.annotator"
    with study_at(source, documents=3) as study:
        study.ensure_coder("Lea", "supervisor")
        made = statement(study)
        statement(study, "Ben")
        ada = study.coder("Ada").id
        for number in range(5):
            study.coding.apply(SetMemo(coder_id=ada, annotation_id=made["claim"], memo=f"“{number}” 🚢 \\ ' % {{}}"))
        study.coding.undo(ada)
        question = AddNote(coder_id=ada, document_id=study.documents()[0].id, kind="question", text="Ja?")
        (asked,) = study.coding.apply(question).notes
        study.coding.apply(question.model_copy(update={"kind": "note", "reply_to": asked}))
    count = move(source, database)
    assert move(database, back) == count
    tables = []
    for place in (source, database, back):
        with Study.open(place) as study, study.file.reading() as connection:
            assert check(study) == []
            tables.append({t.name: list(copying.rows(connection, t)) for t in metadata.sorted_tables})
            assert study.coding.can_undo(ada) == "AddNote"
    assert tables[0] == tables[1] == tables[2]
    with Study.open(database) as study:
        study.coding.apply(SetMemo(coder_id=ada, annotation_id=made["claim"], memo="on the server"))
        assert check(study) == []


def test_a_move_that_cannot_be_whole_leaves_nothing(database: DatabaseUrl, tmp_path: Path) -> None:
    source = tmp_path / "s.annotator"
    with study_at(source) as study:
        made = statement(study)
        ada = study.coder("Ada").id
        study.coding.apply(SetMemo(coder_id=ada, annotation_id=made["claim"], memo="a\0b"))
    with pytest.raises(BadInput, match=r"NUL.*annotation\.memo|annotation\.memo.*NUL"):
        move(source, database)
    with pytest.raises(StudyFileError, match="no study in this database"):
        Study.open(database)
    with Study.open(source) as study:
        study.coding.undo(ada)
    move(source, database)  # the journal still tells of it, as JSON does: without the character itself
    with Study.open(database) as study:
        assert check(study) == []
    with pytest.raises(StudyFileError, match="exists already"):
        move(source, database)


def test_characters_that_a_database_cannot_hold_are_refused_in_words(study: Study) -> None:
    made = statement(study)
    before = study.changes()
    for memo, what in (("a\0b", "NUL"), ("a\ud800b", "surrogate")):
        with pytest.raises(BadInput, match=what):
            study.coding.apply(
                SetMemo.model_construct(coder_id=study.coder("Ada").id, annotation_id=made["claim"], memo=memo)
            )
    assert study.changes() == before
    study.coding.undo(study.coder("Ada").id)


# making, opening, migrating


def test_what_is_wrong_with_a_url_is_told(study: Study, database: DatabaseUrl) -> None:
    here = server()
    wrong: list[tuple[str, str]] = [
        (here.fresh().url, "no such database"),
        (database.with_login("nobody_at_all", "x").url, "does not accept|no such login"),
        (f"postgresql://postgres@/{database.name}?host=/nowhere", "no connection"),
        (here.url("postgres").url, "no study in this database"),
    ]
    for url, told in wrong:
        with pytest.raises(StudyFileError, match=told):
            Study.open(DatabaseUrl(url))
    with pytest.raises(BadInput, match="URL is not valid") as off:
        Study.open(DatabaseUrl("postgresql://ada:s3cret@here/there?nonsense=1"))
    assert "s3cret" not in str(off.value)
    with pytest.raises(StudyFileError, match="exists already"):
        study_at(database)
    here.run("UPDATE annotator_format SET version = 99", database.name)
    with pytest.raises(StudyFileError, match="newer Annotator"):
        Study.open(database)


def test_a_missing_driver_is_told(database: DatabaseUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as bare:
        bare.setitem(sys.modules, "psycopg", None)
        with pytest.raises(StudyFileError, match=r"annotator\[database\]"):
            Study.open(database)


def test_passwords_are_not_shown() -> None:
    url = DatabaseUrl("postgresql://ada:s3cret@db.example.org:5433/study?sslmode=require&password=s3cret")
    assert "s3cret" not in str(url) + repr(url)
    assert str(url) == "postgresql://ada@db.example.org:5433/study?sslmode=require"
    assert (
        url.with_password("p@ss/word").url == "postgresql://ada:p%40ss%2Fword@db.example.org:5433/study?sslmode=require"
    )
    assert (url.name, url.login) == ("study", "ada")


def shape(url: DatabaseUrl) -> dict[str, Any]:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url.url))
    found = inspect(engine)
    result: dict[str, Any] = {
        t: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(t)),
            found.get_pk_constraint(t)["constrained_columns"],
            sorted((f["constrained_columns"], f["referred_table"]) for f in found.get_foreign_keys(t)),
            sorted((str(i["name"]), i["column_names"], i["unique"]) for i in found.get_indexes(t)),
        )
        for t in found.get_table_names()
    }
    with engine.connect() as connection:
        rules = connection.execute(
            text("SELECT tablename, policyname, qual, with_check FROM pg_policies ORDER BY 1, 2")
        )
        result["rules"] = [tuple(r) for r in rules]
    engine.dispose()
    return result


def test_migrations_lead_to_the_tables_and_rights_of_today(database: DatabaseUrl) -> None:
    from annotator.store.migrating import _run
    from annotator.store.server import _engine, _ensure_database

    made, old = server().fresh(), database
    study_at(made, documents=0).close()
    _ensure_database(old)
    engine = _engine(old)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("BEGIN")
        _run(connection, 0, 1)
        connection.exec_driver_sql("CREATE TABLE annotator_format (version integer NOT NULL)")
        connection.exec_driver_sql("INSERT INTO annotator_format VALUES (1)")
    engine.dispose()
    with pytest.raises(BadInput, match="no codebook"):
        Study.open(old)  # it was brought to today's form on the way
    assert shape(old) == shape(made)
    server().drop(made)


# the command line


def command(*words: str) -> int:
    return run(words, None)  # type: ignore[arg-type]


def test_the_way_of_a_team_on_the_command_line(
    database: DatabaseUrl, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "s.annotator"
    study_at(source).close()
    assert command("database", "create", database.url, "--from", str(source)) == 0
    assert command("check", database.url) == 0
    capsys.readouterr()
    login = f"ada_{database.name}"
    assert command("database", "invite", database.url, "--coder", "Ada", "--login", login, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    way = DatabaseUrl(told["url"]).with_password(told["password"])
    assert command("list", way.url, "coders", "--json") == 0
    assert [c["name"] for c in json.loads(capsys.readouterr().out)] == ["Ada"]
    assert command("check", way.url) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert told["password"] not in error
    assert command("database", "logins", database.url) == 0
    assert login in capsys.readouterr().out
    assert command("database", "dismiss", database.url, "--login", login) == 0
    assert command("move", database.url, str(tmp_path / "back.annotator")) == 0
    assert command("check", str(tmp_path / "back.annotator")) == 0
    assert command("move", database.url, str(tmp_path / "back.annotator")) == 1
    assert command("list", "mysql://here/there", "coders") == 1
    assert command("list", "postgresql://here", "coders") == 1
    assert command("database", "invite", str(source), "--coder", "Ada") == 1
    assert "Traceback" not in capsys.readouterr().err
