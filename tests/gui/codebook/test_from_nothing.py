"""A codebook made by hand from nothing: keys, colours and hotkeys come by themselves, and risks are told."""

from __future__ import annotations

import csv
import io
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from annotator.domain.codebook.suggesting import apart
from annotator.domain.commands import AddAnnotation, FillerRef
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.qt.codebooks.editor import CodebookEditor
from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.request import Question
from annotator.services.codebooks.changing import compare
from annotator.services.codebooks.gallery import gallery_codebook
from annotator.services.codebooks.manual import manual
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_files import import_files
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.package_file import read_package
from tests.accounts import adds_up


class Hand:
    """What a person types in the editor."""

    def __init__(self, editor: CodebookEditor) -> None:
        self.editor = editor

    def type(self, field: str, text: str) -> None:
        edit = self.editor.form.editors[field].focusProxy()
        assert isinstance(edit, QLineEdit)
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, text)
        QTest.keyClick(edit, Qt.Key.Key_Return)
        QApplication.processEvents()

    def add(self, *path: str | int) -> None:
        self.editor.add(path)
        QApplication.processEvents()

    def set(self, field: str, value: object) -> None:
        self.editor.form.editors[field].edited.emit(value)
        QApplication.processEvents()

    def shown(self, field: str) -> str:
        edit = self.editor.form.editors[field].focusProxy()
        assert isinstance(edit, QLineEdit)
        return edit.text()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "made.annotator"
    Study.create(found, gallery_codebook("topics"), "Made by hand").close()
    return found


@pytest.fixture
def hand(qtbot: QtBot, path: Path) -> Iterator[Hand]:
    with Study.open(path) as study:
        editor = CodebookEditor(path, study.codebook, study.codebook_version)
    editor.show()
    qtbot.waitExposed(editor)
    yield Hand(editor)
    editor.draft.data = type(editor.draft)(editor.draft.opened).data
    editor.close()


def _make(hand: Hand) -> None:
    hand.editor.begin_empty()
    hand.type("title", "Who stands where")
    hand.add("layers")
    hand.type("label", "Position")
    hand.add("layers")
    hand.type("label", "Speaker (who)")
    hand.add("layers", 1, "attributes")
    hand.type("label", "Role of the speaker")
    hand.set("type", "text")
    hand.add("layers")
    hand.type("label", "Said by")
    hand.set("kind", "link")
    for name, layer in (("Position", "position"), ("Speaker", "speaker_who")):
        hand.add("layers", 2, "roles")
        hand.type("label", name)
        hand.set("layers", [layer])
    hand.add("layers", 2, "attributes")
    hand.type("label", "Stance")
    hand.add("layers", 2, "attributes", 0, "values")
    hand.type("label", "For")
    hand.add("layers", 2, "attributes", 0, "values")
    hand.type("label", "Against")


def test_what_nobody_typed_follows_the_name(hand: Hand) -> None:
    _make(hand)
    codebook = hand.editor.draft.codebook()
    assert codebook is not None, hand.editor.draft.faults()
    assert codebook.key == "who_stands_where"
    assert [x.key for x in codebook.layers] == ["position", "speaker_who", "said_by"]
    assert codebook.layers[1].attributes[0].key == "role_of_the_speaker"
    assert [(v.key, v.hotkey) for v in codebook.layers[2].attributes[0].values] == [("for", "1"), ("against", "2")]
    assert [x.hotkey for x in codebook.layers] == ["p", "s", "a"]
    colours = [x.colour for x in codebook.layers]
    assert min(apart(a, b) for i, a in enumerate(colours) for b in colours[:i]) > 60


def test_a_key_that_was_typed_stays(hand: Hand) -> None:
    hand.editor.begin_empty()
    hand.add("layers")
    hand.type("label", "Position")
    assert hand.shown("key") == "position"
    hand.type("key", "pos")
    hand.type("label", "Another name")
    assert hand.shown("key") == "pos"
    hand.editor.undo_action.trigger()
    assert hand.editor.draft.at(("layers", 0))["label"] == "Position"
    hand.add("layers")
    hand.type("label", "Pos")
    assert hand.shown("key") == "pos_2"


def test_keys_of_parts_that_the_study_has_follow_nothing(hand: Hand) -> None:
    hand.editor.tree.choose(("layers", 0))
    hand.type("label", "Whole article")
    assert hand.editor.draft.at(("layers", 0))["key"] == "article"


def test_a_link_that_does_not_say_how_many_is_told(hand: Hand) -> None:
    _make(hand)
    hand.editor.tree.choose(("layers", 2))
    QApplication.processEvents()
    told = hand.editor.form._advice["per"]
    assert told.isVisible()
    assert "is not set" in told.text() or "may belong to" in told.text()
    assert "to check" in hand.editor.state.text()
    hand.set("per", {"role": "position", "min": 1, "max": 1})
    assert not told.isVisible()


def test_the_gallery_can_be_taken_and_the_manual_printed(hand: Hand, tmp_path: Path) -> None:
    hand.editor._fill_begin_menu()
    titles = [a.text() for a in hand.editor.begin_menu.actions()]
    assert gallery_codebook("quotation").title in titles
    next(a for a in hand.editor.begin_menu.actions() if a.text() == "Quotations and their speakers").trigger()
    assert hand.editor.draft.codebook() == gallery_codebook("quotation")
    hand.editor.print_file(tmp_path / "m.html")
    assert (tmp_path / "m.html").read_text("utf-8") == manual(gallery_codebook("quotation"))
    hand.editor.print_file(tmp_path / "m.pdf")
    assert (tmp_path / "m.pdf").read_bytes().startswith(b"%PDF")
    Study.create(tmp_path / "other.annotator", gallery_codebook("frames"), "").close()
    hand.editor.import_file(tmp_path / "other.annotator")
    assert hand.editor.draft.codebook() == gallery_codebook("frames")


def _count(path: Path, query: str) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute(query).fetchone()[0])
    finally:
        connection.close()


TEXTS = (
    "A tram for Lund\n\nThe mayor says the tram must come. A baker says it must not.",
    "A bridge for Lund\n\nThe mayor says the bridge must come. A baker says it must not.",
)


def _code(study: Study, coder: str, against: str) -> None:
    """Two positions with their speakers and stance in every article, as the made codebook asks."""
    who = study.ensure_coder(coder)
    for document in study.documents():
        text = study.text(document.id)
        for words, speaker, stance in (("must come", "The mayor", "for"), ("it must not", "A baker", against)):
            made = {}
            for layer, passage in (("position", words), ("speaker_who", speaker)):
                made[layer] = study.ids()
                start = text.index(passage)
                study.coding.apply(
                    AddAnnotation(
                        coder_id=who.id,
                        document_id=document.id,
                        layer=layer,
                        id=made[layer],
                        fragments=((start, start + len(passage)),),
                    )
                )
            study.coding.apply(
                AddAnnotation(
                    coder_id=who.id,
                    document_id=document.id,
                    layer="said_by",
                    roles={
                        "position": (FillerRef(annotation=made["position"]),),
                        "speaker": (FillerRef(annotation=made["speaker_who"]),),
                    },
                    values={"stance": stance},
                )
            )


def test_from_nothing_to_the_archive(qtbot: QtBot, hand: Hand, path: Path, tmp_path: Path) -> None:
    _make(hand)
    assert hand.editor.draft.advice()  # "how many links" stays unsaid, as many leave it
    with qtbot.waitSignal(hand.editor.saved, timeout=10_000):
        QTest.mouseClick(hand.editor.save_button, Qt.MouseButton.LeftButton)
    with Study.open(path) as study:
        renamed = study.codebook.model_copy(update={"key": "another"})
        (change,) = compare(study, renamed).changes
        assert change.what == "the codebook: its key is another, was who_stands_where"
    assert _count(path, "SELECT count(*) FROM annotation") == 0
    (tmp_path / "in").mkdir()
    for number, text in enumerate(TEXTS):
        (tmp_path / "in" / f"{number}.txt").write_text(text + "\n", encoding="utf-8")
    every, links = "SELECT count(*) FROM annotation", "SELECT count(*) FROM annotation WHERE layer = 'said_by'"
    with Study.open(path) as study:
        assert study.codebook.key == "who_stands_where"
        adds_up(as_json(import_files(study, [tmp_path / "in"]))["account"], path)
        assert _count(path, "SELECT count(*) FROM document") == len(TEXTS)
        _code(study, "Ada", "against")
        _code(study, "Ben", "for")
        assert (_count(path, every), _count(path, links)) == (24, 8)
        renamed = study.codebook.model_copy(update={"key": "another"})
        with pytest.raises(BadInput, match="this is another codebook"):  # labels stay under their own
            compare(study, renamed)
        told = study_agreement(study, Question(bootstrap=0))
        adds_up(told["account"], path)
        assert told["account"]["here"]["annotations"] == _count(path, every)
        stance = next(a for a in told["attributes"] if (a["layer"], a["attribute"]) == ("said_by", "stance"))
        assert stance["units"] == _count(path, links) // 2
        assert stance["coefficients"]["percent_agreement"]["value"] == 0.5
        manifest = as_json(export(study, "statements", tmp_path / "s.csv"))
        adds_up(manifest["account"], path)
        with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == _count(path, "SELECT count(*) FROM annotation WHERE layer = 'position'")
        assert all(r["said_by.speaker"] and r["said_by.stance"] for r in rows)
        manifest = as_json(export(study, "archive", tmp_path / "a.zip"))
        adds_up(manifest["account"], path)
        assert not check(study)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        table = list(csv.DictReader(io.StringIO(archive.read("data/statements.csv").decode())))
        assert len(table) == len(rows)
        assert len(archive.read("data/annotations.jsonl").decode().splitlines()) == _count(path, every)


def test_a_whole_study_among_packages_is_told_as_what_it_is(path: Path) -> None:
    with pytest.raises(BadInput, match="this is a whole study, not a package"):
        read_package(path)
