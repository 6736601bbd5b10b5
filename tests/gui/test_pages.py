"""The pages around the desk: welcome, who codes, new study, import, agreement, themes; and the guards themselves."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from annotator.qt.articles.import_dialog import ImportDialog
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.shell.new_study import NewStudyDialog
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import DARK, LIGHT
from annotator.services.study import Study
from tests.gui.conftest import ARTICLE, Hand, make_study


@pytest.fixture
def window(qtbot: QtBot, settings: Settings) -> MainWindow:
    found = MainWindow(settings)
    qtbot.addWidget(found)
    found.resize(1200, 800)
    found.show()
    return found


def test_recent_studies_are_on_the_first_page(window: MainWindow, study_path: Path, tmp_path: Path) -> None:
    assert window.open_study(study_path, "Ada")
    window.close_study()
    window.settings.remember(tmp_path / "gone.annotator")
    window.welcome.reload()
    texts = [window.welcome.recent.item(i).text() for i in range(2)]
    assert "not there now" in texts[0]
    assert texts[1].startswith("harbour")
    window.welcome.recent.itemClicked.emit(window.welcome.recent.item(1))
    assert window.pages.currentWidget() is window.desk
    window.close()


@pytest.mark.parametrize("content", [None, b"", b"not a study at all" * 20])
def test_what_cannot_be_opened_is_told_on_the_first_page(
    window: MainWindow, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "x.annotator"
    if content is not None:
        path.write_bytes(content)
    assert not window.open_study(path)
    assert window.welcome.fault.isVisible()
    assert str(path) in window.welcome.fault.text()
    window.close()


def test_who_codes_is_asked_and_remembered(window: MainWindow, tmp_path: Path) -> None:
    path = make_study(tmp_path / "s.annotator", ())
    assert window.open_study(path)
    assert window.pages.currentWidget() is window.coder_page
    QTest.keyClicks(window.coder_page.name, "Chidi")
    QTest.keyClick(window.coder_page.name, Qt.Key.Key_Return)
    assert window.pages.currentWidget() is window.desk
    assert window.desk.coder_button.text() == "Coding as Chidi"
    window.close_study()
    assert window.open_study(path)
    assert window.pages.currentWidget() is window.desk, "this computer knows who coded here"
    window.close()


def test_a_new_study_or_every_fault_of_its_codebook(window: MainWindow, tmp_path: Path) -> None:
    dialog = NewStudyDialog(window)
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: annotator-codebook/1\nkey: X Y\ntitel: T\nlayers: []\n")
    dialog.codebook.setText(str(bad))
    dialog.path.setText(str(tmp_path / "mine"))
    dialog.show()
    dialog.make()
    assert "line 2" in dialog.fault.text()
    assert "line 3" in dialog.fault.text()
    assert not (tmp_path / "mine.annotator").exists()
    made: list[Path] = []
    dialog.made.connect(made.append)
    dialog.codebook.clear()
    dialog.make()
    assert made == [tmp_path / "mine.annotator"]
    Study.open(made[0]).close()
    window.close()


def test_steps_can_be_switched_off_and_duplicates_are_offered(
    qtbot: QtBot, window: MainWindow, study_path: Path, tmp_path: Path
) -> None:
    (tmp_path / "one.txt").write_text(ARTICLE)
    (tmp_path / "new.txt").write_text("A new article stands here, and it is long enough.\n\nShare this article\n")
    window.open_study(study_path, "Ada")
    window.import_articles([tmp_path / "new.txt", tmp_path / "one.txt"])
    dialog = window.findChild(ImportDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.list.count() == 2 and dialog.take.isEnabled(), timeout=10_000)
    assert dialog.list.item(0).checkState() == Qt.CheckState.Checked
    assert dialog.list.item(1).checkState() == Qt.CheckState.Unchecked
    assert "same text" in dialog.list.item(1).text()
    assert dialog.take.text() == "Import 1 article"
    assert "Share" not in dialog.clean.toPlainText()
    assert "Share" in dialog.raw.toPlainText()
    dialog.steps["boilerplate"].setChecked(False)
    qtbot.waitUntil(lambda: "Share" in dialog.clean.toPlainText(), timeout=10_000)
    dialog.reject()
    assert window.study is not None
    assert len(window.study.documents()) == 2
    window.close()


def test_both_themes_paint_and_are_remembered(window: MainWindow, study_path: Path) -> None:
    window.open_study(study_path, "Ada")
    colours = set()
    for name, theme in (("light", LIGHT), ("dark", DARK)):
        window._set_theme(name)
        assert window.theme is theme
        colours.add(window.grab().toImage().pixelColor(600, 600).name())
    assert len(colours) == 2
    assert window.settings.theme == "dark"
    window.close()


def test_everything_that_takes_the_focus_has_a_name(hand: Hand) -> None:
    hand.drag("It will pay for itself")
    hand.key("c")
    nameless = []
    for widget in hand.window.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            named = widget.accessibleName() or getattr(widget, "text", str)() or widget.toolTip()
            parent = widget.parentWidget()
            if not named and not (parent is not None and parent.accessibleName()):
                nameless.append(type(widget).__name__)
    assert not nameless


def test_what_is_typed_in_the_memo_is_saved_when_the_article_changes(hand: Hand) -> None:
    hand.drag("It will pay for itself")
    hand.key("c")
    form = next(iter(hand.desk.inspector._forms.values()))
    form.memo.setFocus()
    QTest.keyClicks(form.memo, "why so sure?")
    hand.desk.go(1)
    hand.desk.go(-1)
    assert hand.labels("claim")[0].memo == "why so sure?"


def test_a_refusal_is_told_at_the_field_and_nothing_changes(hand: Hand) -> None:
    from annotator.qt.form.fields import TextField

    hand.session.set_current(None)
    field = next(f for f in hand.desk.inspector.findChildren(TextField) if f.attribute.key == "sources")
    field.edit.setFocus()
    QTest.keyClicks(field.edit, "many")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert not hand.labels("article")
    field.edit.setFocus()
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "3")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert hand.labels("article")[0].values["sources"] == 3


def test_entities_are_found_by_alias_and_made_in_place(hand: Hand) -> None:
    from annotator.qt.form.picker import Picker
    from annotator.qt.form.search_field import EntityField

    hand.drag("Nneka Vardy")
    hand.key("s")
    field = next(f for f in hand.desk.inspector.findChildren(EntityField) if f.attribute.key == "entity")
    field.line.setFocus()
    QTest.keyClick(field.line, Qt.Key.Key_Down)
    QTest.keyClick(field.line.popup, Qt.Key.Key_Return)
    QApplication.processEvents()
    picker = hand.window.findChild(Picker)
    assert picker is not None, "the type is asked"
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert not hand.session.entities, "two Enters make nobody a person"
    QTest.keyClick(picker.search, "1")
    QApplication.processEvents()
    (speaker,) = hand.labels("speaker")
    assert hand.session.entities[speaker.values["entity"]["entity"]].name == "Nneka Vardy"


def test_none_keeps_its_references() -> None:
    """Some releases of the binding lose one reference to None at each void call, and die after some thousands."""
    widget = QObject()
    before = sys.getrefcount(None)
    for number in range(3000):
        widget.setObjectName(str(number))
    assert abs(sys.getrefcount(None) - before) < 500


def test_the_guards_catch_a_dialog_an_exception_and_an_open_study(pytester: pytest.Pytester) -> None:
    root = Path(__file__).resolve().parents[2]
    pytester.makeconftest(f"import sys\nsys.path.insert(0, {str(root)!r})\nfrom tests.conftest import *  # noqa\n")
    pytester.makepyfile(
        f"""
        import threading
        from pathlib import Path
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QMessageBox, QPushButton
        import sys
        sys.path.insert(0, {str(root)!r})
        from tests.studies import study_at

        def test_dialog(qtbot):
            QMessageBox(text="surprise").exec()

        def test_slot(qtbot):
            button = QPushButton()
            qtbot.addWidget(button)
            button.clicked.connect(lambda: 1 / 0)
            button.click()

        def test_study(tmp_path):
            study_at(tmp_path / "s.annotator")

        def test_thread():
            stop = threading.Event()
            threading.Thread(target=lambda: stop.wait(3)).start()
        """
    )
    outcome = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    counts = outcome.parseoutcomes()
    assert counts.get("failed", 0) + counts.get("errors", 0) == 4, counts


def test_buttons_are_wide_enough_for_their_words(hand: Hand) -> None:
    hand.drag("It will pay for itself")
    hand.key("c")
    for button in hand.desk.findChildren(QPushButton):
        if button.isVisible() and button.text():
            assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()), button.text()
