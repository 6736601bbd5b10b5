"""The history of an entity, step by step, in words."""

from __future__ import annotations

from collections.abc import Mapping

from annotator.domain.changes import Change
from annotator.qt.words import tr


def step_in_words(change: Change, coders: Mapping[str, str], names: Mapping[str, str], kinds: Mapping[str, str]) -> str:
    """When, who, what; names: entity id -> name."""
    when = change.at[:16].replace("T", " ")
    who = coders.get(change.coder_id, "?")
    verb = {"Undo": tr("taken back: "), "Redo": tr("brought back: ")}.get(change.command, "")
    return f"{when}  {who}\n{verb}{_what(change, names, kinds)}"


def _what(change: Change, names: Mapping[str, str], kinds: Mapping[str, str]) -> str:
    before, after = change.before, change.after
    if before is None and after is not None:
        kind = kinds.get(after["type"], after["type"])
        return tr("“{name}” entered as {kind}", name=after["name"], kind=kind)
    if after is None:
        return tr("“{name}” removed", name=before["name"] if before else "?")
    assert before is not None
    told: list[str] = []
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
    was, now = before.get("merged_into"), after.get("merged_into")
    if was != now and now:
        told.append(tr("“{name}” merged into “{into}”", name=after["name"], into=names.get(now, "?")))
    elif was != now:
        told.append(tr("“{name}” separated again", name=after["name"]))
    return "; ".join(told) or tr("nothing that can be seen")
