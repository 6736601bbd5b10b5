"""Searching all articles, and many labels in one step; the index is derived and never in the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.commands import AddAnnotation, AddEntity, ChangeEntity
from annotator.domain.errors import BadInput, Cancelled, StudyFileError
from annotator.domain.queries import parse_query
from annotator.domain.search import find_plain
from annotator.intake import read_source
from annotator.services.articles.importing import add_documents
from annotator.services.search.corpus_search import CorpusSearch, Found, label_command, ordered, propose, search
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.store import search_index
from tests.studies import reopened, study_at

TEXTS = [
    "Harbours are deepened. The deeper harbour costs money, and nobody asked the fishermen.\n",
    "Im Café saß niemand, cafe\u0301 war geschlossen. Die Straße 🚢 har\u00adbour\u00a0plan.\n",
    "東京で「値上げ」を発表した。𠮷野家も東京東京。\n",
    "قال المتحدث إن البنك (ECB) سيرفع الفائدة. The minister said: “שלום לכולם”.\n",
    "general generation universities; the eel runs, it ran running.\r\nA second\tline with\x02 odd\x03 signs.\n",
]


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    made = study_at(tmp_path / "s.annotator", documents=0)
    for number, text in enumerate(TEXTS):
        add_documents(made, read_source(f"{number}.txt", text.encode(), "plain"))
    yield made
    made.close()


def words(study: Study, found: Found) -> list[tuple[int, str]]:
    """Number of the article and the stored words of each passage."""
    return [(p.number, study.text(p.document_id)[p.start : p.end]) for p in found.passages]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("harbour", [(1, "Harbours"), (1, "harbour"), (2, "har\u00adbour")]),
        ('"harbour"', [(1, "harbour"), (2, "har\u00adbour")]),
        ('"deeper harbour"', [(1, "deeper harbour")]),
        ("deepening harbour", [(1, "Harbours"), (1, "deepened"), (1, "harbour")]),
        ("harbour -money", [(2, "har\u00adbour")]),
        ("CAFE", [(2, "Café"), (2, "cafe\u0301")]),
        ("東京", [(3, "東京"), (3, "東京"), (3, "東京")]),
        ("値上げ OR 吉野", [(3, "値上げ")]),
        ("𠮷野家", [(3, "𠮷野家")]),
        ("البنك", [(4, "البنك")]),
        ("שלום ecb", [(4, "ECB"), (4, "שלום")]),
        ("genera*", [(5, "general"), (5, "generation")]),
        ("run", [(5, "runs"), (5, "running")]),
        ("university", [(5, "universities")]),
        ("signs", [(5, "signs")]),
        ("nowhere", []),
    ],
)
def test_words_are_found_as_they_stand_in_the_stored_text(
    study: Study, typed: str, expected: list[tuple[int, str]]
) -> None:
    found = CorpusSearch(study.file).find(typed)
    assert words(study, found) == expected
    assert found.whole
    assert found.articles == len({number for number, _ in expected})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_any_whole_word_of_any_article_is_found_where_it_stands(study: Study, data: st.DataObject) -> None:
    import regex

    document = data.draw(st.sampled_from(study.documents()))
    text = study.text(document.id)
    place = data.draw(st.sampled_from([m.span() for m in regex.finditer(r"[\w\u00ad]+", text)]))
    found = CorpusSearch(study.file).find(f'"{text[slice(*place)]}"')
    here = [(p.start, p.end) for p in found.passages if p.document_id == document.id]
    assert any(s <= place[0] and place[1] <= e for s, e in here)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.text(alphabet=st.sampled_from("ab\"*-OR()^:+{}',.éß東👍\x00 NEAR"), max_size=24))
def test_whatever_is_typed_is_answered_or_told(study: Study, typed: str) -> None:
    try:
        found = CorpusSearch(study.file).find(typed)
    except BadInput:
        return
    for p in found.passages:
        assert 0 <= p.start < p.end <= len(study.text(p.document_id))


def test_passages_come_with_their_context_in_the_order_asked_for(study: Study) -> None:
    found = CorpusSearch(study.file).find("harbour")
    first = found.passages[0]
    assert (first.left, first.words) == ("", "Harbours")
    assert first.right.startswith(" are deepened. The deeper")
    by_left = ordered(found.passages, "left")
    assert [p.left.split()[-1:] for p in by_left] == [[], ["deeper"], ["🚢"]]
    assert [p.right.split()[0] for p in ordered(found.passages, "right")] == ["are", "costs", "plan."]
    assert [p.words for p in ordered(by_left, "article")] == [p.words for p in found.passages]


def test_no_more_passages_come_than_were_asked_for(study: Study) -> None:
    found = CorpusSearch(study.file).find("東京", limit=2)
    assert (len(found.passages), found.whole) == (2, False)


def test_articles_that_came_later_are_found_and_changed_texts_are_indexed_anew(study: Study) -> None:
    finder = CorpusSearch(study.file)
    assert not finder.find("lighthouse").passages
    add_documents(study, read_source("late.txt", b"A lighthouse at last.\n", "plain"))
    assert words(study, found := CorpusSearch(study.file).find("lighthouse")) == [(6, "lighthouse")]
    assert found.whole
    with study.file.transaction() as connection:
        connection.exec_driver_sql("UPDATE search_document SET sha256 = 'other' WHERE number = 1")
    assert len(CorpusSearch(study.file).find("harbour").passages) == 3


def test_the_index_is_nobodys_business_but_its_own(study: Study, tmp_path: Path) -> None:
    path = study.file.path
    CorpusSearch(study.file).prepare()
    assert check(study) == []
    study.close()
    with reopened(path, "again") as again:
        assert check(again) == []
        search_index.drop(again.file)
        assert len(CorpusSearch(again.file).find("harbour").passages) == 3
    assert len(search(path, "harbour").passages) == 3
    assert [p.name for p in tmp_path.iterdir()] == ["s.annotator"]


def test_a_file_that_cannot_be_written_is_searched_all_the_same(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise StudyFileError("the file is read-only")

    monkeypatch.setattr(study.file, "transaction", refuse)
    finder = CorpusSearch(study.file)
    assert len(finder.find("harbour").passages) == 3
    assert len(finder.find("genera*").passages) == 2
    with study.file.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name LIKE 'search%'").scalar() == 0


def test_indexing_can_be_stopped_and_goes_on_where_it_was(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "BATCH", 2)
    seen: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> bool:
        seen.append((done, total))
        return done < 2

    with pytest.raises(Cancelled):
        search_index.bring_up_to_date(study.file, stop)
    assert seen == [(0, 5), (2, 5)]
    assert len(CorpusSearch(study.file).find("東京").passages) == 3


def test_whoever_codes_while_words_are_indexed_gets_the_file_between_two_batches(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "BATCH", 2)
    ada, layer = study.coder("Ada").id, study.codebook.span_layers[0]
    labelled: list[int] = []

    def label(_seconds: float) -> None:
        with Study.open(study.file.path) as other:
            document = other.documents()[len(labelled)]
            other.coding.apply(
                AddAnnotation(coder_id=ada, document_id=document.id, layer=layer.key, fragments=((0, 2),))
            )
        labelled.append(document.number)

    monkeypatch.setattr(search_index, "sleep", label)
    assert len(search(study.file.path, "harbour").passages) == 3
    assert labelled == [1, 2, 3]
    assert len(study.annotations()) == 3


def test_many_labels_over_articles_are_one_step_and_one_undo(study: Study) -> None:
    ada = study.coder("Ada").id
    layer = study.codebook.span_layers[0]
    found = CorpusSearch(study.file).find("harbour")
    study.coding.apply(
        AddAnnotation(coder_id=ada, document_id=found.passages[0].document_id, layer=layer.key, fragments=((0, 8),))
    )
    before = study.annotations()
    proposed = propose(study, ada, layer, found.passages)
    assert [p.why_not for p in proposed] == ["labelled already", "", ""]
    assert study.annotations() == before, "a preview writes nothing"
    assert len(study.changes()) == 1
    changes = study.coding.apply(label_command(study, ada, layer, [p for p in proposed if not p.why_not]))
    assert len(changes.added) == 2
    assert len({study.annotation(key).document_id for key in changes.added}) == 2
    assert {study.text(a.document_id)[slice(*a.fragments[0])] for a in map(study.annotation, changes.added)} == {
        "harbour",
        "har\u00adbour",
    }
    study.coding.undo(ada)
    assert study.annotations() == before
    assert study.coding.can_redo(ada) == "LabelFound"


def test_what_the_codebook_refuses_is_said_beforehand(study: Study) -> None:
    ada = study.coder("Ada").id
    layer = next(x for x in study.codebook.span_layers if x.key == "speaker")  # labels of it may not overlap
    passages = CorpusSearch(study.file).find("東京").passages
    study.coding.apply(
        AddAnnotation(
            coder_id=ada,
            document_id=passages[0].document_id,
            layer="speaker",
            fragments=((passages[0].start, passages[0].end + 1),),
        )
    )
    proposed = propose(study, ada, layer, passages)
    assert [bool(p.why_not) for p in proposed] == [True, False, False]


def test_whoever_is_named_by_the_words_is_entered_the_merged_one_as_who_it_is(study: Study) -> None:
    ada = study.coder("Ada").id
    study.coding.apply(AddEntity(coder_id=ada, id="bank", name="The bank", type="person"))
    study.coding.apply(AddEntity(coder_id=ada, id="ecb", name="ECB", type="person"))
    study.coding.apply(ChangeEntity(coder_id=ada, entity_id="ecb", merged_into="bank"))
    layer = next(x for x in study.codebook.span_layers if x.key == "speaker")
    proposed = propose(study, ada, layer, CorpusSearch(study.file).find("ecb").passages)
    (key,) = study.coding.apply(label_command(study, ada, layer, proposed)).added
    assert study.annotation(key).values == {"who": {"entity": "bank"}}


HIDDEN = (
    "The o\ufb03ce and the o\ufb03cer came \ufb01rst, in multi\u2011part non\u2010pro\ufb01t har\u00adbours; "
    "zero\u200bwidth, don’t, ＡＢＣ. Cafe\u0301 and café."
)


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("office", 1),
        ("officer", 1),
        ("first", 1),
        ("FIRST", 1),
        ("multi-part", 1),
        ("non-profit", 1),
        ("harbours", 1),
        ("zerowidth", 1),
        ("don't", 1),
        ("o\ufb03ce", 1),
        ("abc", 1),
        ("cafe", 2),
        ("café", 2),
    ],
)
def test_both_searches_fold_letters_alike(typed: str, count: int) -> None:
    assert len(find_plain(HIDDEN, typed, whole=True, accents=False)) == count
    with search_index.Places(parse_query(f'"{typed}"')) as places:
        (found,) = places.of([HIDDEN])
    assert [HIDDEN[s:e] for s, e in found] == [
        HIDDEN[s:e] for s, e in find_plain(HIDDEN, typed, whole=True, accents=False)
    ]
