"""Reports as PDF, plots as PNG."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QMarginsF,
    QMessageLogContext,
    QSizeF,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QApplication

from annotator.qt.toolkit.fonts import INTERFACE, load_fonts

_UNIQUE = (
    (rb"\(D:(\d{14})", b"19800101000000"),
    (rb"Date=\"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)", b"1980-01-01T00:00:00"),
    (rb"uuid:([0-9a-f-]{36})", b"0" * 36),
    (rb"<([0-9a-f]{72})>", b"0" * 72),
)
"""What a PDF says of the moment of its making, and what stands there instead; each as long as what it replaces."""


def pdf(html: str, title: str) -> bytes:
    """HTML of the kind that QTextDocument knows, on pages of A4; the same text gives the same bytes."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Annotator")
    writer.setResolution(600)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    load_fonts()
    font = QFont(INTERFACE)
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setPointSizeF(9.0)
    document.setDefaultFont(font)
    document.setHtml(html)
    document.print_(writer)  # it leaves two centimetres on each side by itself
    del writer
    buffer.close()
    return _timeless(bytes(data.data()))


def png(svg: str, scale: float = 2.0) -> bytes:
    """A plot as a picture on white, with so many pixels for each of its own; the largest side is 16,000 at most."""
    from PySide6.QtSvg import QSvgRenderer

    load_fonts()
    drawn = QSvgRenderer(QByteArray(svg.encode("utf-8")))
    size = drawn.defaultSize()
    scale = min(scale, 16_000 / max(size.width(), size.height(), 1))
    image = QImage(round(size.width() * scale), round(size.height() * scale), QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(96 * scale / 0.0254))
    image.setDotsPerMeterY(round(96 * scale / 0.0254))
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    drawn.render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(data.data())


def plot_pdf(svg: str, title: str) -> bytes:
    """A plot as shapes and letters on one page of its size; the same plot gives the same bytes."""
    from PySide6.QtSvg import QSvgRenderer

    load_fonts()
    drawn = QSvgRenderer(QByteArray(svg.encode("utf-8")))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Annotator")
    writer.setResolution(300)
    size = QSizeF(drawn.defaultSize()) * (72 / 96)
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
    painter = QPainter(writer)
    drawn.render(painter)
    painter.end()
    del writer
    buffer.close()
    return _timeless(bytes(data.data()))


def unseen_plot_pdf(svg: str, title: str) -> bytes:
    """As `plot_pdf`, where no window has been opened."""
    return _unseen(lambda: plot_pdf(svg, title))


def unseen_pdf(html: str, title: str) -> bytes:
    """As `pdf`, where no window has been opened."""
    return _unseen(lambda: pdf(html, title))


def unseen_png(svg: str) -> bytes:
    """As `png`, where no window has been opened."""
    return _unseen(lambda: png(svg))


def _unseen(make: Callable[[], bytes]) -> bytes:
    if QApplication.instance() is not None:
        return make()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    before = qInstallMessageHandler(_told)
    app = QApplication(sys.argv[:1])
    try:
        return make()
    finally:
        qInstallMessageHandler(before)
        del app


def _told(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if "propagateSizeHints" not in message:
        sys.stderr.write(message + "\n")


def _timeless(content: bytes) -> bytes:
    for pattern, instead in _UNIQUE:
        content = re.sub(pattern, lambda m, x=instead: m[0].replace(m[1], x), content)  # type: ignore[misc]
    return content
