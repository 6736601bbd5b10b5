"""Tables beside the network: nodes, ties, windows of time, and the statements behind."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.qt.networks.loading import Shown
from annotator.qt.toolkit.sorted_table import Row
from annotator.qt.toolkit.words import tr
from annotator.services.networks.behind import Backing, Said, Support
from annotator.services.networks.measuring import Moment


def number(value: float | None, places: int = 3) -> str:
    """A figure as it reads."""
    if value is None:
        return ""
    return f"{value:.{places}f}".rstrip("0").rstrip(".") if value != int(value) else f"{int(value)}"


def node_heads() -> list[str]:
    """Heads of the table of nodes."""
    return [
        tr("Node"), tr("Degree"), tr("Weighted degree"), tr("Betweenness"), tr("Closeness"), tr("Group"), tr("Camp"),
        tr("Statements"), tr("Coders"), tr("By coder"),
    ]  # fmt: skip


def node_rows(shown: Shown) -> list[Row]:
    """A row for each node."""
    rows = []
    for x in shown.measured.nodes:
        cells = (
            x.node[1].casefold(), x.degree, x.strength, x.betweenness, x.closeness, x.group, x.camp,
            x.support.statements, x.support.coders, x.support.spread[0] if x.support.spread else None,
        )  # fmt: skip
        told = (
            x.node[1], str(x.degree), number(x.strength), number(x.betweenness), number(x.closeness),
            str(x.group or ""), str(x.camp or ""), str(x.support.statements), coders(x.support), spread(x.support),
        )  # fmt: skip
        rows.append(Row(cells, told, x.node))
    return rows


def tie_heads() -> list[str]:
    """Heads of the table of ties."""
    return [tr("One"), tr("Other"), tr("Weight"), tr("Statements"), tr("Coders"), tr("Weight by coder")]


def tie_rows(shown: Shown, backing: Backing) -> list[Row]:
    """A row for each tie."""
    rows = []
    for (one, other), weight in shown.drawing.network.cells.items():
        behind = backing.support(backing.tie(shown.drawing.network, one, other))
        low, high = shown.by_coder.get((one, other), (None, None))
        between = f"{number(low, 2)} … {number(high, 2)}" if low is not None else ""
        rows.append(
            Row(
                (one.casefold(), other.casefold(), weight, behind.statements, behind.coders, low),
                (one, other, number(weight), str(behind.statements), coders(behind), between),
                (one, other),
            )
        )
    return rows


def moment_heads() -> list[str]:
    """Heads of the table of windows of time."""
    return [tr("From"), tr("To"), tr("Statements"), tr("Nodes"), tr("Ties"), tr("Modularity"), tr("Polarisation")]


def moment_rows(found: Sequence[Moment]) -> list[Row]:
    """A row for each window of time."""
    return [
        Row(
            (str(m.start), str(m.end), m.statements, m.nodes, m.ties, m.modularity, m.polarisation),
            (str(m.start), str(m.end), str(m.statements), str(m.nodes), str(m.ties), number(m.modularity),
             number(m.polarisation)),
            place,
        )
        for place, m in enumerate(found)
    ]  # fmt: skip


def said_heads() -> list[str]:
    """Heads of the list of statements."""
    return [tr("Article"), tr("Words"), tr("Coder"), tr("Stance"), tr("Actor"), tr("Concept"), tr("Published")]


def said_rows(found: Sequence[Said]) -> list[Row]:
    """A row for each statement."""
    return [
        Row(
            (s.document.number, s.words, s.coder, s.qualifier, s.actor, s.concept, s.document.published or ""),
            (str(s.document.number), s.words, s.coder, number(s.qualifier), s.actor, s.concept,
             s.document.published or ""),
            s,
        )
        for s in found
    ]  # fmt: skip


def coders(support: Support) -> str:
    """How many coders have it, of how many who labelled these articles."""
    return f"{support.coders}/{support.asked}"


def spread(support: Support) -> str:
    """From the least to the most statements that one of them has."""
    return f"{support.spread[0]} … {support.spread[1]}" if support.spread else ""
