"""Where a study is: a file, or a database behind a URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from annotator.domain.errors import BadInput
from annotator.domain.words import say

CHECK_LOGIN = say("check its name and password")
"""What to do where a server does not take a login."""
SCHEMES = ("postgresql", "postgres")


@dataclass(frozen=True)
class DatabaseUrl:
    """``postgresql://LOGIN:PASSWORD@HOST/DATABASE``. As text it is without its password."""

    url: str = field(repr=False)

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        login, at, host = parts.netloc.rpartition("@")
        query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != "password"]
        return urlunsplit(
            (parts.scheme, login.split(":")[0] + at + host, parts.path, urlencode(query, safe="/"), parts.fragment)
        )

    @property
    def name(self) -> str:
        """The database's own name; empty where the URL names none."""
        return unquote(urlsplit(self.url).path.lstrip("/"))

    @property
    def stem(self) -> str:
        """What a file made from it is called, without an ending."""
        return self.name or "study"

    @property
    def login(self) -> str:
        """Who connects; empty where the URL names nobody."""
        return unquote(urlsplit(self.url).netloc.rpartition("@")[0].split(":")[0])

    def with_database(self, name: str) -> DatabaseUrl:
        """Another database of the same server."""
        parts = urlsplit(self.url)
        return DatabaseUrl(urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, parts.fragment)))

    def with_login(self, login: str, password: str | None = None) -> DatabaseUrl:
        """The same database for somebody else."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        who = login if password is None else f"{login}:{password}"
        query = urlencode([(k, v) for k, v in parse_qsl(parts.query) if k not in ("user", "password")], safe="/")
        return DatabaseUrl(urlunsplit((parts.scheme, f"{who}@{host}", parts.path, query, parts.fragment)))

    def with_password(self, password: str) -> DatabaseUrl:
        """The same login with a password, where one was typed."""
        from urllib.parse import quote

        return self.with_login(quote(self.login), quote(password, safe="")) if password and self.login else self

    def with_name(self, name: str) -> Path:
        """A file of this name, in a folder that a person can write to."""
        return Path.home() / name

    def with_suffix(self, suffix: str) -> Path:
        """A file called like the database."""
        return self.with_name(f"{self.stem}{suffix}")


Place: TypeAlias = Path | DatabaseUrl


def place_of(text: str) -> Place:
    """A path or a database URL, as a person typed it; raises BadInput for a server that is not known."""
    scheme, colons, _ = text.partition("://")
    if not colons:
        return Path(text)
    if scheme not in SCHEMES:
        raise BadInput(
            say("a study cannot be opened by `{scheme}://`", scheme=scheme),
            "STUDY",
            "give a file or postgresql://HOST/DATABASE",
        )
    url = DatabaseUrl(text)
    try:
        named = bool(url.name) and (urlsplit(text).port or 1) > 0
    except ValueError as error:
        raise BadInput(
            say("the URL is not valid ({reason})", reason=error), str(url), "write postgresql://LOGIN@HOST/DATABASE"
        ) from error
    if not named:
        raise BadInput("the URL names no database", str(url), "write postgresql://LOGIN@HOST/DATABASE")
    return url


def folder_of(place: Path | DatabaseUrl) -> Path:
    """Where files that belong to a study are best put: beside its file, at home for a database."""
    return place.parent if isinstance(place, Path) else Path.home()
