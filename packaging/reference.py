"""Writes the pages of the manual that are made from the code: `make docs`; a test fails when they are stale.

Commands come from the command line itself, the parts of a codebook from its JSON Schema, forms of files from the list
of `formats.declared`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotator.cli.app import command_tree
from annotator.domain.codebook.reading import codebook_schema
from annotator.formats.table import markdown

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "docs"
MADE = "<!-- Made by `make docs` from the code; do not edit. -->\n\n"


# commands


EVERYWHERE = frozenset(["--help", "--quiet"])
"""Options that every command has."""


def commands_page() -> str:
    """Every command with its arguments and options."""
    lines = [
        "# Commands",
        "",
        "Every command has `--help` and `--quiet` (nothing on standard error but errors). "
        "With `--json` a command prints exactly one JSON document on standard output; "
        "progress and remarks go to standard error. STUDY is the path of a study file (`NAME.annotator`) or the URL of "
        "a shared database.",
        "",
        "| Exit code | Meaning |",
        "|---|---|",
        "| 0 | done |",
        "| 1 | could not be done: one line says what, where, and what to do; nothing was written |",
        "| 2 | the call itself is wrong: a command, argument or option that does not exist |",
        "",
        "`annotator STUDY` opens the window on a study, `annotator` alone the window without one.",
        "",
    ]
    for path, command in _commands(command_tree(), ()):
        lines += _command(path, command)
    return MADE + "\n".join(lines).rstrip() + "\n"


def _commands(group: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in sorted(group.commands.items()):
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name), command


def _command(path: tuple[str, ...], command: Any) -> list[str]:
    shown = [p for p in command.params if not getattr(p, "hidden", False) and not EVERYWHERE & set(p.opts)]
    arguments = [p for p in shown if p.param_type_name == "argument"]
    options = [p for p in shown if p.param_type_name == "option"]
    usage = ["annotator", *path, *(_argument(p) for p in arguments), *(["[OPTION]..."] if options else [])]
    rows = [(_argument(p), _line(p.help)) for p in arguments] + [
        (_option(p), _line(p.help) + _default(p)) for p in options
    ]
    lines = [f"## {' '.join(path)}", "", _line(command.help), "", "```text", " ".join(usage), "```", ""]
    if rows:
        lines += ["| Argument or option | |", "|---|---|", *(f"| `{_cell(n)}` | {_cell(h)} |" for n, h in rows), ""]
    return lines


def _argument(parameter: Any) -> str:
    name = parameter.metavar or parameter.name.upper()
    more = "..." if parameter.nargs == -1 and not name.endswith("...") else ""
    return f"{name}{more}" if parameter.required or name.startswith("[") else f"[{name}{more}]"


def _option(parameter: Any) -> str:
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    if parameter.is_flag:
        return names
    return f"{names} {parameter.metavar or _value(parameter)}{' ...' if parameter.multiple else ''}"


def _value(parameter: Any) -> str:
    described = getattr(parameter, "type_descriptor", None)  # the command line's library from 0.26 on
    kind = str(described.annotation if described is not None else parameter.type.name).lower()
    return next((word for part, word in _WORDS.items() if part in kind), "TEXT")


_WORDS = {"path": "PATH", "file": "PATH", "int": "N", "float": "NUMBER"}
"""What stands for a value, by its type."""


def _default(parameter: Any) -> str:
    value = parameter.default
    if value is None or value == [] or value == "" or value == () or callable(value) or parameter.is_flag:
        return ""
    return f" Default: `{getattr(value, 'value', value)}`."


def _line(text: str | None) -> str:
    return " ".join((text or "").replace("\b", "").split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# the codebook


def codebook_page() -> str:
    """Every part of a codebook with its fields."""
    schema = codebook_schema()
    lines = [
        "# Codebook reference",
        "",
        "A codebook is a YAML or JSON file. `annotator codebook check FILE` names every fault with its line and what "
        "to do; `annotator codebook schema` prints the JSON Schema from which this page is made, for editors that "
        "complete and check while you type. What is typed stays as typed: `NO`, `on`, `010` and `12:30` are text.",
        "",
        *_part("The codebook", schema),
    ]
    for name, part in schema["$defs"].items():
        lines += _part(part.get("title", name), part)
    return MADE + "\n".join(lines).rstrip() + "\n"


def _part(title: str, part: dict[str, Any]) -> list[str]:
    lines = [f"## {title}", ""]
    if part.get("description"):
        lines += [_line(part["description"]), ""]
    if "enum" in part:
        return [*lines, "One of " + ", ".join(f"`{x}`" for x in part["enum"]) + ".", ""]
    needed = part.get("required", [])
    rows = [
        f"| `{name}` | {_kind(field)} | {'yes' if name in needed else ''} | {_cell(_meaning(name, field))} |"
        for name, field in part.get("properties", {}).items()
    ]
    return [*lines, "| Field | Kind | Required | |", "|---|---|---|---|", *rows, ""] if rows else lines


FIELDS = {
    "key": "name in files and exports",
    "format": "names the form of this file",
    "title": "what people read",
    "version": "the author's own; the study counts its versions itself",
    "language": "language code of labels and definitions",
    "description": "what the codebook is for",
    "rules": "rules for coders, shown beside the form",
    "entity_types": "kinds of entities",
    "layers": "kinds of labels",
    "label": "what people read",
    "required": "must be answered before the article counts as complete",
    "definition": "shown beside the form",
    "include": "what belongs to it",
    "exclude": "what does not",
    "examples": "passages with the label in square brackets",
    "when": "asked only under this condition",
    "off_scale": "answers outside the values, such as unclear",
    "type": "kind of answer",
    "default": "what a new label begins with",
    "unique_true_per": "a role: only one link of each of its labels may say yes",
    "hotkey": "the key that makes the label or gives the value",
    "children": "nodes below it",
    "values": "what can be chosen",
    "min": "the least",
    "max": "the most",
    "partial": "a month or a year will do",
    "colour": "as `#rrggbb`",
    "attributes": "what is asked",
    "kind": "what is labelled: a passage (`span`), a link (`link`), a whole article (`document`)",
    "repeat": "an article may have several",
    "entity": "an entity may be named although no passage stands for it: `required`, `optional`, `none`",
    "many": "several may be chosen",
    "text": "the words",
    "note": "why it is an example",
    "counter": "an example of what is not to be labelled",
    "per": "whose links these are, and how many one may have",
    "roles": "the places in the link",
    "integer": "whole numbers only",
    "unit": "shown behind the number",
    "role": "the role that names the owner",
    "entities": "whether entities may stand in it without a passage",
    "empty_because": "reasons for leaving it empty",
    "check": "the program watches it while one codes",
    "points": "the values in order",
    "groups": "points taken together in analysis: name to points",
    "value": "the number",
    "discontinuous": "a label may have several pieces",
    "overlap": "whether labels of this layer may overlap",
    "snap": "widens a selection to whole words or sentences; "
    "`none`: to words where the mouse drags without Alt; `letters`: never",
    "trim": "takes spaces, or quotation marks too, off the ends",
    "zones": "where it may stand: `title`, `body`",
    "select": "only the ends of the tree, or any node",
    "attribute": "the attribute whose answer is looked at",
    "in": "it has one of these values",
    "under": "it has a value below one of these nodes",
    "zone": "the label stands in this zone",
}
"""What a field of a codebook means, where the schema does not say it."""


def _meaning(name: str, field: dict[str, Any]) -> str:
    words = FIELDS.get(name, "")
    if described := _line(field.get("description")):
        words = f"{words} ({described})" if words and described not in words else described
    default = field.get("default")
    if default in (None, [], {}, "", False):
        return words
    return f"{words}; default `{default if isinstance(default, str) else json.dumps(default)}`"


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{x}`" for x in field["enum"])
    for key in ("anyOf", "oneOf"):
        if key in field:
            return " or ".join(_kind(f) for f in field[key] if f.get("type") != "null")
    kind = field.get("type", "anything")
    if kind == "array":
        return f"list of {_kind(field.get('items', {}))}"
    if kind == "object" and isinstance(field.get("additionalProperties"), dict):
        return f"mapping to {_kind(field['additionalProperties'])}"
    return {"string": "text", "boolean": "true or false", "integer": "whole number", "object": "mapping"}.get(
        kind, kind
    )


# forms of files


def formats_page() -> str:
    """What can be read and written, and what each form cannot carry."""
    return (
        f"{MADE}# Forms of files\n\n"
        "`annotator formats` prints this list. Forms with an optional part (`annotator[tables]`) need it installed: "
        "`pip install 'annotator[tables]'`. What an export left behind of *your* study stands, counted, in its "
        "manifest. Other packages add forms by the entry point group `annotator.formats`.\n\n"
        f"{markdown()}"
    )


# the study file

TABLES = {
    "study": "Title, id and settings of the study.",
    "codebook": "Every version of the codebook, as JSON.",
    "codebook_change": "What each change of the codebook made of values that went, and what it takes back.",
    "coder": "People, with their roles; gold is an author of its own.",
    "document": "Articles with their facts. `zones`, `tags`, `extra`, `origin`: JSON.",
    "document_text": "The clean text of each article.",
    "former_text": "Texts as they were before a correction.",
    "document_source": "The raw page, how it was decoded, and every step of cleaning.",
    "document_state": "How far each coder is with each article.",
    "note": "Notes, questions and answers.",
    "entity": "The register. `value_map`: answers, as JSON.",
    "annotation": "Labels of all kinds. `value_map`, `uncertain`, `empty_roles`: JSON.",
    "fragment": "The pieces of a passage: `[start, end)` in Unicode code points.",
    "filler": "What stands in the roles of links: labels or entities.",
    "review": "Labels to be looked at again after a change of the codebook.",
    "plan": "Plans of handing out.",
    "assignment": "Who codes which article, in which round.",
    "hidden_repeat": "Second readings, and the article that each repeats.",
    "package": "Packages that came in.",
    "conflict": "What was changed in two places, with both versions.",
    "decision": "How each case was settled.",
    "unblinding": "Who looked at who coded, and when.",
    "saved_query": "Searches that were saved under a name.",
    "suggestion_source": "Where suggestions came from: a row for each import.",
    "suggestion": "Labels that a model or a rule proposes; no label until a coder accepts one.",
    "verdict": "What each coder said to suggestions, and the label that came of it.",
    "change": "The journal: each change with the state before and after.",
}


def study_file_page() -> str:
    """The tables of a study file, put into the page that explains it."""
    from annotator.store.tables import metadata

    begin, end = "<!-- tables: begin -->\n", "<!-- tables: end -->"
    page = (MANUAL / "reference" / "study-file.md").read_text(encoding="utf-8")
    head, _, rest = page.partition(begin)
    rows = [
        f"| `{t.name}` | {TABLES.get(t.name, '')} | {', '.join(f'`{c.name}`' for c in t.columns)} |"
        for t in sorted(metadata.tables.values(), key=lambda t: [*TABLES, t.name].index(t.name))
    ]
    table = "\n".join(["| Table | Holds | Columns |", "|---|---|---|", *rows]) + "\n"
    return f"{head}{begin}{table}{end}{rest.partition(end)[2]}"


# decisions


def decisions_page() -> str:
    """A list of the pages on decisions, by title."""
    pages = [p for p in (MANUAL / "decisions").glob("*.md") if p.name != "index.md"]
    titles = {p.name: p.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ") for p in pages}
    lines = [f"- [{title}]({name})" for name, title in sorted(titles.items(), key=lambda x: x[1].casefold())]
    return (
        f"{MADE}# Decisions\n\nOne page each: what was decided, what was weighed, what was measured.\n\n"
        + "\n".join(lines)
        + "\n"
    )


PAGE_MAKERS = {
    "reference/study-file.md": study_file_page,
    "reference/commands.md": commands_page,
    "reference/codebook.md": codebook_page,
    "reference/formats.md": formats_page,
    "decisions/index.md": decisions_page,
}


def main() -> int:
    """Write the pages."""
    for name, make in PAGE_MAKERS.items():
        (MANUAL / name).write_text(make(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
