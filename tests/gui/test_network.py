"""The network by hand: nodes by mouse and keys, statements behind them, windows of time, pictures, several studies."""

from __future__ import annotations

import json
import math
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from annotator.domain.codebook.model import Codebook
from annotator.domain.networks import Network
from annotator.formats.network_mentions import NetworkSpec
from annotator.qt.networks.canvas import NetworkCanvas
from annotator.qt.networks.loading import Source
from annotator.qt.networks.painting import LABELLED, Brushes, Picture, fitted, paint
from annotator.qt.networks.window import NetworkWindow
from annotator.qt.several.window import SeveralWindow
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import DARK, LIGHT
from annotator.services.codebooks.changing import apply_codebook
from annotator.services.demo import make_demo_study
from annotator.services.networks.choices import choices_of
from annotator.services.networks.drawing import Dot, Drawing
from annotator.services.study import Study
from tests.gui.conftest import Hand
from tests.positions import positions, study_of_positions, whole


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("network") / "demo.annotator"
    make_demo_study(path)
    return path


@pytest.fixture
def window(demo: Path, qtbot: QtBot) -> Iterator[NetworkWindow]:
    with Study.open(demo) as study:
        choices = choices_of(study)
    made = NetworkWindow(Source(demo), choices, LIGHT)
    qtbot.addWidget(made)
    made.show()
    settle(qtbot, made)
    yield made
    made.close()


def settle(bot: QtBot, window: NetworkWindow) -> None:
    bot.waitUntil(lambda: not window.busy, timeout=20_000)


def at(canvas: NetworkCanvas, dot: int) -> QPoint:
    found = canvas.picture.drawing.dots[dot]
    return canvas.view.shown(found.x, found.y).toPoint()


def test_a_click_on_a_node_lists_its_statements_and_one_of_them_opens(window: NetworkWindow, qtbot: QtBot) -> None:
    canvas = window.canvas
    dot = canvas.picture.order[1]
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, dot))
    assert canvas.chosen == (dot,)
    found = canvas.picture.drawing.dots[dot]
    assert window.statements.model().rowCount() == found.said
    assert found.node[1] in window.behind.text()
    assert window.nodes.what(window.nodes.selectionModel().currentIndex()) == found.node
    first = window.statements.model().index(0, 1)
    with qtbot.waitSignal(window.passage) as told:
        place = window.statements.visualRect(first).center()
        QTest.mouseClick(window.statements.viewport(), Qt.MouseButton.LeftButton, pos=place)
    document, start, end = told.args
    with Study.open(window._source.place) as study:
        words = " ".join(study.text(document)[start:end].split())
    assert first.data().startswith(words[:40])


def test_a_tie_is_taken_between_its_ends(window: NetworkWindow) -> None:
    canvas = window.canvas
    for a, b, _ in canvas.picture.drawing.lines:
        middle = (QPointF(at(canvas, a)) + QPointF(at(canvas, b))) / 2
        if canvas.under(middle) == (a, b):
            break
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=middle.toPoint())
    assert canvas.chosen == (a, b)
    assert window.tabs.currentWidget() is window.ties
    one, other = (canvas.picture.drawing.dots[i].node[1] for i in (a, b))
    rows = window.statements.source.rows
    assert rows
    assert all((r.what.actor, r.what.concept) == (one, other) for r in rows)


def test_every_node_is_reached_by_arrow_keys_and_said(window: NetworkWindow, qtbot: QtBot) -> None:
    canvas = window.canvas
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Home)
    assert canvas.chosen == (canvas.picture.order[0],)
    words = canvas.words(canvas.chosen)
    dot = canvas.picture.drawing.dots[canvas.chosen[0]]
    assert dot.node[1] in words
    assert f"{dot.said} statements" in words
    ways = (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up)
    reached, waiting = set(canvas.chosen), [canvas.chosen]
    while waiting:
        here = waiting.pop()
        for way in ways:
            canvas.choose(here)
            QTest.keyClick(canvas, way)
            if canvas.chosen[0] not in reached:
                reached.add(canvas.chosen[0])
                waiting.append(canvas.chosen)
    assert len(reached) == len(canvas.picture.drawing.dots)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(window.statements.hasFocus)


def test_zoom_pan_and_all_in_view(window: NetworkWindow) -> None:
    canvas = window.canvas
    fit = canvas.view
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.view.scale == pytest.approx(fit.scale * 1.25)
    QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    moved = canvas.view
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    QTest.mouseMove(canvas, QPoint(45, 25))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(45, 25))
    assert (canvas.view.x - moved.x, canvas.view.y - moved.y) == (40, 20)
    assert canvas.chosen == ()
    QTest.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.view == fit
    QTest.mouseClick(window._whole, Qt.MouseButton.LeftButton)
    assert canvas.view == fit


def test_nodes_stay_where_they_are_in_every_window_of_time(window: NetworkWindow, qtbot: QtBot) -> None:
    whole = {d.node: (d.x, d.y) for d in window.canvas.picture.drawing.dots}
    window.options.unit.setCurrentIndex(window.options.unit.findData("month"))
    settle(qtbot, window)
    assert window.moments.model().rowCount() == window.slider.maximum() == len(window.found.look.slices)  # type: ignore[union-attr]
    seen = []
    for n in range(1, window.slider.maximum() + 1):
        window.slider.setValue(n)
        settle(qtbot, window)
        dots = window.canvas.picture.drawing.dots
        assert {d.node: (d.x, d.y) for d in dots}.items() <= whole.items()
        assert str(window.found.look.slices[n - 1].start) in window.days.text()  # type: ignore[union-attr]
        seen.append({d.node for d in dots})
    assert any(a != b for a, b in pairwise(seen))
    window.options.nodes.setCurrentIndex(window.options.nodes.findData("all"))
    settle(qtbot, window)
    window.tabs.setCurrentIndex(2)
    course = window.course
    assert [m.start for m in course.moments] == [s.start for s in window.found.look.slices]  # type: ignore[union-attr]
    QTest.mouseClick(course, Qt.MouseButton.LeftButton, pos=QPoint(round(course._x(1)) + 2, 60))
    settle(qtbot, window)
    assert (window.slider.value(), course.at) == (2, 1)
    picture = course.grab().toImage()
    assert len({picture.pixel(x, y) for x in range(0, picture.width(), 2) for y in range(picture.height())}) > 8
    every = {d.node for d in window.canvas.picture.drawing.dots}
    window.slider.setValue(0)
    settle(qtbot, window)
    assert every == {d.node for d in window.canvas.picture.drawing.dots} == set().union(*seen)


def test_choices_fit_each_other_and_faults_are_told(window: NetworkWindow, qtbot: QtBot) -> None:
    options = window.options
    assert [options.aggregation.itemData(i) for i in range(options.aggregation.count())] == ["ignore", "subtract"]
    options.kind.setCurrentIndex(1)
    settle(qtbot, window)
    assert options.aggregation.findData("congruence") >= 0
    assert options.normalisation.findData("jaccard") >= 0
    assert options.normalisation.findData("activity") == -1
    assert window.shown is not None
    assert any(r.shown[5] for r in window.ties.source.rows)  # what each coder would give, on the same articles
    options.threshold.setText("many")
    options.threshold.editingFinished.emit()
    assert "threshold" in window.fault.text()
    assert not window.canvas.picture.drawing.dots
    options.threshold.setText("20")
    options.threshold.editingFinished.emit()
    settle(qtbot, window)
    assert window.fault.isHidden()
    assert all(abs(w) >= 20 for _, _, w in window.canvas.picture.drawing.lines)
    options.since.setText("2040")
    options.since.editingFinished.emit()
    settle(qtbot, window)
    assert "meets the conditions" in window.fault.text()


def test_pictures_and_networks_are_saved(
    window: NetworkWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = [d.node[1] for d in window.canvas.picture.drawing.dots]
    for ending in ("svg", "pdf", "png", "graphml"):
        out = tmp_path / f"n.{ending}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, out=out: (str(out), ""))
        QTest.mouseClick(window.export, Qt.MouseButton.LeftButton)
        assert out.exists(), window.fault.text()
        assert "Saved as" in window.saved.text()
    texts = "".join(ET.parse(tmp_path / "n.svg").getroot().itertext())
    assert "12 of 12 articles" in texts
    assert sum(n in texts for n in names) > len(names) / 3
    told = PdfReader(tmp_path / "n.pdf").pages[0].extract_text().replace("\t", " ")
    assert "12 of 12 articles" in told
    assert "Saved" not in told
    image = QImage(str(tmp_path / "n.png"))
    assert (image.width(), image.height()) == (2400, 1828)
    manifest = json.loads((tmp_path / "n.graphml.manifest.json").read_text(encoding="utf-8"))
    assert manifest["measures"]["nodes"] == len(names)


def test_thousands_of_nodes_are_painted_and_names_do_not_meet() -> None:
    side = 45
    dots = tuple(
        Dot(("actor" if n % 3 else "concept", f"Somebody {n}"), n % side / side, n // side / side, n % 50)
        for n in range(2000)
    )
    lines = tuple((n, (n * 7 + 1) % 2000, 1.0 if n % 4 else -2.0) for n in range(2000))
    picture = Picture(Drawing(dots, lines, Network((), (), {}, True, 0)), {n: n % 9 for n in range(2000)})
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter

    for theme in (LIGHT, DARK):
        image = QImage(1000, 700, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        view, area = fitted(picture, 1000, 700), QRectF(0, 0, 1000, 700)
        boxes = paint(painter, picture, view, area, Brushes(theme), (5,))
        boxes_all = paint(painter, picture, view, area, Brushes(theme), moving=True)
        painter.end()
        assert 0 < len(boxes) <= LABELLED
        assert not any(a.intersects(b) for n, a in enumerate(boxes_all) for b in boxes_all[n + 1 :])
        colours = {image.pixel(x, y) for x in range(0, 1000, 7) for y in range(0, 700, 7)}
        assert len(colours) > 20
    assert all(math.isfinite(v) for v in (view.scale, view.x, view.y))


def test_the_menu_opens_it_and_a_statement_of_another_study_opens_that_study(
    demo: Path, settings: Settings, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "studies"
    folder.mkdir()
    shutil.copy(demo, folder / "a.annotator")
    (folder / "broken.annotator").write_bytes(b"none")
    hand_study = tmp_path / "mine.annotator"
    shutil.copy(demo, hand_study)
    main = MainWindow(settings)
    qtbot.addWidget(main)
    assert main.open_study(hand_study, "Ada", "1")
    main.show()
    next(a for a in main.findChildren(QAction) if a.text() == "Discourse network…").trigger()
    (one,) = main.findChildren(NetworkWindow)
    settle(qtbot, one)
    assert one.canvas.picture.drawing.dots
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    next(a for a in main.findChildren(QAction) if a.text() == "Network of several studies…").trigger()
    several = main.windows.find("networks", NetworkWindow)
    assert several is not None
    settle(qtbot, several)
    assert "1 studies left out" in several.told.text()
    assert "broken.annotator" in several.told.toolTip()
    with qtbot.waitSignal(several.elsewhere) as told:
        several.open_statement(several.statements.model().index(0, 0))
    assert told.args[0] == folder / "a.annotator"
    assert main.study is not None
    assert main.study.file.path == folder / "a.annotator"
    next(a for a in main.findChildren(QAction) if a.text() == "Passages of several studies…").trigger()
    passages = main.windows.find("several", SeveralWindow)
    assert passages is not None
    qtbot.waitUntil(lambda: not passages.busy, timeout=20_000)
    every = passages.list.model().rowCount()
    assert "1 studies left out" in passages.told.text()
    passages.line.setText("layer=claim and claim.claim_type=prediction")
    QTest.keyClick(passages.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not passages.busy, timeout=20_000)
    rows = passages.list.source.rows
    assert 0 < len(rows) < every
    assert {r.shown[3] for r in rows} == {"claim"}
    assert any(r.shown[:2] == ("claim.claim_type", "Prediction") for r in passages.counts.source.rows)
    with qtbot.waitSignal(passages.elsewhere) as told:
        passages.open_passage(passages.list.model().index(0, 4))
    assert told.args == [folder / "a.annotator", rows[0].shown[1]]
    main.close()


def test_passages_of_several_studies_are_exported_and_faults_told(
    demo: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "studies"
    folder.mkdir()
    shutil.copy(demo, folder / "a.annotator")
    window = SeveralWindow(folder)
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: not window.busy, timeout=20_000)
    for name, written in (("p.csv", True), ("p.docx", False)):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, n=name: (str(tmp_path / n), ""))
        QTest.mouseClick(window.export, Qt.MouseButton.LeftButton)
        assert (tmp_path / name).exists() is written
        assert window.fault.isHidden() is written
    window.line.setText("nothing=1")
    QTest.mouseClick(window.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.busy, timeout=20_000)
    assert "nothing" in window.fault.text()
    assert window.list.model().rowCount() == 0
    window.close()


def test_labels_made_meanwhile_come_in_when_it_is_read_again(hand: Hand) -> None:
    action = next(a for a in hand.window.findChildren(QAction) if a.text() == "Discourse network…")
    action.trigger()
    (window,) = hand.window.findChildren(NetworkWindow)
    settle(hand.bot, window)
    assert "actor" in window.fault.text()
    assert not window.export.isEnabled()
    QTest.keyClick(window, Qt.Key.Key_F5)
    settle(hand.bot, window)
    assert not window.fault.isHidden()


def test_the_values_of_a_stance_with_several_answers_are_weighed_in_the_window(tmp_path: Path, qtbot: QtBot) -> None:
    book = positions().model_dump(mode="json", by_alias=True)
    about = next(x for x in book["layers"] if x["key"] == "about")
    about["attributes"][0]["values"].insert(1, {"key": "open", "label": "Open"})
    path = tmp_path / "s.annotator"
    with study_of_positions(path, [*whole(), *whole(0, "Ben")]) as study:
        apply_codebook(study, Codebook.model_validate(book))
        choices = choices_of(study)
    window = NetworkWindow(Source(path), choices, LIGHT)
    qtbot.addWidget(window)
    window.show()
    settle(qtbot, window)
    options = window.options
    assert not options.worth.isVisible()
    options.qualifier.setCurrentIndex(options.qualifier.findData("about.stance"))
    settle(qtbot, window)
    assert options.worth.isVisible()
    assert options.worth.text() == "for=1, open=0, against=-1"
    assert options.wanted().spec == NetworkSpec(
        options.actor.currentData(), options.concept.currentData(), "about.stance", _WORTH
    )
    assert not window.fault.isVisible()
    options.worth.setFocus()
    options.worth.selectAll()
    QTest.keyClicks(options.worth, "for=2, against=x")
    QTest.keyClick(options.worth, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.fault.isVisible(), "what is not a number is told, and nothing is drawn of it"
    options.worth.selectAll()
    QTest.keyClicks(options.worth, "for=2, open=0, against=-2")
    QTest.keyClick(options.worth, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert not window.fault.isVisible()
    assert dict(options.wanted().spec.worth) == {"for": 2.0, "open": 0.0, "against": -2.0}
    window.close()


_WORTH = (("for", 1.0), ("open", 0.0), ("against", -1.0))
