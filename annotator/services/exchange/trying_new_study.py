"""What a study made of other programs' files would hold, before it is made; and several files taken as one source."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from annotator.domain.accounts import Account
from annotator.domain.codebook.model import Codebook
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.faults import Faults
from annotator.domain.words import cause_of, say
from annotator.formats.brat_folders import folders_of
from annotator.formats.dataset import Loss
from annotator.services.accounts import Coming
from annotator.services.exchange.importing_codings import bring_in, read_incoming
from annotator.services.exchange.misplaced import refuse_other_things
from annotator.services.exchange.new_from_import import codebook_for, guessed_format
from annotator.services.exchange.outcome import AS_A_WHOLE, Problem, Taking
from annotator.services.study import Study

_ONE_AT_A_TIME = frozenset(("annotations", "jsonl", "w3c", "dna", "taguette", "qualcoder", "qdpx", "spreadsheet"))
"""Forms of which one file is a whole."""
_NOBODY = "?"
"""Who is named in a trial for labels that name nobody."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the codebook that comes out. kind: span, link or document. attributes: name -> how many values."""

    label: str
    kind: str
    labels: int
    attributes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class KindOfFault:
    """Faults of one kind, by their words and with their number."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What would come of it. documents: articles in the source. layers: with the labels in the source.

    coders: names in the source -> labels. nameless: labels that name nobody. folders: whether sub-folders plainly are
    coders; None where there are none to ask about. problems: every fault by its place. added: (articles, labels) that
    would come in.
    """

    form: str
    documents: int
    layers: tuple[Layer, ...]
    coders: Mapping[str, int]
    nameless: int
    folders: bool | None
    losses: tuple[Loss, ...]
    faults: tuple[KindOfFault, ...]
    problems: tuple[Problem, ...]
    added: tuple[int, int]
    codes: int
    account: Account


@contextmanager
def as_one(sources: Sequence[Path], form: str = "") -> Iterator[Path]:
    """One file or folder as it is; several files as copies in one folder that is called as theirs is.

    Raises BadInput where two of them have one name, or one file of this form is a whole.
    """
    if len(sources) == 1:
        yield sources[0]
        return
    if form in _ONE_AT_A_TIME:
        raise BadInput(
            say("files of the form {form} are imported one at a time", form=form),
            ", ".join(p.name for p in sources),
            "choose one of them, and import the others into the study that it makes",
        )
    twice = [name for name, n in Counter(p.name for p in sources).items() if n > 1]
    if twice:
        raise BadInput("two of these files have one name", ", ".join(twice), "choose the folder above both")
    with TemporaryDirectory() as held:
        folder = Path(held) / (sources[0].absolute().parent.name or "files")
        folder.mkdir()
        try:
            for path in sources:
                (shutil.copytree if path.is_dir() else shutil.copyfile)(path, folder / path.name)
        except OSError as error:
            raise AnnotatorError(say("it cannot be read ({reason})", reason=cause_of(error)), str(path)) from error
        yield folder


def try_new_study(
    sources: Sequence[Path], form: str = "", coder: str | None = None, taking: Taking = AS_A_WHOLE
) -> Trial:
    """Read everything, write nothing. form: empty to find it out. Raises AnnotatorError where nothing can be read."""
    for path in sources:
        refuse_other_things(path, codes=True)
    with as_one(sources, form) as source:
        used = form or guessed_format(source)
        incoming = read_incoming(source, used, coder, taking)
        codebook = codebook_for(incoming, incoming.title or source.stem, source)
        nameless = sum(1 for _, r in incoming.records if r.coder is None or not (r.coder.name or r.coder.id))
        held = Counter(r.layer for _, r in incoming.records)
        folders = folders_of(source) if used == "brat" else None
        with TemporaryDirectory() as place, Study.create(Path(place) / "try.annotator", codebook) as study:
            coming = Coming()
            result = bring_in(study, source.name, incoming, used, coder or _NOBODY, True, taking, coming)
            account = coming.account(study)
    return Trial(
        form=used,
        documents=len(incoming.documents),
        layers=_layers(codebook, held),
        coders=result.made_by.named or _named(incoming.records),
        nameless=nameless,
        folders=folders,
        losses=result.losses,
        faults=tuple(KindOfFault(f["what"], f.get("count", 1)) for f in Faults(p.as_json() for p in result.problems)),
        problems=result.problems,
        added=(result.documents.added, result.annotations.added),
        codes=len(incoming.codes),
        account=account,
    )


def _named(records: Sequence[tuple[str, Any]]) -> dict[str, int]:
    return dict(Counter(r.coder.name for _, r in records if r.coder is not None and r.coder.name))


def _layers(codebook: Codebook, held: Mapping[str, int]) -> tuple[Layer, ...]:
    return tuple(
        Layer(
            layer.label,
            layer.kind,
            held.get(layer.key, 0),
            {a.label: len(getattr(a, "values", ())) for a in layer.attributes},
        )
        for layer in codebook.layers
    )
