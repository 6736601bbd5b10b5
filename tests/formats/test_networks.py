"""Discourse networks: against the definitions written out, and read back by networkx."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.commands import AddEntity
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.networks import Mention, one_mode, two_mode, windows, with_isolates, without_duplicates
from annotator.formats.dataset import Losses
from annotator.formats.network_files import WRITERS
from annotator.formats.network_mentions import Nodes, default_spec
from annotator.services.codebooks import builtin_codebook
from annotator.services.networks.asking import wanted
from annotator.services.networks.writing import write_network
from tests.codebooks import everything
from tests.formats.test_exports import coded

DAY = date(2031, 1, 1)


def mention(actor: str, concept: str, qualifier: float = 1.0, document: str = "d", day: date | None = DAY) -> Mention:
    return Mention(actor, concept, qualifier, document, day)


#             tax        eel
# Ada         2 for      1 against
# Ben         1 for      1 for, 1 against
# Cy                     3 for
WORKED = [
    mention("Ada", "tax"),
    mention("Ada", "tax"),
    mention("Ada", "eel", 0.0),
    mention("Ben", "tax"),
    mention("Ben", "eel"),
    mention("Ben", "eel", 0.0),
    mention("Cy", "eel"),
    mention("Cy", "eel"),
    mention("Cy", "eel"),
]


def test_a_worked_case_of_two_modes() -> None:
    assert two_mode(WORKED).cells == {
        ("Ada", "eel"): 1, ("Ada", "tax"): 2, ("Ben", "eel"): 2, ("Ben", "tax"): 1, ("Cy", "eel"): 3,
    }  # fmt: skip
    minus = two_mode(WORKED, "subtract", boolean=True).cells
    assert minus == {("Ada", "eel"): -1, ("Ada", "tax"): 2, ("Ben", "tax"): 1, ("Cy", "eel"): 3}
    assert two_mode(WORKED, normalisation="activity").cells["Ada", "tax"] == pytest.approx(2 / 3)
    assert two_mode(WORKED, normalisation="prominence").cells["Cy", "eel"] == pytest.approx(3 / 6)


def test_a_worked_case_of_one_mode() -> None:
    congruence = one_mode(WORKED, "congruence").cells
    assert congruence == {("Ada", "Ben"): 2 * 1 + 1 * 1, ("Ben", "Cy"): 3}
    conflict = one_mode(WORKED, "conflict").cells
    assert conflict == {("Ada", "Ben"): 1, ("Ada", "Cy"): 3, ("Ben", "Cy"): 3}
    assert one_mode(WORKED, "subtract").cells == {("Ada", "Ben"): 2, ("Ada", "Cy"): -3}
    assert one_mode(WORKED, "congruence", "average").cells["Ada", "Ben"] == pytest.approx(3 / 3)
    assert one_mode(WORKED, "congruence", "cosine").cells["Ada", "Ben"] == pytest.approx(3 / 9)
    assert one_mode(WORKED, "congruence", "jaccard").cells["Ada", "Ben"] == pytest.approx(3 / (1 + 2 * 1 + 1 * 1))


MENTIONS = st.lists(
    st.builds(
        Mention,
        st.sampled_from("ABC"),
        st.sampled_from("xyz"),
        st.sampled_from([-2.0, 0.0, 1.0, 2.0]),
        st.sampled_from("de"),
        st.dates(date(2030, 1, 1), date(2031, 12, 31)),
    ),
    max_size=25,
)


@given(MENTIONS)
def test_congruence_and_conflict_are_the_two_parts_of_what_is_shared(found: list[Mention]) -> None:
    every = one_mode(found, "ignore").cells
    congruence, conflict = one_mode(found, "congruence").cells, one_mode(found, "conflict").cells
    minus = one_mode(found, "subtract").cells
    for pair, weight in every.items():
        one, other = congruence.get(pair, 0.0), conflict.get(pair, 0.0)
        assert one + other == pytest.approx(weight)
        assert one - other == pytest.approx(minus.get(pair, 0.0))
    assert sum(two_mode(found).cells.values()) == len(found)


@given(MENTIONS, st.sampled_from(["days", "weeks", "months", "years"]), st.integers(1, 40))
def test_windows_of_any_size_hold_every_statement(found: list[Mention], unit: str, size: int) -> None:
    if unit == "days" and size < 10:
        return
    seen = list(windows(found, size, unit))  # type: ignore[arg-type]
    assert {m for _, _, part in seen for m in part} == set(found)
    for start, end, part in seen:
        assert start <= end
        assert sorted(part, key=id) == sorted((m for m in found if m.day and start <= m.day <= end), key=id)


def test_duplicates_count_once_in_their_period() -> None:
    found = [mention("A", "x", day=date(2031, 1, d)) for d in (1, 2, 30)] + [mention("A", "x", document="e")]
    rules = ("include", "document", "week", "month", "acrossrange")
    sizes = {r: len(without_duplicates(found, r)) for r in rules}  # type: ignore[arg-type]
    assert sizes == {"include": 4, "document": 2, "week": 2, "month": 1, "acrossrange": 1}


HARD = [mention('Ada "the" <Eel> & Söhne 🚢', "tax"), mention("Ben", "tax"), mention("tax", "Ben", -1.0)]


def dl_cells(path: Path) -> dict[tuple[str, str], float]:
    """The cells of a DL file that are not 0, by a reader of a few lines after UCINET's guide."""
    lines = path.read_text(encoding="utf-8").splitlines()
    counts = {k: int(n) for k, n in (x.split("=") for x in lines[0].split()[1:])}
    assert lines[1] == "format = fullmatrix"
    at = lines.index("data:")
    names = [x[1:-1] for x in lines[2:at] if x[:1] == '"' == x[-1:]]
    size, wide = counts.get("nr", counts.get("n", 0)), counts.get("nc", counts.get("n", 0))
    assert len(names) == (size + wide if "nr" in counts else size)
    matrix = [[float(x) for x in row.split()] for row in lines[at + 1 :]]
    assert (len(matrix), {len(r) for r in matrix}) == (size, {wide})
    columns = names[size:] if "nr" in counts else names
    return {(r, c): w for r, row in zip(names, matrix, strict=False) for c, w in zip(columns, row, strict=True) if w}


def test_ucinet_s_matrices_hold_every_tie(tmp_path: Path) -> None:
    losses = Losses()
    two = two_mode(HARD, "subtract")
    WRITERS[".dl"](tmp_path / "n.dl", two, Nodes({"Ben": "person"}, {}, {}), losses)
    clean = "Ada 'the' <Eel> & Söhne 🚢"
    assert dl_cells(tmp_path / "n.dl") == {(clean if s[0] == "A" else s, t): w for (s, t), w in two.cells.items()}
    assert losses.counts["quotation marks in names of nodes"] == 1
    assert losses.counts["types of nodes"] == 1
    one = one_mode(WORKED, "subtract")
    WRITERS[".dl"](tmp_path / "o.dl", one, Nodes({}, {}, {}), losses)
    assert dl_cells(tmp_path / "o.dl") == {x: w for (s, t), w in one.cells.items() for x in ((s, t), (t, s))}


def test_igraph_reads_a_matrix_of_ucinet(tmp_path: Path) -> None:
    """Its reader takes names in one word and ties of 0 and 1 alone."""
    igraph = pytest.importorskip("igraph")
    found = [mention("Ada", "tax"), mention("Ben", "tax"), mention("Cy", "eel")]
    network = with_isolates(one_mode(found, "congruence"), ["Ada", "Ben", "Cy"], [])
    WRITERS[".dl"](tmp_path / "n.dl", network, Nodes({}, {}, {}), Losses())
    words = (tmp_path / "n.dl").read_text(encoding="utf-8").replace('"', "")
    (tmp_path / "bare.dl").write_text(words, encoding="utf-8")
    graph = igraph.Graph.Read_DL(str(tmp_path / "bare.dl"), directed=False)
    names = graph.vs["name"]
    assert names == ["Ada", "Ben", "Cy"]
    assert {frozenset((names[e.source], names[e.target])) for e in graph.es} == {frozenset(("Ada", "Ben"))}


@pytest.mark.parametrize("suffix", sorted(set(WRITERS) - {".dl"}))
def test_networkx_reads_what_is_written(tmp_path: Path, suffix: str) -> None:
    network = two_mode(HARD, "subtract")
    losses = Losses()
    out = tmp_path / f"n{suffix}"
    ben = {"office": 'Head & "chief"', "votes": 12.5, "elected": True, "type": "of a kind", "allies": ["x", "y"]}
    kinds = {"office": "string", "votes": "double", "elected": "boolean", "type": "string", "allies": "string"}
    nodes = Nodes({"Ben": "person"}, kinds, {"Ben": ben})  # type: ignore[arg-type]
    WRITERS[suffix](out, network, nodes, losses)
    weights = {(s, t): w for (s, t), w in network.cells.items()}
    if suffix == ".csv":
        rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
        assert {(r["source"], r["target"]): float(r["weight"]) for r in rows} == weights
        return
    if suffix == ".net":
        lines = out.read_text(encoding="utf-8").splitlines()
        assert lines[0] == "*Vertices 5 3"
        assert lines[1:6] == ["1 \"Ada 'the' <Eel> & Söhne 🚢\"", '2 "Ben"', '3 "tax"', '4 "Ben"', '5 "tax"']
        assert lines[6:] == ["*Edges", "1 5 1.0", "2 5 1.0", "3 4 -1.0"]
        assert losses.counts["quotation marks in names of nodes"] == 1
        assert losses.counts["attributes of nodes"] == 1
        WRITERS[suffix](out, one_mode(WORKED, "subtract"), Nodes({}, {}, {}), losses)
        read = networkx.read_pajek(out)
        assert {(a, b): d["weight"] for a, b, d in read.edges(data=True)} == {("Ada", "Ben"): 2.0, ("Ada", "Cy"): -3.0}
        return
    graph = {".graphml": networkx.read_graphml, ".gexf": networkx.read_gexf}[suffix](out)
    named = {n: graph.nodes[n].get("label", n) for n in graph.nodes}
    assert len(graph.nodes) == 5  # Ben and tax are an actor and a concept each
    found = {frozenset((named[a], named[b])): d["weight"] for a, b, d in graph.edges(data=True)}
    assert found[frozenset(('Ada "the" <Eel> & Söhne 🚢', "tax"))] == 1.0
    assert sorted(d["weight"] for _, _, d in graph.edges(data=True)) == [-1.0, 1.0, 1.0]
    people = [d for _, d in graph.nodes(data=True) if d.get("type") == "person"]
    assert len(people) == 2
    told = {"office": 'Head & "chief"', "votes": 12.5, "elected": True, "type_": "of a kind", "allies": "x | y"}
    assert all({k: d.get(k) for k in told} == told for d in people)


@pytest.mark.parametrize("suffix", [".graphml", ".net", ".csv"])
def test_igraph_reads_what_is_written(tmp_path: Path, suffix: str) -> None:
    """A second reader of other people: as many nodes and edges, and each edge with its weight."""
    igraph = pytest.importorskip("igraph")
    network = two_mode(HARD, "subtract")
    out = tmp_path / f"n{suffix}"
    WRITERS[suffix](out, network, Nodes({}, {}, {}), Losses())
    clean = {'Ada "the" <Eel> & Söhne 🚢': "Ada 'the' <Eel> & Söhne 🚢"} if suffix == ".net" else {}
    cells = {(clean.get(s, s), clean.get(t, t)): w for (s, t), w in network.cells.items()}
    if suffix == ".csv":
        rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
        ties = [(f"a {r['source']}", f"b {r['target']}", float(r["weight"])) for r in rows]
        graph = igraph.Graph.TupleList(ties, directed=True, weights=True)
        found = {(graph.vs[e.source]["name"][2:], graph.vs[e.target]["name"][2:]): e["weight"] for e in graph.es}
    else:
        graph = {".graphml": igraph.Graph.Read_GraphML, ".net": igraph.Graph.Read_Pajek}[suffix](str(out))
        names = graph.vs["label" if suffix == ".graphml" else "name"]
        found = {(names[e.source], names[e.target]): e["weight"] for e in graph.es}
    assert graph.vcount() == 5
    assert graph.ecount() == 3
    assert found == cells


def test_the_built_in_codebook_suggests_speaker_target_and_stance() -> None:
    spec = default_spec(builtin_codebook())
    assert (spec.actor, spec.concept, spec.qualifier) == ("said_by.speaker", "about.target", "about.stance")


def test_a_study_s_network_is_told_in_its_manifest(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        study.coding.apply(AddEntity(coder_id=study.coder("Ada").id, name="Nobody else", type="person"))
        asked = wanted(everything(), "two-mode", "said_by.speaker", "claim.kind", "none", None, "no", "include", None)
        told = write_network(study, asked, tmp_path / "n.graphml").as_json()
        assert json.loads((tmp_path / "n.graphml.manifest.json").read_text(encoding="utf-8")) == told
        graph = networkx.read_graphml(tmp_path / "n.graphml")
        assert sorted(d["label"] for _, d in graph.nodes(data=True)) == ["Mayor of Ada", "NO", "fact"]
        assert told["statements"] == 2
        with pytest.raises(AnnotatorError, match="no statement is in an article with a date"):
            write_network(
                study,
                wanted(
                    everything(), "actors", "said_by.speaker", "claim.kind", "none", None, "no", "include", "7 days"
                ),
                tmp_path / "w.gexf",
            )
        assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "three-mode"},
        {"normalisation": "jaccard"},
        {"actor": "claim.kind"},
        {"qualifier": "claim.topic"},
        {"window": "soon"},
        {"concept": "claim.nothing"},
    ],
)
def test_wrong_words_are_told(tmp_path: Path, changed: dict[str, str]) -> None:
    asked = {"kind": "two-mode", "actor": "said_by.speaker", "concept": "claim.kind", "qualifier": "none"}
    asked |= {"aggregation": None, "normalisation": "no", "duplicates": "include"}  # type: ignore[dict-item]
    asked |= {"window": None} | changed  # type: ignore[dict-item]
    with coded(tmp_path / "s.annotator") as study:
        with pytest.raises(AnnotatorError) as told:
            write_network(study, wanted(study.codebook, **asked), tmp_path / "n.gexf")  # type: ignore[arg-type]
        assert told.value.what
        with pytest.raises(BadInput, match="not a file of a network"):
            write_network(study, wanted(study.codebook, "actors", "said_by.speaker", "claim.kind", "none", None, "no",
                                        "include", None), tmp_path / "n.png")  # fmt: skip
    assert not list(tmp_path.glob("n.*"))
