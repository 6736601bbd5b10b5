"""network: who shares which concepts with whom, of one study or of a folder of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from annotator.cli.exchange import names
from annotator.cli.front import JSON, STUDY_OR_FOLDER, note, note_several, opened, print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("network")(network)


def network(
    study: str = STUDY_OR_FOLDER,
    out: Path | None = typer.Option(None, "-o", "--out", help="A file that ends with .graphml, .gexf, .net or .csv."),
    kind: str = typer.Option("two-mode", "--kind", help="two-mode (actors by concepts), actors, or concepts."),
    actor: str | None = typer.Option(None, "--actor", help="Who: LINK.ROLE, or LAYER.ATTRIBUTE."),
    concept: str | None = typer.Option(None, "--concept", help="LAYER.ATTRIBUTE, LINK.ROLE, or LINK.ROLE.ATTRIBUTE."),
    qualifier: str | None = typer.Option(None, "--qualifier", help="The stance: LAYER.ATTRIBUTE, or 'none'."),
    worth: str | None = typer.Option(
        None, "--worth", help="What the values of a qualifier that is a choice count: for=1,neutral=0,against=-1."
    ),
    aggregation: str | None = typer.Option(
        None, "--aggregation", help="ignore, congruence, conflict or subtract, as Discourse Network Analyzer has them."
    ),
    normalisation: str = typer.Option(
        "no", "--normalisation", help="no; activity, prominence (two-mode); average, jaccard, cosine (one-mode)."
    ),
    duplicates: str = typer.Option(
        "include", "--duplicates", help="Count again: include; else once a document, week, month, year, acrossrange."
    ),
    window: str | None = typer.Option(None, "--window", help="A network for each time window: '30 days'."),
    isolates: str = typer.Option(
        "said", "--isolates", help="Nodes of a window: all of the whole time, said (with a statement in it), or tied."
    ),
    threshold: float = typer.Option(0.0, "--threshold", help="Leave out ties of a smaller weight, of either sign."),
    measures: bool = typer.Option(
        False, "--measures", help="Degree, betweenness, closeness, groups with modularity, polarisation over time."
    ),
    coders: str | None = typer.Option(None, "--coders", help="Just these coders: A,B."),
    gold: bool = typer.Option(False, "--gold", help="What was settled, instead of what coders did."),
    outlet: list[str] = typer.Option([], "--outlet", help="Articles of this outlet alone; may be given again."),
    since: str | None = typer.Option(None, "--from", help="First day: 2031-02-01, 2031-02 or 2031."),
    until: str | None = typer.Option(None, "--to", help="Last day."),
    json: bool = JSON,
) -> None:
    """Write who shares which concepts with whom, and with what stance, as a network or as one for each time window."""
    from annotator.services.networks.asking import wanted
    from annotator.services.networks.looking import look
    from annotator.services.networks.reading import material_of
    from annotator.services.networks.writing import check_place, refuse_empty, told_of, write_look
    from annotator.services.several.folder import gathered
    from annotator.services.several.networks import of_several

    if out is None and not (json or measures):
        raise typer.BadParameter("say where to write it (-o), or ask for --json or --measures")
    if out is not None:
        check_place(out)

    def asked(codebook: Any) -> Any:
        return wanted(
            codebook, kind, actor, concept, qualifier, aggregation, normalisation, duplicates, window,
            isolates=isolates, threshold=threshold, coders=names(coders), gold=gold, outlets=outlet, since=since,
            until=until, worth=worth,
        )  # fmt: skip

    more = {}
    if Path(study).is_dir():
        with gathered(Path(study)) as many:
            found = of_several(many, asked(many.studies[0][1].codebook))
            more = {"several": many.told()}
    else:
        with opened(study) as one:
            what = asked(one.codebook)
            found = look([material_of(one, what)], what)
    refuse_empty(found)
    told = more | (write_look(found, out, measures, more) if out is not None else told_of(found, measures))
    if json:
        print_json(told)
        return
    _note(told)
    if measures:
        _print_measures(told)


def _note(told: dict[str, Any]) -> None:
    for one in told["networks"]:
        nodes = f"{one['rows']} x {one['columns']} nodes"
        days = f" {one['from']} to {one['to']}" if "from" in one and "name" not in one else ""
        note(f"{one.get('name', 'network')}{days}: {nodes}, {one['ties']} ties, {one['statements']} statements")
    note_several(told)
    for loss in told["losses"]:
        note(f"  stays behind: {loss['what']} ({loss['count']})")


def _print_measures(told: dict[str, Any]) -> None:
    found = told["measures"]

    def number(value: float | None) -> str:
        return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")

    print_table(
        ("node", "mode", "degree", "weighted", "betweenness", "closeness", "group", "camp", "statements", "coders"),
        [
            [
                n["name"], n["mode"], n["degree"], number(n["weighted_degree"]), number(n["betweenness"]),
                number(n["closeness"]), n["group"], n["camp"], n["support"]["statements"],
                f"{n['support']['coders']}/{n['support']['coders_of_these_articles']}",
            ]
            for n in found["by_node"]
        ],
    )  # fmt: skip
    typer.echo(
        f"density {number(found['density'])}, components {found['components']}, modularity "
        f"{number(found['modularity'])} ({found['groups']} groups), polarisation {number(found['polarisation'])} "
        f"(as Discourse Network Analyzer computes it: {number(found['polarisation_dna'])})"
    )
    if found["betweenness_sampled_from"]:
        typer.echo(f"betweenness is estimated from {found['betweenness_sampled_from']} nodes")
    if told.get("over_time"):
        print_table(
            ("from", "to", "statements", "nodes", "ties", "modularity", "polarisation"),
            [
                [t["from"], t["to"], t["statements"], t["nodes"], t["ties"], number(t["modularity"]),
                 number(t["polarisation"])]
                for t in told["over_time"]
            ],
        )  # fmt: skip
