"""Which fields each part of a codebook has, and the editor of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from annotator.qt.codebooks.field_editors import (
    Colour,
    Composite,
    Editor,
    Examples,
    Flag,
    Groups,
    Line,
    NumberLine,
    OneOf,
    SomeOf,
    Text,
    TypedLine,
)
from annotator.qt.toolkit.words import mark, tr
from annotator.services.codebooks.draft import Data, Draft, Path, name_of

TYPES = (
    ("choice", mark("one of a list")),
    ("choices", mark("several of a list")),
    ("tree", mark("one of a tree")),
    ("scale", mark("a point of a scale")),
    ("boolean", mark("yes or no")),
    ("number", mark("a number")),
    ("text", mark("free text")),
    ("date", mark("a date")),
    ("entity", mark("somebody of the register")),
)
KINDS = (
    ("span", mark("passages of text")),
    ("link", mark("links between labels")),
    ("document", mark("whole articles (document variables)")),
)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field: its name in the file, its words, what makes its editor, and whether it stands beside its words."""

    name: str
    words: str
    make: Callable[[], Editor]
    hint: str = ""


def _line(name: str, words: str, hint: str = "") -> FieldSpec:
    return FieldSpec(name, words, lambda: Line(keep_empty=name in ("label", "text", "title")), hint)


def _flag(name: str, words: str) -> FieldSpec:
    return FieldSpec(name, "", lambda: Flag(words))


def _number(name: str, words: str) -> FieldSpec:
    return FieldSpec(name, words, NumberLine)


def _key() -> FieldSpec:
    hint = tr("in files and exports; renaming it carries labels over")
    return FieldSpec("key", tr("Key"), lambda: Line(late=True), hint)


def _label() -> FieldSpec:
    return _line("label", tr("Name"))


def _hotkey() -> FieldSpec:
    return _line("hotkey", tr("Key on the keyboard"))


def _meaning() -> tuple[FieldSpec, ...]:
    return (
        FieldSpec("definition", tr("Definition"), Text),
        FieldSpec("include", tr("Include (one a line)"), lambda: Text(listed=True)),
        FieldSpec("exclude", tr("Exclude (one a line)"), lambda: Text(listed=True)),
        FieldSpec("examples", tr("Examples"), Examples),
    )


def _told(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, tr(words)) for name, words in choices]


def fields_of(draft: Draft, path: Path) -> list[FieldSpec]:
    """The fields of the part at a path, in their order on the form."""
    if not path:
        return [
            _line("title", tr("Title")),
            FieldSpec("key", tr("Key"), lambda: Line(late=True), tr("in files and exports")),
            _line("version", tr("Version, as people call it")),
            _line("language", tr("Language")),
            FieldSpec("description", tr("Description"), Text),
        ]
    part = draft.at(path)
    makers: dict[str, Callable[[Draft, Path, Data], list[FieldSpec]]] = {
        "rules": lambda *_: [
            _key(),
            FieldSpec("text", tr("Rule"), Text),
            _flag("check", tr("watch it while one codes")),
        ],
        "entity_types": lambda *_: [_key(), _label()],
        "layers": _layer,
        "roles": _role,
        "attributes": _attribute,
        "values": lambda *_: [_key(), _label(), _hotkey(), *_meaning()],
        "children": lambda *_: [_key(), _label(), _hotkey(), *_meaning()],
        "points": lambda *_: [
            FieldSpec("value", tr("Number"), lambda: TypedLine(many=False)),
            _label(),
            _hotkey(),
            _meaning()[0],
        ],
        "off_scale": lambda *_: [_key(), _label(), _hotkey(), _meaning()[0]],
        "empty_because": lambda *_: [
            _key(),
            _label(),
            FieldSpec(
                "entity",
                tr("Names somebody"),
                lambda: OneOf([(None, tr("no")), ("optional", tr("may")), ("required", tr("must"))]),
            ),
        ],
    }
    return makers[str(path[-2])](draft, path, part)


def _choice(name: str, words: str, *options: tuple[Any, str]) -> FieldSpec:
    return FieldSpec(name, words, lambda: OneOf(options))


def _layer(draft: Draft, path: Path, part: Data) -> list[FieldSpec]:
    common = [
        _key(),
        _label(),
        _choice("kind", tr("Labels"), *_told(KINDS)),
        FieldSpec("colour", tr("Colour"), Colour),
        _hotkey(),
    ]
    own: list[FieldSpec] = []
    if part.get("kind") == "span":
        own = [
            _flag("discontinuous", tr("a label may be in pieces")),
            _choice(
                "overlap",
                tr("Overlap"),
                (None, tr("any")),
                ("nested", tr("only one inside the other")),
                ("none", tr("none")),
            ),
            _choice(
                "snap",
                tr("Snaps to"),
                (None, tr("words, where the mouse drags")),
                ("letters", tr("nothing: letter by letter")),
                ("word", tr("words, always")),
                ("sentence", tr("sentences")),
            ),
            _choice(
                "trim", tr("Takes off the ends"), (None, tr("spaces")), ("quotes", tr("spaces and quotation marks"))
            ),
            FieldSpec("zones", tr("Only in these zones (one a line)"), lambda: Text(listed=True)),
        ]
    elif part.get("kind") == "link":
        roles = [(r.get("key"), r.get("label") or str(r.get("key"))) for r in part.get("roles", ())]

        def per() -> Editor:
            return Composite(
                [
                    ("role", tr("for each"), OneOf([(None, tr("nothing")), *roles])),
                    ("min", tr("at least"), NumberLine()),
                    ("max", tr("at most"), NumberLine()),
                ]
            )

        own = [FieldSpec("per", tr("How many links"), per)]
    elif part.get("kind") == "document":
        own = [_flag("repeat", tr("may be filled in more than once"))]
    return [*common, *own, *_meaning()]


def _types(draft: Draft) -> FieldSpec:
    known = [(str(t.get("key")), str(t.get("label") or t.get("key"))) for t in draft.at(("entity_types",))]
    return FieldSpec("entity_types", tr("Kinds of entity"), lambda: SomeOf(known, tr("The codebook has none yet.")))


def _role(draft: Draft, path: Path, part: Data) -> list[FieldSpec]:
    layers = [
        (str(x.get("key")), str(x.get("label") or x.get("key")))
        for x in draft.at(("layers",))
        if x.get("kind") != "document"
    ]
    return [
        _key(),
        _label(),
        FieldSpec("layers", tr("Labels that are allowed here"), lambda: SomeOf(layers)),
        _types(draft),
        _flag("entities", tr("any entity is allowed here, without a label")),
        _number("min", tr("At least")),
        _number("max", tr("At most")),
    ]


def _attribute(draft: Draft, path: Path, part: Data) -> list[FieldSpec]:
    kind, of_entities = part.get("type"), path[0] == "entity_types"
    fields = [_key(), _label(), _choice("type", tr("Answer"), *_told(TYPES)), _flag("required", tr("must be answered"))]
    if kind == "choices":
        fields += [_number("min", tr("At least")), _number("max", tr("At most"))]
    elif kind == "tree":
        fields.append(_choice("select", tr("May be chosen"), (None, tr("ends of branches")), ("any", tr("any node"))))
    elif kind == "number":
        fields += [_number("min", tr("From")), _number("max", tr("To")), _line("unit", tr("Unit"))]
        fields.append(_flag("integer", tr("whole numbers only")))
    elif kind == "date":
        fields.append(_flag("partial", tr("a month or a year is enough")))
    elif kind == "entity":
        fields += [_types(draft), _flag("many", tr("several may be named"))]
    elif kind == "boolean":
        layer = draft.at(path[:2])
        roles = [(r.get("key"), r.get("label") or str(r.get("key"))) for r in layer.get("roles", ())]
        if roles:  # an entity type has none
            fields.append(_choice("unique_true_per", tr("Only one yes for each"), (None, tr("no limit")), *roles))
    elif kind == "scale":
        fields.append(FieldSpec("groups", tr("Groups for the analysis"), Groups))
    if not (of_entities and kind == "entity"):  # a link's role alone could say who
        fields.append(FieldSpec("default", tr("Begins with"), lambda: TypedLine(many=kind == "choices")))
    fields.append(FieldSpec("when", tr("Asked only when"), lambda: _when(draft, path)))
    return [*fields, *_meaning()]


def _when(draft: Draft, path: Path) -> Editor:
    own = draft.at(path).get("key")
    others = [a for a in draft.at(path[:-1]) if a.get("key") != own]
    named = [(a.get("key"), a.get("label") or str(a.get("key"))) for a in others]
    zone = [("zone", tr("and the label lies in the zone"), Line())] if path[0] == "layers" else []
    return Composite(
        [
            ("attribute", tr("this was answered"), OneOf([(None, tr("always")), *named])),
            ("in", tr("with one of (commas between)"), TypedLine(many=True)),
            ("under", tr("or with a node under (of a tree)"), TypedLine(many=True)),
            *zone,
        ]
    )


def title_of(draft: Draft, path: Path) -> str:
    """How a part is called in the tree."""
    if not path:
        return str(draft.data.get("title") or tr("Codebook"))
    part = draft.at(path)
    if path[-2] == "rules":
        return name_of(part)
    if path[-2] == "points":
        return f"{name_of(part)}  {part.get('label', '')}"
    return str(part.get("label") or name_of(part) or "?")
