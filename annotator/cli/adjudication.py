"""gold cases, majority, decisions, report: what is to be settled, and coders compared with what was."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from annotator.cli.exchange import names
from annotator.cli.front import JSON, STUDY, note, note_account, opened, print_json, print_table, progress

if TYPE_CHECKING:
    from annotator.services.adjudication.gold_report import LinkFigures, Shares

commands = typer.Typer(
    help="Settle what coders differ on into a gold standard, and compare coders with it.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_OVERLAP = typer.Option(0.5, "--overlap", help="Labels match above this intersection over union.")
_LAYER = typer.Option(None, "--layer", help="Just this layer, its links included.")


@commands.command("cases")
def cases(
    study: str = STUDY,
    layer: str | None = _LAYER,
    attribute: str | None = typer.Option(None, "--attribute", help="Just cases that differ on this attribute or role."),
    document: str | None = typer.Option(None, "--document", help="Just this document."),
    overlap: float = _OVERLAP,
    who: bool = typer.Option(False, "--who", help="Show who coded; without it, versions have only numbers."),
    likely: bool = typer.Option(
        False,
        "--likely",
        help="With --json: what a model of coders' errors holds for likely; nothing is settled by it.",
    ),
    json: bool = JSON,
) -> None:
    """List the cases: passages with every coder's version, in an order that does not tell whose it is."""
    from annotator.services.adjudication.case_book import case_book
    from annotator.services.adjudication.decisions_json import Teller, cases_as_json
    from annotator.services.adjudication.proposals import suggested

    with opened(study) as found:
        if layer is not None:
            found.codebook.layer(layer)
        place = found.document(document).id if document is not None else None
        with progress("matching") as line:
            book = case_book(found, overlap, progress=line)
        proposals = suggested(book) if likely else None
        chosen = book.chosen(layer, attribute, place)
        if json:
            print_json(cases_as_json(found, book, chosen, who, proposals))
            return
        teller = Teller(found, book)
        rows = [
            [book.standing(c).state, c.layer, book.documents[c.document_id].number, teller.words(c) or None,
             ", ".join(sorted(c.kinds))]
            for c in chosen
        ]  # fmt: skip
    print_table(("state", "layer", "document", "passage", "differ in"), rows)


@commands.command("majority")
def majority(
    study: str = STUDY,
    by: str | None = typer.Option(None, "--by", help="Who settles; needed where something is written."),
    layer: str | None = _LAYER,
    unanimous: bool = typer.Option(False, "--unanimous", help="Only where all coders of the article say the same."),
    overlap: float = _OVERLAP,
    dry_run: bool = typer.Option(False, "--dry-run", help="Show what would be settled, write nothing."),
    json: bool = JSON,
) -> None:
    """Settle open cases by majority, as one step that one undo takes back. Ties stay open."""
    from annotator.services.adjudication import majority as service
    from annotator.services.adjudication.account import account_of
    from annotator.services.adjudication.case_book import case_book
    from annotator.services.adjudication.decisions_json import Teller, outcome_of, proposals_as_json

    if by is None and not dry_run:
        raise typer.BadParameter("name who settles with --by NAME, or preview with --dry-run")
    with opened(study) as found:
        if layer is not None:
            found.codebook.layer(layer)
        settler = found.person(by) if by is not None else None
        book = case_book(found, overlap)
        proposals = service.propose(book, book.chosen(layer), unanimous)
        if not dry_run and settler is not None:
            _, left = service.apply(found, book, proposals, settler.id)
            changed = {p.case.id: p for p in left}
            proposals = [changed.get(p.case.id, p) for p in proposals]
        shown = proposals_as_json(found, book, proposals) if json else []
        teller = Teller(found, book)
        rows = [
            [outcome_of(p), p.case.layer, book.documents[p.case.document_id].number, teller.words(p.case) or None,
             p.open_because or None]
            for p in ([] if json else proposals)
        ]  # fmt: skip
        account = account_of(found, book)
        done, every = book.progress()
    counts = Counter(outcome_of(p) for p in proposals)
    if json:
        print_json(
            {
                "rule": service.RULE,
                "applied": not dry_run,
                "settled": counts["settled"],
                "rejected": counts["rejected"],
                "open": counts["open"],
                "cases": {"settled": done, "all": every},
                "proposals": shown,
                "account": account,
            }
        )
        return
    print_table(("outcome", "layer", "document", "passage", "why"), rows)
    note_account(account)
    done_words = "nothing was written" if dry_run else f"written to {study}"
    note(f"{counts['settled']} settled, {counts['rejected']} rejected, {counts['open']} left open; {done_words}")


@commands.command("decisions")
def decisions(study: str = STUDY, json: bool = JSON) -> None:
    """List every decision in order, those that were taken back too."""
    from annotator.services.adjudication.decisions_json import decisions_as_json
    from annotator.services.adjudication.gold import decisions as taken

    with opened(study) as found:
        if json:
            print_json(decisions_as_json(found))
            return
        names_of = {c.id: c.name for c in found.coders()}
        every = taken(found)
    rows = []
    for kept in every:
        d = kept.decision
        blind = "yes" if d.blind else "no"
        rows.append([d.at, names_of.get(d.settled_by), d.layer, d.outcome, d.how, blind, kept.undone])
    print_table(("at", "by", "layer", "outcome", "how", "blind", "taken back"), rows)


@commands.command("report")
def report(
    study: str = STUDY,
    coder: list[str] = typer.Option([], "--coder", help="Just this coder; may be given again."),
    overlap: float = _OVERLAP,
    out: Path | None = typer.Option(None, "-o", "--out", help="Write the report: .html or .json."),
    json: bool = JSON,
) -> None:
    """Compare coders with gold: precision and recall by layer and code, and the passages where they differ."""
    from annotator.services.adjudication.against_gold import against_gold
    from annotator.services.adjudication.report import write_gold_report

    with opened(study) as found:
        result = against_gold(found, coder, overlap)
        if out is not None:
            write_gold_report(found, result, out)
            note(f"wrote {out}")
    if json:
        print_json(result)
        return
    if out is not None:
        return
    for c in result.coders:
        typer.echo(f"\n{c.coder.name}: {c.documents} articles, {len(c.feedback)} differences from gold")
        rows = [[p.layer, *p.counts, p.matched, *_prf(p.overlap)] for p in c.passages]
        rows += [[p.layer, *p.counts, p.matched, *_prf(p)] for p in c.links]
        print_table(("layer", "gold", "coder", "matched", "precision", "recall", "F1"), rows)
        print_table(
            ("attribute", "right", "of", "share"),
            [[f"{a.layer}.{a.attribute}", a.right, a.units, _share(a.share)] for a in c.attributes],
        )
    note_account(result.account)
    for text in result.notes:
        typer.echo(f"note: {text}")


@commands.command("test")
def give_test(
    study: str = STUDY,
    coders: str = typer.Option(..., "--coders", help="Who is tested: A,B. New names are added as coders."),
    round: str = typer.Option("training", "--round", help="The round's name."),
    count: int | None = typer.Option(None, "--count", help="How many articles each gets at most."),
    json: bool = JSON,
) -> None:
    """Assign articles that are settled throughout to coders who have not coded them; then see `gold report`."""
    from annotator.services.adjudication.case_book import case_book
    from annotator.services.adjudication.training import give_test_set

    with opened(study) as found:
        result = give_test_set(found, case_book(found), names(coders) or [], round, count)
    if json:
        print_json(result)
        return
    print_table(("coder", "articles"), [[c.name, c.added] for c in result.coders])
    note(f"round “{round}”, of {result.settled} settled articles; written to {study}")


def _prf(p: Shares | LinkFigures) -> list[str]:
    return [_share(p.precision), _share(p.recall), _share(p.f1)]


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
