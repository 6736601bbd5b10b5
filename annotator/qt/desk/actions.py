"""Everything that a key does at the desk, in one table: its name, its words, its keys, what it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from annotator.domain.passages import Unit
from annotator.qt.desk.article_state import ArticleState
from annotator.qt.desk.document_list import DocumentList
from annotator.qt.desk.editing import Editing
from annotator.qt.desk.filtering import FilterBar
from annotator.qt.desk.find_bar import FindBar
from annotator.qt.desk.frame import Frame
from annotator.qt.desk.label_display import LabelDisplay
from annotator.qt.desk.labelling import Labelling
from annotator.qt.desk.looking_back import LookingBack
from annotator.qt.desk.navigating import Navigating
from annotator.qt.desk.noting import Noting
from annotator.qt.reading import TextSurface
from annotator.qt.toolkit.action_table import ActionTable
from annotator.qt.toolkit.words import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What the actions do, by what they are about."""

    labelling: Labelling
    editing: Editing
    navigating: Navigating
    finder: FindBar
    state: ArticleState
    noting: Noting
    history: LookingBack
    display: LabelDisplay
    filter: FilterBar
    frame: Frame
    documents: DocumentList
    surface: TextSurface
    values_pass: Callable[[], None]
    """Begins the values pass, or ends it."""


class DeskActions:
    """The actions of one desk, by menu. They are added to the desk, so that their keys work there."""

    def __init__(self, table: ActionTable, owner: QWidget, steps: Steps) -> None:
        self._table, self._owner, self._steps = table, owner, steps
        editing, labelling, go = steps.editing, steps.labelling, steps.navigating
        noting, state, frame = steps.noting, steps.state, steps.frame
        add = self._add
        self.undo = add(
            "undo", tr("Undo"), "Ctrl+Z", tr("Take back your last step"), partial(labelling.step_back, True)
        )
        self.redo = add(
            "redo",
            tr("Redo"),
            "Ctrl+Shift+Z / Ctrl+Y",
            tr("Bring back what you took back"),
            partial(labelling.step_back, False),
        )
        self.remove = add("remove", tr("Remove label"), "Del", tr("Remove the current label"), labelling.remove)
        self.repeat = add(
            "repeat",
            tr("Repeat the last label"),
            "Ctrl+R",
            tr("Label the selected passage like the label before, with its values"),
            labelling.repeat,
        )
        self.copy_values = add(
            "copy-values",
            tr("Values of the label before"),
            "Ctrl+Shift+V",
            tr("Fill the open values of the current label from the label before"),
            editing.copy_values,
        )
        self.doubt = add(
            "doubt",
            tr("Doubt about the current value"),
            "Ctrl+U",
            tr("Mark a doubt about the current value, or take it back"),
            go.doubt,
        )
        self.editing = [self.undo, self.redo, self.remove, self.repeat, self.copy_values, self.doubt]
        self.boundaries = [
            add(
                "to-selection",
                tr("Move label to selection"),
                "Ctrl+B",
                tr("Move the current label to the selected passage"),
                editing.to_selection,
            ),
            add(
                "add-piece",
                tr("Add selection to label"),
                "Ctrl+Alt++ / Ctrl+Alt+=",
                tr("Add the selected passage to the current label"),
                editing.add_piece,
            ),
            add(
                "cut-piece",
                tr("Cut selection from label"),
                "Ctrl+Alt+-",
                tr("Take the selected passage out of the current label"),
                editing.cut_piece,
            ),
            add(
                "split",
                tr("Split label at caret"),
                "Ctrl+Shift+S",
                tr("Split the current label in two at the caret"),
                editing.split,
            ),
            add("join", tr("Join with next label"), "Ctrl+J", tr("Make one label of this and the next"), editing.join),
            *self._edges(),
        ]
        self.selecting = [
            add("select-word", tr("Select word"), "Ctrl+1", again("word"), partial(editing.select, "word")),
            add(
                "select-sentence",
                tr("Select sentence"),
                "Ctrl+2",
                again("sentence"),
                partial(editing.select, "sentence"),
            ),
            add(
                "select-quotation",
                tr("Select quotation"),
                "Ctrl+3",
                tr("Select what stands between the quotation marks around the caret"),
                editing.select_quotation,
            ),
            add(
                "select-paragraph",
                tr("Select paragraph"),
                "Ctrl+4",
                again("paragraph"),
                partial(editing.select, "paragraph"),
            ),
        ]
        self.going = [
            add("next-document", tr("Next article"), "Alt+Right", tr("Open the next article"), partial(go.go, 1)),
            add(
                "previous-document",
                tr("Previous article"),
                "Alt+Left",
                tr("Open the article before"),
                partial(go.go, -1),
            ),
            add("next-label", tr("Next label"), "F8", tr("Go to the next label"), partial(go.step_label, 1)),
            add(
                "previous-label",
                tr("Previous label"),
                "Shift+F8",
                tr("Go to the previous label"),
                partial(go.step_label, -1),
            ),
            add(
                "label-under",
                tr("Label under the caret"),
                "F7",
                tr("Choose the label at the caret; again: the next one at the same place"),
                go.walk_stack,
            ),
            add(
                "next-incomplete",
                tr("Next incomplete statement"),
                "F9",
                tr("Go to the next statement in which something is missing"),
                go.next_incomplete,
            ),
            add(
                "next-review",
                tr("Next label to look at again"),
                "Ctrl+F9",
                tr("After a change of the codebook: go to the next label marked for review, in any article"),
                go.next_review,
            ),
        ]
        self.finding = [
            add("find", tr("Find in this article…"), "Ctrl+F", tr("Find words in this article"), steps.finder.open),
            add(
                "find-next",
                tr("Next place found"),
                "F3",
                tr("Go to the next match"),
                partial(steps.finder.step, 1),
            ),
            add(
                "find-previous",
                tr("Previous place found"),
                "Shift+F3",
                tr("Go to the previous match"),
                partial(steps.finder.step, -1),
            ),
            add(
                "label-found",
                tr("Label the current match"),
                "Ctrl+Return",
                tr("Label the place found as the layer chosen in the find bar, and go on to the next"),
                steps.finder.label_in_hand,
            ),
            add(
                "mentions",
                tr("Mentions of this person or thing"),
                "Ctrl+M",
                tr("Find where the person or thing of the current label is named in this article"),
                go.mentions_in_hand,
            ),
        ]
        self.places = [
            add(
                "to-form",
                tr("Go to the form"),
                "F6",
                tr("Go to the first open value of the current label"),
                go.to_form,
            ),
            add(
                "take-proposed",
                tr("Take what is proposed"),
                "Alt+Return",
                tr("Take what the form proposes with a dashed edge and shows, and go on to what is open"),
                go.take_all,
            ),
            add(
                "to-statements",
                tr("Go to the statements"),
                "Ctrl+Alt+S",
                tr("Go to the list of statements"),
                frame.to_statements,
            ),
            add(
                "find-statement",
                tr("Find a statement…"),
                "Ctrl+Alt+F",
                tr("Search the statements of this article"),
                frame.find_statement,
            ),
            add(
                "article-values",
                tr("Values of the article"),
                "Ctrl+Alt+V",
                tr("Go to what holds for the whole article"),
                go.to_article_values,
            ),
            add("to-notes", tr("Go to the notes"), "Ctrl+Alt+N", tr("Go to the notes on this article"), frame.to_notes),
            add(
                "to-articles",
                tr("Go to the articles"),
                "Ctrl+Alt+A",
                tr("Go to the list of articles"),
                steps.documents.view.setFocus,
            ),
            add("to-text", tr("Go to the text"), "Shift+F6", tr("Go back to the article"), steps.surface.setFocus),
            add(
                "let-go",
                tr("Leave the label"),
                "Esc",
                tr("Deselect the label and go back to the text"),
                go.let_go,
            ),
        ]
        self.day = [
            add(
                "skip",
                tr("Skip article…"),
                "Ctrl+Shift+D",
                tr("Say why this article is left out"),
                state.skip,
            ),
            add(
                "next-to-do",
                tr("Next article to do"),
                "Ctrl+Alt+Right",
                tr("Open the next article that is neither done nor skipped"),
                state.next_to_do,
            ),
            add(
                "note",
                tr("Write a note…"),
                "Ctrl+Shift+N",
                tr("A note on the selected passage, the current label or the article"),
                partial(noting.write_note, False),
            ),
            add(
                "question",
                tr("Ask the supervisor…"),
                "Ctrl+Shift+Q",
                tr("A question on the selected passage, the current label or the article"),
                partial(noting.write_note, True),
            ),
            add("next-note", tr("Next note"), "Ctrl+F8", tr("Go to the next note in the text"), noting.next_note),
            add(
                "values-pass",
                tr("Values pass"),
                "F4",
                tr("Go through all labels of a layer and give one value by a single key"),
                steps.values_pass,
            ),
            add(
                "my-history",
                tr("What I did…"),
                "Ctrl+Shift+H",
                tr("Your own steps by day and article"),
                steps.history.show_days,
            ),
            add(
                "label-history",
                tr("History of the label…"),
                "Ctrl+H",
                tr("Every step of the current label, with old and new values"),
                steps.history.show_history,
            ),
        ]
        self.looking = [
            add(
                "filter-labels",
                tr("Filter labels…"),
                "Ctrl+Shift+L",
                tr("Show labels of some layers, values, coders, or with something missing"),
                steps.filter.toggle,
            ),
            add(
                "links",
                tr("Draw links"),
                "Ctrl+Alt+L",
                tr("Lines from a claim to its speaker and target: of the current one, of all, or none"),
                steps.display.cycle_links,
            ),
            add(
                "guide",
                tr("Codebook beside the form"),
                "F2",
                tr("Show or hide what the codebook says about the current code"),
                frame.toggle_guide,
            ),
            add(
                "articles-beside",
                tr("Articles beside the text"),
                "Ctrl+F2",
                tr("Show or hide the list of articles"),
                frame.toggle_articles,
            ),
            add(
                "form-beside",
                tr("Form and statements beside the text"),
                "Ctrl+Shift+F2",
                tr("Show or hide statements, form and codebook"),
                frame.toggle_right,
            ),
            add(
                "overview",
                tr("Overview beside the text"),
                "Shift+F2",
                tr("Show or hide the strip with a mark for every label"),
                frame.toggle_marks,
            ),
        ]
        for name, shown in (
            ("guide", frame.guide_shown),
            ("articles-beside", frame.articles_shown),
            ("form-beside", frame.right_shown),
            ("overview", frame.marks_shown),
        ):
            self._table.tick(name, shown)
        self.done = add(
            "done",
            tr("Article is done"),
            "Ctrl+D",
            tr("Say that this article is done, or open it again"),
            state.toggle_done,
        )

    def _edges(self) -> list[QAction]:
        editing = self._steps.editing
        found = [
            self._add(
                "edge-start", tr("Keys move the start"), "Alt+Shift+Home", "", partial(editing.take_edge, "start")
            ),
            self._add("edge-end", tr("Keys move the end"), "Alt+Shift+End", "", partial(editing.take_edge, "end")),
        ]
        units: tuple[tuple[Unit, str, str, str], ...] = (
            ("character", tr("a character"), "Alt+,", "Alt+."),
            ("word", tr("a word"), "Alt+Shift+Left", "Alt+Shift+Right"),
            ("sentence", tr("a sentence"), "Alt+Shift+Up", "Alt+Shift+Down"),
            ("paragraph", tr("a paragraph"), "Alt+Shift+PgUp", "Alt+Shift+PgDown"),
        )
        for unit, words, back, on in units:
            for onward, keys in ((False, back), (True, on)):
                text = tr("Boundary on by {unit}", unit=words) if onward else tr("Boundary back by {unit}", unit=words)
                found.append(
                    self._add(
                        f"boundary-{unit}-{'on' if onward else 'back'}",
                        text,
                        keys,
                        tr("Move the edge of the current label"),
                        partial(editing.move, unit, onward),
                    )
                )
        return found

    def by_menu(self) -> dict[str, list[list[QAction]]]:
        """Menu -> groups of actions, as they stand there."""
        return {
            "edit": [self.editing, self.selecting],
            "go": [self.going, self.finding, self.places],
            "day": [self.day],
            "view": [self.looking],
        }

    def _add(self, name: str, text: str, keys: str, tip: str, do: Callable[[], object]) -> QAction:
        action = self._table.make(self._owner, name, text, do, keys=keys, tip=tip)
        self._owner.addAction(action)
        return action


def again(unit: str) -> str:
    """The tip of selecting by unit."""
    words = {"word": tr("word"), "sentence": tr("sentence"), "paragraph": tr("paragraph")}[unit]
    return tr("Select the {unit} at the caret; again: the next one too", unit=words)
