"""The study that is open: opening it, who codes in it, and `leave`, the only way out."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.typed_words import TypedWords

if TYPE_CHECKING:
    from annotator.domain.annotations import Coder
    from annotator.qt.coding.session import Session
    from annotator.services.study import Study
    from annotator.store.places import Place


class CurrentStudy(QObject):
    """One study at a time. Whatever opens another one comes through `open`, which leaves this one by `leave`."""

    opened = Signal()
    """A study is here; who codes is not settled yet."""
    begun = Signal(bool)
    """Somebody codes; True: a session was made, False: another coder took over the one that is there."""
    leaving = Signal()
    """It is about to be closed: what looks at it closes first."""
    left = Signal()
    refused = Signal(object, object)
    """(place, AnnotatorError): it could not be opened, and what is open stays open."""

    def __init__(self, settings: Settings, typed: TypedWords, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._typed = settings, typed
        self.study: Study | None = None
        self.session: Session | None = None
        self.wanted_document: str | None = None
        """The article to open first."""
        self.asked = False
        """Whether a certain coder or article was asked for when it was opened."""
        self.shared = False
        """Whether another program had it open when it was opened."""

    def open(self, place: Place, coder: str | None = None, document: str | None = None) -> bool:
        """Open a study, and only then leave the one that is open. Whether it was opened."""
        from annotator.services.study.study import Study, held_elsewhere

        self._typed.save()
        mine = self.study is not None and self.study.file.path == place
        shared = isinstance(place, Path) and not mine and held_elsewhere(place)
        with ExitStack() as held:
            try:
                study = Study.open(place)
                held.callback(study.close)
                person = owner_of(study) or (study.person(coder) if coder else self._known_coder(study))
            except AnnotatorError as error:
                held.close()
                self.refused.emit(place, error)
                return False
            if not self.leave():
                return False
            held.pop_all()
        self.study, self.wanted_document, self.shared = study, document, shared
        self.asked = document is not None or person is None or (coder is not None and owner_of(study) is None)
        self._settings.remember(place)
        self.opened.emit()
        if person is not None:
            self.begin(person)
        return True

    def _known_coder(self, study: Study) -> Coder | None:
        known = study.file.login_coder or self._settings.coder(study.id)
        return next((c for c in study.coders() if c.id == known), None)

    def begin(self, coder: Coder) -> None:
        """Somebody codes from now on."""
        from annotator.qt.coding.session import Session

        assert self.study is not None
        self._settings.set_coder(self.study.id, coder.id)
        first = self.session is None
        if self.session is None:
            self.session = Session(self.study, coder, self)
        else:
            self.session.set_coder(coder)
        self.begun.emit(first)

    def leave(self) -> bool:
        """Save what was typed, ask about what cannot be saved, and close the study. Whether it was left."""
        if self.study is None:
            return True
        window = self.parent()
        if not self._typed.may_be_left(window):  # type: ignore[arg-type]
            return False
        self.leaving.emit()
        if self.session is not None:
            self.session.deleteLater()
        self.session = None
        self.study.close()
        self.study = None
        self.left.emit()
        return True

    def pause(self) -> bool:
        """Take down what shows the study, as `leave` does, and keep the study itself open. Whether that was done."""
        if not self._typed.may_be_left(self.parent()):  # type: ignore[arg-type]
            return False
        if self.study is not None:
            self.leaving.emit()
        if self.session is not None:
            self.session.deleteLater()
        self.session = None
        return True

    def go_on(self, coder: Coder | None) -> None:
        """After `pause`: show the study again. coder: who was coding."""
        if self.study is None:
            self.left.emit()
            return
        self.opened.emit()
        if coder is not None:
            self.begin(coder)

    def reload(self) -> None:
        """Show what another connection of this window wrote."""
        if self.study is not None and self.session is not None:
            self.study.coding.forget()
            self.session.seen()
            self.session.reload()


def owner_of(study: Study) -> Coder | None:
    """Whose package the study came as: nobody else codes in it, for nobody else's work would go back."""
    from annotator.services.study.package_origin import whose

    owner = whose(study)
    return study.coder(owner) if owner is not None else None
