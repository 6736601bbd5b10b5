"""Web annotations as they stood where they came from, kept so that they go out again as they were.

What a label here has no place for (languages and formats of bodies, selectors of other kinds, generators, rights,
further creators) stands in what is kept; what somebody changed here is written anew, part by part.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.domain.fragments import Fragment, normalised
from annotator.formats.csv_tables import cell
from annotator.formats.regions import KEY

CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {KEY: "urn:annotator:"}]
RECORD = f"{KEY}:record"
THEIRS = "theirs"
"""In the record of one of our files: the annotation beside it stands as others wrote it."""
_OWN_HEAD = f"{KEY}:head"


@dataclass(frozen=True, slots=True)
class Kept:
    """place: in the order of the file. item: as it stood. body, target: sums of what they became here.

    quote: the words, with what stands before and after them, of a target that has no positions.
    """

    place: int
    item: Mapping[str, Any]
    layer: str
    body: str
    target: str
    quote: Sequence[str] = ()


def kept_record(
    place: int, item: Mapping[str, Any], content: Mapping[str, Any], outer: Mapping[str, str]
) -> dict[str, Any]:
    """What is kept of an annotation. content: the record that it became. outer: ids that its source has for ours."""
    found: dict[str, Any] = {"place": place, "item": {k: v for k, v in item.items() if k != RECORD}}
    roles = content.get("roles") or {}
    told = {role: [outer.get(k := f.get("annotation") or "", k) for f in fillers] for role, fillers in roles.items()}
    found["layer"] = content["layer"]
    found["body"] = body_sum(content["layer"], content.get("values") or {}, content.get("memo") or "")
    found["target"] = target_sum(content.get("fragments") or (), told)
    if content.get("text") and not content.get("fragments"):
        found["quote"] = [content["text"], *(content.get("around") or ("", ""))]
    return found


def body_sum(layer: str, values: Mapping[str, Any], memo: str) -> str:
    """A short sum of what the bodies say."""
    told = {key: words for key, value in sorted(values.items()) if (words := _words(value))}
    return _sum([layer, told, memo.strip()])


def target_sum(fragments: Iterable[Sequence[int]], roles: Mapping[str, Sequence[str]]) -> str:
    """A short sum of what the targets say."""
    pieces = [list(f) for f in normalised([(int(f[0]), int(f[1])) for f in fragments])]
    return _sum([pieces, {role: sorted(ids) for role, ids in sorted(roles.items()) if ids}])


def _sum(told: Any) -> str:
    return f"{zlib.crc32(json.dumps(told, ensure_ascii=True).encode()):08x}"


def _words(value: Any) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [w for v in value for w in _words(v)]
    if isinstance(value, Mapping):
        return [str(value.get("name", ""))]
    return [str(cell(value))] if value not in (None, "") else []


def stands(quote: Sequence[str], text: str, fragments: Sequence[Fragment]) -> bool:
    """Whether a quotation means this place and no other."""
    if len(quote) != 3 or len(fragments) != 1:
        return False
    exact, before, after = quote
    start, end = fragments[0]
    if text[start:end] != exact or not (text[:start].endswith(before) and text[end:].startswith(after)):
        return False
    return text.count(before + exact + after) == 1


def kept_items(attached: Mapping[str, Any]) -> dict[str, Kept]:
    """Id of a label -> what is kept of it, of what a study keeps; what is not of this kind is passed over."""
    found = {}
    items = attached.get("items")
    for key, told in items.items() if isinstance(items, Mapping) else ():
        if not (isinstance(told, Mapping) and isinstance(told.get("item"), Mapping) and type(told.get("place")) is int):
            continue
        quote = told.get("quote")
        sound = isinstance(quote, list) and all(isinstance(q, str) for q in quote)
        layer, body, target = (str(told.get(part)) for part in ("layer", "body", "target"))
        found[key] = Kept(told["place"], told["item"], layer, body, target, quote if sound and quote else ())
    return found


def kept_head(root: Mapping[str, Any]) -> dict[str, Any]:
    """What stands around the annotations in the collection or page of another program."""
    if f"{KEY}:codebook" in root and not root.get(_OWN_HEAD):
        return {}
    page = root.get("first")
    inside = isinstance(page, Mapping)
    if not (inside or "items" in root):
        return {}
    outer = {k: v for k, v in root.items() if not k.startswith(f"{KEY}:") and k != ("first" if inside else "items")}
    if "@context" in outer:
        context = outer["@context"] if isinstance(outer["@context"], list) else [outer["@context"]]
        outer["@context"] = [c for c in context if c != CONTEXT[1]]
    return {"root": outer} | ({"page": {k: v for k, v in page.items() if k != "items"}} if inside and page else {})


def head_written(attached: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None] | None:
    """(the collection, its first page) or (the page, None) as they are written again; None where nothing is kept."""
    head = attached.get("head")
    root = head.get("root") if isinstance(head, Mapping) else None
    if not isinstance(head, Mapping) or not isinstance(root, Mapping):
        return None
    context = root.get("@context")
    told = [*context, CONTEXT[1]] if isinstance(context, list) else CONTEXT
    page = head.get("page")
    # a name of ours in what somebody else wrote would stand there twice
    own = {k: v for k, v in root.items() if not k.startswith(f"{KEY}:") and k not in ("items", "@context")}
    return {"@context": told, **own, _OWN_HEAD: True}, dict(page) if isinstance(page, Mapping) else None


def merged(old: Mapping[str, Any], new: Mapping[str, Any], taken: Iterable[str]) -> dict[str, Any]:
    """What a study keeps with what came in: only of labels that it took, behind those that are there."""
    here = dict(old.get("items", {}))
    behind = 1 + max((told["place"] for told in here.values()), default=-1)
    coming = new.get("items", {})
    for key in taken:
        if key in coming and key not in here:
            here[key] = {**coming[key], "place": behind + coming[key]["place"]}
    head = old.get("head") or (new.get("head") if not old else None)
    return {k: v for k, v in (("items", here), ("head", head)) if v}


@dataclass(frozen=True, slots=True)
class Now:
    """What an annotation is here. ours: as this program writes it."""

    ours: Mapping[str, Any]
    same_layer: bool
    same_body: bool
    same_target: bool
    same_coder: bool
    names_coder: bool
    named: bool
    """Whether it needs an address, because others are about it."""


def restored(kept: Kept, now: Now, unread: Sequence[Any]) -> dict[str, Any]:
    """The annotation as it came, with what was changed here. unread: its bodies that no label has a place for."""
    found, ours = dict(kept.item), now.ours
    if "id" in found or now.named:
        found["id"] = ours["id"]
    if not now.same_body:
        _put(found, "body", _with(ours.get("body"), unread))
        found.pop("bodyValue", None)
    if not now.same_layer:
        _put(found, "motivation", ours.get("motivation"))
    if not now.same_target:
        found["target"] = ours["target"]
    if now.names_coder and not now.same_coder:
        found["creator"] = ours["creator"]
    if not (now.same_body and now.same_target):
        found["modified"] = ours["modified"]
    return found


def _put(found: dict[str, Any], key: str, value: Any) -> None:
    if value in (None, []):
        found.pop(key, None)
    else:
        found[key] = value


def _with(bodies: Any, unread: Sequence[Any]) -> Any:
    if not unread:
        return bodies
    return [*(bodies if isinstance(bodies, list) else [] if bodies is None else [bodies]), *unread]
