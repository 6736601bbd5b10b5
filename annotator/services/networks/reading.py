"""The statements of a study as a network sees them, read once; narrowing and drawing need the study no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from annotator.domain.annotations import Document
from annotator.domain.networks import Mention
from annotator.formats.dataset import Dataset, Losses
from annotator.formats.network_mentions import NetworkSpec, checked, default_spec, is_boolean, mentions
from annotator.services.accounts import Contents, contents
from annotator.services.exchange.authors import authors
from annotator.services.exchange.records import dataset_of
from annotator.services.networks.asking import Wanted
from annotator.services.study import Study


@dataclass(frozen=True, slots=True)
class Material:
    """mentions: every statement with an actor and a concept, by day, then in the order of articles and of the text.

    people: id -> name of the coders whose labels were read. losses: what was left out in reading.
    dataset: the codebook and the register as they were; its articles are gone once the study is closed.
    """

    path: Path
    study_id: str
    title: str
    codebook_key: str
    codebook_version: int
    spec: NetworkSpec
    boolean: bool
    mentions: tuple[Mention, ...]
    documents: Mapping[str, Document]
    people: Mapping[str, str]
    gold: bool
    found: Contents
    losses: Losses
    dataset: Dataset


def material_of(study: Study, wanted: Wanted, path: Path | None = None) -> Material:
    """Read it, from one state of the study; raises BadInput. path: where the study lies, if this is a copy of it."""
    spec = checked(study.codebook, wanted.spec or default_spec(study.codebook))
    people = authors(study, wanted.coders, wanted.gold)
    losses = Losses()
    with study.file.reading():
        found = contents(study)
        dataset = dataset_of(study, [c.id for c in people])
        told = list(mentions(dataset, spec, losses))
    told.sort(key=lambda m: m.day or date.max)  # of the same statement made twice, the first day's counts
    return Material(
        path=path or Path(str(study.file.path)),
        study_id=study.id,
        title=study.title,
        codebook_key=study.codebook.key,
        codebook_version=study.codebook_version,
        spec=spec,
        boolean=is_boolean(study.codebook, spec),
        mentions=tuple(told),
        documents=dataset.documents,
        people={c.id: c.name for c in people},
        gold=wanted.gold,
        found=found,
        losses=losses,
        dataset=dataset,
    )
