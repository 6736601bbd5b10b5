"""Guards that hold for every test: no dialog nobody expected, no thread or study left behind, no real settings."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

if os.environ.get("ANNOTATOR_TEST_FONTS") == "system":  # the windows as on a computer without the program's fonts
    from annotator.qt.toolkit import fonts

    fonts.load_fonts = lambda: frozenset()  # type: ignore[assignment]

settings.register_profile(
    "suite",
    deadline=None,
    max_examples=int(os.environ.get("ANNOTATOR_EXAMPLES", "60")),  # more where one looks for faults for a while
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("suite")


class Guard:
    """What one test may do that no test may do unasked."""

    def __init__(self) -> None:
        self.dialogs: list[str] = []
        self.answer: Callable[[Any], Any] | None = None

    def expect_dialog(self, answer: Callable[[Any], Any]) -> None:
        """The test expects modal dialogs; `answer` gets each and returns what `exec` shall return."""
        self.answer = answer


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the collector need not look at all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True)
def guard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Guard]:
    """Fails a test on an unexpected dialog, a leaked thread or a study left open."""
    from annotator.store import study_file

    here = Guard()
    monkeypatch.setenv("ANNOTATOR_STATE", str(tmp_path.with_name(f"{tmp_path.name}-state")))
    opened: list[study_file.StudyFile] = []
    first = study_file.StudyFile.__init__

    def remember(self: study_file.StudyFile, *args: Any, **kwargs: Any) -> None:
        first(self, *args, **kwargs)
        opened.append(self)

    monkeypatch.setattr(study_file.StudyFile, "__init__", remember)
    if "qtbot" in request.fixturenames or "qapp" in request.fixturenames:
        guard_dialogs(monkeypatch, here)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    threads = set(threading.enumerate())
    yield here
    left = [t.name for t in set(threading.enumerate()) - threads if t.is_alive() and not t.daemon]
    still_open = [str(f.path) for f in opened if not f.closed]
    for file in opened:
        file.close()
    assert not here.dialogs, f"dialogs that nobody expected: {here.dialogs}"
    assert not left, f"threads left running: {left}"
    assert not still_open, f"studies left open: {still_open}"


def guard_dialogs(monkeypatch: pytest.MonkeyPatch, here: Guard) -> None:
    """No modal dialog may block a test; one that a test expects is answered by it."""
    from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QMenu, QMessageBox

    def run(dialog: QDialog, *_: Any) -> Any:
        if here.answer is not None:
            return here.answer(dialog)
        here.dialogs.append(f"{type(dialog).__name__}: {dialog.windowTitle()}")
        return QDialog.DialogCode.Rejected.value

    def refuse(name: str) -> Callable[..., Any]:
        def told(*args: Any, **_: Any) -> Any:
            here.dialogs.append(f"{name} {args[1:3]}")
            return None

        return told

    for kind in (QDialog, QMessageBox, QFileDialog, QInputDialog):
        monkeypatch.setattr(kind, "exec", run)
    monkeypatch.setattr(QMenu, "exec", refuse("QMenu.exec"))
    for name in ("information", "warning", "critical", "question", "about"):
        monkeypatch.setattr(QMessageBox, name, staticmethod(refuse(f"QMessageBox.{name}")))


@pytest.fixture
def database() -> Iterator[Any]:
    """The URL of a database of this test's own, not made yet; skips where there is no PostgreSQL."""
    from tests.postgres import server

    here = server()
    url = here.fresh()
    yield url
    here.drop(url)


@pytest.fixture(params=["file", "database"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Where a study is to be made: a file, then a database on a server; a test runs with both."""
    return tmp_path / "s.annotator" if request.param == "file" else request.getfixturevalue("database")
