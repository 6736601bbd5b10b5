"""The log and its tracebacks without anybody's words; what is missing for a window; what doctor looks at."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.words import say
from annotator.services.computer import display, log
from annotator.services.computer.examination import examine
from annotator.services.computer.traces import trace_of
from tests.studies import study_at

SECRET = "Ilsa Brandt-Oyelaran"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The log of this test, begun and ended."""
    monkeypatch.delenv("ANNOTATOR_DEBUG", raising=False)
    root = logging.getLogger()
    before = list(root.handlers)
    log.start_log()
    yield log.log_file()
    for handler in [h for h in root.handlers if h not in before]:
        root.removeHandler(handler)
        handler.close()


def fault(make: type[Exception], *args: object) -> Exception:
    try:
        try:
            raise make(*args)
        except Exception as error:
            raise RuntimeError(f"while {SECRET} coded") from error
    except RuntimeError as error:
        return error


@given(
    st.sampled_from(
        [KeyError, ValueError, TypeError, AttributeError, RuntimeError, OSError, AnnotatorError, ImportError]
    ),
    st.text(st.characters(min_codepoint=0x61, max_codepoint=0x24F, categories=["L"]), min_size=4).map("Qzx{}".format),
)
def test_no_words_of_a_person_stand_in_a_trace(kind: type[Exception], words: str) -> None:
    error = fault(kind, words) if kind is not AnnotatorError else fault(kind, say("no {x}", x=words), words)
    told = trace_of(error)
    assert words not in told
    assert SECRET not in told.replace("{SECRET}", "")
    assert kind.__name__ in told
    assert "test_computer.py" in told
    assert str(Path.home()) not in told
    assert words in trace_of(error, words=True)


@pytest.mark.parametrize("code", ["None.title", "len()", "1 + 'a'", "a, b = 1", "[] < 1"])
def test_what_python_says_of_types_stays(code: str) -> None:
    with pytest.raises((TypeError, AttributeError)) as found:
        exec(code)
    assert str(found.value) in trace_of(found.value)


def test_the_log_has_starts_jobs_and_faults_without_names(written: Path) -> None:
    log.log_start("test")
    logging.getLogger("annotator.faults").error("fault in %s", "work", exc_info=fault(KeyError, SECRET))
    logging.getLogger("other.package").warning("could not read %s", SECRET)
    logging.getLogger("other.package").warning(f"could not read {SECRET}")
    told = written.read_text(encoding="utf-8")
    assert SECRET not in told.replace("{SECRET}", "")
    assert "Annotator" in told
    assert "fault in work" in told
    assert "KeyError" in told
    assert "could not read %s" in told
    if os.name == "posix":
        assert written.stat().st_mode & 0o077 == 0


def test_words_stand_in_it_when_asked(monkeypatch: pytest.MonkeyPatch, written: Path) -> None:
    monkeypatch.setenv("ANNOTATOR_DEBUG", "1")
    log.start_log()
    logging.getLogger("annotator.faults").error("x", exc_info=fault(KeyError, SECRET))
    assert SECRET in written.read_text(encoding="utf-8")


def test_it_is_turned_over_and_a_folder_that_cannot_be_made_stops_nothing(
    written: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for number in range(40):
        logging.getLogger("annotator").info("%s", f"{number:03}" * 30_000)
    kept = sorted(p.name for p in written.parent.iterdir())
    assert kept == ["annotator.log", "annotator.log.1", "annotator.log.2", "annotator.log.3"]
    assert all(p.stat().st_size < 1_200_000 for p in written.parent.iterdir())
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("ANNOTATOR_STATE", str(tmp_path / "file"))
    log.start_log()
    logging.getLogger("annotator").error("nowhere to go")


def test_coding_writes_nothing(written: Path, tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator"):
        assert not written.exists()


CRASH = """
import ctypes, sys
from annotator.services.computer.log import CrashFile
crash = CrashFile()
crash.open()
if "die" in sys.argv:
    import faulthandler
    faulthandler._sigsegv()
crash.close()
"""


def test_a_program_that_was_ended_by_a_library_is_told_once() -> None:
    for how in ("die", "live"):
        subprocess.run([sys.executable, "-c", CRASH, how], check=False, capture_output=True)
    found = log.crashes()
    assert len(found) == 1
    assert "most recent call first" in found[0]
    assert log.crashes() == []
    assert [p.name.split("-")[0] for p in log.log_folder().iterdir()] == ["told"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries of the system are looked for on Linux")
class TestDisplay:
    def test_a_missing_library_is_named_with_its_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISPLAY", ":77")
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        with pytest.raises(AnnotatorError, match=r"libxcb-cursor\.so\.0.*apt-get install libxcb-cursor0$"):
            display.need_libraries(loads=lambda name: name != "libxcb-cursor.so.0")

    def test_a_picture_needs_no_library_of_the_screen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISPLAY", ":77")
        display.need_libraries(unseen=True, loads=lambda name: "xcb" not in name)
        with pytest.raises(AnnotatorError, match=r"libEGL\.so\.1"):
            display.need_libraries(unseen=True, loads=lambda name: name != "libEGL.so.1")

    def test_a_display_that_is_not_there_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        assert not display.has_display()
        with pytest.raises(AnnotatorError, match="there is no display"):
            display.need_display()
        monkeypatch.setenv("DISPLAY", ":4711")
        monkeypatch.setattr(display, "need_libraries", lambda: None)
        with pytest.raises(AnnotatorError, match="DISPLAY=:4711: the display does not answer"):
            display.need_display()


def test_doctor_looks_at_the_study_and_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "Dropbox"
    folder.mkdir()
    with study_at(folder / "s.annotator"):
        pass
    found = examine(folder / "s.annotator", {"font": "X", "scripts_without_a_font": ["Thai"]}).as_json()
    assert found["study"]["synced_by"] == "Dropbox"
    assert found["study"]["opens"] is True
    assert found["paths"]["log"].endswith("annotator.log")
    assert found["time"]["zones"] > 300
    assert found["versions"]["annotator"]
    assert any("Dropbox" in p for p in found["problems"])
    assert "no font has the letters of Thai" in found["problems"]
    json.dumps(found)


def test_doctor_converts_no_study_of_an_older_format(tmp_path: Path) -> None:
    older = sorted(Path(__file__).parents[1].joinpath("past_formats").glob("*.annotator"))[0]
    path = Path(shutil.copy(older, tmp_path / "s.annotator"))
    found = examine(path, {})
    assert found.parts["study"]["opens"] is None
    assert any("converts it" in str(p) for p in found.problems)
    assert path.read_bytes() == older.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_doctor_tells_a_study_that_does_not_open(tmp_path: Path) -> None:
    found = examine(tmp_path / "none.annotator", {}).as_json()
    assert found["study"]["opens"] is False
    assert any("none.annotator" in p for p in found["problems"])


def test_a_form_of_another_package_that_cannot_be_loaded_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from annotator.formats import declared

    class Broken:
        name, value = "broken", "broken_package:form"

        def load(self) -> object:
            raise BadInput("no such thing")

    declared.formats.cache_clear()
    monkeypatch.setattr(declared, "_NOT_LOADED", {})
    monkeypatch.setattr(declared, "entry_points", lambda group: [Broken()])
    try:
        found = examine(None, {}).as_json()
    finally:
        declared.formats.cache_clear()
    assert "no such thing" in found["forms_not_loaded"]["broken"]
    assert any("`broken`" in p for p in found["problems"])
    assert [r.name for r in caplog.records if r.exc_info] == ["annotator.faults"]
