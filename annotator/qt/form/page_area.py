"""Room for one of several pages, which is laid out once when it is shown."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class PageArea(QScrollArea):
    """A page is as wide as there is room and as high as it needs, at least as high as the view.

    Qt's own way lays a page out at every step towards its size: beside the page that goes away, without the scroll bar,
    and then with it. A page of the form has some sixty parts, and each of these steps moves them all.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._holder = QWidget()
        self._in_view: QWidget | None = None
        self._fitting = False
        self.setWidget(self._holder)

    def take_page(self, page: QWidget) -> None:
        """Hold one more page, which is not shown yet."""
        page.hide()
        page.setParent(self._holder)
        for part in page.findChildren(QWidget):
            part.ensurePolished()  # else it is laid out once more when its looks are known

    def turn_to(self, page: QWidget) -> None:
        """Show a page. The one before stays where it is until it is hidden: it may have the focus."""
        self._in_view = page
        _tell_sizes(page)
        self.fit()
        if page.isHidden():
            page.show()
            _paint_once(page)
        QCoreApplication.removePostedEvents(self._holder, QEvent.Type.LayoutRequest)  # it fits

    def fit(self) -> None:
        """Give the page in view the size that it needs now."""
        page = self._in_view
        if page is None or self._fitting:
            return
        room = self.contentsRect()
        width, height = room.width(), room.height()
        needed = _height(page, width)
        scrolls = needed > height
        if scrolls:
            width -= self.verticalScrollBar().sizeHint().width()
            needed = _height(page, width)
        size = QSize(max(width, page.minimumSizeHint().width()), max(height, needed))
        self._fitting = True  # the scroll bar that comes or goes with it changes the view
        try:
            # at once: where it is only needed, Qt shows it when all of the view has been painted without it
            policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            if policy != self.verticalScrollBarPolicy():
                self.setVerticalScrollBarPolicy(policy)
                _paint_once(self.verticalScrollBar().parentWidget() or self)
            page.setGeometry(QRect(page.pos(), size))
            self._holder.resize(size)
        finally:
            self._fitting = False

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The page wants another size."""
        if watched is self._holder and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()


def _height(page: QWidget, width: int) -> int:
    """What a page needs at a width."""
    least = page.minimumSizeHint()
    return max(least.height(), page.heightForWidth(max(width, least.width())))


def _tell_sizes(page: QWidget) -> None:
    """Each part asks those in it for their sizes, the innermost first: what is hidden does so only when it is shown."""
    for part in reversed(page.findChildren(QWidget)):
        if (layout := part.layout()) is not None:
            layout.activate()


def _paint_once(shown: QWidget) -> None:
    """Each part that comes into view is told to paint itself once more, a round later than all of it is painted."""
    for part in (shown, *shown.findChildren(QWidget)):
        QCoreApplication.removePostedEvents(part, QEvent.Type.UpdateLater)
    shown.update()
