"""database create, invite, logins, dismiss; move."""

from __future__ import annotations

import typer

from annotator.cli.front import JSON, note, opened, print_json, print_table, progress
from annotator.domain.errors import BadInput
from annotator.store.places import DatabaseUrl, place_of

URL = typer.Argument(..., metavar="URL", help="postgresql://LOGIN@HOST/DATABASE")

commands = typer.Typer(no_args_is_help=True, help="A study in a database that several people share.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(commands, name="database")
    app.command("move")(move)


@commands.command("create")
def create(
    url: str = URL,
    source: str = typer.Option(..., "--from", metavar="STUDY", help="The study that it begins with."),
) -> None:
    """Make a study in a new or empty database, with all that a study file holds."""
    if not isinstance(place_of(url), DatabaseUrl):
        raise BadInput("this is not a database URL", url, "write postgresql://LOGIN@HOST/DATABASE")
    move(source, url)


@commands.command("invite")
def invite(
    url: str = URL,
    coder: str = typer.Option(..., "--coder", help="Who is invited; added where the study has nobody of this name."),
    role: str | None = typer.Option(None, "--role", help="coder (sees own labels alone) or supervisor."),
    login: str | None = typer.Option(
        None, "--login", help="The login's name; derived from the coder's name if not given."
    ),
    existing: bool = typer.Option(False, "--existing", help="Use a login that the server has already."),
    json: bool = JSON,
) -> None:
    """Make a login for a coder and say how to connect; again: a new password."""
    from annotator.services.study import access as sharing

    with opened(url) as study:
        made = sharing.invite(study, coder, role, login, existing)
    if json:
        print_json(made)
        return
    typer.echo(f"{made.coder} is invited as a {made.role}:")
    typer.echo(f"  annotator {made.url}")
    typer.echo(f"  password  {made.password}" if made.password else "  with the password that the login has")
    note("the password is shown this once; a new invitation makes a new one")


@commands.command("logins")
def logins(url: str = URL, json: bool = JSON) -> None:
    """Show who was invited."""
    from annotator.services.study import access as sharing

    with opened(url) as study:
        rows = sharing.logins(study)
    if json:
        print_json(rows)
    else:
        print_table(("login", "coder", "role"), [[r.login, r.coder, r.role] for r in rows])


@commands.command("dismiss")
def dismiss(url: str = URL, login: str = typer.Option(..., "--login", help="The login to revoke.")) -> None:
    """Let a login in no more; the coder's labels stay."""
    from annotator.services.study import access as sharing

    with opened(url) as study:
        sharing.dismiss(study, login)
    note(f"{login} has no access any more")


def move(
    source: str = typer.Argument(..., metavar="SOURCE", help="A study: a file or a database URL."),
    target: str = typer.Argument(..., metavar="TARGET", help="A file or a database that is not there yet."),
) -> None:
    """Move a study between a file and a database, everything in it; SOURCE is left as it is."""
    from annotator.services.study.relocation import move as carry

    old, new = place_of(source), place_of(target)
    if not isinstance(new, DatabaseUrl) and new.suffix != ".annotator":
        raise BadInput("a study's file ends with .annotator", target, f"call it {new.stem}.annotator")
    with progress("row") as line:
        count = carry(old, new, line)
    note(f"{new} holds all {count} rows of {old}; go on there, and keep {old} as a copy")
