"""Draws the program's icon as PNG files of the sizes that a system asks for: ``icon.py FOLDER SIZE…``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer


def main() -> None:
    """Write ``FOLDER/SIZE.png`` for each size."""
    folder, sizes = Path(sys.argv[1]), [int(size) for size in sys.argv[2:]]
    folder.mkdir(parents=True, exist_ok=True)
    app = QGuiApplication(sys.argv[:1])
    drawing = QSvgRenderer(str(Path(__file__).parents[1] / "resources" / "icons" / "annotator.svg"))
    if not drawing.isValid():
        sys.exit("icon.py: resources/icons/annotator.svg cannot be drawn")
    for size in sizes:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        drawing.render(painter, QRectF(0, 0, size, size))
        painter.end()
        if not image.save(str(folder / f"{size}.png")):
            sys.exit(f"icon.py: {folder / f'{size}.png'} cannot be written")
    del app


if __name__ == "__main__":
    main()
