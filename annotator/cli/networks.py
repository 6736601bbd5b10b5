"""network: who shares which concepts with whom, of one study or of a folder of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from annotator.cli.exchange import names
from annotator.cli.front import (
    JSON,
    STUDY_OR_FOLDER,
    note,
    note_account,
    note_left_out,
    opened,
    print_json,
    print_table,
    still_working,
)
from annotator.domain.json_forms import as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotator.services.networks.measuring import Measured, Moment
    from annotator.services.networks.writing import NetworkAnswer
    from annotator.services.several.folder import InFolder


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
    from annotator.services.networks.writing import answer_of, check_place, refuse_empty, write_look
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

    folder = None
    if Path(study).is_dir():
        with still_working(), gathered(Path(study)) as many:
            found = of_several(many, asked(many.studies[0][1].codebook))
            folder = many.listed
    else:
        with opened(study) as one:
            what = asked(one.codebook)
            found = look([material_of(one, what)], what)
    refuse_empty(found)
    more = {"several": as_json(folder)} if folder is not None else {}
    made = write_look(found, out, measures, more) if out is not None else answer_of(found, measures)
    if json:
        print_json(more | made.as_json())
        return
    _note(made, folder)
    if made.measures is not None:
        _print_measures(made.measures, made.over_time)


def _note(made: NetworkAnswer, folder: InFolder | None) -> None:
    for one in made.networks:
        n = one.network
        nodes = f"{len(n.rows)} x {len(n.columns)} nodes"
        note(f"{one.file or 'network'}{one.days}: {nodes}, {len(n.cells)} ties, {n.statements} statements")
    parts = made.look.parts
    for part in parts:
        if made.look.several:
            note(f"{part.material.title}:")
        note_account(part.account)
    if folder is not None:
        note_left_out(folder)
    for loss in made.losses.listed():
        note(f"  stays behind: {loss.what} ({loss.count})")


def _print_measures(found: Measured, over_time: Sequence[Moment]) -> None:

    def number(value: float | None) -> str:
        return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")

    print_table(
        ("node", "mode", "degree", "weighted", "betweenness", "closeness", "group", "camp", "statements", "coders"),
        [
            [
                n.node[1], n.node[0], n.degree, number(n.strength), number(n.betweenness),
                number(n.closeness), n.group, n.camp, n.support.statements,
                f"{n.support.coders}/{n.support.asked}",
            ]
            for n in found.nodes
        ],
    )  # fmt: skip
    typer.echo(
        f"density {number(found.density)}, components {found.parts}, modularity "
        f"{number(found.modularity)} ({found.groups} groups), polarisation {number(found.polarisation)} "
        f"(as Discourse Network Analyzer computes it: {number(found.dna_polarisation)})"
    )
    if found.sampled:
        typer.echo(f"betweenness is estimated from {found.sampled} nodes")
    if over_time:
        print_table(
            ("from", "to", "statements", "nodes", "ties", "modularity", "polarisation"),
            [
                [t.start, t.end, t.statements, t.nodes, t.ties, number(t.modularity), number(t.polarisation)]
                for t in over_time
            ],
        )  # fmt: skip
