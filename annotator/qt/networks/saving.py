"""A network as a picture: SVG, PDF and PNG, light on white whatever the window looks like, with what it rests on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from annotator.domain.errors import AnnotatorError
from annotator.domain.words import say
from annotator.formats.network_files import WRITERS
from annotator.qt.networks.painting import Brushes, Picture, fitted, paint
from annotator.qt.toolkit.fonts import INTERFACE
from annotator.qt.toolkit.theme import LIGHT
from annotator.qt.toolkit.words import tr
from annotator.services.files import publishing

ENDINGS = (".svg", ".pdf", ".png")
_WIDE, _HIGH, _FOOT = 1200, 850, 64
_PNG_SCALE = 2


def kinds_of_files() -> str:
    """What a network is saved as, for the choice of a file."""
    pictures, networks = (" ".join(f"*{x}" for x in kinds) for kinds in (ENDINGS, WRITERS))
    return f"{tr('Picture of what is drawn')} ({pictures});;{tr('Network')} ({networks})"


def save_picture(picture: Picture, foot: str, out: Path) -> None:
    """One file, by its ending; foot: what stands under it. Raises AnnotatorError where it cannot be written."""
    ending = out.suffix.casefold()
    with publishing(out) as result:
        place = result.path()
        if ending == ".svg":
            _svg(picture, foot, place)
        elif ending == ".pdf":
            _pdf(picture, foot, place)
        else:
            _png(picture, foot, place)
        if not place.exists():
            raise AnnotatorError(
                say("the picture could not be written"), str(out), "choose another folder, or look whether it is full"
            )


def _svg(picture: Picture, foot: str, place: Path) -> None:
    from PySide6.QtSvg import QSvgGenerator

    made = QSvgGenerator()
    made.setFileName(str(place))
    made.setSize(QSize(_WIDE, _HIGH + _FOOT))
    made.setViewBox(QRectF(0, 0, _WIDE, _HIGH + _FOOT))
    made.setTitle("Annotator")
    made.setDescription(foot)
    painter = QPainter(made)
    _draw(painter, picture, foot)
    painter.end()


def _pdf(picture: Picture, foot: str, place: Path) -> None:
    made = QPdfWriter(str(place))
    made.setCreator("Annotator")
    made.setPageLayout(
        QPageLayout(
            QPageSize(QSizeF(_WIDE, _HIGH + _FOOT), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch),
            QPageLayout.Orientation.Portrait,
            QMarginsF(0, 0, 0, 0),
        )
    )
    made.setResolution(144)
    painter = QPainter(made)
    painter.scale(2, 2)
    _draw(painter, picture, foot)
    painter.end()


def _png(picture: Picture, foot: str, place: Path) -> None:
    image = QImage(_WIDE * _PNG_SCALE, (_HIGH + _FOOT) * _PNG_SCALE, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(_PNG_SCALE, _PNG_SCALE)
    _draw(painter, picture, foot)
    painter.end()
    image.save(str(place), "PNG")  # type: ignore[call-overload]


def _draw(painter: QPainter, picture: Picture, foot: str) -> None:
    font = QFont(INTERFACE)
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setPixelSize(13)
    painter.setFont(font)
    size = QRectF(0, 0, _WIDE, _HIGH)
    painter.fillRect(QRectF(0, 0, _WIDE, _HIGH + _FOOT), QColor(LIGHT.surface))
    paint(painter, picture, fitted(picture, _WIDE, _HIGH, margin=110), size, Brushes(LIGHT, None))
    painter.setPen(QColor(LIGHT.muted))
    painter.drawText(
        QRectF(16, _HIGH + 2, _WIDE - 32, _FOOT - 8),
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap,
        foot,
    )
