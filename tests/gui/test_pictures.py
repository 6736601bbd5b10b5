"""The pictures of the manual are made by a script from the demo study: it runs, and makes just those that are shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.docs.pages import MANUAL
from tests.docs.test_pages import script


def test_the_script_makes_every_picture_of_the_manual(qapp: QApplication, tmp_path: Path) -> None:
    script("pictures").make(tmp_path)
    made = {p.name: QImage(str(p)).size() for p in tmp_path.glob("*.png")}
    there = {p.name: QImage(str(p)).size() for p in (MANUAL / "pictures").iterdir()}
    assert made == there, "run `make pictures`"
    for path in tmp_path.glob("*.png"):
        picture = QImage(str(path))
        colours = {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
        assert len(colours) > 20, f"{path.name} shows nothing"
