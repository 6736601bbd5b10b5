"""A window on a shared database: opened by its URL, and showing what others do without being opened again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from annotator.domain.commands import AddAnnotation, AddEntity, RemoveAnnotation
from annotator.intake import read_source
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.shell.open_database import OpenDatabaseDialog
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study
from annotator.services.study import access as sharing
from annotator.store.places import DatabaseUrl
from tests.gui.conftest import make_study
from tests.postgres import server


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, database: DatabaseUrl) -> Iterator[MainWindow]:
    make_study(database, ("Ada", "Ben"))
    found = MainWindow(Settings(tmp_path / "settings.ini"))
    qtbot.addWidget(found)
    found.show()
    yield found
    found.close()


def listening(qtbot: QtBot, window: MainWindow) -> None:
    assert window._follower is not None
    ear: Any = window._follower.ear.listening
    qtbot.waitUntil(ear.ready.is_set, timeout=10_000)


def claim(study: Study, coder: str = "Ada") -> AddAnnotation:
    return AddAnnotation(
        coder_id=study.coder(coder).id, document_id=study.documents()[0].id, layer="claim", fragments=((0, 7),)
    )


def test_changes_from_elsewhere_are_shown(qtbot: QtBot, window: MainWindow, database: DatabaseUrl) -> None:
    assert window.open_study(database, "Ada", "1")
    session = window.session
    assert session is not None
    listening(qtbot, window)
    with Study.open(database) as other:
        ada = other.coder("Ada").id
        (made,) = other.coding.apply(claim(other)).added
        qtbot.waitUntil(lambda: made in session.labels, timeout=10_000)
        assert session.study.coding.can_undo(ada) == "AddAnnotation", "one's own step at another desk can be taken back"
        other.coding.apply(claim(other, "Ben"))
        (person,) = other.coding.apply(AddEntity(coder_id=other.coder("Ben").id, name="Jory", type="person")).entities
        qtbot.waitUntil(lambda: person in session.entities, timeout=10_000)
        assert set(session.labels) == {made}, "another coder's labels are not this coder's"
        other.coding.apply(RemoveAnnotation(coder_id=ada, annotation_id=made))
        qtbot.waitUntil(lambda: made not in session.labels, timeout=10_000)
        add_documents(other, read_source("new.txt", b"A new article came in.\n", "plain"))
        qtbot.waitUntil(lambda: window.desk.documents.model.rowCount() == 3, timeout=10_000)


def test_what_one_did_oneself_is_not_asked_twice(qtbot: QtBot, window: MainWindow, database: DatabaseUrl) -> None:
    assert window.open_study(database, "Ada", "1")
    session = window.session
    assert session is not None
    listening(qtbot, window)
    told: list[object] = []
    session.changed.connect(told.append)
    session.apply(claim(session.study))
    with Study.open(database) as other:
        (made,) = other.coding.apply(claim(other)).added
    qtbot.waitUntil(lambda: made in session.labels, timeout=10_000)
    assert len(told) == 2


def test_after_a_lost_line_everything_is_looked_at_again(
    qtbot: QtBot, window: MainWindow, database: DatabaseUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotator.store import listening as module

    monkeypatch.setattr(module, "_AGAIN", 0.05)
    assert window.open_study(database, "Ada", "1")
    session = window.session
    assert session is not None
    listening(qtbot, window)
    command = claim(session.study)
    with qtbot.waitSignal(session.opened, timeout=20_000):
        server().run(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database.name}'")
    session.apply(command)
    assert len(session.labels) == 1


def test_a_url_is_opened_by_hand_and_its_password_is_kept_nowhere(
    qtbot: QtBot, window: MainWindow, database: DatabaseUrl, tmp_path: Path
) -> None:
    with Study.open(database) as study:
        made = sharing.invite(study, "Ada", None, f"ada_{database.name}")
    assert made.password is not None
    window._ask_database()
    dialog = window.findChild(OpenDatabaseDialog)
    assert dialog is not None
    qtbot.keyClicks(dialog.url, "somewhere")
    dialog.go()
    assert dialog.fault.isVisibleTo(dialog)
    dialog.url.setText(made.url)
    qtbot.keyClicks(dialog.password, "wrong")
    dialog.go()
    assert "login" in window.welcome.fault.text()
    again = [d for d in window.findChildren(OpenDatabaseDialog) if d is not dialog]
    assert again[0].url.text() == made.url
    qtbot.keyClicks(again[0].password, made.password)
    again[0].go()
    assert window.session is not None
    assert window.session.coder.name == "Ada", "the login says who codes"
    window.close_study()
    recent: QListWidget = window.welcome.recent
    assert database.name in recent.item(0).text()
    assert made.password not in recent.item(0).text() + recent.item(0).toolTip()
    window.settings._store.sync()
    assert made.password not in (tmp_path / "settings.ini").read_text()
