"""A study made of other programs' files, as a hand does it: choose, look, name, leave out, make."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from annotator.domain.json_forms import as_json
from annotator.qt.exchange import new_from_dialog
from annotator.qt.exchange.new_from_dialog import NewFromDialog
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.toolkit.settings import Settings
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.exchange.trying_new_study import Trial, try_new_study
from annotator.services.study import Study
from tests.codebooks import everything


def ready(qtbot: QtBot, dialog: NewFromDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.running and not dialog._wait.isActive(), timeout=20_000)


def rows(item: QTreeWidgetItem) -> dict[str, str]:
    inside = [item.child(i) for i in range(item.childCount())]
    return {one.text(0): one.text(1) for one in inside if one is not None}


def parts(dialog: NewFromDialog) -> dict[str, dict[str, str]]:
    """What is shown: heading -> row -> number."""
    tops = [dialog.tree.topLevelItem(i) for i in range(dialog.tree.topLevelItemCount())]
    return {top.text(0): rows(top) for top in tops if top is not None}


@pytest.fixture
def dialog(qtbot: QtBot) -> NewFromDialog:
    made = NewFromDialog()
    qtbot.addWidget(made)
    made.show()
    return made


def corpus(at: Path, bad: int = 0) -> Path:
    """brat without coders, in two parts; so many labels stand where no text is."""
    for part in ("fish", "harbour"):
        (at / "corpus" / part).mkdir(parents=True)
        (at / "corpus" / part / f"{part}.txt").write_text(f"The {part} is back.")
        end = 4 + len(part)
        lines = [f"T1\tThing 4 {end}\t{part}\n", "T2\tThing 0 3\tThe\n", "R1\tOf Arg1:T1 Arg2:T2\n"]
        lines += [f"T{n + 3}\tThing {900 + n} {903 + n}\tfar\n" for n in range(bad if part == "fish" else 0)]
        (at / "corpus" / part / f"{part}.ann").write_text("".join(lines))
    return at / "corpus"


def test_a_folder_without_coders_wants_one_and_the_study_is_made(
    qtbot: QtBot, dialog: NewFromDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = corpus(tmp_path)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(source))
    QTest.mouseClick(dialog.folder, Qt.MouseButton.LeftButton)
    ready(qtbot, dialog)
    shown = parts(dialog)
    assert shown["Found: brat standoff (folder)"] == {
        "articles": "2", "labels of passages and articles": "4", "relations": "2",
    }  # fmt: skip
    assert shown["The codebook that comes out"] == {"Thing (passages)": "4", "Of (relation) (relation)": "2"}
    assert "6 labels do not say who made them" in dialog.why.text()
    assert "coder's name is missing" in dialog.told.text()
    assert not dialog.take.isEnabled()
    QTest.keyClicks(dialog.coder, "Ada")
    ready(qtbot, dialog)
    assert dialog.folders.isVisible()
    assert dialog.take.isEnabled()
    assert dialog.account.line.text() == "Would be imported: 6 of 6 labels, 2 of 2 articles, 1 of 1 coders."
    told: list[Any] = []
    dialog.made.connect(lambda path, words: told.append((path, words)))
    trial = dialog.trial
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert "6 labels and 2 articles were imported" in told[0][1]
    with Study.open(told[0][0]) as study:
        assert {c.name for c in study.coders()} == {"Ada"}
        assert len(study.annotations()) == 6
    result = new_study_from(tmp_path / "cli.annotator", source, "brat", coder="Ada")
    assert trial is not None
    assert trial.account == result.account


def test_sub_folders_are_coders_where_a_person_says_so(qtbot: QtBot, dialog: NewFromDialog, tmp_path: Path) -> None:
    dialog.choose([corpus(tmp_path)])
    ready(qtbot, dialog)
    assert dialog.folders.currentData() is False
    dialog.folders.setCurrentIndex(1)
    ready(qtbot, dialog)
    assert parts(dialog)["Coders"] == {"fish": "3", "harbour": "3"}
    assert dialog.take.isEnabled()
    assert "these names are kept" in dialog.why.text()


def test_faults_are_told_by_kind_and_the_rest_comes_in_by_choice_with_a_list(
    qtbot: QtBot, dialog: NewFromDialog, tmp_path: Path
) -> None:
    source = corpus(tmp_path, bad=12)
    dialog.choose([source])
    QTest.keyClicks(dialog.coder, "Ada")
    ready(qtbot, dialog)
    assert parts(dialog)["Faults"]["each by its place"] == "12"
    assert not dialog.take.isEnabled()
    assert "corrected or left out" in dialog.told.text()
    dialog.rest.click()
    ready(qtbot, dialog)
    told: list[Any] = []
    dialog.made.connect(lambda path, words: told.append((path, words)))
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    path, words = told[0]
    listed = path.with_name(f"{path.stem}.left-out.csv").read_text("utf-8-sig").splitlines()
    assert "12 faulty parts were left out" in words
    assert len(listed) == 13
    assert "fish.ann line 4" in listed[1]
    result = as_json(new_study_from(tmp_path / "cli.annotator", source, "brat", coder="Ada", taking=Taking(rest=True)))
    with Study.open(path) as study:
        assert len(study.annotations()) == result["annotations"]["added"] == 6


def test_several_files_of_a_form_are_one_source_and_a_codebook_form_is_told(
    qtbot: QtBot, dialog: NewFromDialog, tmp_path: Path
) -> None:
    for name in ("Ada", "Ben"):
        line = {"id": 1, "text": "The eel is back.", "label": [[4, 7, "fish"]]}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(line) + "\n")
    dialog.choose([tmp_path / "Ada.jsonl", tmp_path / "Ben.jsonl"])
    ready(qtbot, dialog)
    assert parts(dialog)["Coders"] == {"Ada": "1", "Ben": "1"}
    assert dialog.take.isEnabled()
    Study.create(tmp_path / "s.annotator", everything()).close()
    dialog.choose([tmp_path / "s.annotator"])
    ready(qtbot, dialog)
    assert "it is a study of this program" in dialog.fault.text()
    assert not dialog.take.isEnabled()


def test_the_welcome_page_leads_there_and_the_study_is_opened(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.show()
    button = next(b for b in window.welcome.findChildren(QPushButton) if "other programs" in b.text())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = window.findChild(NewFromDialog)
    assert dialog is not None
    dialog.choose([corpus(tmp_path)])
    QTest.keyClicks(dialog.coder, "Ada")
    ready(qtbot, dialog)
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.study is not None, timeout=20_000)
    assert "6 labels and 2 articles were imported" in window.coder_page.study.text()
    window.close()


def doccano(at: Path) -> Path:
    at.parent.mkdir()
    at.write_text(json.dumps({"id": 1, "text": "The eel is back.", "label": [[4, 7, "fish"]]}) + "\n")
    return at


def test_while_other_files_are_looked_at_the_answer_about_the_first_makes_nothing(
    qtbot: QtBot, dialog: NewFromDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = doccano(tmp_path / "a" / "a.jsonl"), doccano(tmp_path / "b" / "b.jsonl")
    dialog.choose([first])
    dialog.coder.setText("Ada")
    ready(qtbot, dialog)
    begun: list[Any] = []
    go_on, go_on_too = threading.Event(), threading.Event()

    def slow(sources: list[Path], *more: Any) -> Trial:
        begun.append(sources)
        (go_on if len(begun) == 1 else go_on_too).wait(20)
        return try_new_study(sources, *more)

    monkeypatch.setattr(new_from_dialog, "try_new_study", slow)
    dialog.coder.setText("Ben")
    qtbot.waitUntil(lambda: len(begun) == 1)
    dialog.choose([second])
    qtbot.waitUntil(lambda: not dialog._wait.isActive())
    go_on.set()
    qtbot.waitUntil(lambda: len(begun) == 2)
    offered = dialog.take.isEnabled()
    go_on_too.set()
    ready(qtbot, dialog)
    assert not offered
    assert dialog.take.isEnabled()


@pytest.mark.parametrize("name", ["/", ".", "..", "~nobody-is-called-so/x", "a\0b", "x" * 300])
def test_what_no_file_can_be_called_is_told(
    name: str, qtbot: QtBot, dialog: NewFromDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dialog.choose([doccano(tmp_path / "a" / "a.jsonl")])
    dialog.coder.setText("Ada")
    ready(qtbot, dialog)
    dialog.path.setText(name)
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    assert not dialog.running
    assert "no name for a file" in dialog.fault.text()


def test_a_list_that_cannot_be_saved_leaves_the_study_and_is_told(
    qtbot: QtBot, dialog: NewFromDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def full(*_: Any) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(new_from_dialog, "save_left", full)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: asked.append(a[2]) or ("", ""))
    dialog.choose([corpus(tmp_path, bad=12)])
    dialog.coder.setText("Ada")
    dialog.rest.setChecked(True)
    ready(qtbot, dialog)
    path = dialog.path.text()
    dialog.path.setText("")
    QTest.mouseClick(dialog.list, Qt.MouseButton.LeftButton)
    assert asked == ["study.left-out.csv"]
    dialog.path.setText(path)
    told: list[Any] = []
    dialog.made.connect(lambda at, words: told.append((at, words)))
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert told[0][0].exists()
    assert "12 faulty parts were left out." in told[0][1]
    assert "No space left" in told[0][1]
    assert told[0][1].count("left out: ") == 8
