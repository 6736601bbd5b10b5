"""What a change of the codebook leaves on labels: which to look at again, and under which version each was answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from annotator.domain.changes import BY_PROGRAM
from annotator.domain.codebook.lineage import Lineage
from annotator.domain.codebook.model import Attribute
from annotator.domain.codebook.values import label_of, value_fault
from annotator.services.coding.codebook_versions import Versions
from annotator.services.study import Study
from annotator.store import codebook_changes, journal


def reviews(
    study: Study, document_id: str | None = None, ids: Sequence[str] | None = None
) -> dict[str, tuple[str, ...]]:
    """Annotation id -> why it is to be looked at again, oldest reason first; of one document, or of some labels."""
    found: dict[str, list[str]] = {}
    with study.file.reading() as connection:
        for key, _version, why in codebook_changes.marks(connection, document_id, ids):
            found.setdefault(key, []).append(why)
    return {key: tuple(why) for key, why in found.items()}


def answered_under(study: Study) -> dict[str, int]:
    """Annotation id -> the version that its coder last worked under, of labels that were carried over since."""
    if study.codebook_version == 1:
        return {}
    with study.file.reading() as connection:
        return journal.own_versions(connection, sorted(BY_PROGRAM))


def kept_parts(study: Study) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(`layer.attribute`s, `link.role`s) that labels keep though the codebook does not ask for them any more."""
    if study.codebook_version == 1:
        return (), ()
    asked = {f"{x.key}.{a.key}" for x in study.codebook.layers for a in x.attributes}
    known = {f"{x.key}.{r.key}" for x in study.codebook.link_layers for r in x.roles}
    values: set[str] = set()
    roles: set[str] = set()
    for a in study.annotations():
        values.update(f"{a.layer}.{key}" for key in a.values)
        roles.update(f"{a.layer}.{key}" for key in (*a.roles, *a.empty))
    return tuple(sorted(values - asked)), tuple(sorted(roles - known))


def lineage(study: Study) -> Lineage:
    """What every version of the codebook called what."""
    with study.file.reading() as connection:
        return Versions(connection).lineage()


def former_words(versions: Lineage, layer: str, key: str, value: Any) -> tuple[str, str]:
    """(attribute, value) as the newest version that allowed the value calls them; entities stay ids."""
    return _former(versions.attributes(layer, key), key, value)


def former_entity_words(versions: Lineage, key: str, value: Any) -> tuple[str, str]:
    """The same of a value that an entity keeps, from another type or another version."""
    return _former(versions.entity_attributes(key), key, value)


def _former(forms: Sequence[Attribute], key: str, value: Any) -> tuple[str, str]:
    form = next((x for x in reversed(forms) if not value_fault(x, value)), forms[-1] if forms else None)
    return (form.label, label_of(form, value)) if form is not None else (key, str(value))
