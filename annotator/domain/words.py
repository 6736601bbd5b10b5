"""Sentences for people, made below the window: finished English that still knows its template and its parts.

A `Message` is a `str` wherever one is looked for: it is printed, compared, stored and sent as its English. The window
alone asks for more, and says it in the person's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Message(str):
    """An English sentence. template: with `{name}` for each of `parts`; where there are none it is the text itself."""

    template: str
    parts: Mapping[str, object]

    def __new__(cls, template: str, parts: Mapping[str, object] | None = None) -> Message:
        made = super().__new__(cls, template.format_map(parts) if parts else template)
        made.template, made.parts = template, dict(parts or {})
        return made


def say(template: str, /, **parts: object) -> Message:
    """The template with its `{name}`s filled in, each as `str.format` does; a part may be a Message itself.

    The first argument is a literal: the catalogues of translations are made from it. Without parts it is the text
    itself, braces and all.
    """
    return Message(template, {name: words_of(p) if isinstance(p, BaseException) else p for name, p in parts.items()})


class ByDoor(Message):
    """What the command line says, which is also what is stored and compared; window: what the window says instead."""

    window: Message


def by_door(terminal: str, window: Message) -> ByDoor:
    """One remedy in the terms of each front door: options and commands where one types, what is seen where one clicks.

    terminal: a literal, or made by `say`; it is never shown in the window. window: made by `say`.
    """
    message = worded(terminal)
    made = ByDoor(message.template, message.parts)
    made.window = window
    return made


def joined(separator: str, parts: Iterable[str]) -> Message:
    """As `separator.join`, with each part still translatable; the separator is punctuation alone."""
    held = {f"p{place}": part for place, part in enumerate(parts)}
    return Message(separator.join(f"{{{name}}}" for name in held), held)


def worded(text: str) -> Message:
    """The text as a Message: itself where it is one, a template without parts where it is not."""
    return text if isinstance(text, Message) else Message(text)


def words_of(error: BaseException) -> Message:
    """What an exception of Python says, as it was given."""
    told = error.args[0] if len(error.args) == 1 else None
    return told if isinstance(told, Message) else Message(str(error))


def cause_of(error: OSError) -> Message:
    """Why the operating system refused, in its own words."""
    return worded(error.strerror or str(error))


CAUSES = (
    say("Permission denied"),
    say("Operation not permitted"),
    say("No such file or directory"),
    say("No space left on device"),
    say("Read-only file system"),
    say("Is a directory"),
    say("Not a directory"),
    say("File name too long"),
    say("Input/output error"),
    say("Device or resource busy"),
)
"""The usual ones, for the catalogues."""
