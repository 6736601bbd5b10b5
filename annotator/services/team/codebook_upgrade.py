"""Work that was made under an older codebook version is carried to the newest when it lands."""

from __future__ import annotations

from annotator.domain.changes import CORRECT
from annotator.services.articles.carrying import mark
from annotator.services.coding.codebook_versions import Versions
from annotator.services.coding.text_versions import TextVersions
from annotator.services.team.applying import Landing
from annotator.store import annotations as annotation_rows
from annotator.store import codebook_changes, notes, people
from annotator.store.records import annotation_record, entity_record, note_record


def carry_landed(landing: Landing) -> tuple[int, int]:
    """Bring what one coder's package left under older versions to the newest; (labels changed, labels marked)."""
    told = carry_labels(landing)
    carry_places(landing)
    connection = landing.connection
    versions = Versions(connection)
    for key, version in landing.entities.items():
        e = people.get_entity(connection, key)
        after = e if e is None or version == versions.newest else versions.entity_forward(e, version)
        if e is not None and after is not None and after != e:
            landing.carry("CarryOver", "entity", e.id, None, entity_record(e), entity_record(after))
            people.put_entity(connection, e.id, after)
    return told


def carry_places(landing: Landing) -> int:
    """Bring the coder's labels and notes that count in a former text to the present one; how many there were."""
    connection = landing.connection
    versions = TextVersions(connection)
    count = 0
    for a in annotation_rows.find(connection, coder_ids=[landing.coder.id]):
        label, placed = versions.label(a)
        if placed is None:
            continue
        landing.carry(CORRECT, "annotation", a.id, a.document_id, annotation_record(a), annotation_record(label))
        annotation_rows.replace(connection, a, label)
        mark(connection, label, placed)
        count += 1
    for n in notes.find(connection):
        note, placed = versions.note(n)
        if placed is not None and n.coder_id == landing.coder.id:
            landing.carry(CORRECT, "note", n.id, n.document_id, note_record(n), note_record(note))
            notes.put(connection, n.id, note)
            count += 1
    return count


def carry_labels(landing: Landing) -> tuple[int, int]:
    """Bring the coder's labels that stand under older versions to the newest; (labels changed, labels marked)."""
    connection = landing.connection
    versions = Versions(connection)
    changed = marked = 0
    if versions.newest == 1:
        return 0, 0
    for a in annotation_rows.find(connection, coder_ids=[landing.coder.id]):
        if a.codebook_version == versions.newest:
            continue
        after, marks = versions.forward(a)
        for version, why in marks:
            codebook_changes.mark(connection, a.id, version, why, a.updated)
        marked += bool(marks)
        if after != a:
            before_record, after_record = annotation_record(a), annotation_record(after)
            landing.carry("CarryOver", "annotation", a.id, a.document_id, before_record, after_record)
            annotation_rows.replace(connection, a, after)
            changed += 1
    return changed, marked
