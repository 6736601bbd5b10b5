"""assign, pack, merge, conflicts."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from annotator.cli.exchange import names
from annotator.cli.front import (
    JSON,
    PASSWORD_FILE,
    STUDY,
    note,
    note_account,
    note_arrival,
    opened,
    passwords,
    print_json,
    print_table,
    progress,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotator.services.team.outcomes import MergedStudy
    from annotator.services.team.similar_names import Similar
    from annotator.store.merges import Conflict


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("assign")(assign)
    app.command("pack")(pack)
    app.command("merge")(merge)
    app.command("conflicts")(conflicts)
    app.command("resolve")(resolve)
    app.command("questions")(questions)
    app.command("role")(role)
    app.command("package-schema", hidden=True)(schema)


def assign(
    study: str = STUDY,
    coders: str = typer.Option(..., "--coders", help="Who codes: A,B,C. New names are added as coders."),
    overlap: int = typer.Option(..., "--overlap", help="How many coders each article gets."),
    share: float = typer.Option(
        100.0, "--share", help="Percent of the articles that get several coders; the others get one."
    ),
    repeats: float = typer.Option(
        0.0, "--repeats", help="Percent of each coder's articles that the coder gets a second time, without being told."
    ),
    seed: int = typer.Option(1, "--seed", help="The same seed gives the same plan."),
    round: str | None = typer.Option(None, "--round", help="The round's name; `main`, or `pilot` with --pilot."),
    pilot: int = typer.Option(0, "--pilot", help="Hand out only this many articles, each to every coder."),
    strata: str = typer.Option("outlet,month", "--strata", help="What is shared out evenly; `none` for nothing."),
    without_suggestions: bool = typer.Option(
        False, "--without-suggestions", help="A blind round: its coders are shown no suggestion."
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help="Show the plan, write nothing."),
    json: bool = JSON,
) -> None:
    """Share the articles out; later calls add to what is shared out already."""
    from dataclasses import replace

    from annotator.services.suggestions.blind import set_blind
    from annotator.services.team.allocation import Request
    from annotator.services.team.assigning import apply_plan, piles_of, plan, plan_as_json

    named = round if round is not None else "pilot" if pilot else "main"
    by = () if strata == "none" else tuple(names(strata) or ())
    request = Request(overlap, share, repeats, seed, named, pilot, by)
    with opened(study) as found:
        drawn = plan(found, names(coders) or [], request)
        if not dry_run:
            apply_plan(found, drawn)
            if without_suggestions:
                set_blind(found, named, True)
            if any(isinstance(c, str) for c in drawn.coders):
                known = {c.name: c for c in found.coders()}
                drawn = replace(drawn, coders=tuple(known[c] if isinstance(c, str) else c for c in drawn.coders))
    if json:
        print_json(plan_as_json(drawn, not dry_run))
        return
    print_table(
        ("coder", "articles", "hidden repeats", "before"),
        [[c.name, c.added, c.repeats, c.before] for c in piles_of(drawn)],
    )
    done = "nothing was written" if dry_run else f"written to {study}"
    if drawn.stood_for:
        note(f"{drawn.stood_for} articles are not handed out: others with the same words stand for them")
    note(f"{drawn.new} assignments of {drawn.documents} articles, round “{named}”; {done}")


def pack(
    study: str = STUDY,
    coder: str = typer.Option(..., "--coder", help="Whose package: a name or an id."),
    out: Path = typer.Option(..., "-o", "--out", help="The package to write; NAME.annotator-package is usual."),
    without_suggestions: bool = typer.Option(
        False, "--without-suggestions", help="Leave out the suggestions that the coder did not answer yet."
    ),
    password_file: Path | None = PASSWORD_FILE,
    json: bool = JSON,
) -> None:
    """Write a coder's package: the coder's articles, codebook, register and own work, nothing of others."""
    from annotator.services.team.packing import pack as write

    known = passwords(password_file)
    with opened(study) as found, progress("packed") as line:
        result = write(found, coder, out, known[0] if known else None, not without_suggestions, line)
    if json:
        print_json(result)
    else:
        how = ", encrypted" if result.encrypted else ""
        note(f"wrote {out}: {result.documents} articles, {result.annotations} labels of {coder}{how}")
        if result.offered:
            note(f"  with {result.offered} suggestions")
        note_account(result.account)


def merge(
    study: str = STUDY,
    packages: list[Path] = typer.Argument(..., metavar="PACKAGE...", help="Packages, or whole other studies."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would come in, write nothing."),
    apart: str | None = typer.Option(
        None, "--apart", help="Coders of other studies who are not those with the same name here: A,B."
    ),
    password_file: Path | None = PASSWORD_FILE,
    json: bool = JSON,
) -> None:
    """Bring coders' packages in, or whole studies that others began: all of them or none. Again changes nothing."""
    from annotator.services.team.merging import merge as bring

    others = names(apart) or []
    with opened(study) as found, progress("merging:") as line:
        result = bring(found, packages, dry_run, passwords(password_file), line, others)
    if json:
        print_json(result)
        return
    for p in result.packages:
        a, e = p.landed, p.entities
        typer.echo(
            f"{p.file}: {p.coder.name}, {p.status}: "
            f"{a.added} labels added, {a.changed} changed, {a.removed} removed, {p.already} here already; "
            f"{e.added} entities added, {e.changed} changed; {len(p.conflicts)} conflicts"
        )
        for c in p.conflicts:
            typer.echo(f"  conflict {c.id}: {_what(c)}: {c.why}; the version here stays, the other is kept")
        for told in p.told:
            note(f"{p.file}: {told}")
        _tell_similar(e.similar)
    for other in result.studies:
        _tell_study(other)
    note_arrival(result.account)
    note(
        "nothing was written"
        if dry_run
        else f"merged into {study}"
        if result.news
        else "nothing new: nothing was written"
    )


def _tell_similar(found: Sequence[Similar]) -> None:
    for s in found:
        like = ", ".join(f"{o.name} ({o.why})" for o in s.like)
        typer.echo(f"  the new entity “{s.name}” may be {like}")


def _tell_study(other: MergedStudy) -> None:
    """What a whole other study brings, and what of it does not come in, each with its reason."""
    a, d, e = other.annotations, other.documents, other.entities
    typer.echo(
        f"{other.file}: “{other.title}”, another study, {other.status}: "
        f"{a.added} labels added, {a.changed} changed, {a.already} here already, {a.left_out} left out; "
        f"{d.added} articles added, {d.matched} here already; "
        f"{e.added} entities added, {e.changed} changed, {e.matched} the same by name; "
        f"{other.states} states, {other.notes} notes"
    )
    for p in other.coders:
        typer.echo(f"  {p.there.name} is {p.here.name} here ({p.how})")
    for told in other.told:
        note(f"{other.file}: {told}")
    note_account(other.account)
    for loss in other.losses.listed():
        note(f"  not taken: {loss.what} ({loss.count})" + (f", such as {loss.example}" if loss.example else ""))
    if other.marked:
        note(f"  {other.marked} labels came in without some of their parts, and are marked for review")
    for twin in other.same_text:
        same = ", ".join(str(n) for n in twin.same_text_as)
        note(f"  article {twin.number} has the same words as {same}, from another source")
    _tell_similar(other.similar)


def conflicts(study: str = STUDY, json: bool = JSON) -> None:
    """List what was changed in two places, with both versions."""
    from annotator.services.team.merging import conflicts as listed
    from annotator.services.team.outcomes import conflict_as_json

    with opened(study) as found:
        rows = listed(found)
    if json:
        print_json([conflict_as_json(c) for c in rows])
        return
    for c in rows:
        typer.echo(f"{c.id}: {_what(c)}: {c.why}")
        for side, record in (("here", c.here), ("there", c.there)):
            typer.echo(f"  {side + ':':7}{record if record is not None else 'removed'}")
    if not rows:
        note("nothing was changed in two places")


def resolve(
    study: str = STUDY,
    conflict: str = typer.Argument(..., metavar="CONFLICT", help="Its id; `annotator conflicts STUDY` shows all."),
    keep: Literal["here", "there"] = typer.Option(..., "--keep", help="The version of this study, or that which came."),
) -> None:
    """Choose a version of what was changed in two places; the other one stays in the record."""
    from annotator.services.team.resolving import settle

    with opened(study) as found:
        settle(found, conflict, keep)
    note(f"the version {keep} stands")


def questions(study: str = STUDY, json: bool = JSON) -> None:
    """List what coders asked, with their passages and what was answered."""
    from annotator.services.team.questions import questions as asked

    with opened(study) as found:
        rows: list[dict[str, Any]] = [
            {
                "id": q.note.id,
                "coder": {"id": q.note.coder_id, "name": q.coder},
                "document": {"id": q.document.id, "number": q.document.number, "title": q.document.title},
                "start": q.note.start,
                "end": q.note.end,
                "passage": q.passage,
                "text": q.note.text,
                "asked": q.note.created,
                "answered": q.answered,
                "replies": [{"coder": name, "text": n.text, "at": n.created} for name, n in q.replies],
            }
            for q in asked(found)
        ]
    if json:
        print_json(rows)
        return
    print_table(
        ("coder", "article", "question", "passage", "answered"),
        [
            [r["coder"]["name"], r["document"]["title"], r["text"], r["passage"], "yes" if r["answered"] else ""]
            for r in rows
        ],
    )


def role(
    study: str = STUDY,
    coder: str = typer.Argument(..., metavar="CODER", help="A name or an id."),
    role: str = typer.Argument(..., metavar="ROLE", help="coder, trainee or supervisor."),
) -> None:
    """Say what a person does in the study."""
    from annotator.services.team.roles import set_role

    with opened(study) as found:
        set_role(found, coder, role)
    note(f"{coder} is {role}")


def _what(conflict: Conflict) -> str:
    return f"{conflict.kind.replace('_', ' ')} {conflict.thing_id}"


def schema(out: Path = typer.Option(..., "-o", "--out", help="Write it to this file.")) -> None:
    """Write the JSON Schema of packages."""
    from annotator.domain.packages import package_schema

    out.write_text(
        json_text.dumps(package_schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
    )
    note(f"wrote {out}")
