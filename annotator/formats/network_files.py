"""Networks as GraphML, GEXF 1.3, Pajek, UCINET DL and CSV edge lists.

Pajek has no way to escape a quotation mark within a label, so that one becomes an apostrophe, which is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar
from xml.sax.saxutils import escape, quoteattr

from annotator.domain.errors import BadInput
from annotator.domain.networks import Network, two_mode
from annotator.domain.words import by_door, say
from annotator.formats.csv_tables import cell, write_csv
from annotator.formats.dataset import Dataset, Losses
from annotator.formats.network_mentions import Nodes, default_spec, is_boolean, mentions, nodes_of

Key = TypeVar("Key")


def write_graphml(out: Path, network: Network, nodes: Nodes, losses: Losses) -> None:
    """Source: graphml.graphdrawing.org, GraphML 1.0; nodes have label, mode, type and attributes, edges a weight."""
    columns = {key: f"value{number}" for number, key in enumerate(nodes.columns)}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        '<key id="label" for="node" attr.name="label" attr.type="string"/>',
        '<key id="mode" for="node" attr.name="mode" attr.type="string"/>',
        '<key id="type" for="node" attr.name="type" attr.type="string"/>',
        *(
            f'<key id="{columns[key]}" for="node" attr.name={quoteattr(_named(key))} attr.type="{kind}"/>'
            for key, kind in nodes.columns.items()
        ),
        '<key id="weight" for="edge" attr.name="weight" attr.type="double"/>',
        '<graph edgedefault="undirected">',
    ]
    ids = _ids(network)
    for (mode, name), key in ids.items():
        kind = f'<data key="type">{escape(nodes.types[name])}</data>' if name in nodes.types else ""
        for column, value in nodes.values.get(name, {}).items():
            kind += f'<data key="{columns[column]}">{escape(_clean(cell(value)))}</data>'
        label = f'<data key="label">{escape(_clean(name))}</data>'
        lines.append(f'<node id="{key}">{label}<data key="mode">{mode}</data>{kind}</node>')
    for number, (source, target, weight) in enumerate(_edges(network, ids)):
        lines.append(
            f'<edge id="e{number}" source="{source}" target="{target}"><data key="weight">{weight!r}</data></edge>'
        )
    out.write_text("\n".join([*lines, "</graph>", "</graphml>", ""]), encoding="utf-8", newline="\n")


def write_gexf(out: Path, network: Network, nodes: Nodes, losses: Losses) -> None:
    """Source: gexf.net, GEXF 1.3."""
    columns = {key: f"value{number}" for number, key in enumerate(nodes.columns)}
    declared = "".join(
        f'<attribute id="{columns[key]}" title={quoteattr(_named(key))} type="{kind}"/>'
        for key, kind in nodes.columns.items()
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
        '<graph defaultedgetype="undirected" mode="static">',
        '<attributes class="node"><attribute id="mode" title="mode" type="string"/>'
        f'<attribute id="type" title="type" type="string"/>{declared}</attributes>',
        "<nodes>",
    ]
    ids = _ids(network)
    for (mode, name), key in ids.items():
        kind = f'<attvalue for="type" value={quoteattr(nodes.types[name])}/>' if name in nodes.types else ""
        for column, value in nodes.values.get(name, {}).items():
            kind += f'<attvalue for="{columns[column]}" value={quoteattr(_clean(cell(value)))}/>'
        lines.append(
            f'<node id="{key}" label={quoteattr(_clean(name))}><attvalues><attvalue for="mode" value="{mode}"/>{kind}'
            "</attvalues></node>"
        )
    lines += ["</nodes>", "<edges>"]
    for number, (source, target, weight) in enumerate(_edges(network, ids)):
        lines.append(f'<edge id="{number}" source="{source}" target="{target}" weight="{weight!r}"/>')
    out.write_text("\n".join([*lines, "</edges>", "</graph>", "</gexf>", ""]), encoding="utf-8", newline="\n")


def write_pajek(out: Path, network: Network, nodes: Nodes, losses: Losses) -> None:
    """Source: the Pajek manual; a two-mode network says after the number of vertices how many are rows."""
    ids = {key: number for number, key in enumerate(_ids(network), start=1)}
    head = f"*Vertices {len(ids)}" + (f" {len(network.rows)}" if network.two_mode else "")
    lines = [head]
    for (_, name), number in ids.items():
        label = " ".join(_clean(name).split())
        if '"' in label:
            losses.lose(say("quotation marks in names of nodes"), example=label)
            label = label.replace('"', "'")
        lines.append(f'{number} "{label}"')
    lines.append("*Edges")
    lines += [f"{s} {t} {w!r}" for s, t, w in _edges(network, ids)]
    losses.lose(say("types of nodes"), len(nodes.types))
    _lose_values(nodes, losses)
    out.write_text("\n".join([*lines, ""]), encoding="utf-8", newline="\n")


def write_dl(out: Path, network: Network, nodes: Nodes, losses: Losses) -> None:
    """Source: the UCINET guide to DL files; the full matrix, of two modes with rows and columns of its own."""
    rows, columns = list(network.rows), list(network.columns)
    if network.two_mode:
        head = [f"dl nr={len(rows)} nc={len(columns)}", "format = fullmatrix"]
        head += ["row labels:", *_dl_labels(rows, losses), "column labels:", *_dl_labels(columns, losses)]
        cells = dict(network.cells)
    else:
        columns = rows
        head = [f"dl n={len(rows)}", "format = fullmatrix", "labels:", *_dl_labels(rows, losses)]
        cells = {**network.cells, **{(t, s): w for (s, t), w in network.cells.items()}}
    lines = [" ".join(_dl_number(cells.get((r, c), 0.0)) for c in columns) for r in rows]
    losses.lose(say("types of nodes"), len(nodes.types))
    _lose_values(nodes, losses)
    out.write_text("\n".join([*head, "data:", *lines, ""]), encoding="utf-8", newline="\n")


def _dl_labels(names: list[str], losses: Losses) -> list[str]:
    """Names in quotation marks, which have none within."""
    found = []
    for name in names:
        label = " ".join(_clean(name).split())
        if '"' in label:
            losses.lose(say("quotation marks in names of nodes"), example=label)
        found.append(f'"{label.replace(chr(34), chr(39))}"')
    return found


def _dl_number(weight: float) -> str:
    return str(int(weight)) if float(weight).is_integer() else repr(float(weight))


def write_edges(out: Path, network: Network, nodes: Nodes, losses: Losses) -> None:
    """Columns source, target, weight, source_type, target_type; nodes without a tie have a row without target."""
    types = nodes.types
    _lose_values(nodes, losses)
    tied = {name for edge in network.cells for name in edge}
    rows = [
        {"source": s, "target": t, "weight": w, "source_type": types.get(s), "target_type": types.get(t)}
        for (s, t), w in network.cells.items()
    ]
    rows += [{"source": n, "source_type": types.get(n)} for n in network.rows if n not in tied]
    write_csv(out, ("source", "target", "weight", "source_type", "target_type"), rows)


def _ids(network: Network) -> dict[tuple[str, str], str]:
    """(mode, name) -> id: an actor and a concept of one name are two nodes."""
    nodes = [("actor", n) for n in network.rows]
    if network.two_mode:
        nodes += [("concept", n) for n in network.columns]
    return {node: f"n{i}" for i, node in enumerate(nodes)}


def _edges(network: Network, ids: Mapping[tuple[str, str], Key]) -> Iterator[tuple[Key, Key, float]]:
    other = "concept" if network.two_mode else "actor"
    for (source, target), weight in network.cells.items():
        yield ids["actor", source], ids[other, target], weight


def _lose_values(nodes: Nodes, losses: Losses) -> None:
    losses.lose(say("attributes of nodes"), sum(1 for held in nodes.values.values() if held))


def _named(key: str) -> str:
    """A name for an attribute's column that is none of the others."""
    return f"{key}_" if key in ("label", "mode", "type", "weight") else key


def _clean(name: str) -> str:
    """Without the characters that XML forbids."""
    return "".join(c if c >= " " or c in "\t\n\r" else "�" for c in name)


WRITERS: dict[str, Callable[[Path, Network, Nodes, Losses], None]] = {
    ".graphml": write_graphml,
    ".gexf": write_gexf,
    ".net": write_pajek,
    ".dl": write_dl,
    ".csv": write_edges,
}


def _suggested(suffix: str, dataset: Dataset, out: Path, losses: Losses) -> None:
    """The two-mode network that the codebook suggests; `annotator network` has every choice."""
    spec = default_spec(dataset.codebook)
    found = list(mentions(dataset, spec, losses))
    boolean = is_boolean(dataset.codebook, spec)
    network = two_mode(found, "subtract" if spec.qualifier else "ignore", boolean=boolean)
    if not network.rows and not network.columns:
        raise BadInput(
            "the network has no nodes: no statement names both an actor and a concept",
            say("{actor}, {concept}", actor=spec.actor, concept=spec.concept),
            by_door(
                "choose the codes with `annotator network --actor … --concept …`",
                say("choose the codes in the network window"),
            ),
        )
    losses.rows = len(network.cells)
    WRITERS[suffix](out, network, nodes_of(dataset, [*network.rows, *network.columns], losses), losses)


graphml = partial(_suggested, ".graphml")
gexf = partial(_suggested, ".gexf")
pajek = partial(_suggested, ".net")
dl = partial(_suggested, ".dl")
edges = partial(_suggested, ".csv")
