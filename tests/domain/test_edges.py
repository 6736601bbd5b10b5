"""Thresholds, ties and orders of the domain, each at its very edge: what a small slip in the code would change."""

from __future__ import annotations

import pytest

from annotator.domain.annotations import Annotation, Filler
from annotator.domain.codebook.carrying import Carrier, read_value, taken_back
from annotator.domain.codebook.checking import breaches
from annotator.domain.codebook.diff import diff
from annotator.domain.codebook.faults import CodebookFaults
from annotator.domain.codebook.mapping import CodebookMapping, refuse_unfit
from annotator.domain.codebook.model import Attribute, Codebook
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.codebook.values import label_of, missing, value_fault
from annotator.domain.conditions import DEEPEST, parse
from annotator.domain.conditions import Test as Comparison
from annotator.domain.errors import BadInput, NotFound
from annotator.domain.folding import HYPHENS, INVISIBLE, is_invisible
from annotator.domain.fragments import fragments_fault
from annotator.domain.statements import statements
from annotator.domain.text_carrying import TextMap
from annotator.services.codebooks import builtin_codebook
from tests.codebooks import DESCRIBED, EVERYTHING, everything


def changed(text: str, instead: str, of: str = EVERYTHING) -> Codebook:
    assert text in of
    return parse_codebook(of.replace(text, instead))


def attribute(key: str) -> Attribute:
    found = everything().layer("claim").attribute(key)
    assert found is not None
    return found


@pytest.mark.parametrize("links", [0, 1, 2])
def test_a_statement_lacks_links_only_below_their_least_number(links: int) -> None:
    claim = Annotation("c", "d", "ada", "claim", ((0, 5),), {"kind": "fact"})
    made = [
        Annotation(f"l{n}", "d", "ada", "said_by", roles={"claim": (Filler("c"),), "speaker": (Filler(None, f"e{n}"),)})
        for n in range(links)
    ]
    (found,) = statements(everything(), [claim, *made])
    assert ("Said by" in found.missing) is (links == 0)


def test_a_required_answer_is_missing_only_where_its_condition_holds() -> None:
    claim = changed("when: {attribute: sure, in: [true]}", "required: true, when: {attribute: sure, in: [true]}").layer(
        "claim"
    )
    assert missing(claim, {"kind": "fact"}) == ()
    assert missing(claim, {"kind": "fact", "sure": False}) == ()
    assert missing(claim, {"kind": "fact", "sure": True}) == ("sum",)
    assert missing(claim, {"sure": True}) == ("kind", "sum")
    assert missing(claim, {"kind": "fact", "sure": True, "sum": 0}) == ()


def test_a_required_answer_of_one_zone_is_missing_there_alone() -> None:
    claim = changed("when: {attribute: sure, in: [true]}", "required: true, when: {zone: title}").layer("claim")
    assert missing(claim, {"kind": "fact"}, "title") == ("sum",)
    assert missing(claim, {"kind": "fact"}, "body") == ()
    assert missing(claim, {"kind": "fact"}) == ()


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("topic", "tax", "Tax"),  # below a heading
        ("topic", "money", "Money"),
        ("topic", "gone", "gone"),
        ("stance", -1, "against"),
        ("stance", "mixed", "mixed"),
        ("stance", 7, "7"),
        ("kind", "NO", "Norway"),
        ("cues", ["a", "c"], "A, C"),
        ("sure", True, "yes"),
        ("sure", False, "no"),
        ("sum", 0, "0"),
        ("note", None, ""),
    ],
)
def test_how_a_value_reads(key: str, value: object, told: str) -> None:
    assert label_of(attribute(key), value) == told


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("stance", 7, "`7` is not one of -1, 0, 1, mixed"),
        ("kind", "maybe", "`maybe` is not one of fact, NO"),
        ("sum", -1, "-1 is less than 0.0"),
        ("sum", 101, "101 is more than 100.0"),
        ("sum", True, "`True` is not a number"),
        ("cues", ["a", "b", "c"], "at most 2 values are allowed"),
        ("cues", ["a", "a"], "a value is there twice"),
    ],
)
def test_a_fault_names_the_value_and_what_is_allowed(key: str, value: object, told: str) -> None:
    assert str(value_fault(attribute(key), value)) == told


@pytest.mark.parametrize(("key", "value"), [("sum", 0), ("sum", 100), ("cues", ["a", "b"]), ("stance", 1)])
def test_the_edge_of_a_range_belongs_to_it(key: str, value: object) -> None:
    assert value_fault(attribute(key), value) is None


def test_what_a_mapping_file_wrote_is_kept_where_the_attribute_cannot_read_it() -> None:
    assert [read_value(attribute("sure"), t) for t in ("true", "false", "perhaps")] == [True, False, "perhaps"]
    assert [read_value(attribute("sum"), t) for t in ("3", "3.5", "many")] == [3, 3.5, "many"]
    assert [read_value(attribute("stance"), t) for t in ("-1", "mixed", "9")] == [-1, "mixed", "9"]


def test_an_answer_given_after_a_change_of_the_codebook_keeps_its_key_on_the_way_back() -> None:
    old, new = everything(), changed("{key: note, label: Note,", "{key: remark, label: Note,")
    forth = CodebookMapping(attributes={"claim.note": "remark"})
    before = Annotation("a", "d", "ada", "claim", ((0, 3),), {"kind": "fact", "note": "seen"}, updated="2031-01-01")
    after, _ = Carrier(old, new, forth, 2).carry(before)
    now = Annotation("a", "d", "ada", "claim", ((0, 3),), {**after.values, "day": "2031"}, updated="2031-01-02")
    back, _ = taken_back(
        now, after, before, forth, Carrier(new, old, CodebookMapping(attributes={"claim.remark": "note"}), 1)
    )
    assert back.values == {"kind": "fact", "note": "seen", "day": "2031"}


def test_a_role_may_be_renamed_and_an_unknown_one_is_refused() -> None:
    new = changed("{key: speaker, layers: [speaker]", "{key: voice, layers: [speaker]")
    refuse_unfit(CodebookMapping(roles={"said_by.speaker": "voice"}), everything(), new, {}, "m")
    with pytest.raises(BadInput, match=r"roles\.said_by\.nobody: the old codebook has nothing of this name"):
        refuse_unfit(CodebookMapping(roles={"said_by.nobody": "voice"}), everything(), new, {}, "m")
    with pytest.raises(BadInput, match=r"roles\.said_by\.speaker: the new codebook has no `said_by\.mouth`"):
        refuse_unfit(CodebookMapping(roles={"said_by.speaker": "mouth"}), everything(), new, {}, "m")


def test_a_renamed_entity_type_touches_its_entities_and_names_both() -> None:
    new = parse_codebook(
        EVERYTHING.replace("state, label: State", "country, label: Country").replace("[state]", "[country]")
    )
    (found,) = [
        d
        for d in diff(everything(), new, CodebookMapping(entity_types={"state": "country"}))
        if "entity_types." in d.path
    ]
    assert (found.kind, found.touches) == ("renamed", ("entity_type", "state"))
    assert "State" in found.what
    assert "Country" in found.what


def test_values_to_be_looked_at_again_are_told_of_labels_and_of_entities() -> None:
    old = parse_codebook(DESCRIBED)
    mapping = CodebookMapping(values={"claim.kind": {"fact": None}, "entity_types.person.side": {"for": None}})
    new = changed("title: Every type once", "title: Every type again", DESCRIBED)
    found = {d.path: (str(d.what), d.touches) for d in diff(old, new, mapping)}
    what, touches = found["claim.kind=fact"]
    assert what.startswith("Claim › Kind: labels with ")
    assert touches == ("value", "claim", "kind", "fact")
    what, touches = found["entity_types.person.side=for"]
    assert what.startswith("Person › Side: entities with ")
    assert touches == ("value", "entity_types.person", "side", "for")


RENAMED = {"speaker": "voice", "claim": "remark"}


def renamed() -> Codebook:
    """The codebook with two layers and a reason by other keys."""
    text = DESCRIBED.replace("key: outlet, label: Outlet", "key: paper, label: Paper")
    for was, now in RENAMED.items():
        text = text.replace(f"- key: {was}\n  label: {was.title()}", f"- key: {now}\n  label: {now.title()}")
        text = text.replace(f"layers: [{was}]", f"layers: [{now}]")
    return parse_codebook(text)


def test_a_renamed_part_is_told_with_its_old_and_its_new_name() -> None:
    mapping = CodebookMapping(layers=RENAMED, reasons={"said_by.speaker": {"outlet": "paper"}})
    told = {str(d.what) for d in diff(parse_codebook(DESCRIBED), renamed(), mapping) if d.kind == "renamed"}
    assert any("Speaker" in t and "Voice" in t for t in told)
    assert any("Claim" in t and "Remark" in t for t in told)
    assert any(t.startswith("Said by › speaker: the reason ") and "Outlet" in t and "Paper" in t for t in told)


def test_no_difference_speaks_of_nothing() -> None:
    """Whatever is renamed, new or gone is named: no sentence holds Python's word for nothing."""
    old, new = parse_codebook(DESCRIBED), renamed()
    for there, here, mapping in (
        (old, new, CodebookMapping()),
        (new, old, CodebookMapping()),
        (old, new, CodebookMapping(layers=RENAMED)),
        (old, parse_codebook(DESCRIBED.replace("{key: report, label: Report}, ", "")), CodebookMapping()),
    ):
        found = diff(there, here, mapping)
        assert found
        for d in found:
            assert "None" not in d.what


@pytest.mark.parametrize(
    ("marked", "whole"),
    [
        ("«so»", True),
        ("«so", False),
        ("so»", False),
        ("「so」", True),
        ("「so", False),
        ("so」", False),
        ("„so“", True),
        ("“so”", True),
        ("so”", False),
        ("“so", False),
        ('"so"', True),
        ('"so', False),
    ],
)
def test_half_a_pair_of_marks_of_any_kind_is_told(marked: str, whole: bool) -> None:
    text = f"He said {marked} then and left"
    assert (breaches(builtin_codebook(), text, ((3, len(text) - 5),)) == ()) is whole


@pytest.mark.parametrize(
    ("text", "instead", "value", "remedy"),
    [
        ("hotkey: c", "hotkey: c\n  colour: reddish", "`reddish`", "#rrggbb"),
        ("key: claim\n", "key: Big Claim\n", "`Big Claim`", "lower-case letters, digits and _"),
        ("{key: fact, label: Fact}", "{key: 'a|b', label: F}", "`a|b`", "without |"),
        ("discontinuous: true", "discontinuous: 7", "`7`", "true or false"),
        ("max: 2,\n", "max: lots,\n", "`lots`", "number"),
    ],
)
def test_a_fault_of_a_codebook_is_told_in_its_own_words(text: str, instead: str, value: str, remedy: str) -> None:
    with pytest.raises(CodebookFaults) as caught:
        changed(text, instead)
    assert [f for f in caught.value.faults if value in str(f.what) and remedy in str(f.remedy)]


def test_too_few_entries_are_told_only_of_a_list_that_is_short() -> None:
    short = changed_faults(
        "points: [{value: -1, label: against}, {value: 0, label: neutral}, {value: 1, label: for}]", "points: []"
    )
    assert any(w.startswith("`points` holds too few entries") for w in short)
    faulty = changed_faults("entity_types: [person]}", "entity_types: 5}")
    assert faulty
    assert not any("too few" in w for w in faulty)
    # a faulty entry is told, and not that the list without it would be short
    inner = changed_faults("{key: mixed, label: mixed}", "{key: mixed, label: mixed, colou: x}")
    assert not any("too few" in w for w in inner)


def changed_faults(text: str, instead: str) -> list[str]:
    with pytest.raises(CodebookFaults) as caught:
        changed(text, instead)
    return [str(f.what) for f in caught.value.faults]


def test_an_unknown_layer_is_told_with_those_there_are() -> None:
    with pytest.raises(NotFound) as caught:
        everything().layer("clam")
    assert str(caught.value.what) == "the codebook has no layer `clam`"
    assert str(caught.value.remedy) == "its layers: claim, speaker, said_by, article"


@pytest.mark.parametrize(
    ("fragments", "told"),
    [
        (((0, 2), (2, 4)), "the fragments meet or are out of order at 2"),
        (((3, 5), (0, 2)), "the fragments meet or are out of order at 0"),
        (((0, 2), (3, 4)), None),
    ],
)
def test_fragments_that_meet_are_one_too_many(fragments: tuple[tuple[int, int], ...], told: str | None) -> None:
    found = fragments_fault(fragments, 10)
    assert (str(found) if found is not None else None) == told


@pytest.mark.parametrize("value", ["a > b", "x = y", "1 < 2", "not so", "a >= b != c"])
def test_a_value_typed_without_quotation_marks_holds_the_signs_of_comparison(value: str) -> None:
    assert parse(f"note = {value}") == Comparison("note", "=", value)


def test_brackets_may_be_as_deep_as_is_said_and_no_deeper() -> None:
    assert parse("(" * (DEEPEST - 1) + "a.b=1" + ")" * (DEEPEST - 1)) == Comparison("a.b", "=", "1")
    with pytest.raises(BadInput, match=f"brackets in more than {DEEPEST} brackets"):
        parse("(" * DEEPEST + "a.b=1" + ")" * DEEPEST)


def test_signs_between_the_ends_of_a_range_are_invisible_and_single_ones_alone() -> None:
    assert all(is_invisible(s) for s in "\u00ad\u034f\u200b\u200c\u200d\u200e\u200f\u2061\ufeff")
    assert not any(is_invisible(s) for s in "\u00ae\u0350\u200a\u2010\u2065 a")
    assert "-" in INVISIBLE
    assert not any(is_invisible(s) for s in HYPHENS)


def test_a_word_of_which_some_letters_changed_keeps_its_label_to_the_letter() -> None:
    old, new = "They saw colouring books.", "They saw coloring books."
    at = TextMap(old, new).place([(9, 18)])
    assert (new[slice(*at.fragments[0])], at.how) == ("coloring", "changed")
    inner = TextMap("Donaudampfschiff", "Donaudampfschyff").place([(0, 5)])
    assert (inner.fragments, inner.how) == (((0, 5),), "same")


@pytest.mark.parametrize(
    ("label", "words"),
    [("honourable", "honorable"), ("colourful and honourable", "colorful and honorable")],
)
def test_words_that_lost_letters_between_other_changes_keep_their_label(label: str, words: str) -> None:
    old, new = "A colourful and honourable man", "The colorful and honorable person"
    start = old.index(label)
    found = TextMap(old, new).place([(start, start + len(label))])
    assert [new[s:e] for s, e in found.fragments] == [words]
    assert found.how == "changed"


def test_a_layer_that_joins_another_is_told_with_both_names() -> None:
    text = EVERYTHING[: EVERYTHING.index("- key: speaker\n")] + EVERYTHING[EVERYTHING.index("- key: said_by") :]
    new = parse_codebook(text.replace("layers: [speaker]", "layers: [claim]"))
    found = [d for d in diff(everything(), new, CodebookMapping(layers={"speaker": "claim"})) if d.kind == "merged"]
    assert [(d.path, d.touches) for d in found if d.path == "speaker"] == [("speaker", ("layer", "speaker"))]
    assert "the layer “Speaker” (speaker) becomes part of “Claim” (claim)" in [d.what for d in found]


def test_a_rule_that_is_new_changed_or_gone_is_told_by_its_key() -> None:
    def ruled(*rules: str) -> Codebook:
        return parse_codebook(EVERYTHING + "rules:" + "".join(f"\n- {{key: {r}}}" for r in rules) + "\n")

    one, two = ruled("a, text: Mark whole words."), ruled("a, text: Mark words.", "b, text: Mark no stops.")
    told = {d.path: (d.kind, d.what) for d in diff(one, two)}
    assert told["rules.b"] == ("added", "the rule b is new")
    assert told["rules.a"] == ("changed", "the rule a changed")
    assert {d.path: d.kind for d in diff(two, one)}["rules.b"] == "removed"
