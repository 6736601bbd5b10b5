"""The program brings its own letters, so that every machine shows the same page."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF, QRawFont
from PySide6.QtWidgets import QApplication, QListWidget, QMenuBar, QStatusBar
from pytestqt.qtbot import QtBot

from annotator.data import resource_path
from annotator.intake import read_source
from annotator.qt.desk.letters_lacking import LettersLacking, _is_box
from annotator.qt.toolkit.fonts import INTERFACE, READING, load_fonts
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import LIGHT, apply_theme
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study
from tests.gui.conftest import Hand, make_study, opened

pytestmark = pytest.mark.skipif(
    os.environ.get("ANNOTATOR_TEST_FONTS") == "system", reason="asked to run with the system's fonts alone"
)


def test_desk_and_article_are_written_in_the_fonts_of_the_program(hand: Hand) -> None:
    assert {READING, INTERFACE} <= load_fonts()
    for part in (hand.desk, hand.desk.done_button, hand.window.menuBar(), hand.desk.documents.heading):
        assert QFontInfo(part.font()).family() == INTERFACE, part
    assert hand.desk.surface.theme.family == READING


def test_another_theme_makes_letters_no_larger(hand: Hand) -> None:
    size = QApplication.font().pointSizeF()
    for name in ("dark", "light", "dark"):
        hand.window.appearance.set_theme(name)
    assert QApplication.font().pointSizeF() == size


@pytest.mark.parametrize("family", [READING, INTERFACE])
def test_the_scripts_that_the_fonts_are_for_are_in_them(hand: Hand, family: str) -> None:
    raw = QRawFont.fromFont(QFontDatabase.font(family, "Regular", 12))
    lacking = [c for c in "aßÅøñçőžșłŘę“„»—…€ΑλήόώЖяїєђџ−≠→" if not raw.supportsCharacter(ord(c))]
    assert not lacking


def test_each_family_comes_with_its_licence() -> None:
    for family in (READING, INTERFACE):
        text = (resource_path("fonts") / f"LICENSE-{family.replace(' ', '')}.txt").read_text(encoding="utf-8")
        assert "SIL Open Font License, Version 1.1" in text


def test_an_article_in_a_script_that_no_font_here_has_says_so_once(hand: Hand) -> None:
    rare = {"Toto": "\U0001e290", "Vithkuqi": "\U00010570", "Cypro-Minoan": "\U00012f90"}
    lacked = [c for c in rare.values() if _is_box(c, READING)]
    if not lacked:
        pytest.skip("this computer has a font for each of these scripts")
    letters = LettersLacking()
    assert letters.lacking("Plain words, “quoted”, Łódź, Ελλάδα, Київ 🚢", READING) == ""
    told = letters.lacking(f"Ada said {lacked[0] * 3}.", READING)
    assert "another script" in told
    assert letters.lacking(f"{lacked[0]} once more, and {lacked[-1]}", READING) == ""


def test_the_word_on_letters_that_lack_stands_over_the_article_until_the_next_step(
    qtbot: QtBot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_study(tmp_path / "korean.annotator")
    with Study.open(path) as study:
        add_documents(study, read_source("three.txt", "서울의 시장\n\n그는 말했다.\n".encode(), "plain"))
    monkeypatch.setattr("annotator.qt.desk.letters_lacking._is_box", lambda letter, _family: letter == "서")
    hand = opened(qtbot, settings, path)
    assert not hand.desk.notice.isVisible()
    for times in range(2):
        hand.desk.open_document(hand.session.study.documents()[2].id)
        assert hand.desk.notice.isVisible() == (times == 0)
        if times == 0:
            assert "(Korean)" in hand.desk.notice.words.text()
        hand.desk.open_document(hand.session.study.documents()[0].id)
        assert not hand.desk.notice.isVisible()
    hand.window.close()


def test_figures_are_as_wide_as_each_other_so_that_columns_can_be_read(hand: Hand) -> None:
    for family in (READING, INTERFACE):
        metrics = QFontMetricsF(QFontDatabase.font(family, "Regular", 40))
        assert len({round(metrics.horizontalAdvance(c), 3) for c in "0123456789"}) == 1


def test_wheel_and_packages_bring_fonts_and_licences() -> None:
    told = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert '"resources/fonts" = "annotator/_data/resources/fonts"' in told
    packaging = Path(__file__).parents[2] / "packaging"
    for papers in ("linux/build.sh", "windows/build.py"):
        assert "Source Serif Pro" in (packaging / papers).read_text(encoding="utf-8"), papers
    for spec in ("linux/annotator.spec", "macos/annotator.spec"):
        assert '(str(top / "resources"), "annotator/_data/resources")' in (packaging / spec).read_text(encoding="utf-8")
    size = sum(f.stat().st_size for f in resource_path("fonts").iterdir())
    assert size < 2_000_000


def test_what_a_style_sheet_gave_the_systems_letters_gets_the_programs_again(hand: Hand, qapp: QApplication) -> None:
    """As on Windows, which has letters of its own for menus and lists."""
    try:
        for part in ("QMenuBar", "QStatusBar", "QAbstractItemView"):
            qapp.setFont(QFont("DejaVu Sans"), part)  # type: ignore[arg-type]
        apply_theme(qapp, LIGHT)
        assert {part.font().family() for part in (QMenuBar(), QStatusBar(), QListWidget())} == {INTERFACE}
    finally:
        apply_theme(qapp, LIGHT)
