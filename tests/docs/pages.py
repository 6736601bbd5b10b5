"""The pages of the manual, and the blocks of code in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs"

_BLOCK = re.compile(r"(?:^`(?P<name>[^`\n]+)`:\n\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. name: the file that the line above says it is."""

    kind: str
    text: str
    name: str | None


def pages() -> list[Path]:
    """Every page of the manual."""
    return sorted(MANUAL.rglob("*.md"))


def title(page: Path) -> str:
    """How a page is called in tests."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        yield Block(found["kind"], found["text"], found["name"])


def commands(block: Block) -> Iterator[str]:
    """The lines of a block of commands, without remarks, continued lines joined."""
    for line in block.text.replace("\\\n", " ").splitlines():
        words = line.strip()
        if words and not words.startswith("#"):
            yield words
