"""Studies for tests: made through the services, with ids and a clock that count."""

from __future__ import annotations

from annotator.domain.codebook.model import Codebook
from annotator.domain.commands import AddAnnotation, AddEntity, Batch, FillerRef
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.intake import read_source
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study
from annotator.store.places import Place
from tests.codebooks import everything

TEXT = "The mayor said 🚢 that it will pay. “It must not fail,” she added.\nNobody asked the fishers about the eel.\n"


def study_at(path: Place, name: str = "test", documents: int = 1, codebook: Codebook | None = None) -> Study:
    """An open study with coders Ada and Ben; the caller closes it."""
    study = Study.create(path, codebook or everything(), "Test", CountingIds(name), SteppingClock("2031-01-01"))
    for coder in ("Ada", "Ben"):
        study.ensure_coder(coder)
    for number in range(documents):
        text = TEXT if number == 0 else f"Article {number + 1}. {TEXT}"
        add_documents(study, read_source(f"a{number + 1}.txt", text.encode(), "plain"))
    return study


def reopened(path: Place, name: str) -> Study:
    """The same file, with ids that go on from another name."""
    return Study.open(path, CountingIds(name), SteppingClock("2031-01-02"))


def statement(study: Study, coder: str = "Ada") -> dict[str, str]:
    """A claim that a labelled speaker makes; what was made, by layer."""
    person = study.coder(coder).id
    document = study.documents()[0].id
    made = {key: study.ids() for key in ("person", "claim", "speaker", "said_by")}
    study.coding.apply(
        Batch(
            coder_id=person,
            name="AddStatement",
            commands=(
                AddEntity(coder_id=person, id=made["person"], name=f"Mayor of {coder}", type="person"),
                AddAnnotation(
                    coder_id=person,
                    document_id=document,
                    layer="claim",
                    id=made["claim"],
                    fragments=((22, 33),),
                    values={"kind": "fact", "stance": 1},
                ),
                AddAnnotation(
                    coder_id=person,
                    document_id=document,
                    layer="speaker",
                    id=made["speaker"],
                    fragments=((0, 9),),
                    values={"who": {"entity": made["person"]}},
                ),
                AddAnnotation(
                    coder_id=person,
                    document_id=document,
                    layer="said_by",
                    id=made["said_by"],
                    roles={
                        "claim": (FillerRef(annotation=made["claim"]),),
                        "speaker": (FillerRef(annotation=made["speaker"]),),
                    },
                ),
            ),
        )
    )
    return made
