"""What one feature asks of another: neither knows the other, both know the request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from annotator.services.search.labelled import Asked


@dataclass(frozen=True, slots=True)
class Adjudicate:
    """Settle the cases of a layer, of an attribute or role on which coders differ, of an article; None: all."""

    layer: str | None = None
    attribute: str | None = None
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class FindInArticles:
    """Find in all articles what a query asks for."""

    query: str


@dataclass(frozen=True, slots=True)
class ShowPassages:
    """Show the labels that were asked for, with their words in context."""

    asked: Asked


Request = TypeVar("Request")


class Requests:
    """Who does which kind of request."""

    def __init__(self) -> None:
        self._answers: dict[type, Callable[[Any], None]] = {}

    def answer(self, kind: type[Request], do: Callable[[Request], None]) -> None:
        """This is who does requests of a kind."""
        self._answers[kind] = do

    def make(self, request: object) -> None:
        """Have it done."""
        self._answers[type(request)](request)
