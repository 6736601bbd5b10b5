"""Who has labels waiting for review, by coder and code, and a click that opens one at the desk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.cli.app import run
from annotator.domain.codebook.mapping import CodebookMapping
from annotator.domain.commands import AddAnnotation, ConfirmAnnotation
from annotator.qt.codebooks.editor import CodebookEditor
from annotator.qt.codebooks.review_window import ReviewWindow
from annotator.qt.codebooks.saving import Saving
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.toolkit.settings import Settings
from annotator.services.codebooks.gallery import example_of, gallery_codebook
from annotator.services.codebooks.waiting import counts, waiting
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.store import codebook_changes
from tests.accounts import adds_up
from tests.gui.conftest import make_study


@pytest.fixture
def window(qtbot: QtBot, settings: Settings) -> Iterator[MainWindow]:
    found = MainWindow(settings)
    qtbot.addWidget(found)
    found.resize(1200, 800)
    found.show()
    yield found
    found.close()


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """Ada has two labels of one code and Ben one of another that wait; a third of Ada's does not."""
    path = make_study(tmp_path / "lead.annotator", ("Ada", "Ben", "Lee"))
    with Study.open(path) as study:
        document = study.documents()[0].id
        for name, kind, places in (("Ada", "prediction", (0, 7, 14)), ("Ben", "demand", (3,))):
            for place in places:
                add = AddAnnotation(
                    coder_id=study.coder(name).id,
                    document_id=document,
                    layer="claim",
                    fragments=((place, place + 5),),
                    values={"claim_type": kind},
                )
                study.coding.apply(add)
        with study.file.transaction() as connection:
            for a in study.annotations():
                if a.fragments[0][0] != 14:
                    codebook_changes.mark(connection, a.id, 1, "the value is another", a.updated)
    return path


def test_who_waits_is_told_by_coder_and_code_until_somebody_looked(
    marked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Study.open(marked) as study:
        found = waiting(study)
        by = {(name, code): n for (_, name, code), n in counts(found).items()}
        assert [n for _, n in sorted(by.items())] == [2, 1]
        assert [c.split(":")[0] for _, c in sorted(by)] == ["Claim", "Claim"]
        assert all(w.words == study.text(w.document.id)[w.place[0] : w.place[1]] for w in found if w.place)
    assert run(["codebook", "review", str(marked), "--json"], lambda *_: 0) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["waiting"] == 3
    assert sum(x["count"] for x in told["by"]) == len(told["labels"]) == 3
    assert told["labels"][0]["why"] == ["the value is another"]
    with Study.open(marked) as study:
        study.coding.apply(ConfirmAnnotation(coder_id=found[0].coder_id, annotation_id=found[0].label))
        assert [w.label for w in waiting(study)] == [w.label for w in found[1:]]


def test_a_click_opens_the_label_at_the_desk(window: MainWindow, marked: Path) -> None:
    window.open_study(marked, "Ada")
    every = [a for _, actions in window.actions_table.by_menu() for a in actions]
    next(a for a in every if a.objectName() == "waiting-for-review").trigger()
    shown = window.bench.windows.find("waiting-for-review", ReviewWindow)
    assert shown is not None
    assert "3 labels of 2 coders" in shown.summary.text()
    assert [shown.tree.topLevelItem(i).text(1) for i in range(shown.tree.topLevelItemCount())] == ["2", "1"]
    item = shown.tree.topLevelItem(0).child(1)
    place = shown.tree.visualItemRect(item).center()
    QTest.mouseClick(shown.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    session = window.bench.session
    assert session is not None
    wanted = item.data(0, Qt.ItemDataRole.UserRole)
    assert session.document is not None
    assert session.document.id == wanted.document.id
    assert session.current == wanted.label
    assert shown.isVisible()


def test_begin_with_brings_the_coded_example_along(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    window.open_study(make_study(tmp_path / "new.annotator"), "Ada")
    every = [a for _, actions in window.actions_table.by_menu() for a in actions]
    next(a for a in every if a.objectName() == "codebook").trigger()
    editor = window.bench.windows.find("codebook", CodebookEditor)
    assert editor is not None
    editor.begin_menu.aboutToShow.emit()
    brings = next(a for a in editor.begin_menu.actions() if a.isCheckable())
    assert not brings.isChecked()  # the study has articles of its own
    brings.trigger()
    title = gallery_codebook("frames").title
    next(a for a in editor.begin_menu.actions() if a.text() == title).trigger()
    with qtbot.waitSignal(editor.saved, timeout=20_000):
        editor.save()
    qtbot.waitUntil(lambda: window.study is not None and window.study.codebook_version == 2, timeout=20_000)
    assert window.study is not None
    coder = window.study.coder("Example")
    assert len(window.study.annotations(coder_ids=[coder.id])) == len(example_of("frames")["labels"])
    assert window.study.documents()[-1].title == example_of("frames")["title"]
    assert check(window.study) == []


def test_a_saved_codebook_has_an_account_that_adds_up(qtbot: QtBot, marked: Path, window: MainWindow) -> None:
    with Study.open(marked) as study:
        old = study.codebook
    told = old.model_dump(mode="json", by_alias=True)
    claim = next(x for x in told["layers"] if x["key"] == "claim")
    kind = next(a for a in claim["attributes"] if a["key"] == "claim_type")
    kind["values"] = [v for v in kind["values"] if v["key"] != "demand"]
    saving = Saving(marked, old, type(old).model_validate(told), CodebookMapping(), window)
    saving.begin()
    qtbot.waitUntil(lambda: saving.dialog is not None, timeout=20_000)
    assert saving.dialog is not None
    with qtbot.waitSignal(saving.done, timeout=20_000):
        saving.dialog.save.click()
    assert saving.account is not None
    adds_up(saving.account.as_json(), marked)
    connection = sqlite3.connect(f"file:{marked}?mode=ro", uri=True)
    query = "SELECT count(DISTINCT annotation_id) FROM review WHERE codebook_version = 2"
    (waiting,) = connection.execute(query).fetchone()
    connection.close()
    assert sum(x.count for x in saving.account.left_out if x.what == "annotations") == waiting == 1
