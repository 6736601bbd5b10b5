"""What a table asks, in words."""

from __future__ import annotations

from annotator.domain.codebook.model import Codebook
from annotator.domain.conditions import EVERYTHING, told
from annotator.domain.words import Message, joined, say
from annotator.services.tables.material import field_name
from annotator.services.tables.records import Wanted

WITHIN = {"statement": say("statement"), "paragraph": say("paragraph"), "article": say("article")}
PERIODS = {
    "day": say("day"), "week": say("week"), "month": say("month"), "quarter": say("quarter"), "year": say("year"),
}  # fmt: skip
MEASURES = {"share": say("share"), "count": say("number"), "mean": say("mean")}


def in_words(codebook: Codebook, wanted: Wanted) -> Message:
    """The question, with its conditions behind it."""
    names = [field_name(codebook, n) for n in wanted.by]
    first = names[0] if names else Message("")
    if wanted.of == "counts":
        asked = say("How often is each “{field}”?", field=first)
    elif wanted.of == "cross" and len(names) > 1:
        asked = say("Which “{first}” goes with which “{second}”?", first=first, second=names[1])
    elif wanted.of == "together" and len(names) > 1:
        asked = say(
            "Which “{first}” stands with which “{second}” in one {unit}?",
            first=first,
            second=names[1],
            unit=WITHIN.get(wanted.within, wanted.within),
        )
    elif wanted.of == "together":
        asked = say(
            "Which “{field}” stand together in one {unit}?", field=first, unit=WITHIN.get(wanted.within, wanted.within)
        )
    else:
        asked = _over_time(codebook, wanted, first)
    parts: list[str] = [asked]
    p = wanted.passages
    if p.layer is not None:
        parts.append(codebook.layer(p.layer).label if any(x.key == p.layer for x in codebook.layers) else p.layer)
    parts += [told(p.condition)] if p.condition != EVERYTHING else []
    parts += [f"entity={p.entity}"] if p.entity else []
    parts += [", ".join(p.coders)] if p.coders is not None else []
    parts += [say("settled labels")] if p.whose == "gold" else []
    return joined(" · ", parts)


def _over_time(codebook: Codebook, wanted: Wanted, name: Message) -> Message:
    when = PERIODS.get(wanted.period) if wanted.period is not None else None
    group = field_name(codebook, wanted.group) if wanted.group is not None else None
    if wanted.measure == "mean":
        if group is None:
            return (
                say("What is the mean of “{field}”?", field=name)
                if when is None
                else say("What is the mean of “{field}”, by {period}?", field=name, period=when)
            )
        if when is None:
            return say("What is the mean of “{field}” for each “{group}”?", field=name, group=group)
        return say(
            "What is the mean of “{field}” for each “{group}”, by {period}?", field=name, group=group, period=when
        )
    if when is None:
        return say("How often is each “{field}”?", field=name)
    return say("How often is each “{field}”, by {period}?", field=name, period=when)
