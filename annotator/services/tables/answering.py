"""A table with all that it rests on: whose labels, which versions, what is left out, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from annotator.domain.codebook.model import SpanLayer
from annotator.domain.conditions import Test
from annotator.domain.conditions import together as all_of
from annotator.domain.errors import BadInput
from annotator.domain.words import Message, say
from annotator.services.agreement.breakdowns import main_of
from annotator.services.agreement.comparing import Comparison, comparisons
from annotator.services.agreement.figures import span_part
from annotator.services.agreement.request import Corpus, Question
from annotator.services.search.labelled import Result, look
from annotator.services.study import Study
from annotator.services.tables.counting import counts, cross
from annotator.services.tables.material import FACT_NAMES, Material, field_name, known_field, material
from annotator.services.tables.over_time import course
from annotator.services.tables.records import (
    Agreed,
    Answer,
    Basis,
    Course,
    Marked,
    Measure,
    Of,
    Period,
    Table,
    Together,
    Wanted,
    Within,
)
from annotator.services.tables.standing_together import together
from annotator.services.tables.words import WITHIN, in_words

Progress = Callable[[int, int], bool]
_FIELDS = {"counts": (1, 1), "cross": (2, 2), "together": (1, 2), "course": (1, 1)}
"""How many fields each takes, at least and at most."""
LITTLE = 5
"""Labels below which a share, mean or residual hangs on single labels."""


def answer(study: Study, wanted: Wanted, progress: Progress | None = None) -> Answer:
    """The table, from one unchanging state; raises BadInput, NotFound and Cancelled."""
    _check(study, wanted)
    with study.file.reading():
        first = all_of((Test("reading", "=", "1"), wanted.passages.condition))
        result = look(study, replace(wanted.passages, condition=first), progress)
        held = material(study, wanted.passages, result.passages)
        table = _table(held, wanted)
        if not result.passages:
            raise BadInput(
                "no label was found that could be counted",
                in_words(study.codebook, wanted),
                "use fewer conditions",
            )
        basis = _basis(study, wanted, result, held)
        return Answer(
            wanted=wanted,
            words=in_words(study.codebook, wanted),
            table=table,
            basis=basis,
            notes=tuple(_notes(study, wanted, table, held, basis)),
        )


def _check(study: Study, wanted: Wanted) -> None:
    for word, known in (
        (wanted.of, get_args(Of)),
        (wanted.within, get_args(Within)),
        (wanted.period or "day", get_args(Period)),
        (wanted.measure, get_args(Measure)),
    ):
        if word not in known:
            raise BadInput(
                say("there is no such table: `{word}`", word=word),
                remedy=say("use one of {names}", names=", ".join(known)),
            )
    least, most = _FIELDS[wanted.of]
    if not least <= len(wanted.by) <= most:
        raise BadInput(
            say("this table takes {n} fields", n=least if least == most else f"{least}–{most}"),
            ", ".join(wanted.by),
            say("name each of them, like claim.topic"),
        )
    for name in (*wanted.by, *filter(None, [wanted.group])):
        known_field(study, name)
    if len(set(wanted.by)) < len(wanted.by):
        raise BadInput("a field is compared with itself", ", ".join(wanted.by), "name two different ones")


def _table(m: Material, wanted: Wanted) -> Table:
    if wanted.of == "counts":
        return counts(m, wanted.by[0])
    if wanted.of == "cross":
        return cross(m, wanted.by[0], wanted.by[1])
    if wanted.of == "together":
        return together(m, wanted.by, wanted.within)
    return course(m, wanted.by[0], wanted.measure, wanted.period, wanted.group)


def _basis(study: Study, wanted: Wanted, result: Result, m: Material) -> Basis:
    passages = result.passages
    made = m.compared.made
    agreed, marked, unknown = _agreed(study, wanted, m)
    return Basis(
        coders=tuple(sorted({p.coder for p in passages})),
        gold=wanted.passages.whose == "gold",
        labels=len(passages),
        incomplete=sum("false" in row["complete"] for p in passages for row in p.rows[:1]),
        articles=len({p.document.id for p in passages}),
        versions=tuple(sorted({p.annotation.codebook_version for p in passages})),
        codebook=f"{study.codebook.key} {study.codebook_version}",
        study=study.title,
        account=result.account,
        agreed=agreed,
        marked=marked,
        unknown=unknown,
        spread_articles=made.articles if made is not None else 0,
        spread_coders=made.coders if made is not None else (),
    )


def _agreed(
    study: Study, wanted: Wanted, m: Material
) -> tuple[tuple[Agreed, ...], tuple[Marked, ...], tuple[Message, ...]]:
    """How reliable the codes of each field are, how far coders marked the same passages, and of what it is not known.

    Of settled labels it is that of the coders' work which they were settled from.
    """
    names = [*wanted.by, *filter(None, [wanted.group])]
    coded = list(dict.fromkeys(n.removesuffix(".because") for n in names if n not in FACT_NAMES))
    unknown = [
        say("the reliability of “{field}” was not measured", field=field_name(study.codebook, n))
        for n in names
        if n in ("entity", "text", "memo", "doubt")
    ]
    if not coded:
        return (), (), tuple(unknown)
    question = m.compared.question
    found: list[Agreed] = []
    compared = m.compared.corpus()
    if compared is None:
        unknown.append(say("the reliability of the codes is not known: no article was coded by two of these coders"))
        return (), (), tuple(unknown)
    by_layer: dict[str, list[Comparison]] = {}
    for name in coded:
        layer, _, key = name.partition(".")
        if layer not in by_layer:
            by_layer[layer] = comparisons(study, compared, replace(question, layer=layer))
        one = next((c for c in by_layer[layer] if c.attribute == key), None)
        if one is None:
            unknown.append(
                say("the reliability of “{field}” is not known: no two coders coded it at the same place",
                    field=field_name(study.codebook, name))
            )  # fmt: skip
        else:
            found.append(_measured(study, name, one, compared))
    layers = {p.annotation.layer for p in m.passages if any(p.rows[0].get(n) for n in coded)}
    marked = [
        Marked(layer=layer.label, low=min(f1), high=max(f1), pairs=len(f1))
        for layer in study.codebook.span_layers
        if layer.key in layers and (f1 := _same_passages(compared, layer, question))
    ]
    return tuple(found), tuple(marked), tuple(unknown)


def _same_passages(compared: Corpus, layer: SpanLayer, question: Question) -> list[float]:
    """F1 of marking the same passages, of each two coders."""
    part = span_part(compared, layer, question, quick=True)
    found = [p["overlap"]["f1"] for p in part["pairs"]] if part is not None else []
    return [f for f in found if f is not None]


def _measured(study: Study, name: str, comparison: Comparison, compared: Corpus) -> Agreed:
    given = dict(zip(comparison.coder_ids, comparison.grid.present(), strict=True))
    e = main_of(comparison, [c.id for c in compared.coders if given[c.id]], compared)
    return Agreed(
        field=name,
        name=field_name(study.codebook, name),
        coefficient=comparison.main,
        value=e.value,
        low=e.low,
        high=e.high,
        n=e.n or 0,
        undefined=e.undefined,
    )


def _notes(study: Study, wanted: Wanted, table: Table, m: Material, basis: Basis) -> list[Message]:  # noqa: C901 - one note after the other
    found: list[Message] = []
    if table.missing:
        found.append(say("{n} labels have no value there and are not counted", n=table.missing))
    if isinstance(table, Course):
        if table.undated:
            found.append(say("{n} labels are in articles without a day and are not counted", n=table.undated))
        if table.off_scale:
            found.append(
                say("{n} labels have an answer that is not a number and are not in the mean", n=table.off_scale)
            )
    if isinstance(table, Together) and not table.ties:
        found.append(say("no {unit} has two of these values: choose a larger one", unit=WITHIN[table.within]))
    if study.hidden_repeats():
        found.append(say("second readings of an article are not counted"))
    if basis.incomplete:
        found.append(say("{n} of {all} labels are not complete", n=basis.incomplete, all=basis.labels))
    if len(basis.versions) > 1:
        listed = ", ".join(map(str, basis.versions))
        found.append(say("made under several versions of the codebook: {versions}", versions=listed))
    if len(basis.coders) > 1 and not basis.gold:
        found.append(say("labels of all coders are counted: an article that several coded counts for each of them"))
    if m.compared.why_not is not None:
        found.append(m.compared.why_not)
    found += basis.unknown
    if table_is_thin(table):
        found.append(say("some figures rest on fewer than {n} labels", n=LITTLE))
    return found


def table_is_thin(table: Table) -> bool:
    """Whether figures rest on very few labels."""
    if isinstance(table, Course):
        return table.measure != "count" and any(0 < p.n < LITTLE for p in table.points)
    expected = [c.expected for row in getattr(table, "cells", ()) for c in row]
    return any(e < LITTLE for e in expected)
