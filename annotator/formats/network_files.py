"""Networks as GraphML, GEXF 1.3, Pajek and CSV edge lists.

Pajek has no way to escape a quotation mark within a label, so that one becomes an apostrophe, which is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar
from xml.sax.saxutils import escape, quoteattr

from annotator.domain.networks import Network, two_mode
from annotator.domain.words import say
from annotator.formats.csv_tables import write_csv
from annotator.formats.dataset import Dataset, Losses
from annotator.formats.network_mentions import default_spec, is_boolean, mentions, node_types

Types = Mapping[str, str]
Key = TypeVar("Key")


def write_graphml(out: Path, network: Network, types: Types, losses: Losses) -> None:
    """Source: graphml.graphdrawing.org, GraphML 1.0; nodes have label, mode and type, edges a weight."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        '<key id="label" for="node" attr.name="label" attr.type="string"/>',
        '<key id="mode" for="node" attr.name="mode" attr.type="string"/>',
        '<key id="type" for="node" attr.name="type" attr.type="string"/>',
        '<key id="weight" for="edge" attr.name="weight" attr.type="double"/>',
        '<graph edgedefault="undirected">',
    ]
    ids = _ids(network)
    for (mode, name), key in ids.items():
        kind = f'<data key="type">{escape(types[name])}</data>' if name in types else ""
        label = f'<data key="label">{escape(_clean(name))}</data>'
        lines.append(f'<node id="{key}">{label}<data key="mode">{mode}</data>{kind}</node>')
    for number, (source, target, weight) in enumerate(_edges(network, ids)):
        lines.append(
            f'<edge id="e{number}" source="{source}" target="{target}"><data key="weight">{weight!r}</data></edge>'
        )
    out.write_text("\n".join([*lines, "</graph>", "</graphml>", ""]), encoding="utf-8")


def write_gexf(out: Path, network: Network, types: Types, losses: Losses) -> None:
    """Source: gexf.net, GEXF 1.3."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
        '<graph defaultedgetype="undirected" mode="static">',
        '<attributes class="node"><attribute id="mode" title="mode" type="string"/>'
        '<attribute id="type" title="type" type="string"/></attributes>',
        "<nodes>",
    ]
    ids = _ids(network)
    for (mode, name), key in ids.items():
        kind = f'<attvalue for="type" value={quoteattr(types[name])}/>' if name in types else ""
        lines.append(
            f'<node id="{key}" label={quoteattr(_clean(name))}><attvalues><attvalue for="mode" value="{mode}"/>{kind}'
            "</attvalues></node>"
        )
    lines += ["</nodes>", "<edges>"]
    for number, (source, target, weight) in enumerate(_edges(network, ids)):
        lines.append(f'<edge id="{number}" source="{source}" target="{target}" weight="{weight!r}"/>')
    out.write_text("\n".join([*lines, "</edges>", "</graph>", "</gexf>", ""]), encoding="utf-8")


def write_pajek(out: Path, network: Network, types: Types, losses: Losses) -> None:
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
    losses.lose(say("types of nodes"), len(types))
    out.write_text("\n".join([*lines, ""]), encoding="utf-8")


def write_edges(out: Path, network: Network, types: Types, losses: Losses) -> None:
    """Columns source, target, weight, source_type, target_type; nodes without a tie have a row without target."""
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


def _clean(name: str) -> str:
    """Without the characters that XML forbids."""
    return "".join(c if c >= " " or c in "\t\n\r" else "�" for c in name)


WRITERS: dict[str, Callable[[Path, Network, Types, Losses], None]] = {
    ".graphml": write_graphml,
    ".gexf": write_gexf,
    ".net": write_pajek,
    ".csv": write_edges,
}


def _suggested(suffix: str, dataset: Dataset, out: Path, losses: Losses) -> None:
    """The two-mode network that the codebook suggests; `annotator network` has every choice."""
    spec = default_spec(dataset.codebook)
    found = list(mentions(dataset, spec, losses))
    boolean = is_boolean(dataset.codebook, spec)
    network = two_mode(found, "subtract" if spec.qualifier else "ignore", boolean=boolean)
    losses.rows = len(network.cells)
    WRITERS[suffix](out, network, node_types(dataset, [*network.rows, *network.columns]), losses)


graphml = partial(_suggested, ".graphml")
gexf = partial(_suggested, ".gexf")
pajek = partial(_suggested, ".net")
edges = partial(_suggested, ".csv")
