# mypy: ignore-errors
"""What a screen reader does, run by the system's Python beside the program: walks the tree, reads, hears, types.

Called with the command that starts the program, within a D-Bus session and on an X server of its own. Ends with 0
where everything was as it should be; else with what was not.
"""

import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

DEADLINE = 60.0
HEARD = []
FOCUSABLE, FOCUSED, SHOWING = Atspi.StateType.FOCUSABLE, Atspi.StateType.FOCUSED, Atspi.StateType.SHOWING


def until(what, ask):
    """Wait for an answer that is true; hears events meanwhile."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            found = ask()
        except GLib.Error:  # it went away while it was looked at
            found = None
        if found:
            return found
        GLib.MainContext.default().iteration(False) or time.sleep(0.01)
    raise SystemExit(f"waited in vain for: {what}; heard {HEARD[-12:]}")


def check(told, wanted, what):
    if told != wanted:
        raise SystemExit(f"{what}: {told!r} instead of {wanted!r}")


def children(node):
    for at in range(min(node.get_child_count(), 200)):
        child = node.get_child_at_index(at)
        if child is not None:
            yield child


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)


def program():
    return next((x for x in children(Atspi.get_desktop(0)) if x.get_name() == "Annotator"), None)


def find(role, name):
    root = program()
    return next(
        (x for x in walk(root) if x.get_role_name() == role and name in x.get_name()) if root is not None else iter(()),
        None,
    )


def key(*keys):
    subprocess.run(["xdotool", "key", *keys], check=True, timeout=DEADLINE)


def listen(event):
    words = event.any_data if isinstance(event.any_data, str) else ""
    HEARD.append((event.type.removeprefix("object:").removesuffix(":"), event.detail1, words))


def heard(kind, words=None, number=None):
    return any(k.startswith(kind) and (words is None or words in w) and number in (None, n) for k, n, w in HEARD)


def place(node):
    box = node.get_extents(Atspi.CoordType.SCREEN)
    return box.x, box.y, box.width, box.height


def read_the_tree():
    parts = [x for x in walk(program()) if x.get_state_set().contains(SHOWING)]
    nameless = [
        (x.get_role_name(), place(x)) for x in parts if x.get_state_set().contains(FOCUSABLE) and not x.get_name()
    ]
    check(nameless, [], "parts that take the focus have names")
    order = [
        next(i for i, x in enumerate(parts) if x.get_name().startswith(name))
        for name in ("Articles of this study", "Article text", "Statements of this article", "Values of the label")
    ]
    check(order, sorted(order), "the tree goes from left to right and from top to bottom")


def units(words):
    """The length in what Qt counts by, on this bus as elsewhere: UTF-16."""
    return len(words.encode("utf-16-le")) // 2


def read_the_text(article):
    text = Atspi.Text
    count = text.get_character_count(article)
    whole = text.get_text(article, 0, count)
    check(units(whole), count, "offsets are UTF-16 units")
    ship = whole.index("\N{SHIP}")
    check(text.get_string_at_offset(article, ship, Atspi.TextGranularity.CHAR).content, "\N{SHIP}", "a character")
    after = units(whole[: whole.index("fought", ship)])
    check(text.get_text(article, after, after + 6), "fought", "words behind an emoji")
    word = text.get_string_at_offset(article, after, Atspi.TextGranularity.WORD)
    check((word.content, word.start_offset, word.end_offset), ("fought", after, after + 6), "a word behind an emoji")
    sentence = text.get_string_at_offset(article, after, Atspi.TextGranularity.SENTENCE)
    check(sentence.content.strip().endswith("fought for the plan."), True, "a sentence")
    paragraph = text.get_string_at_offset(article, after, Atspi.TextGranularity.PARAGRAPH).content
    check(paragraph.strip(), next(p for p in whole.split("\n") if "fought" in p), "a paragraph")
    x, y, width, height = place(article)
    box = text.get_character_extents(article, 0, Atspi.CoordType.SCREEN)
    check(x < box.x < x + width and y < box.y < y + height and box.width > 2, True, "where a character is")
    middle = (box.x + 1, box.y + box.height // 2)
    check(text.get_offset_at_point(article, *middle, Atspi.CoordType.SCREEN), 0, "the character at a point")
    run = text.get_attribute_run(article, after, False)
    check((run[1] <= after < run[2]), True, f"attributes reach over the character: {run[1:]}")
    return whole


def code_by_keys(article, whole):
    text = Atspi.Text
    until("the focus in the text", lambda: article.get_state_set().contains(FOCUSED))
    key("Right")
    until("the caret moved", lambda: heard("text-caret-moved", number=1))
    check(text.get_caret_offset(article), 1, "the caret")
    key("Down", "Down")
    begin = whole.index("\n\n") + 2
    until("the caret in the second paragraph", lambda: text.get_caret_offset(article) > begin)
    line = text.get_string_at_offset(article, text.get_caret_offset(article), Atspi.TextGranularity.LINE)
    check(line.start_offset, begin, "where the caret's line begins")
    check(line.end_offset < whole.index("\n", begin), True, "the caret's line ends before its paragraph does")
    key("ctrl+2")
    until("a selection told", lambda: heard("text-selection-changed"))
    check(text.get_n_selections(article), 1, "how much is selected")
    chosen = text.get_selection(article, 0)
    sentence = text.get_text(article, chosen.start_offset, chosen.end_offset)
    check(sentence, "The council of Tarn Haven voted on Monday to deepen the harbour.", "what is selected")
    HEARD.clear()
    key("c")
    until("the label saved", lambda: heard("announcement", "1 added"))
    until("the label in hand described", lambda: heard("property-change:accessible-description", "Label Claim"))
    check(text.get_n_selections(article), 0, "what is selected after labelling")
    key("Left")
    until("the label that the caret enters", lambda: heard("announcement", "Claim"))
    HEARD.clear()
    key("s")
    until("the refusal", lambda: heard("announcement", "Select a passage first"))
    key("F6")
    field = until("the first open field", lambda: (x := find("check box", "Fact")) and focused(x) and x)
    check("Kind of claim, still open" in field.get_description(), True, "whose button it is, and that it is open")
    HEARD.clear()
    key("1")
    until("the value saved", lambda: heard("announcement", "1 changed"))
    until("the button pressed", lambda: heard("state-changed:checked"))
    until("the field said to be answered", lambda: "still open" not in field.get_description())
    row = until("the statement's row", lambda: find("list item", sentence))
    check("still open" in row.get_name(), True, "a row says what is missing")
    HEARD.clear()
    key("shift+F6")
    until("the text again", lambda: article.get_state_set().contains(FOCUSED))
    key("Delete")
    until("the label removed", lambda: heard("announcement", "removed"))
    HEARD.clear()
    key("ctrl+k")
    until("the palette's first row", lambda: heard("announcement", ", 1/"))
    HEARD.clear()
    key("t", "h")
    until("what fits best", lambda: heard("announcement", ", 1/"))
    key("Escape")
    until("the text after the palette", lambda: article.get_state_set().contains(FOCUSED))


def focused(node):
    return node.get_state_set().contains(FOCUSED)


def main(command):
    Atspi.init()
    listener = Atspi.EventListener.new(listen)
    for kind in (
        "object:announcement",
        "object:text-caret-moved",
        "object:text-selection-changed",
        "object:state-changed:checked",
        "object:property-change:accessible-description",
    ):
        listener.register(kind)
    with subprocess.Popen(command) as started:
        try:
            article = until("the article", lambda: find("document frame", "Article text"))
            window = until(
                "the window",
                lambda: subprocess.run(
                    ["xdotool", "search", "--onlyvisible", "--name", "Annotator$"], capture_output=True, text=True
                ).stdout.split(),
            )
            subprocess.run(["xdotool", "windowfocus", window[-1]], check=True)
            read_the_tree()
            code_by_keys(article, read_the_text(article))
            if started.poll() is not None:
                raise SystemExit(f"the program ended: {started.returncode}")
        finally:
            started.kill()


main(sys.argv[1:])
