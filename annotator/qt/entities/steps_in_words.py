"""The history of an entity, step by step, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.domain.changes import Change
from annotator.domain.codebook.model import Codebook
from annotator.qt.entities.answers_in_words import asked_of, value_words
from annotator.qt.toolkit.days import moment_words
from annotator.qt.toolkit.words import tr
from annotator.services.study.history import moment


def step_in_words(change: Change, coders: Mapping[str, str], names: Mapping[str, str], codebook: Codebook) -> str:
    """When, who, what; names: entity id -> name."""
    when = moment_words(moment(change.at))
    who = coders.get(change.coder_id, "?")
    verb = {"Undo": tr("taken back: "), "Redo": tr("brought back: ")}.get(change.command, "")
    return f"{when}  {who}\n{verb}{_what(change, names, codebook)}"


def _what(change: Change, names: Mapping[str, str], codebook: Codebook) -> str:
    before, after = change.before, change.after
    kinds = {t.key: t.label for t in codebook.entity_types}
    if before is None and after is not None:
        kind = kinds.get(after["type"], after["type"])
        told = [tr("“{name}” entered as {kind}", name=after["name"], kind=kind)]
        return "; ".join([*told, *_values({}, after, names, codebook)])
    if after is None:
        return tr("“{name}” removed", name=before["name"] if before else "?")
    assert before is not None
    told = []
    if before["name"] != after["name"]:
        told.append(tr("“{a}” renamed “{b}”", a=before["name"], b=after["name"]))
    if before["type"] != after["type"]:
        told.append(
            tr("kind {a} → {b}", a=kinds.get(before["type"], before["type"]), b=kinds.get(after["type"], after["type"]))
        )
    new = [a for a in after["aliases"] if a not in before["aliases"]]
    gone = [a for a in before["aliases"] if a not in after["aliases"]]
    if new:
        told.append(tr("also called {names}", names=", ".join(new)))
    if gone:
        told.append(tr("no longer called {names}", names=", ".join(gone)))
    if before["memo"] != after["memo"]:
        told.append(tr("note changed"))
    told += _values(before, after, names, codebook)
    was, now = before.get("merged_into"), after.get("merged_into")
    if was != now and now:
        told.append(tr("“{name}” merged into “{into}”", name=after["name"], into=names.get(now, "?")))
    elif was != now:
        told.append(tr("“{name}” separated again", name=after["name"]))
    return "; ".join(told) or tr("no visible change")


def _values(
    before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str], codebook: Codebook
) -> Iterator[str]:
    was, now = before.get("values") or {}, after.get("values") or {}
    for key in dict.fromkeys((*was, *now)):
        if was.get(key) == now.get(key) and isinstance(was.get(key), bool) == isinstance(now.get(key), bool):
            continue
        asked = asked_of(codebook, after["type"], key)
        name = asked.label if asked is not None else key
        old, new = (value_words(asked, x[key], names) if key in x else "" for x in (was, now))
        if not old:
            yield f"{name}: {new}"
        else:
            yield f"{name}: {old} → {new or tr('nothing')}"
