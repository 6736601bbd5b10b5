"""Logins of a study's database: made for a coder, kept to one role, taken away."""

from __future__ import annotations

import secrets

from psycopg import sql
from sqlalchemy import text

from annotator.domain.annotations import Coder
from annotator.domain.errors import BadInput, NotFound
from annotator.domain.words import by_door, say
from annotator.store.server import StudyServer
from annotator.store.server_rules import CODERS, SUPERVISORS

_GROUPS = {"coder": CODERS, "supervisor": SUPERVISORS}

_HANG_UP = """
DO $$ BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE usename = {} AND datname = current_database();
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$
"""


def invite(study: StudyServer, coder: Coder, role: str, login: str, existing: bool) -> str | None:
    """Let a login in as this coder. The answer is its new password; None for a login that was there already.

    existing: a login that another study or the server's keeper made may be used.
    """
    if role not in _GROUPS:
        raise BadInput(
            say("`{role}` is not a role of a login", role=role), login, say("use {names}", names=" or ".join(_GROUPS))
        )
    password = None
    with study.transaction() as connection:
        known = connection.execute(
            text("SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = :login"),
            {"login": login},
        ).first()
        whose = connection.execute(
            text("SELECT coder_id FROM annotator_login WHERE login = :login"), {"login": login}
        ).scalar()
        if whose not in (None, coder.id):
            raise BadInput(
                "this login is another coder's", login, by_door("give another with --login", say("type another"))
            )
        if known is not None and whose is None and not existing:
            raise BadInput(
                "the server has a login of this name",
                login,
                by_door("take it with --existing, or give --login", say("take the existing one, or type another")),
            )
        if known is not None and known[0]:
            raise BadInput(
                "this login may do everything on the server",
                login,
                by_door("give another with --login", say("type another")),
            )
        name = sql.Identifier(login)
        if known is None or whose is not None:
            password = secrets.token_urlsafe(15)
            what = "CREATE ROLE {} LOGIN PASSWORD {}" if known is None else "ALTER ROLE {} LOGIN PASSWORD {}"
            study.run(sql.SQL(what).format(name, sql.Literal(password)))
        for group in _GROUPS.values():
            joins = sql.SQL("GRANT {} TO {}" if group == _GROUPS[role] else "REVOKE {} FROM {}")
            study.run(joins.format(sql.Identifier(group), name))
        database = connection.execute(text("SELECT current_database()")).scalar()
        study.run(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(str(database)), name))
        connection.execute(
            text(
                "INSERT INTO annotator_login (login, coder_id, role) VALUES (:login, :coder, :role) "
                "ON CONFLICT (login) DO UPDATE SET coder_id = excluded.coder_id, role = excluded.role"
            ),
            {"login": login, "coder": coder.id, "role": role},
        )
    return password


def dismiss(study: StudyServer, login: str) -> None:
    """Let a login in no more, and end what it has open: from now on it sees no row. The coder's labels stay."""
    with study.transaction() as connection:
        gone = connection.execute(
            text("DELETE FROM annotator_login WHERE login = :login RETURNING login"), {"login": login}
        )
        if gone.first() is None:
            raise NotFound(
                "the study has no such login",
                login,
                by_door("`annotator database logins` shows all", say("choose one from the list")),
            )
        database = connection.execute(text("SELECT current_database()")).scalar()
        barred = sql.SQL("REVOKE CONNECT ON DATABASE {} FROM {}")
        study.run(barred.format(sql.Identifier(str(database)), sql.Identifier(login)))
        study.run(sql.SQL(_HANG_UP).format(sql.Literal(login)))


def every(study: StudyServer) -> list[tuple[str, str, str]]:
    """(login, coder's name, role) of everybody who was invited."""
    with study.reading() as connection:
        found = connection.execute(
            text("SELECT login::text, name, l.role FROM annotator_login l JOIN coder c ON c.id = coder_id ORDER BY 1")
        )
        return [(r[0], r[1], r[2]) for r in found]
