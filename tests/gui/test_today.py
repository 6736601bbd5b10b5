"""The first screen of a study: when it comes, what it says, where its lines lead; with mouse and keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget
from pytestqt.qtbot import QtBot

from annotator.domain.commands import AddAnnotation, AddNote, SetDocumentState, SetMemo
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.qt.agreement.window import AgreementWindow
from annotator.qt.codebooks.review_window import ReviewWindow
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.team.collect import CollectDialog
from annotator.qt.team.conflicts_window import ConflictsWindow
from annotator.qt.team.progress_window import ProgressWindow
from annotator.qt.team.questions_window import QuestionsWindow
from annotator.qt.team.send_back import SendBackDialog
from annotator.qt.today.page import TodayPage
from annotator.qt.toolkit.settings import Settings
from annotator.services.study import Study
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.merging import merge
from annotator.services.team.packing import pack
from annotator.services.team.receiving import open_package
from annotator.services.team.roles import set_role
from annotator.store import codebook_changes
from tests.gui.conftest import make_study

WAIT = 20_000


@pytest.fixture
def window(qtbot: QtBot, settings: Settings) -> Iterator[MainWindow]:
    found = MainWindow(settings)
    qtbot.addWidget(found)
    found.resize(1200, 800)
    found.show()
    yield found
    found.close()


@pytest.fixture
def lead(tmp_path: Path) -> Path:
    """Lee supervises; Ada and Ben have both articles, and Ada's package is out."""
    path = make_study(tmp_path / "lead.annotator", ("Ada", "Ben", "Lee"))
    with Study.open(path) as study:
        set_role(study, "Lee", "supervisor")
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2, round="pilot")))
        for name in ("Ada", "Ben"):
            claim(study, study.coder(name).id, study.documents()[0].id)
        ada, second = study.coder("Ada").id, study.documents()[1].id
        asked = AddNote(coder_id=ada, document_id=second, text="Who is he?", kind="question", start=3, end=7)
        study.coding.apply(asked)
        pack(study, "Ada", tmp_path / "ada.annotator-package")
    return path


def claim(study: Study, coder: str, document: str) -> str:
    kind = {"claim_type": study.codebook.layer("claim").attribute("claim_type").values[0].key}
    made = study.coding.apply(
        AddAnnotation(coder_id=coder, document_id=document, layer="claim", fragments=((4, 11),), values=kind)
    )
    return next(iter(made.added))


def since_yesterday(window: MainWindow) -> None:
    """As if it had been opened the day before."""
    assert window.session is not None
    key = f"{window.session.study.id}/{window.session.coder.id}"
    window.settings.set_today_shown(key, (date.today() - timedelta(days=1)).isoformat())


def page_of(qtbot: QtBot, window: MainWindow, settled: bool = False) -> TodayPage:
    assert window.first_page.in_front
    page = window.first_page.page
    qtbot.waitUntil(lambda: page._found is not None and not page._reading.busy, timeout=WAIT)
    if settled:
        qtbot.waitUntil(lambda: not page._agreeing.busy, timeout=WAIT)
    return page


def lines(of: QListWidget) -> list[str]:
    return [of.item(row).text() for row in range(of.count())]


def choose(of: QListWidget, words: str) -> None:
    """Go to a line with the keys, and Enter."""
    row = next(n for n, told in enumerate(lines(of)) if words in told)
    of.setFocus()
    QTest.keyClick(of, Qt.Key.Key_Home)
    for _ in range(row):
        QTest.keyClick(of, Qt.Key.Key_Down)
    assert of.currentRow() == row
    QTest.keyClick(of, Qt.Key.Key_Return)
    QApplication.processEvents()


# when it comes


def test_it_comes_once_a_day_and_enter_goes_on_coding(qtbot: QtBot, window: MainWindow, study_path: Path) -> None:
    assert window.open_study(study_path, "Ada")
    assert window.desk_page.in_front, "who asks for a coder gets the desk"
    window.open_study(study_path)
    assert window.desk_page.in_front, "that day"
    since_yesterday(window)
    window.open_study(study_path)
    page = page_of(qtbot, window)
    assert page.go_on.hasFocus() or page.go_on is page.window().focusWidget()
    assert "1. one.txt" in page.go_on.text()
    QTest.keyClick(page.go_on, Qt.Key.Key_Return)
    assert window.desk_page.in_front
    assert window.session is not None
    assert window.session.document is not None
    assert window.session.document.number == 1
    window.open_study(study_path)
    assert window.desk_page.in_front, "once a day"
    since_yesterday(window)
    window.open_study(study_path)
    page = page_of(qtbot, window)
    page.each_day.setChecked(False)
    since_yesterday(window)
    window.open_study(study_path)
    assert window.desk_page.in_front, "somebody does not want it"
    window.actions_table.by_name["today"].trigger()
    page = page_of(qtbot, window)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert window.desk_page.in_front


def test_a_certain_article_is_opened_at_once(window: MainWindow, study_path: Path, settings: Settings) -> None:
    assert window.open_study(study_path, "Ada")
    window.leave_study()
    assert window.open_study(study_path, None, "2")
    assert window.desk_page.in_front


def test_where_nothing_is_left_it_comes_every_time(qtbot: QtBot, window: MainWindow, study_path: Path) -> None:
    with Study.open(study_path) as study:
        for d in study.documents():
            study.coding.apply(SetDocumentState(coder_id=study.coder("Ada").id, document_id=d.id, state="done"))
    window.open_study(study_path, "Ada")
    for _ in range(2):
        window.open_study(study_path)
        page = page_of(qtbot, window)
        assert page.go_on.text() == "Go to the articles"


def test_it_goes_on_with_the_next_article_where_the_last_one_is_done(
    qtbot: QtBot, window: MainWindow, study_path: Path
) -> None:
    window.open_study(study_path, "Ada", "1")
    with Study.open(study_path) as study:
        first = study.documents()[0].id
        study.coding.apply(SetDocumentState(coder_id=study.coder("Ada").id, document_id=first, state="done"))
    since_yesterday(window)
    window.open_study(study_path)
    page = page_of(qtbot, window)
    assert "2. two.txt" in page.go_on.text()
    page.go_on.click()
    assert window.session is not None
    assert window.session.document is not None
    assert window.session.document.number == 2


# a coder with a package


def test_a_package_says_what_it_is_and_goes_back_with_one_button(
    qtbot: QtBot, window: MainWindow, lead: Path, tmp_path: Path
) -> None:
    home, ada = open_package(tmp_path / "ada.annotator-package", CountingIds("home"), SteppingClock("2031-03-04"))
    with Study.open(home) as study:
        place, article = next((n, d) for n, d in enumerate(study.queue(ada), 1) if not study.annotations(d))
        made = claim(study, ada, article)
    window.open_study(home)
    page = page_of(qtbot, window)
    told = page.package.text()
    assert "Harbour" in told
    assert "round pilot" in told
    assert "from Lee" in told
    assert "Not sent back yet" in told
    assert not page.team.isVisible(), "a coder is shown no one else's work"
    assert page.send_back.text() == "Send back… (2 labels)"
    page.send_back.click()
    dialog = window.team.shown("send-back")
    assert isinstance(dialog, SendBackDialog)
    dialog.write()
    qtbot.waitUntil(lambda: bool(dialog.written.text()), timeout=WAIT)
    dialog.close()
    window.first_page.show()
    page = page_of(qtbot, window)
    assert page.send_back.text() == "Send back… (0 labels)"
    assert "Last sent back" in page.package.text()
    choose(page.mine.list, f"not complete: {place}. ")
    assert window.desk_page.in_front
    assert window.session is not None
    assert window.session.current == made


# a supervisor


def test_each_line_of_a_supervisor_leads_where_it_says(qtbot: QtBot, window: MainWindow, lead: Path) -> None:
    window.open_study(lead, "Lee")
    window.first_page.show()
    page = page_of(qtbot, window, settled=True)
    told = lines(page.team.list)
    assert any("Ada: package out since" in t for t in told)
    assert any("Ben: no package was made yet" in t for t in told)
    assert any("questions wait" in t for t in told)
    choose(page.team.list, "package out since")
    assert isinstance(window.team.shown("collect-packages"), CollectDialog)
    window.team.shown("collect-packages").close()
    assert window.first_page.in_front
    choose(page.team.list, "questions wait")
    asked = window.team.shown("questions")
    assert isinstance(asked, QuestionsWindow)
    asked.passage.emit(*(window.session.study.notes()[0].document_id, 3, 7))  # type: ignore[union-attr]
    assert window.desk_page.in_front, "a passage is looked at in its article"
    window.first_page.show()
    page = page_of(qtbot, window, settled=True)
    choose(page.team.list, "Agreement")
    assert isinstance(window.windows.find("agreement", AgreementWindow), AgreementWindow)


def pressed(of: QListWidget, words: str) -> None:
    """A click on a line."""
    row = next(n for n, told in enumerate(lines(of)) if words in told)
    place = of.visualItemRect(of.item(row)).center()
    QTest.mouseClick(of.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    QApplication.processEvents()


def reviewed_and_changed_in_two_places(lead: Path, tmp_path: Path) -> None:
    """Ada's label says one thing here and another in her package; Ben's waits for review."""
    home, _ = open_package(tmp_path / "ada.annotator-package", CountingIds("home"), SteppingClock("2031-03-04"))
    with Study.open(home) as mine:
        coder = mine.coder("Ada").id
        (label,) = mine.annotations(None, [coder], "claim")
        mine.coding.apply(SetMemo(coder_id=coder, annotation_id=label.id, memo="there"))
        pack(mine, "Ada", tmp_path / "back.annotator-package")
    with Study.open(lead) as study:
        ada, ben = study.coder("Ada").id, study.coder("Ben").id
        study.coding.apply(SetMemo(coder_id=ada, annotation_id=label.id, memo="here"))
        merge(study, [tmp_path / "back.annotator-package"])
        (waits,) = study.annotations(None, [ben], "claim")
        with study.file.transaction() as connection:
            codebook_changes.mark(connection, waits.id, 1, "the value is another", waits.updated)
        reason = "the second half is an advertisement"
        study.coding.apply(
            SetDocumentState(coder_id=ben, document_id=study.documents()[1].id, state="done", reason=reason)
        )


def test_a_click_on_conflicts_reviews_and_progress_leads_there(
    qtbot: QtBot, window: MainWindow, lead: Path, tmp_path: Path
) -> None:
    reviewed_and_changed_in_two_places(lead, tmp_path)
    window.open_study(lead, "Lee")
    window.first_page.show()
    page = page_of(qtbot, window)

    pressed(page.team.list, "changed in two places")
    conflicts = window.windows.find("conflicts", ConflictsWindow)
    assert conflicts is not None
    assert conflicts.isVisible()
    assert conflicts.list.count() == 1
    conflicts.close()

    pressed(page.team.list, "wait for review")
    reviews = window.windows.find("waiting-for-review", ReviewWindow)
    assert reviews is not None
    assert reviews.isVisible()
    assert "1" in reviews.summary.text()
    reviews.close()

    pressed(page.team.list, "Ben: 1 of 2")
    progress = window.windows.find("progress", ProgressWindow)
    assert progress is not None
    assert progress.isVisible()
    progress.close()


def test_what_is_collected_is_told_anew(qtbot: QtBot, window: MainWindow, lead: Path) -> None:
    window.open_study(lead, "Lee")
    window.first_page.show()
    page = page_of(qtbot, window)
    before = lines(page.team.list)
    with Study.open(lead) as other:
        claim(other, other.coder("Ben").id, other.documents()[1].id)
    window.bench.written()
    qtbot.waitUntil(lambda: lines(page.team.list) != before, timeout=WAIT)
    assert any(t.startswith("Ben: 0 of 2") and "2 labels" in t for t in lines(page.team.list))


def test_it_can_be_read_by_ear(qtbot: QtBot, window: MainWindow, lead: Path) -> None:
    window.open_study(lead, "Lee")
    window.first_page.show()
    page = page_of(qtbot, window)
    assert page.go_on.accessibleName() == page.go_on.text()
    assert (page.mine.list.accessibleName(), page.team.list.accessibleName()) == ("My work", "The team")
    assert window.actions_table.by_name["hand-out"].isEnabled(), "the team's menu is there"
    assert not window.actions_table.by_name["done"].isEnabled(), "no key changes an article that is not seen"
