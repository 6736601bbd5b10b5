"""A codebook while it is edited: plain data that may be faulty, with undo, and where each part came from."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from annotator.domain.codebook.advice import Advice, advice
from annotator.domain.codebook.mapping import TYPES, CodebookMapping
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_from_json, codebook_json, data_faults
from annotator.domain.codebook.suggesting import far_colour, free_hotkey, key_after
from annotator.domain.codebook.values import number_text

Path = tuple[str | int, ...]
"""Where a part stands: ``("layers", 0, "attributes", 2)``."""

Data = dict[str, Any]
WAS = "_was"
"""The key that a part had in the codebook that was opened; parts that are new have none."""

AUTO = "_follows"
"""Which fields of a new part still follow its name: nobody has typed them yet."""

LISTS = {
    "": ("rules", "entity_types", "layers"),
    "entity_types": ("attributes",),
    "layers": ("roles", "attributes"),
    "attributes": ("values", "points", "off_scale"),
    "values": ("children",),
    "children": ("children",),
    "roles": ("empty_because",),
}
"""List -> the lists that its parts hold."""

_FRESH: dict[str, Data] = {
    "rules": {"text": ""},
    "entity_types": {"label": ""},
    "layers": {"label": "", "kind": "span"},
    "roles": {"label": ""},
    "attributes": {"label": "", "type": "choice", "values": []},
    "values": {"label": ""},
    "children": {"label": ""},
    "points": {"label": ""},
    "off_scale": {"label": ""},
    "empty_because": {"label": ""},
}
_BASE = {"rules": "rule", "entity_types": "type", "layers": "layer", "roles": "role", "attributes": "attribute",
         "values": "value", "children": "value", "off_scale": "unclear", "empty_because": "reason"}  # fmt: skip


def name_of(part: Data) -> str:
    """A part's key, or a scale point's number, as text."""
    value = part.get("value") if "value" in part else part.get("key")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_text(value)
    return "" if value is None else str(value)


class Draft:
    """Every change goes through here: one undo step each, typing in one field one step together."""

    def __init__(self, codebook: Codebook) -> None:
        self.opened = codebook
        self.data: Data = _marked(json.loads(codebook_json(codebook)))
        self._undo: list[tuple[str, Data]] = []
        self._redo: list[tuple[str, Data]] = []
        self._typing: tuple[Path, str] | None = None

    # reading

    def at(self, path: Path) -> Any:
        """The part or list at a path; an empty list where a list is not there yet."""
        here: Any = self.data
        for step in path:
            if isinstance(here, dict):
                here = here.get(str(step), [])
            elif isinstance(step, int) and step < len(here):
                here = here[step]
            else:
                return {}
        return here

    def as_json(self) -> Data:
        """The data alone, as a file would hold it."""
        made: Data = _stripped(self.data)
        return made

    def faults(self) -> list[tuple[Path, str, str]]:
        """(path, what, remedy) of everything that is wrong."""
        return data_faults(self.as_json())

    def advice(self) -> list[Advice]:
        """What is allowed and yet may cost the study; nothing while there are faults."""
        codebook = self.codebook()
        return [] if codebook is None else advice(codebook)

    def codebook(self) -> Codebook | None:
        """The codebook, where it is sound."""
        data = self.as_json()
        if data_faults(data):
            return None
        return codebook_from_json(codebook_json(Codebook.model_validate(data)))

    @property
    def changed(self) -> bool:
        """Whether it says something else than what was opened."""
        now = self.codebook()
        return now is None or codebook_json(now) != codebook_json(self.opened)

    # changing

    def put(self, path: Path, field: str, value: Any) -> None:
        """Give a part's field a value; None takes the field away. Typing on in the same field is one step."""
        part = self.at(path)
        if part.get(field) == value and isinstance(part.get(field), bool) == isinstance(value, bool):
            return
        if self._typing != (path, field):
            self._keep(field)
        self._typing = (path, field)
        part = self.at(path)
        if value is None:
            part.pop(field, None)
        else:
            part[field] = value
        _typed(part, field)
        if field == "label" or (field == "title" and not path):
            self._follow(path, part, str(value or ""))

    def _follow(self, path: Path, part: Data, name: str) -> None:
        """Give what still follows the name what the name says now; one step together with it."""
        follows = part.get(AUTO, ())
        if "key" in follows:
            old = str(part.get("key") or "")
            part["key"] = key = self._key(path, name)
            if path and old:
                _rename_mentions(self.data, path, old, key)
        if "hotkey" in follows and path:
            letter = free_hotkey(name, (x.get("hotkey") for x in self.at(path[:-1]) if x is not part))
            part.pop("hotkey", None) if letter is None else part.update(hotkey=letter)

    def _key(self, path: Path, name: str) -> str:
        if not path:
            return key_after(name, "codebook", ())
        part = self.at(path)
        valued = path[-2] in ("values", "children", "off_scale")
        taken = {str(x.get("key")) for x in self._beside(path[:-1]) if x is not part}
        return key_after(name, _BASE[str(path[-2])], taken, digits=valued)

    def _beside(self, path: Path) -> list[Data]:
        """The parts whose keys and hotkeys are not to be taken again in a list; of values, all of the attribute."""
        if path[-1] not in ("values", "children", "off_scale", "points"):
            return list(self.at(path))
        end = max(i for i, step in enumerate(path) if step == "attributes") + 2
        attribute = self.at(path[:end])
        return [*_below(attribute.get("values", ())), *attribute.get("points", ()), *attribute.get("off_scale", ())]

    def rename(self, path: Path, key: str) -> None:
        """Give a part another key; whatever names the part names it by the new key."""
        old = self.at(path).get("key")
        if old == key:
            return
        self._keep("key")
        _typed(self.at(path), "key")
        self.at(path)["key"] = key
        if isinstance(old, str) and old:
            _rename_mentions(self.data, path, old, key)

    def set_type(self, path: Path, kind: str) -> None:
        """Make an attribute another type, or a layer another kind; what the new one cannot hold goes."""
        field = "type" if path[-2] == "attributes" else "kind"
        self._keep(field)
        part = self.at(path)
        part[field] = kind
        known = _fields_of(field, kind)
        for name in [n for n in part if n not in known and n not in (WAS, AUTO)]:
            del part[name]
        for name in ("values", "points", "roles"):
            if name in known:
                part.setdefault(name, [])

    def add(self, path: Path, part: Data | None = None) -> Path:
        """Put a new part at the end of a list; its path."""
        self._keep("add")
        holder = self.at(path[:-1])
        items = holder.setdefault(str(path[-1]), [])
        made = copy.deepcopy(part if part is not None else _FRESH[str(path[-1])])
        if path[-1] == "points":
            numbers = [p["value"] for p in items if isinstance(p.get("value"), (int, float))]
            made = {"value": max(numbers, default=-1) + 1, **made}
        elif "key" not in made:
            taken = {str(x.get("key")) for x in self._beside(path)}
            made = {"key": _free(_BASE[str(path[-1])], taken), AUTO: ["key"], **made}
        if not made.get("label", "x"):
            made["label"] = name_of(made).replace("_", " ").capitalize()
        if path[-1] == "layers":
            made.setdefault("colour", far_colour(str(x.get("colour")) for x in items))
            if letter := free_hotkey(made["label"], (x.get("hotkey") for x in items)):
                made.setdefault("hotkey", letter)
            made[AUTO] = [*made.get(AUTO, ()), "hotkey"]
        elif path[-1] == "values" and (number := self._number(path)):
            made.setdefault("hotkey", number)
        items.append(made)
        return (*path, len(items) - 1)

    def _number(self, path: Path) -> str | None:
        """The next free number as a hotkey of a value, where values have such keys."""
        if any(x.get("hotkey") is None for x in self._beside(path)):
            return None
        held: set[Any] = set()
        for attribute in self.at(path[:3]):  # one key, one value of the layer
            held |= {v.get("hotkey") for v in _below(attribute.get("values", ()))}
            held |= {v.get("hotkey") for name in ("points", "off_scale") for v in attribute.get(name, ())}
        return next((n for n in "123456789" if n not in held), None)

    def remove(self, path: Path) -> None:
        """Take a part out."""
        self._keep("remove")
        items = self.at(path[:-1])
        del items[path[-1]]
        if not items and path[-2] not in ("values", "points", "layers", "roles"):
            del self.at(path[:-2])[path[-2]]

    def move(self, path: Path, by: int) -> Path:
        """Exchange a part with the one `by` places on; its new path."""
        items, at = self.at(path[:-1]), path[-1]
        if not isinstance(at, int) or not 0 <= at + by < len(items):
            return path
        self._keep("move")
        items = self.at(path[:-1])
        items[at], items[at + by] = items[at + by], items[at]
        return (*path[:-1], at + by)

    def take(self, codebook: Codebook) -> None:
        """Go on with another codebook; parts with the same keys count as the same parts."""
        self._keep("import")
        self.data = _matched(json.loads(codebook_json(codebook)), json.loads(codebook_json(self.opened)))

    def begin_empty(self) -> None:
        """Go on with a codebook that has nothing yet; what the study has is compared when it is saved."""
        self._keep("empty")
        held: Data = {k: self.data[k] for k in ("format", "language") if k in self.data}
        self.data = {"key": "codebook", "title": "", "layers": [], AUTO: ["key"], **held}

    # undo

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to bring back."""
        return bool(self._redo)

    def undo(self) -> None:
        """Take the last step back."""
        self._step(self._undo, self._redo)

    def redo(self) -> None:
        """Bring it back."""
        self._step(self._redo, self._undo)

    def _step(self, source: list[tuple[str, Data]], other: list[tuple[str, Data]]) -> None:
        if source:
            what, data = source.pop()
            other.append((what, self.data))
            self.data = data
        self._typing = None

    def _keep(self, what: str) -> None:
        self._undo = [*self._undo[-199:], (what, copy.deepcopy(self.data))]
        self._redo.clear()
        self._typing = None

    # what became of what

    def mapping(self) -> CodebookMapping:
        """Every part that has another key than it had."""
        told: dict[str, Any] = {"layers": {}, "attributes": {}, "roles": {}, "values": {}, "reasons": {}}
        told["entity_types"] = dict(_renamed(self.at(("entity_types",))))
        for layer in self.at(("layers",)):
            was = layer.get(WAS)
            if was is None:
                continue
            told["layers"] |= dict(_renamed([layer]))
            _attributes_renamed(told, was, layer)
            for role in layer.get("roles", ()):
                if WAS not in role:
                    continue
                told["roles"] |= {f"{was}.{old}": new for old, new in _renamed([role])}
                if changed := dict(_renamed(role.get("empty_because", ()))):
                    told["reasons"][f"{was}.{role[WAS]}"] = changed
        for kind in self.at(("entity_types",)):
            if WAS in kind:
                _attributes_renamed(told, f"{TYPES}.{kind[WAS]}", kind)
        return CodebookMapping.model_validate(told)


def _attributes_renamed(told: dict[str, Any], owner: str, part: Data) -> None:
    """owner: the layer's old key, or `entity_types.KEY`."""
    for a in part.get("attributes", ()):
        if WAS not in a:
            continue
        told["attributes"] |= {f"{owner}.{old}": new for old, new in _renamed([a])}
        values = [*_below(a.get("values", ())), *a.get("points", ()), *a.get("off_scale", ())]
        if changed := dict(_renamed(values)):
            told["values"][f"{owner}.{a[WAS]}"] = changed


def _renamed(parts: Any) -> Iterator[tuple[str, str]]:
    for part in parts:
        if WAS in part and part[WAS] != name_of(part):
            yield part[WAS], name_of(part)


def _below(values: Any) -> Iterator[Data]:
    for value in values:
        yield value
        yield from _below(value.get("children", ()))


def _marked(data: Any) -> Any:
    if isinstance(data, list):
        return [_marked(x) for x in data]
    if not isinstance(data, dict):
        return data
    made = {k: _marked(v) for k, v in data.items()}
    if "key" in made or ("value" in made and "label" in made):
        made[WAS] = name_of(made)
    return made


def _matched(data: Any, opened: Any) -> Any:
    """As `_marked`, but only of parts that the opened codebook has in the same place."""
    if isinstance(data, list):
        known = {name_of(x): x for x in opened if isinstance(x, dict)} if isinstance(opened, list) else {}
        return [_matched(x, known.get(name_of(x)) if isinstance(x, dict) else None) for x in data]
    if not isinstance(data, dict):
        return data
    held = opened if isinstance(opened, dict) else {}
    made = {k: _matched(v, held.get(k)) for k, v in data.items()}
    if held and ("key" in made or ("value" in made and "label" in made)):
        made[WAS] = name_of(made)
    return made


def _stripped(data: Any) -> Any:
    if isinstance(data, list):
        return [_stripped(x) for x in data]
    return {k: _stripped(v) for k, v in data.items() if k not in (WAS, AUTO)} if isinstance(data, dict) else data


def _typed(part: Data, field: str) -> None:
    """A field that somebody has typed follows nothing any more."""
    follows = [f for f in part.get(AUTO, ()) if f != field]
    if follows:
        part[AUTO] = follows
    else:
        part.pop(AUTO, None)


def _free(base: str, taken: set[str]) -> str:
    if base not in taken:
        return base
    return next(f"{base}_{n}" for n in range(2, len(taken) + 3) if f"{base}_{n}" not in taken)


def _fields_of(field: str, kind: str) -> set[str]:
    from annotator.domain.codebook import model

    classes = [c for base in (model.AttributeBase, model.LayerBase) for c in base.__subclasses__()]
    found = next(c for c in classes if field in c.model_fields and f"'{kind}'" in str(c.model_fields[field].annotation))
    return {f.alias or name for name, f in found.model_fields.items()}


def _rename_mentions(data: Data, path: Path, old: str, new: str) -> None:
    """Let everything that names a part name it by its new key."""
    if (rename := _RENAMES.get(str(path[-2]))) is not None:
        rename(data, path, old, new)


def _rename_layer(data: Data, _path: Path, old: str, new: str) -> None:
    for role in (r for x in data.get("layers", []) for r in x.get("roles", ())):
        _swap(role, "layers", old, new)


def _rename_entity_type(data: Data, _path: Path, old: str, new: str) -> None:
    for x in (*data.get("layers", []), *data.get("entity_types", ())):
        for part in (*x.get("roles", ()), *x.get("attributes", ())):
            _swap(part, "entity_types", old, new)


def _rename_role(data: Data, path: Path, old: str, new: str) -> None:
    layer = data.get("layers", [])[path[1]]
    if layer.get("per", {}).get("role") == old:
        layer["per"]["role"] = new
    for a in layer.get("attributes", ()):
        if a.get("unique_true_per") == old:
            a["unique_true_per"] = new
        if a.get("default") == f"{old}'s entity":
            a["default"] = f"{new}'s entity"


def _rename_attribute(data: Data, path: Path, old: str, new: str) -> None:
    for a in data[str(path[0])][path[1]].get("attributes", ()):
        if a.get("when", {}).get("attribute") == old:
            a["when"]["attribute"] = new


def _rename_value(data: Data, path: Path, old: str, new: str) -> None:
    owner = data[str(path[0])][path[1]]
    attribute = owner["attributes"][path[3]]
    if attribute.get("default") == old:
        attribute["default"] = new
    elif isinstance(attribute.get("default"), list):
        _swap(attribute, "default", old, new)
    for group in attribute.get("groups", {}):
        _swap(attribute["groups"], group, old, new)
    for a in owner["attributes"]:
        when = a.get("when", {})
        if when.get("attribute") == attribute.get("key"):
            _swap(when, "in", old, new)
            _swap(when, "under", old, new)


_RENAMES = {
    "layers": _rename_layer,
    "entity_types": _rename_entity_type,
    "roles": _rename_role,
    "attributes": _rename_attribute,
    "values": _rename_value,
    "children": _rename_value,
    "off_scale": _rename_value,
}
"""Kind of a part -> what renames it where others name it."""


def _swap(holder: Data, field: str, old: str, new: str) -> None:
    if isinstance(holder.get(field), list):
        holder[field] = [new if x == old else x for x in holder[field]]
