"""What the columns of a table of articles mean is asked once in the import window, and remembered."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from annotator.qt.articles.columns import ColumnsDialog
from annotator.qt.articles.import_dialog import ImportDialog
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.tables import heads_of

WAIT = 10_000


def shown(qtbot: QtBot, settings: Settings, study_path: Path, source: Path) -> ImportDialog:
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.close()
    dialog = ImportDialog(study_path, [source], window.theme, None, settings)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def chosen(dialog: ColumnsDialog, name: str, meaning: str) -> None:
    box = dialog.boxes[name]
    box.setCurrentIndex(box.findData(meaning))


def test_columns_that_nothing_tells_are_asked_and_remembered(
    qtbot: QtBot, settings: Settings, study_path: Path, tmp_path: Path
) -> None:
    source = tmp_path / "t.csv"
    source.write_text("kop1;stuk;wanneer\nTitle;Some words.;03/04/2031\n", encoding="utf-8")
    dialog = shown(qtbot, settings, study_path, source)
    qtbot.waitUntil(lambda: bool(dialog.problems.text()), timeout=WAIT)
    assert "t.csv" in dialog.columns.told.text()
    assert dialog.list.count() == 0
    QTest.mouseClick(dialog.columns.button, Qt.MouseButton.LeftButton)
    asked = dialog.findChild(ColumnsDialog)
    assert asked is not None
    ok = asked.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert not ok.isEnabled(), "without a text there is nothing to read"
    for name, meaning in (("kop1", "title"), ("stuk", "text"), ("wanneer", "published")):
        chosen(asked, name, meaning)
    asked.order.setCurrentIndex(asked.order.findData("dmy"))
    QTest.mouseClick(ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.list.count() == 1 and dialog.take.isEnabled(), timeout=WAIT)
    document = dialog._documents[0]
    assert (document.meta.title, document.meta.published) == ("Title", "2031-04-03")
    assert dialog.columns.told.text() == ""
    dialog.reject()
    again = shown(qtbot, settings, study_path, source)
    qtbot.waitUntil(lambda: again.list.count() == 1, timeout=WAIT)
    assert again.columns.told.text() == "", "it is asked once"
    again.reject()


def test_the_order_of_days_is_asked_only_where_nothing_tells_it(tmp_path: Path) -> None:
    cases = {"open": ("03/04/2031", "dates"), "told": ("13/04/2031", ""), "iso": ("2031-04-03", "dates")}
    for name, (day, asked) in cases.items():
        (tmp_path / f"{name}.csv").write_text(f"text,date,{name}\nWords.,{day},\nWords.,05/06/2031,\n")
        (head,) = heads_of([tmp_path / f"{name}.csv"])
        assert head.asked == asked, name
