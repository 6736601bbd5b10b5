"""The labels that a study has already, asked for by id in pieces, so that very many that come in need little memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from annotator.domain.annotations import Annotation
from annotator.services.study import Study
from annotator.store import annotations as annotation_rows

_AT_A_TIME = 500
_KEPT_TEXTS = 64


class ExistingLabels:
    """Answers which label of the study has an id."""

    def __init__(self, study: Study) -> None:
        self._study = study
        with study.file.reading() as connection:
            self._empty = not annotation_rows.any_there(connection)
        self._near: dict[str, Annotation | None] = {}

    def look_up(self, ids: Iterable[str]) -> None:
        """The ids that are asked for next; what was looked up before is forgotten."""
        self._near = {}
        if self._empty:
            return
        wanted = list(dict.fromkeys(ids))
        self._near = dict.fromkeys(wanted)
        with self._study.file.reading() as connection:
            for start in range(0, len(wanted), _AT_A_TIME):
                for found in annotation_rows.get_many(connection, wanted[start : start + _AT_A_TIME]):
                    self._near[found.id] = found

    def get(self, key: str) -> Annotation | None:
        """The label with this id, or None."""
        if self._empty:
            return None
        if key not in self._near:
            with self._study.file.reading() as connection:
                self._near[key] = annotation_rows.get(connection, key)
        return self._near[key]


class Texts:
    """Texts of articles, the last ones kept."""

    def __init__(self, study: Study, fresh: dict[str, str]) -> None:
        self._study, self._fresh = study, fresh
        self._kept: OrderedDict[str, str] = OrderedDict()

    def of(self, document_id: str) -> str:
        """The text."""
        if document_id in self._fresh:
            return self._fresh[document_id]
        text = self._kept.get(document_id)
        if text is None:
            text = self._kept[document_id] = self._study.text(document_id)
            if len(self._kept) > _KEPT_TEXTS:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(document_id)
        return text
