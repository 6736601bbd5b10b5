"""In the German window everything that comes from below it is German; what is kept and printed stays English."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import (
    AddAnnotation,
    AddEntity,
    AddNote,
    AnyCommand,
    EmptyRef,
    FillerRef,
    SetDocumentState,
    SetRole,
    SetValue,
)
from annotator.domain.errors import AnnotatorError
from annotator.domain.words import say, worded
from annotator.intake import read_source
from annotator.qt.articles.import_dialog import ImportDialog
from annotator.qt.exchange.codings_dialog import CodingsDialog
from annotator.qt.exchange.export_dialog import ExportDialog
from annotator.qt.form.fields import TextField
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks.reading import read_codebook
from annotator.services.study import Study
from tests.codebooks import EVERYTHING
from tests.conftest import Guard
from tests.gui.codebook.test_editor import EditorHand
from tests.gui.conftest import ARTICLE, Hand, opened
from tests.gui.test_nothing_lost import _full, _gone, _locked
from tests.systems import POSIX

WAIT = 20_000
CODEBOOK = EVERYTHING.replace(
    "- key: said_by\n",
    "- {key: shout, label: Shout, kind: span}\n"
    "- {key: headline, label: Headline, kind: span, zones: [title]}\n"
    "- key: said_by\n",
)
ENGLISH = re.compile(r"\b(the|this|there|may|must|not|use|choose|with|are)\b", re.IGNORECASE)


@pytest.fixture
def study_path(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.annotator"
    with Study.create(path, parse_codebook(CODEBOOK), "Harbour") as study:
        study.ensure_coder("Ada")
        add_documents(study, read_source("one.txt", ARTICLE.encode(), "plain"))
    return path


@pytest.fixture
def hand(qtbot: QtBot, settings: Settings, study_path: Path, german: None) -> Iterator[Hand]:
    found = opened(qtbot, settings, study_path)
    yield found
    found.window.close()


class Coder:
    """What Ada does, by commands."""

    def __init__(self, hand: Hand) -> None:
        assert hand.session.document is not None
        self.hand, self.by = hand, hand.session.coder.id
        self.document = hand.session.document.id

    def label(self, layer: str, start: int, end: int, **values: Any) -> str:
        self.do(
            AddAnnotation(
                coder_id=self.by, document_id=self.document, layer=layer, fragments=((start, end),), values=values
            )
        )
        return self.hand.labels(layer)[-1].id if self.hand.labels(layer) else ""

    def link(self, claim: str, **roles: tuple[FillerRef, ...]) -> None:
        self.do(
            AddAnnotation(
                coder_id=self.by,
                document_id=self.document,
                layer="said_by",
                roles={"claim": (FillerRef(annotation=claim),), **roles},
            )
        )

    def do(self, command: AnyCommand) -> None:
        self.hand.session.apply(command)


def _overlap(c: Coder) -> None:
    c.label("speaker", 40, 50)
    c.label("speaker", 45, 60)


def _zone(c: Coder) -> None:
    c.label("headline", 60, 70)


def _range(c: Coder) -> None:
    claim = c.label("claim", 0, 7, sure=True)
    c.do(SetValue(coder_id=c.by, annotation_id=claim, attribute="sum", value=500))


def _choices(c: Coder) -> None:
    claim = c.label("claim", 0, 7)
    c.do(SetValue(coder_id=c.by, annotation_id=claim, attribute="cues", value=["a", "b", "c"]))


def _date(c: Coder) -> None:
    claim = c.label("claim", 0, 7)
    c.do(SetValue(coder_id=c.by, annotation_id=claim, attribute="day", value="2031-02-30"))


def _role(c: Coder) -> None:
    c.link(c.label("claim", 0, 7), speaker=(FillerRef(annotation=c.label("shout", 40, 50)),))


def _too_many(c: Coder) -> None:
    claim = c.label("claim", 0, 7)
    people = [c.label("speaker", 40 + 10 * i, 45 + 10 * i) for i in range(3)]
    c.link(claim, speaker=tuple(FillerRef(annotation=p) for p in people))


def _reason(c: Coder) -> None:
    c.link(c.label("claim", 0, 7))
    link = c.hand.labels("said_by")[-1].id
    c.do(SetRole(coder_id=c.by, annotation_id=link, role="speaker", empty=EmptyRef(because="asleep")))


def _empty(c: Coder) -> None:
    c.do(AddNote(coder_id=c.by, document_id=c.document, kind="note", text="  "))


def _skipped(c: Coder) -> None:
    c.do(SetDocumentState(coder_id=c.by, document_id=c.document, state="skipped", reason=""))


def _kind(c: Coder) -> None:
    c.do(AddEntity(coder_id=c.by, name="Nneka Vardy", type="ship"))


def _gone_label(c: Coder) -> None:
    c.do(SetRole(coder_id=c.by, annotation_id="nothing", role="speaker"))


def _codebook(c: Coder) -> None:
    raw = sqlite3.connect(c.hand.session.study.file.path)
    raw.execute("INSERT INTO codebook (version, key, content, created) SELECT 2, key, content, created FROM codebook")
    raw.commit()
    raw.close()
    c.label("speaker", 40, 50)


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (_overlap, "Speaker: Labels dieser Ebene dürfen sich nicht überlappen; wählen Sie eine freie Stelle"),
        (_zone, "Headline: diese Ebene wird in dieser Zone nicht verwendet: body"),
        (_range, "Sum: 500 ist größer als 100.0"),
        (_choices, "Cues: höchstens 2 Werte sind erlaubt"),
        (_date, "Day: `2031-02-30` ist kein Tag des Kalenders"),
        (_role, "Said_by: shout darf hier nicht stehen; erlaubt: speaker"),
        (_too_many, "Speaker: hier dürfen höchstens 2 stehen"),
        (_reason, "Speaker: `asleep` ist kein Grund für eine leere Rolle; verwenden Sie outlet, nobody"),
        (_empty, "Eine Notiz darf nicht leer sein"),
        (_skipped, "Ein Artikel wird aus einem Grund übersprungen; sagen Sie in wenigen Worten, warum"),
        (_kind, "Nneka Vardy: es gibt keinen Entitätstyp `ship`; verwenden Sie eines von person, state"),
        (
            _gone_label,
            "Nothing: dieses Label gibt es nicht; es wurde vielleicht entfernt; sehen Sie noch einmal nach",
        ),
        (_codebook, "Die Studie hat jetzt ein anderes Codebuch; schließen Sie die Studie und öffnen Sie sie erneut"),
    ],
)
def test_a_refusal_is_told_in_german(refused: Callable[[Coder], None], told: str, hand: Hand) -> None:
    refused(Coder(hand))
    assert hand.desk.notice.words.text() == told


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (
            _full,
            "der Datenträger ist voll; die Änderung wurde nicht gespeichert, und alles davor ist sicher",
        ),
        (_locked, "ein anderes Programm schreibt gerade in die Studie; warten Sie einen Moment"),
        pytest.param(
            _gone, "die Datei der Studie ist nicht, wo sie war: sie wurde verschoben oder entfernt", marks=POSIX
        ),
    ],
)
def test_a_disk_that_fails_is_told_in_german(
    plant: Callable[[Hand], Callable[[], object]], told: str, hand: Hand
) -> None:
    coder = Coder(hand)
    mend = plant(hand)
    for start in range(3000):
        coder.label("shout", start % 100, start % 100 + 2)
        if hand.desk.notice.isVisible():
            break
    assert told in hand.desk.notice.words.text()
    mend()


def test_a_fault_at_a_field_is_german(hand: Hand, guard: Guard) -> None:
    guard.expect_dialog(lambda box: QMessageBox.StandardButton.Discard)  # closing asks about what was refused
    Coder(hand).label("claim", 0, 7, sure=True)
    hand.session.set_current(hand.labels("claim")[0].id)
    hand.bot.waitUntil(lambda: any(f.attribute.key == "sum" for f in hand.desk.inspector.findChildren(TextField)))
    field = next(f for f in hand.desk.inspector.findChildren(TextField) if f.attribute.key == "sum")
    field.edit.setFocus()
    QTest.keyClicks(field.edit, "500")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    QApplication.processEvents()
    told = [x.text() for x in hand.desk.inspector.findChildren(QLabel) if "500" in x.text()]
    assert told == ["Sum: 500 ist größer als 100.0"]


@pytest.mark.usefixtures("german")
def test_files_that_cannot_come_in_are_german(
    qtbot: QtBot, settings: Settings, study_path: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 nothing else")
    (tmp_path / "new.txt").write_text("A new article stands here, and it is long enough.  \n\nShare this article\n")
    dialog = ImportDialog(
        study_path,
        [tmp_path / "empty.txt", tmp_path / "bad.pdf", tmp_path / "new.txt"],
        opened_theme(qtbot, settings),
    )
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: bool(dialog.problems.text()) and dialog.take.isEnabled(), timeout=WAIT)
    assert "empty.txt: die Datei ist leer; lassen Sie sie weg" in dialog.problems.text()
    assert "bad.pdf: die PDF-Datei ist beschädigt" in dialog.problems.text()
    steps = [dialog.record.topLevelItem(i) for i in range(dialog.record.topLevelItemCount())]
    cells = {item.text(c) for item in steps if item is not None for c in (0, 1, 4)}
    assert {"Standardfloskeln", "Zeile 3"} <= cells
    assert dialog.steps["join_lines"].text() == "Zeilenbrüche"
    assert "Verbindet Zeilen" in dialog.steps["join_lines"].toolTip()
    dialog.reject()


def opened_theme(qtbot: QtBot, settings: Settings) -> Any:
    """The theme of a window that is closed again."""
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.close()
    return window.theme


@pytest.mark.usefixtures("german")
def test_codings_that_cannot_come_in_are_german(
    qtbot: QtBot, settings: Settings, study_path: Path, tmp_path: Path
) -> None:
    record = {"document": {"number": 9}, "coder": {"name": "Ada"}, "layer": "claim", "fragments": [[0, 7]]}
    source = tmp_path / "codings.jsonl"
    source.write_text(json.dumps({"id": "1", **record}) + "\n{nothing\n")
    dialog = CodingsDialog(study_path, source, "Ada", settings)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog._worker is None and not dialog._wait.isActive(), timeout=WAIT)
    faults = [dialog.faults.item(i).text() for i in range(dialog.faults.count())]
    assert "⚠ Zeile 2, die Zeile ist kein JSON" in faults, faults
    forms = [dialog.form.itemText(i) for i in range(dialog.form.count())]
    assert "Datensätze der Labels (JSON-Zeilen)" in forms
    assert not [f for f in forms if ENGLISH.search(f)]
    dialog.reject()


@pytest.mark.usefixtures("german")
def test_what_a_form_cannot_carry_is_german(qtbot: QtBot, study_path: Path) -> None:
    dialog = ExportDialog(study_path)
    qtbot.addWidget(dialog)
    dialog.show()
    for row in range(dialog.list.count()):
        dialog.list.setCurrentRow(row)
        assert not ENGLISH.search(dialog.about.text()), dialog.about.text()
        assert not ENGLISH.search(dialog.title.text()), dialog.title.text()
    qtbot.waitUntil(lambda: dialog._worker is None and not dialog._wait.isActive(), timeout=WAIT)
    dialog.reject()


def test_the_codebook_in_hand_tells_faults_and_changes_in_german(hand: Hand) -> None:
    coder = Coder(hand)
    coder.label("claim", 0, 7, kind="fact")
    book = EditorHand(hand.bot, hand)
    book.choose("layers", 0, "attributes", 0)
    book.type("key", "Not a key")
    assert book.fault("key") == (
        "⚠ `Not a key` hat nicht die richtige Form: verwenden Sie Kleinbuchstaben, Ziffern und _, "
        "mit einem Buchstaben am Anfang"
    )
    book.type("key", "kind")
    book.choose("layers", 0, "attributes", 0, "values", 0)
    book.editor.remove_action.trigger()
    dialog = book.save()
    told = [box.accessibleName() for box, _ in dialog.boxes]
    assert told == ["Claim › Kind: „Fact“ (fact) fällt weg"]
    (box, _) = dialog.boxes[0]
    words = [box.itemText(i) for i in range(box.count())]
    assert words[:3] == ["Behalten und vormerken", "wird zu „Norway“", "wird zu „Unclear“"]
    book.confirm(dialog, 2)
    kept = sqlite3.connect(hand.session.study.file.path)
    assert [row[0] for row in kept.execute("SELECT why FROM review")] == ["Kind: “Fact” is no longer there"]
    kept.close()
    hand.session.set_current(hand.labels("claim")[0].id)
    QApplication.processEvents()
    shown = [x.text() for x in hand.desk.inspector.findChildren(QLabel) if x.isVisible()]
    assert "Kind: „Fact“ gibt es nicht mehr" in shown
    book.editor.close()


@pytest.mark.usefixtures("german")
def test_every_fault_of_a_new_codebook_is_german(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("format: annotator-codebook/1\nkey: 3x\nlayers:\n- {key: a, kind: span, wrong: 1}\n")
    with pytest.raises(AnnotatorError) as caught:
        read_codebook(path)
    error = caught.value
    told = spoken(error)
    assert "Zeile 2, key: `3x` hat nicht die richtige Form (verwenden Sie Kleinbuchstaben" in told
    assert "der Name `wrong` ist unbekannt" in told
    assert told.endswith("; berichtigen Sie die Datei und prüfen Sie erneut")
    assert not ENGLISH.search(told.replace(str(path), "")), told
    assert "line 2" in str(error)


@pytest.mark.usefixtures("german")
def test_a_damaged_package_is_told_in_german(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.show()
    bad = tmp_path / "bad.annotator-package"
    bad.write_bytes(b"PK\x03\x04 nonsense")
    window.open_file(bad)
    qtbot.waitUntil(lambda: "Paket" in window.welcome.fault.text(), timeout=WAIT)
    assert window.welcome.fault.text() == (
        f"{bad}: das Paket ist beschädigt (es ist kein Archiv, oder sein Ende fehlt); bitten Sie erneut um das Paket"
    )
    assert not window.open_study(tmp_path / "nothing.annotator")
    assert "diese Datei gibt es nicht; prüfen Sie den Pfad" in window.welcome.fault.text()
    window.close()


@pytest.mark.usefixtures("german")
def test_sentences_within_sentences_are_translated_and_names_are_not() -> None:
    inner = say("`{value}` is not a number", value="yes")
    assert spoken(say("{part}: {fault}", part="yes", fault=inner)) == "yes: `yes` ist keine Zahl"
    assert tr("still open: {what}", what=say("the passage")) == "noch offen: die Stelle"
    assert spoken("the passage") == "the passage"  # a person's own words
    assert spoken(None) == ""
    assert spoken(OSError(28, "No space left on device")) == "kein Speicherplatz mehr auf dem Datenträger"
    assert type(spoken(say("the passage"))) is str
    for odd in ("a\0b", "a\ud800b", "{n} of {", ""):
        assert spoken(worded(odd)) == odd
        assert spoken(say("{n} is off: {what}", n="{n}", what=worded(odd))) == f"{{n}} is off: {odd}"
