"""A network without a node is no success: no form of file, no command and no window says it was written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from annotator.cli.app import run
from annotator.domain.errors import BadInput
from annotator.formats.network_files import WRITERS
from annotator.services.demo import make_demo_study
from annotator.services.exchange.exporting import export
from annotator.services.networks.asking import Wanted
from annotator.services.networks.writing import write_network
from annotator.services.study import Study
from tests.studies import study_at

NO_WINDOW: Any = None
NO_NODES = "the network has no nodes|no statement has an actor and a concept"


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_nothing_is_written_where_no_statement_makes_a_tie(suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"n{suffix}"
    with study_at(tmp_path / "s.annotator") as study, pytest.raises(BadInput, match=NO_NODES):
        write_network(study, Wanted(), out)
    assert not list(tmp_path.glob("n*"))


def test_windows_of_time_without_a_node_are_refused_together(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study, pytest.raises(BadInput, match=NO_NODES):
        write_network(study, Wanted(window="1 month"), tmp_path / "n.csv")
    assert not list(tmp_path.glob("n*"))


@pytest.mark.parametrize("form", ["graphml", "gexf", "pajek", "dl", "edges"])
def test_the_forms_of_networks_refuse_it_too(form: str, tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study, pytest.raises(BadInput, match=NO_NODES):
        export(study, form, tmp_path / "out")
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize("asked", [["-o", "n.gexf"], ["--json"], ["--measures"], ["--json", "--window", "1 month"]])
def test_the_command_ends_with_an_error_in_words(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    study_at(tmp_path / "s.annotator").close()
    assert run(["network", "s.annotator", *asked], NO_WINDOW) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert re.search(NO_NODES, shown.err)
    assert "choose other ones" in shown.err


def test_ties_that_are_all_too_light_are_told_as_such(tmp_path: Path) -> None:
    make_demo_study(tmp_path / "demo.annotator")
    light = Wanted(threshold=999.0, isolates="tied")
    with Study.open(tmp_path / "demo.annotator") as study, pytest.raises(BadInput, match="no tie has the weight"):
        write_network(study, light, tmp_path / "n.csv")
    assert not list(tmp_path.glob("n*"))
