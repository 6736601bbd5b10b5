"""Taking over what was confirmed elsewhere: by others, or by the same coder at another desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from annotator.domain.changes import ChangeSet
from annotator.services.study import Study
from annotator.store import annotations as annotation_rows
from annotator.store import journal

ELSEWHERE = "Elsewhere"
"""The command of a ChangeSet that was heard of."""


class Listening(Protocol):
    """What tells of changes; see `annotator.store.listening`."""

    def listen(self, told: Callable[[list[dict[str, Any]] | None], None]) -> None:
        """Run until stopped."""

    def stop(self) -> None:
        """End it from another thread."""


def listener(study: Study) -> Listening | None:
    """What hears of others' changes; None for a study in a file, where there are no others."""
    if not study.file.shared:
        return None
    from annotator.store.listening import Listener
    from annotator.store.server import StudyServer

    assert isinstance(study.file, StudyServer)
    return Listener(study.file.url)


def changes_of(study: Study, units: Iterable[str], coder_id: str) -> ChangeSet:  # noqa: C901 - a branch for each kind of step
    """What these units did to the coder's labels, to entities, states and notes, as it stands now."""
    added: set[str] = set()
    changed: set[str] = set()
    removed: set[str] = set()
    entities: set[str] = set()
    documents: set[str] = set()
    notes: set[str] = set()
    verdicts: set[str] = set()
    own = False
    with study.file.reading() as connection:
        for unit in units:
            for step in journal.of_unit(connection, unit):
                own = own or step.coder_id == coder_id
                if step.kind == "entity":
                    entities.add(step.thing_id)
                elif step.kind == "note":
                    notes.add(step.thing_id)
                elif step.kind == "document_state":
                    if step.thing_id.endswith(f"/{coder_id}"):
                        documents.add(step.thing_id.split("/")[0])
                elif step.kind == "verdict":
                    if step.coder_id == coder_id:
                        verdicts.add(step.thing_id.split("/")[0])
                elif coder_id in {(r or {}).get("coder") for r in (step.before, step.after)}:
                    (changed if step.before else added).add(step.thing_id)
        for key in added | changed:
            if annotation_rows.get(connection, key) is None:
                removed.add(key)
    if own:
        study.coding.forget()
    added -= removed
    return ChangeSet(
        None,
        ELSEWHERE,
        frozenset(added),
        frozenset(changed - removed - added),
        frozenset(removed),
        frozenset(entities),
        frozenset(documents),
        frozenset(notes),
        verdicts=frozenset(verdicts),
    )
