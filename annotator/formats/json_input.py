"""JSON from outside: bad bytes, bad syntax and nesting without end become one clear error."""

from __future__ import annotations

import json
from typing import Any

from annotator.domain.bounds import read_json
from annotator.domain.errors import BadInput
from annotator.domain.words import say


def load_json(data: bytes, where: str) -> Any:
    """The content; raises BadInput with the place. NaN and infinite numbers are refused."""
    try:
        return read_json(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(
            "the text is not UTF-8", say("{where}, byte {byte}", where=where, byte=error.start), "save it as UTF-8"
        ) from error
    except json.JSONDecodeError as error:
        raise BadInput(
            say("this is not JSON ({reason})", reason=error.msg),
            say("{where}, line {line}", where=where, line=error.lineno),
            "correct the file",
        ) from error
    except ValueError as error:
        raise BadInput(
            say("this is not JSON that can be read: {reason}", reason=error), where, "correct the file"
        ) from error


class Shape:
    """Takes parts out of JSON and says where one is not what it should be."""

    def __init__(self, value: Any, where: str) -> None:
        self.value = value
        self.where = where

    def part(self, key: str) -> Shape:
        """The part under a key; its value is None where there is none. Raises BadInput where this is no object."""
        return Shape(self.mapping().get(key), f"{self.where}, {key}")

    def mapping(self) -> dict[str, Any]:
        """This as an object."""
        if not isinstance(self.value, dict):
            raise BadInput("this should be an object", self.where, "correct the file")
        return self.value

    def items(self) -> list[Shape]:
        """This as a list; nothing is an empty one."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            raise BadInput("this should be a list", self.where, "correct the file")
        return [Shape(v, f"{self.where}[{i}]") for i, v in enumerate(self.value)]

    def text(self) -> str:
        """This as text without lone surrogates."""
        if not isinstance(self.value, str) or any("\ud800" <= c <= "\udfff" for c in self.value):
            raise BadInput("this should be text", self.where, "correct the file")
        return self.value

    def text_or_none(self) -> str | None:
        """Text, or None where there is nothing or something else."""
        return self.value if isinstance(self.value, str) and self.value else None

    def whole(self) -> int:
        """This as a whole number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise BadInput("this should be a whole number", self.where, "correct the file")
        return self.value
