"""From a new study to the archive under a codebook that says nothing of how many links: counts held to the tables."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from annotator.domain.codebook.model import Codebook
from annotator.domain.commands import AddEntity, SetValue
from annotator.domain.decisions import GOLD
from annotator.domain.json_forms import as_json
from annotator.qt.exchange.export_dialog import ExportDialog
from annotator.qt.toolkit.settings import Settings
from annotator.services.adjudication import majority
from annotator.services.adjudication.against_gold import against_gold
from annotator.services.adjudication.case_book import case_book
from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.request import Question
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_files import import_files
from annotator.services.networks.asking import Wanted
from annotator.services.networks.writing import write_network
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from tests.accounts import adds_up
from tests.gui.conftest import opened
from tests.positions import TEXTS, positions

KEYS = {"position": "p", "speaker": "s", "object": "o"}
WORDS = (("the tram must come", "The mayor", "tram"), ("the bridge must come", "A baker", "bridge"))


def _with_keys() -> Codebook:
    told = positions().model_dump(mode="json", by_alias=True)
    for layer in told["layers"]:
        layer["hotkey"] = KEYS.get(layer["key"])
    return Codebook.model_validate(told)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three articles, given to two coders; of each pile one article comes a second time, hidden."""
    found = tmp_path / "path.annotator"
    (tmp_path / "in").mkdir()
    for number, text in enumerate(TEXTS):
        (tmp_path / "in" / f"{number}.txt").write_text(text + "\n", encoding="utf-8")
    with Study.create(found, _with_keys(), "Path") as study:
        lead = study.ensure_coder("Sup", "supervisor")
        for _, name, _ in WORDS:
            study.coding.apply(AddEntity(coder_id=lead.id, name=name, type="person"))
        account = as_json(import_files(study, [tmp_path / "in"]))["account"]
        adds_up(account, found)
        assert account["here"]["documents"] == rows(found, "SELECT count(*) FROM document") == 3
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(overlap=2, repeats=34)))
        assert rows(found, "SELECT count(*) FROM hidden_repeat") > 0
    return found


def rows(path: Path, query: str) -> Any:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchone()[0]
    finally:
        connection.close()


def _code(qtbot: QtBot, settings: Settings, path: Path, coder: str) -> None:
    """Two statements at the desk: position, speaker and object are marked, the links come by themselves."""
    hand = opened(qtbot, settings, path, coder)
    study = hand.window.study
    assert study is not None
    copies = study.hidden_repeats()
    by_text = {study.text(d.id): d for d in study.documents() if d.id not in copies}
    for words, speaker, thing in WORDS:
        text = next(t for t in by_text if words in t)
        hand.session.open(by_text[text])
        for passage, key in ((words, "p"), (speaker, "s"), (thing, "o")):
            hand.drag(passage)
            hand.key(key)
        (said,) = hand.labels("said_by")
        (about,) = hand.labels("about")
        (position,) = hand.labels("position")
        (marked,) = hand.labels("object")
        told = SetValue(coder_id=hand.session.coder.id, annotation_id=marked.id, attribute="what", value="tram")
        hand.session.apply(told)
        assert said.roles["position"][0].annotation == about.roles["position"][0].annotation == position.id
        assert len(hand.desk.statements.model.rows) == 1
        assert len(hand.desk.statements.model.rows[0].ties) == 2
    hand.window.close()


def test_from_a_new_study_to_the_archive(qtbot: QtBot, settings: Settings, path: Path, tmp_path: Path) -> None:
    for coder in ("Ada", "Ben"):
        _code(qtbot, settings, path, coder)
    links = "SELECT count(*) FROM annotation WHERE layer = 'said_by'"
    assert rows(path, links) == 4
    with Study.open(path) as study:
        told = study_agreement(study, Question(bootstrap=0))
        adds_up(told["account"], path)
        assert told["account"]["here"]["annotations"] == rows(path, "SELECT count(*) FROM annotation")
        assert ("said_by", "speaker") in {(a["layer"], a["attribute"]) for a in told["attributes"]}
        book = case_book(study)
        assert all(set(c.slots) == {"said_by", "about"} for c in book.cases if c.layer == "position")
        majority.apply(study, book, majority.propose(book, book.cases), study.person("Sup").id)
        gold = next(c.id for c in study.coders() if c.role == GOLD)
        for layer, n in (("position", 2), ("said_by", 2), ("about", 2)):
            query = f"SELECT count(*) FROM annotation WHERE coder_id = '{gold}' AND layer = '{layer}'"
            assert rows(path, query) == n
        adds_up(as_json(against_gold(study, book=case_book(study)))["account"], path)
        ours = f"coder_id <> '{gold}'"
        manifest = as_json(export(study, "statements", tmp_path / "gold.csv", gold=True))
        adds_up(manifest["account"], path)
        with (tmp_path / "gold.csv").open(encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))
        assert [(r["said_by.speaker"], r["about.object"]) for r in found] == [(s, o) for _, s, o in WORDS]
        told = write_network(study, Wanted(), tmp_path / "n.csv").as_json()
        adds_up(told["account"], path)
        assert told["networks"][0]["ties"] == 2
        assert told["account"]["here"]["annotations"] == rows(path, f"SELECT count(*) FROM annotation WHERE {ours}")
        manifest = as_json(export(study, "archive", tmp_path / "a.zip"))
        adds_up(manifest["account"], path)
        assert not check(study)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        readme = archive.read("README.md").decode()
        assert "3 articles coded by 2 coders (Ada, Ben)" in readme
        articles = list(csv.DictReader(io.StringIO(archive.read("data/articles.csv").decode())))
        assert len(articles) == 3
        table = list(csv.DictReader(io.StringIO(archive.read("data/statements.csv").decode())))
        assert len(table) == 4
        assert all(r["said_by.speaker"] and r["about.object"] for r in table)
        records = archive.read("data/annotations.jsonl").decode().splitlines()
        assert len(records) == rows(path, f"SELECT count(*) FROM annotation WHERE {ours}")
        assert all("reading" not in json.loads(x) for x in records)


def test_the_export_dialog_tells_what_is_left_out(qtbot: QtBot, settings: Settings, path: Path) -> None:
    _code(qtbot, settings, path, "Ada")
    dialog = ExportDialog(path)
    qtbot.addWidget(dialog)
    dialog.show()
    names = [f.name for f in dialog._formats]
    dialog.list.setCurrentRow(names.index("conll"))
    qtbot.waitUntil(lambda: dialog.account.isVisible(), timeout=10_000)
    assert dialog.account.line.text().startswith("Holds 6 of 10 labels, 3 of 3 articles, 1 of 1 coders")
    dialog.account.more.click()
    assert "4 labels left out: links between labels" in dialog.account.reasons.text()
    dialog.without_text.setChecked(True)
    assert dialog.with_titles.isVisible()
    qtbot.waitUntil(lambda: dialog.account.isVisible(), timeout=10_000)
    dialog.close()
