"""Doubtful articles in the import window: not ticked, told in words, and put right by one click."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.qt.articles.import_dialog import ImportDialog
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import LIGHT
from annotator.services.study import Study
from tests.intake.pages import PARAGRAPHS, STORY, page

WAIT = 10_000


def shown(qtbot: QtBot, study_path: Path, *files: Path) -> ImportDialog:
    dialog = ImportDialog(study_path, list(files), LIGHT)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.list.count() == len(files) and not dialog.running, timeout=WAIT)
    return dialog


@pytest.fixture
def little(tmp_path: Path) -> Path:
    posts = "".join(
        f"<div><h3><a href='/{n}'>Post {n}</a></h3><div><p>{p}</p></div><a href='/{n}'>Open it</a></div>"
        for n, p in enumerate(PARAGRAPHS * 4)
    )
    path = tmp_path / "little.html"
    path.write_text(page(f"<div><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p></div><aside>{posts}</aside>"))
    return path


def test_a_doubtful_article_is_not_ticked_and_one_click_takes_the_whole_page(
    qtbot: QtBot, settings: Settings, study_path: Path, little: Path
) -> None:
    dialog = shown(qtbot, study_path, little)
    assert dialog.list.item(0).checkState() == Qt.CheckState.Unchecked
    assert not dialog.take.isEnabled()
    assert "little of the page is kept" in dialog.list.item(0).text()
    assert "little of the page is kept" in dialog.doubts.problems.text()
    QTest.mouseClick(dialog.doubts.whole, Qt.MouseButton.LeftButton)
    assert "Open it" in dialog.clean.toPlainText()
    assert dialog.list.item(0).checkState() == Qt.CheckState.Checked
    assert dialog.doubts.parts.currentData() == "whole"
    with qtbot.waitSignal(dialog.imported, timeout=WAIT):
        QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    with Study.open(study_path) as study:
        assert any("little.html" in d.source for d in study.documents())


def test_another_part_of_the_page_can_be_taken_and_the_article_again(
    qtbot: QtBot, settings: Settings, study_path: Path, tmp_path: Path
) -> None:
    menu = "<ul>" + "".join(f"<li><a href='/{n}'>Entry {n} of the menu</a></li>" for n in range(30)) + "</ul>"
    other = "".join(f"<p>{p.replace('Eelmouth', 'Fenwick')} So it was.</p>" for p in PARAGRAPHS[:2])
    (tmp_path / "two.html").write_text(page(f"<div>{STORY}</div>{menu * 4}<div>{other}</div>"))
    dialog = shown(qtbot, study_path, tmp_path / "two.html")
    assert dialog.list.item(0).checkState() == Qt.CheckState.Checked
    assert "Fenwick" not in dialog.clean.toPlainText()
    row = next(i for i in range(dialog.doubts.parts.count()) if "Fenwick" in dialog.doubts.parts.itemText(i))
    dialog.doubts.parts.setCurrentIndex(row)
    dialog.doubts.parts.activated.emit(row)
    assert "Fenwick voted" in dialog.clean.toPlainText()
    dialog.steps["spaces"].setChecked(False)
    qtbot.waitUntil(lambda: not dialog.running, timeout=WAIT)
    assert "Fenwick voted" in dialog.clean.toPlainText(), "the choice outlives another reading"
    dialog.doubts.parts.activated.emit(0)
    assert "Fenwick" not in dialog.clean.toPlainText()
    dialog.reject()


def test_damaged_letters_are_told_and_mended_by_one_click(
    qtbot: QtBot, settings: Settings, study_path: Path, tmp_path: Path
) -> None:
    (tmp_path / "letters.txt").write_text(
        "MÃ¼ÃŸig agreed with the board of the harbour.\n\nâ€œWe waitâ€\x9d, she said."
    )
    dialog = shown(qtbot, study_path, tmp_path / "letters.txt")
    assert dialog.list.item(0).checkState() == Qt.CheckState.Checked, "the article itself is not in doubt"
    assert "“MÃ¼ÃŸig” for “Müßig”" in dialog.doubts.problems.text()
    QTest.mouseClick(dialog.doubts.mend, Qt.MouseButton.LeftButton)
    assert dialog.clean.toPlainText() == "Müßig agreed with the board of the harbour.\n\n“We wait”, she said."
    assert not dialog.doubts.mend.isVisible()
    steps = [dialog.record.topLevelItem(i) for i in range(dialog.record.topLevelItemCount())]
    assert ["Damaged letters", "mended", "Ã¼"] in [[s.text(0), s.text(2), s.text(3)] for s in steps if s]
    dialog.reject()


def test_what_is_left_out_of_a_page_is_crossed_out_at_its_place(
    qtbot: QtBot, settings: Settings, study_path: Path, tmp_path: Path
) -> None:
    html = page(f"<nav>Menu of the day</nav><article>{STORY}</article><footer>Imprint</footer>")
    (tmp_path / "a.html").write_text(html)
    dialog = shown(qtbot, study_path, tmp_path / "a.html")
    crossed = [m.cursor.selectedText() for m in dialog.raw.extraSelections() if m.format.fontStrikeOut()]
    assert crossed == ["Menu of the day", "Imprint"]
    dialog.reject()


def test_the_preview_tells_what_would_come_in_beside_what_is_there(
    qtbot: QtBot, study_path: Path, little: Path, tmp_path: Path
) -> None:
    sound = tmp_path / "sound.txt"
    sound.write_text("\n\n".join(PARAGRAPHS), encoding="utf-8")
    dialog = shown(qtbot, study_path, little, sound)
    with Study.open(study_path) as study:
        before = len(study.documents())
    assert dialog.account.line.text().endswith(f"1 of {before + 1} articles, 0 of 0 coders.")
    assert f"{before} articles left out: in the study before" in dialog.account.reasons.text()
    dialog.list.item(0).setCheckState(Qt.CheckState.Checked)
    assert dialog.account.line.text().endswith(f"2 of {before + 2} articles, 0 of 0 coders.")
    for row in (0, 1):
        dialog.list.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog.account.isVisible()
