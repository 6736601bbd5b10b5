"""Words, sentences and quotations where scripts put no spaces, other marks, or run from right to left."""

from __future__ import annotations

import itertools

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.passages import QUOTES, UNITS, boundary, passage_at, quotation_at, sentences, tidy, word_at

SENTENCES = {
    "Chinese": ["“我不去。”", "他说：《红楼梦》很好！", "然后走了？", "是!", "他来了。"],
    "Japanese": ["「行かない。」と彼は言った。", "『はい！』、それだけ。", "「もう遅い。」", "次の文？"],
    "halfwidth": ["ｱｲｳ｡", "ｴｵ｡"],
    "Korean": ["“안 가요.” ", "그는 말했다. ", "왜?"],
    "Arabic": ["ماذا قال؟ ", "ذهب إلى المرفأ. ", "قال: «لا»!"],
    "Urdu": ["وہ گیا۔ ", "پھر آیا۔"],
    "Hebrew": ['צה"ל הודיע אתמול. ', "מה נשמע? ", "טוב!"],
    "Hindi": ["उसने कहा। ", "फिर 3.5 मीटर गया॥"],
    "Thai": ["ราคาข้าวสูงขึ้น ", "เขากล่าว 3.5 บาท ", "จริง"],
    "Armenian": ["Նա գնաց։ ", "Եվ եկավ։"],
}


@pytest.mark.parametrize("script", SENTENCES)
def test_sentences_end_where_their_script_ends_them(script: str) -> None:
    parts = SENTENCES[script]
    text = "".join(parts)
    assert [text[s:e] for s, e in sentences(text, 0, len(text))] == [p.strip() for p in parts]


@given(data=st.data(), script=st.sampled_from(sorted(SENTENCES)))
def test_any_row_of_sentences_is_taken_apart_again(data: st.DataObject, script: str) -> None:
    parts = data.draw(st.lists(st.sampled_from([p.strip() for p in SENTENCES[script]]), min_size=1, max_size=6))
    text = (" " if script != "Chinese" and script != "Japanese" else "").join(parts)
    assert [text[s:e] for s, e in sentences(text, 0, len(text))] == parts


@pytest.mark.parametrize(("left", "right"), [(a, c) for a, closing in QUOTES.items() for c in closing])
def test_every_kind_of_quotation_is_found_and_taken_off(left: str, right: str) -> None:
    text = f"甲 {left}引 用{right} 乙"
    start = text.index("引")
    assert quotation_at(text, start) == (start, start + 3)
    assert tidy(text, start - 1, start + 4, trim="quotes") == (start, start + 3)
    assert quotation_at(text, 0) is None
    assert quotation_at(text, len(text)) is None


def test_the_inner_of_two_quotations_is_the_nearest() -> None:
    text = "彼は「外『内』外」と言った"
    assert text[slice(*quotation_at(text, text.index("内")) or (0, 0))] == "内"
    assert text[slice(*quotation_at(text, text.index("』") + 1) or (0, 0))] == "外『内』外"


def test_behind_a_german_quotation_nothing_is_quoted() -> None:
    text = "„Das zahlt sich aus“, sagte sie. „Ja“, sagte er, ‚so‘ sei’s."
    assert quotation_at(text, text.index("sagte")) is None
    assert text[slice(*quotation_at(text, text.index("Ja")) or (0, 0))] == "Ja"
    assert text[slice(*quotation_at(text, text.index("so‘")) or (0, 0))] == "so"
    assert quotation_at(text, text.index("sei")) is None


def test_a_straight_mark_within_a_hebrew_word_quotes_nothing() -> None:
    text = 'הוא אמר "צה"ל ניצח" אתמול'
    assert text[slice(*quotation_at(text, text.index("ניצח")) or (0, 0))] == 'צה"ל ניצח'
    assert text[slice(*word_at(text, text.index("ל ניצח")))] == 'צה"ל'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ラーメンとらーめんを食べた", ["ラーメン", "とらーめんを", "食", "べた"]),
        ("港湾の建設、2031年", ["港湾", "の", "建設", "、", "2031", "年"]),
        ("한국어를 배우다", ["한국어를", "배우다"]),
        ("किसानों ने कहा।", ["किसानों", "ने", "कहा", "।"]),
        ("می\u200cخواهم بروم", ["می\u200cخواهم", "بروم"]),
        ("ราคาข้าว เขากล่าว", ["ราคาข้าว", "เขากล่าว"]),
        ("ה-7 צה״ל", ["ה", "-", "7", "צה״ל"]),
        ("👨\u200d👩\u200d👧🇩🇪 co\u00adop", ["👨\u200d👩\u200d👧", "🇩🇪", "co\u00adop"]),
    ],
)
def test_words_of_scripts(text: str, words: list[str]) -> None:
    found, place = [], 0
    while place < len(text):
        start, end = word_at(text, place)
        if end > place:
            found.append(text[start:end])
        place = max(end, place + 1)
    assert found == words


LETTERS = '港のｱア。！？「」『』《》“”،؟۔ب\u200cהש"״กา้ क्ि।한a1. \u00a0\u202f\u00ad\u2028\ufeff\u0301👨\u200d👩🇩🇪\r\n\t'


@given(text=st.text(st.sampled_from(LETTERS), max_size=30), data=st.data())
def test_in_any_mixture_passages_lie_in_the_text_and_cut_no_grapheme_of_a_word(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    for unit in UNITS:
        start, end = passage_at(text, place, unit)
        assert 0 <= start <= end <= len(text)
        assert boundary(text, place, unit, True, "end") >= place
        assert boundary(text, place, unit, False, "start") <= place
    cut = {m.start() for m in regex.finditer(r"\X", text)} | {len(text)}
    start, end = passage_at(text, place, "character") if place in cut else (0, 0)
    assert {start, end} <= cut
    found = sentences(text, 0, len(text))
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(found))
    kept = "".join(text[s:e] for s, e in found)
    assert [c for c in kept if not c.isspace()] == [c for c in text if not c.isspace()]
