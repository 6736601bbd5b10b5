"""Who may come into a study's database, and as whom."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from annotator.domain.errors import BadInput, Refusal
from annotator.domain.words import by_door, say
from annotator.services.study import Study


@dataclass(frozen=True, slots=True)
class Invitation:
    """How somebody connects; password is None where the login keeps the one it has."""

    coder: str
    role: str
    login: str
    password: str | None
    url: str


def invite(
    study: Study, name: str, role: str | None = None, login: str | None = None, existing: bool = False
) -> Invitation:
    """Make a login for a coder, who is made too where there is none; again: a new password."""
    from annotator.store.logins import invite as let_in

    server = _server(study)
    known = next((c for c in study.coders() if name in (c.id, c.name)), None)
    role = role or (known.role if known is not None and known.role == "supervisor" else "coder")
    if role not in ("coder", "supervisor"):
        raise BadInput(say("`{role}` is not a role of a login", role=role), name, "use coder or supervisor")
    coder = study.ensure_coder(name, role)
    login = login or login_name(coder.name)
    password = let_in(server, coder, role, login, existing)
    return Invitation(coder.name, role, login, password, str(server.url.with_login(login)))


def dismiss(study: Study, login: str) -> None:
    """Let a login in no more."""
    from annotator.store.logins import dismiss as let_out

    let_out(_server(study), login)


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who was invited."""

    login: str
    coder: str
    role: str


def logins(study: Study) -> list[Login]:
    """Everybody who was invited."""
    from annotator.store.logins import every

    return [Login(login, coder, role) for login, coder, role in every(_server(study))]


def login_name(name: str) -> str:
    """A coder's name as PostgreSQL writes logins: small letters, digits and underscores."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    login = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40]
    if not login or login[0].isdigit() or login.startswith("pg_"):
        raise BadInput("no login can be made of this name", name, by_door("give one with --login", say("type a login")))
    return login


def _server(study: Study) -> Any:
    if not study.file.shared:
        raise Refusal("a study in a file has no logins", str(study.file.path), "move it to a database first")
    return study.file
