"""set, correct."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from annotator.cli.front import JSON, STUDY, note, opened, print_json
from annotator.domain.errors import AnnotatorError, BadInput

BY = typer.Option(None, "--by", help="Who does it; needed where the study has several supervisors.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("set")(set_)
    app.command("correct")(correct)
    app.command("same-words")(same_words)


def set_(
    study: str = STUDY,
    refs: list[str] = typer.Argument(None, metavar="[REF]...", help="Numbers, ids or exact titles of articles."),
    title: str | None = typer.Option(None, "--title"),
    published: str | None = typer.Option(None, "--published", help="2026-03-12, 2026-03 or 2026."),
    publisher: str | None = typer.Option(None, "--publisher", help="The outlet."),
    author: list[str] = typer.Option(None, "--author", help="Once for each author."),
    url: str | None = typer.Option(None, "--url"),
    language: str | None = typer.Option(None, "--language", help="A code, like en, de or pt-BR."),
    table: Path | None = typer.Option(None, "--from", help="A CSV of facts: a column number, id or source, and facts."),
    undo: bool = typer.Option(False, "--undo", help="Take the last correction of facts back."),
    by: str | None = BY,
    json: bool = JSON,
) -> None:
    """Correct what is known of articles; an empty word ("") says that it is unknown. With history and undo."""
    from annotator.services.articles import facts as service

    told = {"title": title, "published": published, "publisher": publisher, "url": url, "language": language}
    facts: dict[str, str | None] = {key: value for key, value in told.items() if value is not None}
    if author:
        facts["author"] = service.joined_authors(author)
    if sum((bool(refs or facts), table is not None, undo)) != 1 or bool(refs) != bool(facts):
        raise typer.BadParameter("name articles and facts (--published, --publisher…), or --from FACTS.csv, or --undo")
    with opened(study) as found:
        if undo:
            documents = service.undo_facts(found, by).documents
            answer: dict[str, Any] = {"changed": sorted(documents), "same": [], "problems": []}
        else:
            problems: list[dict[str, str]] = []
            if table is not None:
                wanted, problems = service.facts_from(found, table)
            else:
                wanted = {found.document(ref).id: facts for ref in refs}
            if problems:
                for problem in problems:
                    note(f"{problem['source']}, {problem['where']}: {problem['what']}")
                first, more = problems[0], len(problems) - 1
                raise BadInput(
                    f"{first['what']}{f' (and {more} more)' if more else ''}",
                    f"{first['source']}, {first['where']}",
                    "correct the table and try again; nothing was changed",
                )
            made = service.set_facts(found, wanted, by)
            answer = {"changed": list(made.changed), "same": list(made.same), "problems": []}
    if json:
        print_json(answer)
    else:
        typer.echo(f"{len(answer['changed'])} articles changed, {len(answer['same'])} as they were")


def same_words(
    study: str = STUDY,
    choice: str = typer.Argument(
        "", metavar="[each|once]", help="each: all are coded. once: one stands for the others."
    ),
    json: bool = JSON,
) -> None:
    """Say, or choose, whether articles with the same words are each coded, or one for all of them."""
    from annotator.services.articles import shared_words

    with opened(study) as found:
        if choice:
            shared_words.choose(found, choice)
        told = shared_words.shared_words(found) or shared_words.SharedWords(shared_words.choice(found), (), {})
    if json:
        print_json(told)
        return
    typer.echo(f"articles with the same words: {told.coded} coded")
    for group in told.articles:
        typer.echo(f"  {', '.join(str(n) for n in group)}")


def correct(
    study: str = STUDY,
    ref: str = typer.Argument(..., metavar="REF", help="A document's number, id or exact title."),
    text: Path | None = typer.Option(None, "--text", help="A file with the whole corrected text, UTF-8."),
    undo: bool = typer.Option(False, "--undo", help="Take the last correction of this article back."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Show what would become of labels, write nothing."),
    by: str | None = BY,
    json: bool = JSON,
) -> None:
    """Correct an article's text: a new version, every label carried over, those without a place listed."""
    from annotator.services.articles.correcting import correct as make
    from annotator.services.articles.correcting import undo_correction

    if (text is None) != undo:
        raise typer.BadParameter("give the corrected text with --text FILE, or --undo")
    with opened(study) as found:
        made = undo_correction(found, ref, by) if text is None else make(found, ref, _read(text), by, dry_run)
        names = {c.id: c.name for c in found.coders()}
    answer = {
        "document": made.document_id,
        "text_version": made.version,
        "applied": made.applied,
        "carried": {how: len(made.of(how)) for how in ("same", "changed", "lost")},
        "to_place": [
            {
                "id": c.id,
                "kind": c.kind,
                "coder": {"id": c.coder_id, "name": names.get(c.coder_id)},
                "layer": c.layer,
                "words": c.placed.words,
                "fragments": [list(f) for f in c.placed.fragments],
            }
            for c in made.of("lost")
        ],
    }
    if made.suggestions:
        answer["suggestions"] = {how: made.suggestions.get(how, 0) for how in ("same", "changed", "lost")}
    if json:
        print_json(answer)
        return
    counts = {how: len(made.of(how)) for how in ("same", "changed", "lost")}
    typer.echo(
        f"version {made.version}{'' if made.applied else ' (nothing was written)'}: {counts['same']} labels and notes "
        f"with their words, {counts['changed']} with corrected words, {counts['lost']} to place by hand"
    )
    if made.suggestions:
        told = ", ".join(f"{made.suggestions.get(how, 0)} {how}" for how in ("same", "changed", "lost"))
        note(f"suggestions carried along: {told}")
    for c in made.of("lost"):
        note(f"to place: {names.get(c.coder_id)}, {c.layer or 'note'} “{' '.join(c.placed.words.split())[:80]}”")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnnotatorError("the text is not UTF-8", str(path), "save it as UTF-8") from error
