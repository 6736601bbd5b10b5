"""A study opened by a script: a copy of the moment, to read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.formats.statement_rows import StatementTable
from annotator.services.codebooks.marks import reviews
from annotator.services.exchange.listing import listed_articles, listed_entities
from annotator.services.exchange.records import RecordWriter, dataset_of
from annotator.services.scripting.records import Article, Entity, Label, Records, Statement
from annotator.services.scripting.results import Agreement, Networks, Passages
from annotator.services.study import Study
from annotator.services.working_folders import working_folder
from annotator.store.places import DatabaseUrl, Place, place_of
from annotator.store.snapshot import snapshot


def opened(path: str | os.PathLike[str]) -> OpenedStudy:
    """The study at this path as it is now; raises AnnotatorError."""
    place = place_of(os.fspath(path)) if isinstance(path, str) else Path(path)
    return OpenedStudy(place)


class OpenedStudy:
    """A study as it was when it was opened. Use it as a context manager, or `close` it, which removes the copy.

    Of a study in a database one transaction that only reads is held until then.

    `labels` and `statements` are those of coders, `gold` and `gold_statements` what was settled from them. Second
    readings of one coder have ``reading`` 2, under the article that was read.
    """

    def __init__(self, path: Place) -> None:
        self.path = path
        self._held = ExitStack()
        try:
            if isinstance(path, DatabaseUrl):
                self._study = self._held.enter_context(Study.open(path))
                self._held.enter_context(self._study.file.reading())  # all that is read is of this moment
            else:
                study_file = snapshot(path, self._held.enter_context(working_folder()))
                self._held.callback(study_file.close)
                self._study = Study(study_file)
        except BaseException:
            self._held.close()
            raise
        self.id, self.title = self._study.id, self._study.title

    def close(self) -> None:
        """Remove the copy; idempotent."""
        self._held.close()

    def __enter__(self) -> OpenedStudy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<study “{self.title}” {self.path}>"

    @property
    def codebook(self) -> dict[str, Any]:
        """The codebook in its JSON form."""
        return self._study.codebook.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    @property
    def articles(self) -> Records[Article]:
        """The articles by number; hidden copies for second readings are not told."""
        return Records(Article, self._articles)

    @property
    def labels(self) -> Records[Label]:
        """What coders labelled, links among them, article by article."""
        return Records(Label, lambda: self._labels(gold=False))

    @property
    def gold(self) -> Records[Label]:
        """What was settled."""
        return Records(Label, lambda: self._labels(gold=True))

    @property
    def statements(self) -> Records[Statement]:
        """One record a statement, or one for each of its links where it has several of a layer."""
        return Records(Statement, lambda: self._statements(gold=False))

    @property
    def gold_statements(self) -> Records[Statement]:
        """The same of what was settled."""
        return Records(Statement, lambda: self._statements(gold=True))

    @property
    def entities(self) -> Records[Entity]:
        """The register: whoever was not merged into another."""
        return Records(Entity, lambda: map(as_json, listed_entities(self._study)))

    def text(self, article: Article | str | int) -> str:
        """The clean text of an article, given by its record, id, number or exact title."""
        ref = article.id if isinstance(article, Article) else str(article)
        return self._study.text(self._study.document(ref).id)

    def agreement(
        self,
        layer: str | None = None,
        attribute: str | None = None,
        coders: str | Sequence[str] | None = None,
        where: str | Sequence[str] = (),
        overlap: float = 0.5,
        unmatched: str = "missing",
        own: str | None = None,
        links: str = "same",
        round: str = "",
        bootstrap: int | None = None,
        seed: int = 1,
    ) -> Agreement:
        """What ``annotator agreement STUDY --json`` prints with these options; coders: names, or ``"A,B"``."""
        from annotator.services.agreement.figures import study_agreement
        from annotator.services.agreement.request import Question

        names = [x.strip() for x in coders.split(",")] if isinstance(coders, str) else list(coders or ())
        if not all(names):
            raise BadInput("a coder's name is empty", str(coders), "leave out the comma at the end")
        question = Question(
            layer=layer,
            attribute=attribute,
            coders=tuple(names),
            where=(where,) if isinstance(where, str) else tuple(where),
            overlap=overlap,
            bootstrap=bootstrap or 0,
            seed=seed,
            unmatched=unmatched,
            own=own,
            links=links,
            intervals=bootstrap != 0,
            round=round,
        )
        return Agreement(study_agreement(self._study, question))

    def passages(
        self,
        layer: str | None = None,
        where: str | Sequence[str] = (),
        entity: str | None = None,
        coders: str | Sequence[str] | None = None,
        gold: bool = False,
        query: str | None = None,
    ) -> Passages:
        """What ``annotator passages STUDY --json`` prints with these options; query: one that the study keeps."""
        from annotator.services.search.labelled import Asked, look, understood
        from annotator.services.search.passage_files import answer
        from annotator.services.search.saved import saved

        if query is not None:
            asked = saved(self._study, query)
        else:
            names = [x.strip() for x in coders.split(",")] if isinstance(coders, str) else coders
            condition = understood(self._study, (where,) if isinstance(where, str) else where)
            chosen = tuple(names) if names is not None else None
            asked = Asked(layer, condition, entity, chosen, "gold" if gold else "coders")
        return Passages(answer(self._study, asked, look(self._study, asked)).as_json())

    @property
    def queries(self) -> list[str]:
        """The names of the queries that the study keeps; ``study.passages(query=name)`` asks one."""
        from annotator.services.search.saved import names

        return names(self._study)

    def networks(
        self,
        kind: str = "two-mode",
        actor: str | None = None,
        concept: str | None = None,
        qualifier: str | None = None,
        aggregation: str | None = None,
        normalisation: str = "no",
        duplicates: str = "include",
        window: str | None = None,
        isolates: str = "said",
        threshold: float = 0.0,
        coders: str | Sequence[str] | None = None,
        gold: bool = False,
        outlets: str | Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
        measures: bool = True,
    ) -> Networks:
        """What ``annotator network STUDY --json`` prints with these options; measures: with ``--measures``."""
        from annotator.services.networks.asking import wanted
        from annotator.services.networks.writing import network_of

        asked = wanted(
            self._study.codebook, kind, actor, concept, qualifier, aggregation, normalisation, duplicates, window,
            isolates=isolates, threshold=threshold, coders=_split(coders), gold=gold,
            outlets=(outlets,) if isinstance(outlets, str) else outlets, since=since, until=until,
        )  # fmt: skip
        return Networks(network_of(self._study, asked, measures).as_json())

    def _coders(self, gold: bool) -> list[str]:
        return [c.id for c in self._study.coders() if (c.role == GOLD) is gold]

    def _labels(self, gold: bool) -> Iterable[Mapping[str, Any]]:
        marked = reviews(self._study)
        for record in RecordWriter(self._study).records_as_json(self._coders(gold)):
            yield record | {"review": list(marked[record["id"]])} if record["id"] in marked else record

    def _articles(self) -> Iterable[Mapping[str, Any]]:
        return (as_json(d) for d in listed_articles(self._study) if d.repeat_of is None)

    def _statements(self, gold: bool) -> Iterable[Mapping[str, Any]]:
        table = StatementTable(dataset_of(self._study, self._coders(gold), second_readings=True))
        columns = table.columns()
        for row in table.rows():
            yield {c: _listed(row.get(c)) for c in columns}


def _split(names: str | Sequence[str] | None) -> list[str] | None:
    """``"A,B"`` as a list; raises BadInput where a name is empty."""
    if names is None:
        return None
    found = [x.strip() for x in names.split(",")] if isinstance(names, str) else list(names)
    if not all(found):
        raise BadInput("a coder's name is empty", str(names), "leave out the comma at the end")
    return found


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
