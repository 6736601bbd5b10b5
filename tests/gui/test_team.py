"""The whole way of a team that works by files, by hand: plan, pack, open, code, send back, collect, choose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from annotator.domain.commands import AddAnnotation, AddEntity, AddNote, SetDocumentState, SetMemo
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.team.collect import CollectDialog
from annotator.qt.team.conflicts_window import ConflictsWindow
from annotator.qt.team.hand_out import HandOutDialog
from annotator.qt.team.make_packages import MakePackagesDialog
from annotator.qt.team.open_package import OpenPackageDialog
from annotator.qt.team.progress_window import ProgressWindow
from annotator.qt.team.questions_window import QuestionsWindow
from annotator.qt.team.send_back import SendBackDialog
from annotator.qt.toolkit.job_dialog import cell
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import DARK, LIGHT
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.study.package_origin import whose
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.merging import conflicts
from annotator.services.team.packing import pack
from annotator.services.team.questions import questions
from annotator.services.team.receiving import open_package
from tests.gui.conftest import make_study

D = TypeVar("D", bound=QDialog)
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
    """A supervisor's study: Ada and Ben have both articles, one of them twice."""
    path = make_study(tmp_path / "lead.annotator", ("Ada", "Ben", "Lee"))
    with Study.open(path) as study:
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2, repeats=50)))
    return path


def of(window: MainWindow, name: str, kind: type[D]) -> D:
    found = window.team.shown(name)
    assert isinstance(found, kind)
    return found


def trigger(window: MainWindow, name: str) -> None:
    actions = {a.objectName(): a for a in window.team.menu.actions()}
    assert actions[name].isEnabled(), name
    actions[name].trigger()


def column(table: Any, n: int) -> list[str]:
    return [cell(table, row, n).text() for row in range(table.rowCount())]


def test_the_whole_way_by_hand(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    lead = make_study(tmp_path / "lead.annotator", ("Ada", "Lee"))
    window.open_study(lead, "Lee")

    trigger(window, "hand-out")
    plan_ = of(window, "hand-out", HandOutDialog)
    QTest.keyClicks(plan_.name, "Ben")
    QTest.keyClick(plan_.name, Qt.Key.Key_Return)
    plan_.coders.item(1).setCheckState(Qt.CheckState.Unchecked)  # Lee leads
    plan_.repeats.setValue(50)
    qtbot.waitUntil(plan_.take.isEnabled, timeout=WAIT)
    assert column(plan_.piles, 0) == ["Ada", "Ben"]
    assert column(plan_.piles, 2) == ["3", "3"]
    assert plan_.take.text() == "Hand out 6"
    with Study.open(lead) as before:
        assert len(before.documents()) == 2, "a plan that is shown writes nothing"
    with qtbot.waitSignal(plan_.handed_out, timeout=WAIT):
        QTest.mouseClick(plan_.take, Qt.MouseButton.LeftButton)

    trigger(window, "make-packages")
    make = of(window, "make-packages", MakePackagesDialog)
    assert column(make.table, 0) == ["Ada", "Ben"]
    out = tmp_path / "out"
    out.mkdir()
    make.folder.setText(str(out))
    make.password.wanted.setChecked(True)
    QTest.keyClicks(make.password.first, "eel")
    assert not make.make.isEnabled(), "the two passwords differ"
    QTest.keyClicks(make.password.second, "eel")
    QTest.mouseClick(make.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: make.made.count() == 2, timeout=WAIT)
    assert "encrypted" in make.made.item(0).text()
    assert "of 2 articles" in make.made.item(0).text()  # its account
    make.reject()
    assert window.statusBar().currentMessage() == f"2 packages written into {out}"
    ada = next(p for p in out.iterdir() if "Ada" in p.name)
    window.close_study()

    window.open_file(ada)
    opening = of(window, "open-package", OpenPackageDialog)
    QTest.keyClicks(opening.password, "ell")
    QTest.keyClick(opening.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "wrong" in opening.fault.text(), timeout=WAIT)
    opening.password.setText("eel")
    QTest.mouseClick(opening.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.study is not None, timeout=WAIT)
    home, session = window.study, window.session
    assert home is not None
    assert session is not None
    assert session.coder.name == "Ada"
    assert home.file.path == ada.with_suffix(".annotator")
    assert len(window.desk.documents.model.pile.keys) == 3
    assert [a.objectName() for a in window.team.lead if a.isVisible()] == []
    QTest.mouseClick(window.desk.coder_button, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is window.desk, "nobody else codes in Ada's package"

    assert session.document is not None
    session.apply(
        AddAnnotation(coder_id=session.coder.id, document_id=session.document.id, layer="claim", fragments=((0, 7),))
    )
    words = session.text[:7]
    asks = {"coder_id": session.coder.id, "document_id": session.document.id, "kind": "question"}
    session.apply(AddNote(**asks, text="Is this one?", start=0, end=7))
    trigger(window, "send-back")
    send = of(window, "send-back", SendBackDialog)
    assert send.summary.text() == "0 of 3 articles done, 0 skipped, 1 labels"
    back = tmp_path / "back.annotator-package"
    send.where.setText(str(back))
    QTest.mouseClick(send.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(send.written.text()), timeout=WAIT)
    send.reject()
    assert str(back) in window.statusBar().currentMessage(), "what a window did is told when it is gone"
    window.close_study()

    window.open_study(lead, "Lee")
    trigger(window, "collect-packages")
    collect = of(window, "collect-packages", CollectDialog)
    collect.add([back])
    qtbot.waitUntil(collect.take.isEnabled, timeout=WAIT)
    assert [cell(collect.table, 0, n).text() for n in (0, 3, 4, 5, 6, 7)] == ["Ada", "1", "0", "0", "0", "1"]
    assert window.study is not None
    assert window.study.annotations() == [], "a preview writes nothing"
    with qtbot.waitSignal(collect.merged, timeout=WAIT):
        QTest.mouseClick(collect.take, Qt.MouseButton.LeftButton)
    collect.reject()
    assert window.statusBar().currentMessage().startswith("Done: 1 labels are new")
    assert len(window.study.annotations()) == 1

    trigger(window, "questions")
    asked = of(window, "questions", QuestionsWindow)
    assert asked.list.count() == 1
    assert f"“{words}”" in asked.text.toPlainText()
    asked.go.click()
    assert window.desk.surface.selection() == (0, 7)
    QTest.keyClicks(asked.reply, "Yes")
    QTest.keyClick(asked.reply, Qt.Key.Key_Return)
    assert asked.list.count() == 0
    assert questions(window.study)[0].replies[0][1].text == "Yes"
    assert check(window.study) == []


def laptops(lead: Path, folder: Path) -> list[Path]:
    """Packages of two laptops of Ada's, on which one label went on apart."""
    with Study.open(lead) as study:
        ada = study.coder("Ada").id
        document = study.documents()[0].id
        study.coding.apply(AddEntity(coder_id=ada, name="Ilsa Brandt-Oyelaran", type="person"))
        made = study.coding.apply(AddAnnotation(coder_id=ada, document_id=document, layer="claim", fragments=((0, 7),)))
        first = next(iter(made.added))
        sent = []
        for name in ("desk", "lap"):
            parcel = folder / name / "work.annotator-package"
            parcel.parent.mkdir()
            pack(study, "Ada", parcel)
            home, _ = open_package(parcel)
            with Study.open(home) as mine:
                mine.coding.apply(SetMemo(coder_id=ada, annotation_id=first, memo=f"memo of {name}"))
                if name == "lap":
                    mine.coding.apply(AddEntity(coder_id=ada, name="Ilsa Brandt Oyelaran", type="person"))
                sent.append(folder / f"{name}.annotator-package")
                pack(mine, "Ada", sent[-1])
    return sent


def test_suggestions_are_accepted_one_by_one_and_conflicts_are_chosen(
    qtbot: QtBot, window: MainWindow, lead: Path, tmp_path: Path
) -> None:
    sent = laptops(lead, tmp_path)
    window.open_study(lead, "Lee")
    window.team.collect(paths=sent)
    collect = of(window, "collect-packages", CollectDialog)
    qtbot.waitUntil(collect.take.isEnabled, timeout=WAIT)
    assert column(collect.table, 6) == ["0", "1"]
    names = collect.details.topLevelItem(0)
    assert names is not None
    one = names.child(0)
    assert one is not None
    assert "Ilsa Brandt Oyelaran" in one.text(0)
    one.setCheckState(0, Qt.CheckState.Checked)
    with qtbot.waitSignal(collect.merged, timeout=WAIT):
        collect.bring_in()
    assert "1 name was united" in collect.outcome.text()
    study = window.study
    assert study is not None
    merged = [e for e in study.entities() if e.merged_into is not None]
    assert [e.name for e in merged] == ["Ilsa Brandt Oyelaran"]

    QTest.mouseClick(collect.look, Qt.MouseButton.LeftButton)
    apart = of(window, "conflicts", ConflictsWindow)
    row = column(apart.table, 0).index("Memo")
    assert [cell(apart.table, row, n).text() for n in (1, 2, 3)] == ["≠", "memo of desk", "memo of lap"]
    with qtbot.waitSignal(apart.settled, timeout=WAIT):
        QTest.mouseClick(apart.there, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: apart.worker is None and not apart.there.isEnabled(), timeout=WAIT)
    (kept,) = conflicts(study)
    assert kept.settled == "there"
    assert study.annotation(kept.thing_id).memo == "memo of lap"
    assert check(study) == []


def test_a_damaged_package_is_named_and_the_others_come_in_without_it(
    qtbot: QtBot, window: MainWindow, lead: Path, tmp_path: Path
) -> None:
    sent = laptops(lead, tmp_path)
    bad = tmp_path / "bad.annotator-package"
    bad.write_bytes(sent[0].read_bytes()[:300])
    window.open_study(lead, "Lee")
    window.team.collect(paths=[sent[1], bad])
    collect = of(window, "collect-packages", CollectDialog)
    qtbot.waitUntil(lambda: "damaged" in collect.fault.text(), timeout=WAIT)
    assert not collect.take.isEnabled()
    assert collect.table.currentRow() == 1
    QTest.mouseClick(collect.drop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(collect.take.isEnabled, timeout=WAIT)
    with qtbot.waitSignal(collect.merged, timeout=WAIT):
        collect.bring_in()
    collect.reject()
    window.team.collect(paths=[sent[1]])
    again = of(window, "collect-packages", CollectDialog)
    qtbot.waitUntil(lambda: again.outcome.isVisible(), timeout=WAIT)
    assert column(again.table, 9) == ["merged before"]
    assert not again.take.isEnabled()


def test_a_damaged_package_that_is_opened_is_told_on_the_first_page(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.annotator-package"
    bad.write_bytes(b"PK\x03\x04 nonsense")
    window.open_file(bad)
    qtbot.waitUntil(lambda: "damaged" in window.welcome.fault.text(), timeout=WAIT)
    assert not bad.with_suffix(".annotator").exists()


def test_a_later_package_joins_the_study_whatever_its_name(
    qtbot: QtBot, window: MainWindow, lead: Path, tmp_path: Path
) -> None:
    first, later = tmp_path / "a" / "one.annotator-package", tmp_path / "b" / "two.annotator-package"
    for parcel in (first, later):
        parcel.parent.mkdir()
        with Study.open(lead) as study:
            pack(study, "Ada", parcel)
    window.open_file(first)
    qtbot.waitUntil(lambda: window.study is not None, timeout=WAIT)
    window.close_study()
    window.open_file(later)
    qtbot.waitUntil(lambda: window.study is not None, timeout=WAIT)
    assert window.study is not None
    assert window.study.file.path == first.with_suffix(".annotator")
    assert whose(window.study) == window.study.coder("Ada").id
    assert not later.with_suffix(".annotator").exists()


def test_packages_dropped_on_a_supervisors_window_are_collected(
    qtbot: QtBot, window: MainWindow, lead: Path, tmp_path: Path
) -> None:
    sent = laptops(lead, tmp_path)
    window.open_study(lead, "Lee")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(p)) for p in [*sent, lead]])
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(window.rect().center(), Qt.DropAction.CopyAction, data, buttons, keys)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(window.rect().center()), Qt.DropAction.CopyAction, data, buttons, keys)
    window.dropEvent(drop)
    collect = of(window, "collect-packages", CollectDialog)
    assert collect.paths == sent
    qtbot.waitUntil(collect.take.isEnabled, timeout=WAIT)


def test_what_cannot_be_handed_out_is_told_and_nothing_is_written(qtbot: QtBot, window: MainWindow, lead: Path) -> None:
    window.open_study(lead, "Lee")
    trigger(window, "hand-out")
    dialog = of(window, "hand-out", HandOutDialog)
    assert "Handed out before: main" in dialog.before.text()
    dialog.overlap.setValue(9)
    qtbot.waitUntil(lambda: "9 coders an article" in dialog.fault.text(), timeout=WAIT)
    assert not dialog.take.isEnabled()
    dialog.kind.setCurrentIndex(2)
    assert dialog.request() == Request(1, seed=1, round="training", pilot=10)
    qtbot.waitUntil(lambda: "already" in dialog.summary.text(), timeout=WAIT)
    assert not dialog.take.isEnabled()
    dialog.reject()


def test_progress_counts_skipped_articles_and_roles_are_chosen(window: MainWindow, lead: Path) -> None:
    with Study.open(lead) as study:
        ada = study.coder("Ada").id
        for document, state, why in zip(study.documents()[:2], ("done", "skipped"), (None, "a list"), strict=True):
            study.coding.apply(SetDocumentState(coder_id=ada, document_id=document.id, state=state, reason=why))
    window.open_study(lead, "Lee")
    trigger(window, "progress")
    shown = of(window, "progress", ProgressWindow)
    assert [cell(shown.table, 0, n).text() for n in (3, 4, 5, 6, 7)] == ["3", "1", "0", "1", "1"]
    box: Any = shown.table.cellWidget(1, 1)
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert window.study is not None
    assert window.study.coder("Ben").role == "trainee"
    window.close_study()
    assert not shown.isVisible(), "what looks at a study closes with it"


def test_a_question_is_marked_answered_and_opened_again(window: MainWindow, lead: Path) -> None:
    with Study.open(lead) as study:
        ada = study.coder("Ada").id
        note = AddNote(coder_id=ada, document_id=study.documents()[0].id, text="Why?", kind="question")
        study.coding.apply(note)
    window.open_study(lead, "Lee")
    trigger(window, "questions")
    asked = of(window, "questions", QuestionsWindow)
    asked.mark.click()
    assert asked.list.count() == 0
    asked.all.setChecked(True)
    asked.again.click()
    assert window.study is not None
    assert [q.answered for q in questions(window.study)] == [False]
    assert asked.again.isEnabled() is False


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_window_paints_in_both_themes(
    qtbot: QtBot, window: MainWindow, lead: Path, tmp_path: Path, theme: Any
) -> None:
    sent = laptops(lead, tmp_path)
    window.open_study(lead, "Lee")
    window._set_theme(theme.name)
    for name in ("hand-out", "make-packages", "progress", "questions", "conflicts"):
        trigger(window, name)
        assert not window.team.shown(name).grab().isNull()
    window.team.collect(paths=sent)
    qtbot.waitUntil(of(window, "collect-packages", CollectDialog).take.isEnabled, timeout=WAIT)
    plan_ = of(window, "hand-out", HandOutDialog)
    qtbot.waitUntil(lambda: plan_.worker is None and not plan_._timer.isActive(), timeout=WAIT)
    QApplication.processEvents()


def test_a_whole_other_study_is_looked_at_and_brought_in(
    window: MainWindow, lead: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_study(tmp_path / "other.annotator", ("Ada", "Dora"))
    with Study.open(other) as study:
        for name in ("Ada", "Dora"):
            add = AddAnnotation(
                coder_id=study.coder(name).id, document_id=study.documents()[0].id, layer="claim", fragments=((0, 5),)
            )
            study.coding.apply(add)
    window.open_study(lead, "Lee")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(other)], ""))
    trigger(window, "bring-study")
    collect = of(window, "collect-packages", CollectDialog)
    qtbot.waitUntil(collect.take.isEnabled, timeout=WAIT)
    assert [cell(collect.table, 0, n).text() for n in (0, 1, 3)] == ["Ada, Dora", "other", "2"]
    assert window.study is not None
    assert window.study.annotations() == []
    persons = collect.details.topLevelItem(0)
    assert persons is not None
    assert persons.childCount() == 1  # Ada has a name here, Dora is new
    lines = collect.details.topLevelItem(1)
    assert lines is not None
    assert "2 of 2 labels" in lines.child(0).text(0)
    persons.child(0).setCheckState(0, Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: not collect.take.isEnabled(), timeout=WAIT)
    qtbot.waitUntil(collect.take.isEnabled, timeout=WAIT)
    with qtbot.waitSignal(collect.merged, timeout=WAIT):
        QTest.mouseClick(collect.take, Qt.MouseButton.LeftButton)
    assert "2 labels are new" in collect.outcome.text()
    names = {c.id: c.name for c in window.study.coders()}
    assert sorted(names[a.coder_id] for a in window.study.annotations()) == ["Ada (Harbour)", "Dora"]
    assert check(window.study) == []
    collect.reject()
    trigger(window, "bring-study")
    collect = of(window, "collect-packages", CollectDialog)
    qtbot.waitUntil(collect.outcome.isVisible, timeout=WAIT)
    assert "nothing new" in collect.outcome.text()
    assert not collect.take.isEnabled()
    collect.reject()
