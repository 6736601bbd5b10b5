"""What is said above, below and under a network: how much it holds, its measures, what it rests on."""

from __future__ import annotations

from annotator import __version__
from annotator.qt.networks.loading import Found, Shown
from annotator.qt.networks.tables import number
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.networks.behind import Support
from annotator.services.networks.looking import Look
from annotator.services.networks.measuring import Measured


def head_words(found: Found, result: Shown) -> tuple[str, str]:
    """The line above the picture, and all of it with why the rest is left out."""
    look, m = found.look, result.measured
    statements = len(look.mentions if result.of is None else result.of.mentions)
    ties = len(m.network.cells)
    parts = [tr("{n} statements, {nodes} nodes, {ties} ties", n=statements, nodes=len(m.nodes), ties=ties)]
    if result.drawing.undrawn:
        parts.append(tr("{n} lighter ties are in the table alone", n=result.drawing.undrawn))
    parts += [spoken(p.account.line) for p in look.parts]
    if found.left:
        parts.append(tr("{n} studies left out", n=len(found.left)))
    reasons = [f"{p.material.title}: {spoken(x)}" for p in look.parts for x in p.account.reasons()]
    reasons += [f"{x.name}: {spoken(x.why)}" for x in found.left]
    return " · ".join(parts), "\n".join([*parts, *reasons])


def figure_words(m: Measured) -> str:
    """Measures of the whole."""
    figures = [
        tr("Density {n}", n=number(m.density) or "–"),
        tr("Modularity {n} ({groups} groups)", n=number(m.modularity) or "–", groups=m.groups),
        tr("Polarisation {n}", n=number(m.polarisation) or "–"),
    ]
    if m.negative:
        figures.append(tr("{n} negative ties, which paths and groups leave out", n=m.negative))
    if m.sampled:
        figures.append(tr("betweenness estimated from {n} nodes", n=m.sampled))
    return " · ".join(figures)


def foot_words(look: Look, days: str, told: str, figures: str) -> str:
    """What a picture rests on."""
    first = look.parts[0].material
    about = [
        ", ".join(p.material.title for p in look.parts),
        days,
        f"{look.spec.actor} – {look.spec.concept}" + (f" ({look.spec.qualifier})" if look.spec.qualifier else ""),
        " ".join((look.wanted.kind, look.aggregation, look.wanted.normalisation, look.wanted.duplicates)),
        f"{first.codebook_key} {first.codebook_version}",
        f"Annotator {__version__}",
    ]
    return "\n".join((" · ".join(x for x in about if x), told, figures))


def support_words(what: str, support: Support) -> str:
    """What stands behind a node or tie: how many coders coded it, and how evenly."""
    told = tr("{words} · coded by {n} of {all} coders of these articles", words=what, n=support.coders,
              all=support.asked)  # fmt: skip
    if support.spread is not None:
        told += " · " + tr("{low} to {high} statements a coder", low=support.spread[0], high=support.spread[1])
    return told
