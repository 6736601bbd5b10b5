"""A study that begins with the codings of another program, under the codebook that these codings use."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_json
from annotator.domain.errors import AnnotatorError, BadInput, StudyFileError
from annotator.domain.words import by_door, cause_of, joined, say
from annotator.formats.declared import formats
from annotator.formats.deriving import derive_codebook, spell_values
from annotator.formats.incoming import Incoming
from annotator.formats.recognising import known_form
from annotator.services.accounts import before_arrival
from annotator.services.exchange.importing_codings import bring_in, read_incoming
from annotator.services.exchange.misplaced import refuse_other_things
from annotator.services.exchange.outcome import AS_A_WHOLE, Imported, Problem, Taking, problems_of
from annotator.services.files import publishing
from annotator.services.study import Study
from annotator.store.opening import remove_study
from annotator.store.places import Place


def new_study_from(
    path: Place,
    source: Path,
    format: str,
    title: str = "",
    codebook: Codebook | None = None,
    coder: str | None = None,
    taking: Taking = AS_A_WHOLE,
) -> Imported:
    """What came in; the study is there when everything came in, and not at all otherwise.

    coder: who made it, where the source does not say. taking: with `rest`, what is sound comes in.
    """
    refuse_other_things(source, codes=True)
    form = format or guessed_format(source)
    incoming = read_incoming(source, form, coder, taking)
    used = codebook or codebook_for(incoming, title or incoming.title or source.stem, source)

    def brought(study: Study) -> Imported:
        before = before_arrival(study)
        result = bring_in(study, source.name, incoming, form, coder, taking=taking)
        result = replace(result, account=before.account(study), codes=len(incoming.codes))
        if not _took(result):
            _refuse(source, result.problems)
        if not incoming.codes and not result.anything:
            raise _nothing(source, result)
        return result

    if not isinstance(path, Path):
        if not taking.rest:
            _refuse(source, problems_of(incoming.problems.listed()))
        with ExitStack() as undo, Study.create(path, used, title or used.title) as study:
            undo.callback(remove_study, path)  # of a server nothing is put in place at the end: it is taken away
            result = brought(study)
            undo.pop_all()
            return result
    if path.exists():
        raise StudyFileError("it exists already", str(path), "choose another name or open it")
    with publishing(path, over=False) as made, Study.create(made.path(), used, title or used.title) as study:
        return brought(study)


def _nothing(source: Path, result: Imported) -> AnnotatorError:
    """An empty study is no success."""
    if not result.losses:
        return BadInput(
            "it holds no article and no label", str(source), "look whether it is the right file, and the right form"
        )
    told = joined("; ", (say("{what} ({n})", what=x.what, n=x.count) for x in result.losses))
    return AnnotatorError(
        say("none of it can be imported: {told}", told=told), str(source), "import it into a study with its articles"
    )


def codebook_for(incoming: Incoming, title: str, source: Path) -> Codebook:
    """As `_codebook`; where none can be made of a source that has faults, these are told."""
    try:
        return _codebook(incoming, title, source)
    except AnnotatorError:
        _refuse(source, problems_of(incoming.problems.listed()))
        raise


def _took(result: Imported) -> bool:
    """Whether something came though other things were left: codes are something, too."""
    return bool(result.left) and (result.anything or bool(result.codes))


def codebook_of(source: Path, format: str) -> str:
    """The codebook of a study or of codings, as JSON."""
    if source.suffix == ".annotator" and not format:
        with Study.open(source) as study:
            return codebook_json(study.codebook)
    incoming: Incoming = read_incoming(source, format or guessed_format(source))
    _refuse(source, problems_of(incoming.problems.listed()))
    return codebook_json(_codebook(incoming, incoming.title or source.stem, source))


def _codebook(incoming: Incoming, title: str, source: Path) -> Codebook:
    """The codebook that came along, else the smallest one that allows what came; raises BadInput where none does."""
    try:
        if incoming.codebook:
            return incoming.codebook
        derived = derive_codebook(incoming, title)
    except ValidationError as error:
        first = error.errors()[0]
        told = say("{path}: {reason}", path=".".join(str(p) for p in first["loc"]), reason=first["msg"].lower())
        raise BadInput(
            say("it cannot be made into a codebook ({told})", told=told),
            str(source),
            "correct the names in it and try again",
        ) from error
    spell_values(incoming, derived)
    return derived


def guessed_format(source: Path) -> str:
    """The form by what is in the source, else the one form that ends so; raises BadInput where that is not plain."""
    try:
        if source.exists() and (known := known_form(source)) is not None:
            return known
    except OSError as error:
        raise AnnotatorError(say("it cannot be read ({reason})", reason=cause_of(error)), str(source)) from error
    found = [f.name for f in formats() if f.reads and source.suffix and f.suffix == source.suffix]
    if len(found) == 1:
        return found[0]
    among = found or [f.name for f in formats() if f.reads]
    raise BadInput(
        "the form of this file could not be recognised",
        str(source),
        by_door(
            say("say --format {names}", names=" or ".join(among)),
            say("choose one of {names}", names=", ".join(among)),
        ),
    )


class SourceRefused(AnnotatorError):
    """A source with faults. problems: every one of them."""

    problems: tuple[Problem, ...] = ()


def _refuse(source: Path, problems: tuple[Problem, ...]) -> None:
    if problems:
        first = problems[0]
        more = len(problems) - 1
        refused = SourceRefused(
            say("{first} (and {n} more)", first=first.what, n=more) if more else first.what,
            joined(", ", (p for p in (str(source), first.where) if p)),
            by_door(
                "correct the source and try again, or take the rest (--take-the-rest); nothing was made",
                say("correct the source and try again; nothing was made"),
            ),
        )
        refused.problems = problems
        raise refused
