"""Enter after a name that was typed whole: the very one of that name, somebody new, or a question. Nobody else."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import EntityAttribute
from annotator.qt.form.picker import Option, Picker, Question
from annotator.qt.form.search_field import EntityField, New
from annotator.qt.toolkit.matching import may_be_another, plain, said
from tests.gui.holds import holds

WORDS = st.sampled_from(
    [
        "Ann",
        "Anna",
        "Bär",
        "Bar",
        "Berg",
        "Bergs",
        "Maier",
        "Meier",
        "Straße",
        "Strasse",
        "İpek",
        "Ipek",
        "US",
        "UN",
        "Ukraine",
        "Europe",
        "European",
        "Union",
        "ukraine",
        "wind",
        "power",
        "東京",
        "東京都",
        "Łódź",
        "Lodz",
        "é",
        "of",
    ]
)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
WAYS = st.sampled_from(
    [
        str,
        str.upper,
        str.casefold,
        lambda s: unicodedata.normalize("NFD", s),
        lambda s: unicodedata.normalize("NFC", s),
        lambda s: f"  {s} ",
        lambda s: s.replace(" ", "  "),
    ]
)
FEW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def entity(n: int, name: str) -> Entity:
    return Entity(id=f"e{n}", name=name, type="person")


def field_of(names: list[str]) -> EntityField:
    attribute = EntityAttribute(key="who", label="Who", type="entity")
    return EntityField(attribute, lambda: [entity(n, name) for n, name in enumerate(names)])


@pytest.fixture
def place(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(500, 500)
    window.show()
    return window


def write(line: QLineEdit, text: str) -> None:
    """Letter by letter, in any script: QTest knows Latin keys only."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(line, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


@holds("A name that was typed whole")
@FEW
@given(names=st.lists(NAMES, min_size=1, max_size=6, unique_by=said), typed=NAMES, way=WAYS)
def test_in_a_field(place: QWidget, names: list[str], typed: str, way: object) -> None:
    assert callable(way)
    written = way(typed)
    field = field_of(names)
    field.setParent(place)
    field.show()
    told: list[object] = []
    field.committed.connect(lambda value: told.append(names[int(value["entity"][1:])]))
    field.made.connect(lambda name, kind: told.append(New(name, kind)))
    field.created.connect(told.append)
    field.line.setFocus()
    write(field.line, written)
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    QApplication.processEvents()
    known = [n for n in names if said(n) == said(typed)]
    if known:
        assert told == known
    else:
        assert all(isinstance(x, str) and said(x) in {said(typed)} for x in told if x not in names)
        for somebody in (x for x in told if x in names):
            # a short way to write a name: in small letters, or its first few
            assert is_short(written.strip(), str(somebody)), (written, somebody)
    field.forget()
    field.setParent(None)
    field.deleteLater()


@FEW
@given(names=st.lists(NAMES, min_size=1, max_size=6, unique_by=said), typed=NAMES, way=WAYS)
def test_in_the_list_of_a_role(place: QWidget, names: list[str], typed: str, way: object) -> None:
    assert callable(way)
    written = way(typed)
    told: list[object] = []
    options = [Option(n, "Labels" if i % 2 else "Register", n) for i, n in enumerate(names)]
    picker = Picker(place, Question(options, lambda x: lambda: told.append(x), lambda x: lambda: told.append((x,))))
    picker.open_at(place)
    write(picker.search, written)
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    known = [n for n in names if said(n) == said(typed)]
    if known:
        assert told == known
    else:
        for somebody in (x for x in told if isinstance(x, str)):
            assert is_short(written.strip(), somebody), (written, somebody)
    picker.close()


def is_short(typed: str, name: str) -> bool:
    """Written quickly: in small letters, hardly any, or with a word that breaks off; and literally part of the name."""
    small = typed == typed.lower() and typed != typed.upper()
    if small and sum(c.isalnum() for c in typed) < 4:
        return True  # also letters with which its words begin
    asked, known = re.findall(r"[^\W_]+", plain(typed)), re.findall(r"[^\W_]+", plain(name))
    if not all(any(a in k for k in known) for a in asked) or (len(asked) > 1 and set(asked) <= set(known)):
        return False
    few = sum(c.isalnum() for c in typed) < 4 and not (typed == typed.upper() and len(typed) > 1)
    unfinished = any(all(len(a) < 0.6 * len(k) for k in known if a in k) for a in asked)
    return small or (few and not set(asked) <= set(known)) or unfinished


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("US-Russia relations", "US-Russia-Ukraine relations"),
        ("Anna Maria", "Anna Maria Berg"),
        ("Joe Biden", "Joe Biden’s policy on Ukraine"),
        ("ilsa brandt", "Ilsa Brandt-Oyelaran"),
        ("Ukraine", "Ukraine peace plan"),
        ("Europe", "European Union"),
        ("Meier", "Maier"),
        ("Bar", "Bär"),
        ("US", "USA"),
        ("UN", "United Nations"),
        ("東京", "東京都"),
        ("Oman", "Roman Abramovich"),
        ("European", "Europe Ann"),
    ],
)
def test_a_name_of_its_own(typed: str, name: str) -> None:
    assert may_be_another(typed, [name])


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ukraine", "ukraine"),
        ("Ukraine ", "Ukraine"),
        ("Bär", unicodedata.normalize("NFD", "Bär")),
        ("nneka", "Nneka Vardy"),
        ("biden", "Joe Biden"),
        ("us rus rel", "US-Russia relations"),
        ("Il", "Ilsa Brandt"),
        ("Tarn Harb", "The Tarn Harbour Authority"),
        ("u", "Ukraine"),
        ("", "Ukraine"),
    ],
)
def test_a_short_way_to_write_a_name(typed: str, name: str) -> None:
    assert not may_be_another(typed, [name])


def test_a_field_that_is_answered_asks_as_well(place: QWidget) -> None:
    """Enter goes on in a field that has its answer, but not over a name that was typed there."""
    field = field_of(["Ukraine peace plan", "The Courier"])
    field.setParent(place)
    field.show()
    field.show_value({"entity": "e1"})
    told: list[object] = []
    for signal in (field.committed, field.made, field.created, field.answered):
        signal.connect(lambda *_: told.append("told"))
    field.line.setFocus()
    field.line.selectAll()
    write(field.line, "Ukraine")
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert told == []
    assert field.line.popup.isVisible()
    assert field.typed() == "Ukraine"
    QTest.keyClick(field.line, Qt.Key.Key_Up)
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert told
