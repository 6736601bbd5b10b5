"""What is easily lost comes back from every form that promises to carry it."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.formats.untrusted import opened
from annotator.services.exporting import export
from annotator.services.importing_codings import read_incoming
from tests.formats.goldens import contents
from tests.formats.hard_study import hard_study
from tests.formats.random_studies import comes_back

FORMS = ("brat", "cas-xmi", "qdpx", "webanno-tsv")


@pytest.mark.parametrize("form", FORMS)
def test_the_hard_study_comes_back(tmp_path: Path, form: str) -> None:
    with hard_study(tmp_path / "s.annotator") as study:
        comes_back(study, form, tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_study_gives_the_same_bytes(tmp_path: Path, form: str) -> None:
    with hard_study(tmp_path / "s.annotator") as study:
        export(study, form, tmp_path / "a")
        export(study, form, tmp_path / "b")
        assert contents(tmp_path / "a") == contents(tmp_path / "b")


@pytest.mark.parametrize("form", FORMS)
def test_labels_without_texts_are_read_for_the_articles_of_the_study(tmp_path: Path, form: str) -> None:
    with hard_study(tmp_path / "s.annotator") as study:
        export(study, form, tmp_path / "out", without_text=True)
        assert all("quotes" not in data.decode("utf-8", "ignore") for data in contents(tmp_path / "out").values())
        incoming = read_incoming(tmp_path / "out", form)
        assert not incoming.problems
        assert not incoming.documents
        assert len(incoming.records) == len(study.annotations())


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/x.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(Exception, match="leads out"), opened(tmp_path / "in"):
        pass
