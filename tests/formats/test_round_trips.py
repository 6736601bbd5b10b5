"""What is easily lost comes back from every form that promises to carry it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.domain.identity import CountingIds, SteppingClock
from annotator.domain.json_forms import as_json
from annotator.formats.deriving import derive_codebook
from annotator.formats.incoming import Incoming, IncomingEntity
from annotator.formats.untrusted import opened
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_codings import bring_in, read_incoming
from annotator.services.study import Study
from tests.codebooks import everything
from tests.formats.goldens import contents
from tests.formats.hard_study import hard_study
from tests.formats.random_studies import comes_back
from tests.formats.test_exports import coded
from tests.systems import POSIX

FORMS = ("brat", "cas-xmi", "qdpx", "webanno-tsv")
JSON_FORMS = ("doccano", "label-studio", "prodigy", "w3c")


@pytest.mark.parametrize("form", FORMS + JSON_FORMS)
def test_the_hard_study_comes_back(tmp_path: Path, form: str) -> None:
    with hard_study(tmp_path / "s.annotator") as study:
        comes_back(study, form, tmp_path)


@pytest.mark.parametrize("form", FORMS + JSON_FORMS)
def test_the_same_study_gives_the_same_bytes(tmp_path: Path, form: str) -> None:
    with hard_study(tmp_path / "s.annotator") as study:
        export(study, form, tmp_path / "a")
        export(study, form, tmp_path / "b")
        assert contents(tmp_path / "a") == contents(tmp_path / "b")


@pytest.mark.parametrize("form", FORMS + JSON_FORMS)
def test_labels_without_texts_are_read_for_the_articles_of_the_study(tmp_path: Path, form: str) -> None:
    with hard_study(tmp_path / "s.annotator") as study:
        export(study, form, tmp_path / "out", without_text=True)
        assert all("quotes" not in data.decode("utf-8", "ignore") for data in contents(tmp_path / "out").values())
        incoming = read_incoming(tmp_path / "out", form)
        assert not incoming.problems
        assert not incoming.documents
        assert len(incoming.records) == len(study.annotations())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", [hard_study, coded])
def test_without_what_stands_beside_it_is_read_as_another_programs(
    tmp_path: Path, form: str, make: Callable[[Path], Study]
) -> None:
    ours = ("annotator.json", "labels.jsonl", "extras.jsonl", "text.txt")
    with make(tmp_path / "s.annotator") as study:
        export(study, form, tmp_path / "out")
        spans = sum(1 for a in study.annotations() if a.fragments)
    files = {k: v for k, v in contents(tmp_path / "out").items() if not k.endswith(ours)}
    with zipfile.ZipFile(tmp_path / "bare.zip", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    incoming = read_incoming(tmp_path / "bare.zip", form)
    assert not incoming.problems
    assert sum(1 for _, r in incoming.records if r.fragments) >= spans - 2
    codebook = derive_codebook(incoming, "Bare")
    with Study.create(
        tmp_path / "b.annotator", codebook, "Bare", CountingIds("b"), SteppingClock("2031-01-01")
    ) as bare:
        answer = as_json(bring_in(bare, "bare", incoming, form))
        assert not answer["problems"]
        assert answer["annotations"]["added"] == len(incoming.records)


def test_entities_alone_come_into_a_study_without_coders(tmp_path: Path) -> None:
    with Study.create(
        tmp_path / "s.annotator", everything(), "Empty", CountingIds("e"), SteppingClock("2031-01-01")
    ) as study:
        incoming = Incoming(entities=[IncomingEntity("Mayor", "person", ("boss",), "of the town")])
        answer = as_json(bring_in(study, "x", incoming, "brat"))
        assert not answer["problems"]
        assert [(e.name, e.aliases) for e in study.entities()] == [("Mayor", ("boss",))]
        assert as_json(bring_in(study, "x", incoming, "brat")) == answer
        assert len(study.entities()) == 1


@POSIX
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/x.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(Exception, match="leads out"), opened(tmp_path / "in"):
        pass
