"""Export and import of codings as a hand does it: choose, look, tick, write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from annotator.qt.exchange.codings_dialog import CodingsDialog
from annotator.qt.exchange.export_dialog import ExportDialog
from annotator.qt.toolkit.settings import Settings
from annotator.services.exchange.exporting import export
from annotator.services.study import Study
from tests.codebooks import everything
from tests.formats.test_exports import coded
from tests.formats.test_sheets import MAPPING, ROWS, table
from tests.studies import study_at


@pytest.fixture
def study_path(tmp_path: Path) -> Path:
    coded(tmp_path / "s.annotator").close()
    return tmp_path / "s.annotator"


def ready(qtbot: QtBot, dialog: Any) -> None:
    qtbot.waitUntil(lambda: dialog._worker is None and not dialog._wait.isActive(), timeout=20_000)


def choose(qtbot: QtBot, dialog: ExportDialog, words: str) -> None:
    dialog.search.setFocus()
    dialog.search.clear()
    QTest.keyClicks(dialog.search, words)
    ready(qtbot, dialog)


def test_the_export_dialog_tells_what_stays_behind_and_writes(
    qtbot: QtBot, study_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = ExportDialog(study_path)
    qtbot.addWidget(dialog)
    dialog.show()
    ready(qtbot, dialog)
    choose(qtbot, dialog, "conll")
    assert dialog.form.name == "conll"
    rows = {dialog.losses.item(r, 0).text(): dialog.losses.item(r, 1).text() for r in range(dialog.losses.rowCount())}
    assert rows["links between labels"] == "2"
    assert dialog.head.toPlainText().startswith("# columns = TOKEN")
    choose(qtbot, dialog, "json lines")
    assert dialog.form.name == "jsonl"
    QTest.mouseClick(dialog.coders["Ada"], Qt.MouseButton.LeftButton)
    ready(qtbot, dialog)
    out = tmp_path / "out.jsonl"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    told: list[Any] = []
    dialog.exported.connect(lambda path, manifest: told.append((path, manifest)))
    QTest.mouseClick(dialog.write, Qt.MouseButton.LeftButton)
    ready(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog.result() == QDialog.DialogCode.Accepted.value)
    names = {json.loads(x)["coder"]["name"] for x in out.read_text(encoding="utf-8").splitlines()}
    assert names == {"Ben"}
    assert told[0][1].coders == ("Ben",)


def test_every_form_has_a_preview(qtbot: QtBot, study_path: Path) -> None:
    dialog = ExportDialog(study_path)
    qtbot.addWidget(dialog)
    dialog.show()
    for row in range(dialog.list.count()):
        dialog.list.setCurrentRow(row)
        ready(qtbot, dialog)
        if "pip install 'annotator[" in dialog.fault.text():
            continue  # the package of an optional part is not installed
        assert dialog.fault.isHidden(), dialog.fault.text()
        assert dialog.write.isEnabled()
        assert dialog.head.toPlainText()
    for box in dialog.coders.values():
        box.setChecked(False)
    ready(qtbot, dialog)
    assert "nobody is chosen" in dialog.fault.text()
    assert not dialog.write.isEnabled()
    dialog.reject()


def test_codings_of_another_program_are_tried_and_then_taken(
    qtbot: QtBot, study_path: Path, tmp_path: Path, settings: Settings
) -> None:
    with Study.open(study_path) as study:
        export(study, "prodigy", tmp_path / "p.jsonl")
    Study.create(tmp_path / "other.annotator", everything()).close()
    dialog = CodingsDialog(tmp_path / "other.annotator", tmp_path / "p.jsonl", "Cy", settings)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.form.setCurrentIndex(dialog.form.findData("prodigy"))
    ready(qtbot, dialog)
    assert "6 labels and 2 articles would be imported" in dialog.told.text()
    assert dialog.account.line.text() == "Would be imported: 6 of 6 labels, 2 of 2 articles, 2 of 2 coders."
    with Study.open(tmp_path / "other.annotator") as other:
        assert other.annotations() == []
    told: list[Any] = []
    dialog.imported.connect(told.append)
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    ready(qtbot, dialog)
    assert told[0].annotations.added == 6
    with Study.open(tmp_path / "other.annotator") as other:
        assert {c.name for c in other.coders()} == {"Ada", "Ben"}


def test_the_rest_of_a_faulty_file_comes_in_by_choice_and_what_is_left_can_be_saved(
    qtbot: QtBot, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    Study.create(tmp_path / "other.annotator", everything()).close()
    label = {"id": 1, "label": "claim", "start_offset": 0, "end_offset": 3}
    lines = [{"id": n, "text": f"Ada said {n}.", "entities": [label]} for n in range(3)]
    lines[1]["entities"] = [{**label, "end_offset": 900}]
    source = tmp_path / "x.jsonl"
    source.write_text("".join(json.dumps(x) + "\n" for x in lines), "utf-8")
    dialog = CodingsDialog(tmp_path / "other.annotator", source, "Cy", settings)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.form.setCurrentIndex(dialog.form.findData("doccano"))
    ready(qtbot, dialog)
    assert "1 fault: nothing can be imported" in dialog.told.text()
    assert dialog.rest.isVisible()
    assert not dialog.take.isEnabled()
    dialog.rest.click()
    ready(qtbot, dialog)
    assert dialog.told.text().startswith("1 fault would be left out; 2 labels and 3 articles")
    monkeypatch.setattr(
        "annotator.qt.exchange.codings_dialog.QFileDialog.getSaveFileName",
        lambda *_a, **_k: (str(tmp_path / "left.csv"), ""),
    )
    QTest.mouseClick(dialog.list, Qt.MouseButton.LeftButton)
    assert "line 2" in (tmp_path / "left.csv").read_text("utf-8-sig")
    told: list[Any] = []
    dialog.imported.connect(told.append)
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    ready(qtbot, dialog)
    assert told[0].annotations.added == 2
    assert told[0].left == 1


def test_the_columns_of_a_sheet_are_chosen_once(qtbot: QtBot, tmp_path: Path, settings: Settings) -> None:
    source = table(tmp_path / "codings.csv", [list(r) for r in ROWS])
    study_at(tmp_path / "s.annotator").close()

    def opened() -> CodingsDialog:
        dialog = CodingsDialog(tmp_path / "s.annotator", source, "Cy", settings)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.form.setCurrentIndex(dialog.form.findData("spreadsheet"))
        ready(qtbot, dialog)
        return dialog

    dialog = opened()
    columns = dialog.columns
    assert "nothing can be imported" in dialog.told.text()  # counting from 1 cannot be guessed
    columns._count.setCurrentIndex(2)
    wanted = {"Kind": "value:claim.kind", "Certain": "value:claim.sure", "Stance": "value:claim.stance", "Cues": ""}
    wanted |= {"Who": "coder", "From": "start", "To": "end", "Words": "text", "File": "document"}
    for name, box in zip(columns._head, columns._boxes, strict=True):
        box.setCurrentIndex(box.findData(wanted[name]))
    ready(qtbot, dialog)
    assert "2 labels and 0 articles would be imported" in dialog.told.text(), dialog.faults.item(0).text()
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    ready(qtbot, dialog)
    again = opened()
    assert "2 labels are here already" in again.told.text()
    assert again.columns.mapping().values == {k: v for k, v in MAPPING.values.items() if k != "claim.cues"}
    again.reject()
