"""The codebook in the menus: changing it, and taking the last change back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from annotator.qt.toolkit.account_line import account_words
from annotator.qt.toolkit.words import spoken, tr

if TYPE_CHECKING:
    from annotator.qt.codebooks.editor import CodebookEditor
    from annotator.qt.coding.workbench import Workbench
    from annotator.qt.toolkit.worker import Worker
    from annotator.services.codebooks.waiting import Waiting


class CodebooksFeature:
    """Every view is made from the codebook: after a change the study is opened anew, where it was."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self.editor: CodebookEditor | None = None
        self._worker: Worker | None = None
        add = partial(bench.actions.add, menu="study", group="looking")
        add("codebook", tr("Codebook…"), self.show, keys="Ctrl+Shift+B")
        add("waiting-for-review", tr("Waiting for review…"), self.show_waiting)
        add("undo-codebook", tr("Undo the last codebook change…"), self.ask_undo)

    def show(self) -> None:
        """Edit the codebook; a new version is taken up at once."""
        from annotator.qt.codebooks.editor import CodebookEditor

        bench, study = self._bench, self._bench.study
        if study is None:
            return
        self.editor = bench.windows.show(
            "codebook",
            lambda: CodebookEditor(study.file.path, study.codebook, study.codebook_version, bench.window),
            modal=True,
        )
        self.editor.with_example = not study.documents()  # among articles of a study's own it must be asked for
        self.editor.saved.connect(self._changed)

    def show_waiting(self) -> None:
        """Labels that a change left to be looked at, by coder and code."""
        from annotator.qt.codebooks.review_window import ReviewWindow

        bench, study = self._bench, self._bench.study
        if study is not None:
            window = bench.windows.show("waiting-for-review", lambda: ReviewWindow(study, bench.window))
            window.opened.connect(self._open_label)

    def _open_label(self, found: Waiting) -> None:
        start, end = found.place or (0, 0)
        self._bench.show_label_of(found.coder_id, found.document.id, found.label, start, end)

    def _changed(self, version: int) -> None:
        study, session = self._bench.study, self._bench.session
        if study is None or session is None:
            return
        document = session.document.id if session.document is not None else None
        if self._bench.open_study(study.file.path, session.coder.id, document):
            told = [tr("The study has version {n} of its codebook now", n=version), *self._bring_example()]
            account = self.editor.account if self.editor is not None else None
            if account is not None and self.editor is not None:
                self.editor.account = None
                self._bench.notice("\n".join([*told, *account_words(account)]))
            else:
                self._bench.message(told[0])

    def _bring_example(self) -> list[str]:
        """The coded article of the gallery's codebook, where the study was begun with it; what was done, in words."""
        from annotator.services.codebooks.gallery import add_example, gallery_codebook

        editor, study = self.editor, self._bench.study
        if editor is None or study is None or not editor.gallery_name or not editor.with_example:
            return []
        name, editor.gallery_name = editor.gallery_name, ""
        begun = gallery_codebook(name)
        if (begun.layers, begun.entity_types) != (study.codebook.layers, study.codebook.entity_types):
            return [tr("The coded example article was left out: the codebook is not the gallery's any more.")]
        labels = add_example(study, name)
        self._bench.written()
        return [tr("A coded example article came along: {n} labels of the coder “Example”.", n=labels)]

    def ask_undo(self) -> None:
        """Say what would be taken back; the person decides."""
        from annotator.services.codebooks.changing import undoable

        if self._bench.study is None:
            return
        version = undoable(self._bench.study)
        if version is None:
            self._bench.notice(tr("No change of the codebook can be taken back: none was made since the last merge"))
            return
        box = QMessageBox(self._bench.window)
        box.setWindowTitle(tr("Undo the last codebook change"))
        box.setText(tr("Take version {n} of the codebook back?", n=version))
        box.setInformativeText(tr("Labels become as they were before it; what was coded since is kept."))
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
        box.accepted.connect(self.undo)
        box.open()

    def undo(self) -> None:
        """Take the last change of the codebook back, in a worker."""
        from annotator.qt.codebooks.saving import undo_work
        from annotator.qt.toolkit.worker import Worker

        bench = self._bench
        if bench.study is None:
            return
        worker = self._worker = Worker(undo_work(bench.study.file.path), bench.window)
        bench.hold_still(True)
        bench.message(tr("Taking the codebook's last change back …"))
        worker.done.connect(lambda result: self._changed(result.new))
        worker.failed.connect(lambda error: bench.notice(spoken(error)))
        worker.finished.connect(lambda: bench.hold_still(False))
        worker.start()

    def end(self) -> None:
        """The study is about to be closed."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.finish()
