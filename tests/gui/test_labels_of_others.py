"""A passage of another coder, clicked by who supervises: the article with that coder's labels, and none to change."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest

from annotator.domain.commands import AddAnnotation
from annotator.qt.search.labelled_window import LabelledWindow
from annotator.services.study import Study
from tests.gui.conftest import Hand, make_study


@pytest.fixture
def study_path(tmp_path: Path) -> Path:
    """Ada supervises; Ben made a label in the second article."""
    path = make_study(tmp_path / "harbour.annotator", ("Ben",))
    with Study.open(path) as study:
        study.ensure_coder("Ada", "supervisor")
        ben, other = study.coder("Ben"), study.documents()[1]
        start = study.text(other.id).index("money")
        study.coding.apply(
            AddAnnotation.model_validate(
                {"coder_id": ben.id, "document_id": other.id, "layer": "claim", "fragments": ((start, start + 5),)}
            )
        )
    return path


def test_a_click_shows_it_among_that_coders_labels_and_ones_own_again(hand: Hand) -> None:
    hand.drag("harbour", 0)
    hand.key("c")
    next(a for a in hand.window.findChildren(QAction) if a.text() == "Passages by what was coded…").trigger()
    (window,) = hand.window.findChildren(LabelledWindow)
    hand.bot.waitUntil(lambda: not window._latest.busy)
    rows = {p.coder: n for n, p in enumerate(window.model.passages)}
    assert set(rows) == {"Ada", "Ben"}

    def click(row: int) -> None:
        place = window.list.visualRect(window.model.index(row, 3)).center()
        QTest.mouseClick(window.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    click(rows["Ben"])
    ben = window.model.passages[rows["Ben"]].annotation
    assert hand.session.document is not None
    assert hand.session.document.id == ben.document_id
    assert hand.desk.filter.filter.coder == ben.coder_id
    assert hand.desk.surface.selection() == ben.fragments[0]
    assert hand.session.current is None
    click(rows["Ada"])
    assert hand.desk.filter.filter.coder is None
    assert hand.session.current == window.model.passages[rows["Ada"]].annotation.id
