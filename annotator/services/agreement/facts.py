"""What was really done, as facts that a methods section is made from: plans, codebook, readers, articles.

Each record says which table of the study it was read from, so that a sentence made from it can be traced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotator.domain.codebook.diff import diff
from annotator.domain.codebook.model import Codebook, ScaleAttribute, TreeAttribute, tree_nodes
from annotator.domain.codebook.values import label_of, number_text
from annotator.domain.words import worded
from annotator.services.agreement.naming import article_name
from annotator.services.agreement.request import Corpus
from annotator.services.articles.shared_words import ONCE, choice, shared_words
from annotator.services.coding.codebook_versions import Versions
from annotator.services.study import Study
from annotator.store import assignments as assignment_rows


@dataclass(frozen=True, slots=True)
class PlanFact:
    """A plan that was applied. Of the table `plan`; articles, readings and second readings of `assignment`."""

    round: str
    day: str
    coders: tuple[str, ...]
    overlap: int
    share: float
    repeats: float
    pilot: int
    seed: int
    strata: tuple[str, ...]
    articles: int
    readings: int
    second_readings: int


@dataclass(frozen=True, slots=True)
class VersionFact:
    """A version of the codebook with what it changed. Of the tables `codebook` and `codebook_change`.

    labels: of those compared, how many were made under it.
    """

    version: int
    day: str
    changes: tuple[str, ...]
    labels: int


@dataclass(frozen=True, slots=True)
class CoderFact:
    """A coder whose work is compared. articles: read among those compared; first, last: days of the labels."""

    name: str
    id: str
    articles: int
    labels: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class ArticleFact:
    """An article that is compared. readers: how many coders read it."""

    number: int
    name: str
    publisher: str
    published: str
    readers: int
    labels: int


@dataclass(frozen=True, slots=True)
class CodebookFact:
    """An attribute or role as the codebook declares it."""

    layer: str
    attribute: str
    kind: str
    values: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All of them. articles: in the study, second readings aside; outlets and days of all of these.

    stood_for: articles that nobody coded, as another one has the same words and stands for them.
    """

    articles: int
    outlets: int
    first_published: str
    last_published: str
    undated: int
    assigned: int
    plans: tuple[PlanFact, ...]
    versions: tuple[VersionFact, ...]
    coders: tuple[CoderFact, ...]
    compared: tuple[ArticleFact, ...]
    codebook: tuple[CodebookFact, ...]
    same_words: int
    stood_for: int
    once: bool


def facts_of(study: Study, compared: Corpus, titles: bool = True) -> Facts:
    """Read from the study, and from the corpus that is compared. titles: articles are told by their headlines, else by
    number alone."""
    with study.file.reading() as connection:
        copies = assignment_rows.hidden_repeats(connection)
        plans = assignment_rows.plans(connection)
        given = assignment_rows.every(connection)
        versions = Versions(connection)
        days = {v: versions.made(v)[:10] for v in versions.contents}
        changes = {
            v: tuple(worded(d.what) for d in diff(versions.book(v - 1), versions.book(v), versions.mapping(v)))
            for v in versions.contents
            if v - 1 in versions.contents
        }
    articles = [d for d in study.documents() if d.id not in copies]
    dates = sorted(d.published[:10] for d in articles if d.published)
    made = list({a.id: a for by in compared.labels.values() for mine in by.values() for a in mine}.values())
    under = Counter(a.codebook_version for a in made)
    words = shared_words(study)
    return Facts(
        articles=len(articles),
        outlets=len({d.publisher for d in articles if d.publisher}),
        first_published=dates[0] if dates else "",
        last_published=dates[-1] if dates else "",
        undated=len(articles) - len(dates),
        assigned=len(given),
        plans=tuple(_plan(p, [a for a in given if a.plan_id == p["id"]], copies) for p in plans),
        versions=tuple(VersionFact(v, days[v], changes.get(v, ()), under[v]) for v in sorted(versions.contents)),
        coders=_coders(compared),
        compared=_articles(compared, titles),
        codebook=_codebook(compared.codebook),
        same_words=sum(map(len, words.articles)) if words else 0,
        stood_for=len(words.stand_for) if words else 0,
        once=choice(study) == ONCE,
    )


def _plan(p: Mapping[str, Any], given: list[assignment_rows.Assignment], copies: Mapping[str, str]) -> PlanFact:
    own = [a for a in given if a.document_id not in copies]
    return PlanFact(
        round=p["round"],
        day=p["created"][:10],
        coders=tuple(p["coders"]),
        overlap=p["overlap"],
        share=p["share"],
        repeats=p["repeats"],
        pilot=p.get("pilot", 0),
        seed=p["seed"],
        strata=tuple(p.get("strata", ())),
        articles=len({a.document_id for a in own}),
        readings=len(own),
        second_readings=len(given) - len(own),
    )


def _coders(compared: Corpus) -> tuple[CoderFact, ...]:
    found = []
    for c in compared.coders:
        read = {compared.article(d) for d, by in compared.labels.items() if c.id in by}
        made = {a.id: a for by in compared.labels.values() for a in by.get(c.id, ())}
        days = sorted(a.created[:10] for a in made.values())
        found.append(CoderFact(c.name, c.id, len(read), len(made), days[0] if days else "", days[-1] if days else ""))
    return tuple(found)


def _articles(compared: Corpus, titles: bool) -> tuple[ArticleFact, ...]:
    by_article: dict[str, list[Any]] = {}
    for d in compared.documents:
        by_article.setdefault(compared.article(d.id), []).append(d)
    found = []
    for documents in by_article.values():
        d = documents[0]
        readers = {c for x in documents for c in compared.labels[x.id]}
        labels = {a.id for x in documents for made in compared.labels[x.id].values() for a in made}
        found.append(
            ArticleFact(
                number=d.number,
                name=article_name(d.number, d.title, d.source) if titles else f"{d.number}.",
                publisher=d.publisher or "",
                published=d.published or "",
                readers=len(readers),
                labels=len(labels),
            )
        )
    return tuple(sorted(found, key=lambda a: a.number))


def _codebook(codebook: Codebook) -> tuple[CodebookFact, ...]:
    found = []
    for layer in codebook.layers:
        for a in layer.attributes:
            if isinstance(a, TreeAttribute):
                values = [label_of(a, n.key) for n, _ in tree_nodes(a.values)]
            elif isinstance(a, ScaleAttribute):
                values = [f"{number_text(p.value)} {p.label}" for p in a.points]
            else:
                values = [v.label for v in getattr(a, "values", ()) or ()]
            values += [o.label for o in a.off_scale]
            found.append(CodebookFact(layer.label, a.label, a.type, ", ".join(values)))
        for role in getattr(layer, "roles", ()):
            found.append(CodebookFact(layer.label, role.label or role.key, "role", ""))
    return tuple(found)
