"""Scripts read a study, in the public forms, and whatever its state the file stays as it is."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import pickle
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import annotator
from annotator.domain.commands import SetMemo
from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.formats.csv_tables import cell
from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.request import Question
from annotator.services.demo import make_demo_study
from annotator.services.exchange.exporting import export
from annotator.services.exchange.listing import listed
from annotator.services.study import Study
from tests.store.past import FOLDER, killed_in_format, of_format
from tests.studies import statement, study_at

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "five_questions.py"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.annotator"
    make_demo_study(path)
    return path


def state(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        p.name: (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns)
        for p in folder.iterdir()
        if p.is_file()
    }


def test_records_have_the_names_and_the_content_of_the_json_forms(demo: Path, tmp_path: Path) -> None:
    with Study.open(demo) as study:
        told = {what: as_json(listed(study, what)) for what in ("documents", "annotations", "entities")}
        figures = study_agreement(study, Question(layer="claim", coders=("Ada", "Ben"), bootstrap=0, intervals=False))
        export(study, "statements", tmp_path / "s.csv")
    with annotator.open(demo) as opened:
        assert [dict(r) for r in opened.articles] == told["documents"]
        assert [dict(r) for r in opened.labels] == told["annotations"]
        assert [dict(r) for r in opened.entities] == told["entities"]
        rows = list(csv.DictReader(io.StringIO((tmp_path / "s.csv").read_text(encoding="utf-8"), newline="")))
        assert [{k: cell(r[k]) for k in r} for r in opened.statements] == rows
        assert len(opened.labels) == len(told["annotations"]) > 100
        assert opened.agreement(layer="claim", coders="Ada, Ben", bootstrap=0) == figures
        for off in ({"bootstrap": -1}, {"bootstrap": 9, "seed": -1}):
            with pytest.raises(AnnotatorError, match="below 0"):
                opened.agreement(layer="claim", coders="Ada, Ben", **off)
        one = next(r for r in opened.labels if r.fragments and len(r.fragments) == 1)
        assert one.text == one["text"] == opened.text(one.document["id"])[slice(*one.fragments[0])]
        assert one.values == one["values"] == dict(one)["values"]
        link = next(r for r in opened.labels if r.get("roles"))
        assert link.text is None
        assert "text" not in link
        with pytest.raises(AttributeError):
            link.nonsense  # noqa: B018
        with pytest.raises(AttributeError):
            one.memo = "mine"
        assert pickle.loads(pickle.dumps(one)) == one
        found = opened.passages(layer="claim", where="claim.claim_type=prediction", coders="Ada, Ben")
        ids = {r.id for r in opened.labels if r.values.get("claim_type") == "prediction" and r.coder["name"] != "Chidi"}
        assert {p["id"] for p in found["passages"]} == ids
        table = opened.statements.to_pandas()
        assert (len(table), list(table.columns)) == (len(rows), list(rows[0]))


def test_a_closed_file_stays_as_it_is_and_is_read_in_a_folder_without_rights(demo: Path) -> None:
    before = state(demo.parent)
    demo.parent.chmod(0o500)
    demo.chmod(0o400)
    try:
        with annotator.open(str(demo)) as opened:
            assert len(opened.articles) > 0
    finally:
        demo.chmod(0o600)
        demo.parent.chmod(0o700)
    assert state(demo.parent) == before


@pytest.mark.parametrize("number", range(1, 9))
def test_a_log_of_a_killed_program_is_read_and_left_as_it_is_in_every_format(number: int, tmp_path: Path) -> None:
    path = killed_in_format(number, tmp_path / "a b%20.annotator")
    before = state(tmp_path)
    assert any(name.endswith("-wal") for name in before)
    with annotator.open(path) as opened:
        assert "confirmed" in {r.memo for r in (*opened.labels, *opened.gold)}
    assert state(tmp_path) == before


def test_a_hot_journal_is_played_back_in_the_copy_alone(tmp_path: Path) -> None:
    path = of_format(8, tmp_path / "s.annotator")
    script = (
        "import os, signal, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size=1'); c.execute('PRAGMA cache_spill=1'); c.execute('BEGIN')\n"
        "c.execute('UPDATE annotation SET memo = ?', ('half' * 9000,))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert (tmp_path / "s.annotator-journal").stat().st_size > 0
    before = state(tmp_path)
    with annotator.open(path) as opened:
        assert not any("half" in r.memo for r in (*opened.labels, *opened.gold))
    assert state(tmp_path) == before


def test_a_file_that_is_open_here_is_read_with_its_newest_step_and_goes_on(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        made = statement(study)
        ada = study.coder("Ada").id
        with annotator.open(tmp_path / "s.annotator") as opened:
            assert {r.layer for r in opened.labels} == {"claim", "speaker", "said_by"}
            study.coding.apply(SetMemo(coder_id=ada, annotation_id=made["claim"], memo="later"))
            assert "later" not in {r.memo for r in opened.labels}
        with annotator.open(tmp_path / "s.annotator") as again:
            assert "later" in {r.memo for r in again.labels}
        study.coding.undo(ada)
    with Study.open(tmp_path / "s.annotator") as study:
        assert {a.memo for a in study.annotations()} == {""}


def test_a_file_that_another_program_has_open_is_read(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom tests.studies import statement, study_at\n"
        "study = study_at(Path(sys.argv[1]))\nstatement(study)\nprint('ready', flush=True)\nsys.stdin.read()\n"
        "study.close()\n"
    )
    path = tmp_path / "s.annotator"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        before = {k: v for k, v in state(tmp_path).items() if not k.endswith("-shm")}
        with annotator.open(path) as opened:
            assert len(opened.labels) == 3
        assert {k: v for k, v in state(tmp_path).items() if not k.endswith("-shm")} == before
        other.communicate("")
    assert other.returncode == 0
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT count(*) FROM annotation").fetchone() == (3,)


@pytest.mark.parametrize("what", ["missing", "folder", "text", "foreign", "url"])
def test_what_is_no_study_is_refused_in_words(what: str, tmp_path: Path) -> None:
    path: str | Path = tmp_path / what
    if what == "folder":
        os.mkdir(path)
    elif what == "text":
        Path(path).write_text("no study", encoding="utf-8")
    elif what == "foreign":
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("CREATE TABLE t (x)")
    elif what == "url":
        path = "postgresql://localhost/none"
    with pytest.raises(AnnotatorError) as told:
        annotator.open(path)
    assert told.value.remedy


def test_importing_the_package_loads_nothing_heavy() -> None:
    script = (
        "import sys, annotator; print([m for m in ('numpy', 'sqlalchemy', 'PySide6', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_example_answers_its_questions(demo: Path) -> None:
    done = subprocess.run([sys.executable, str(EXAMPLE), str(demo)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len([x for x in lines if x.endswith("?")]) == 5
    assert any("alpha 0." in x for x in lines)
    assert FOLDER.is_dir()
