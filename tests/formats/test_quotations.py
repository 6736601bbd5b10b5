"""Labels of which only the words are told are placed where these stand once: in W3C annotations and in tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.domain.quotes import places_of
from annotator.formats.sheets import SheetMapping
from annotator.formats.web_annotations import read
from annotator.services.articles.correcting import correct
from annotator.services.exchange.importing_codings import import_codings
from annotator.services.exchange.importing_files import import_files
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.study import Study
from tests.codebooks import everything

URL = "http://example.org/talk"
TEXT = "The mayor spoke. The  mayor left the hall. Nobody spoke for long."


@given(st.text("ab \n", max_size=40), st.data())
def test_every_place_of_a_quotation_holds_it_and_none_is_missed(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = places_of(text, text[start:end])
    assert not text[start:end].strip() or (start, end) in found
    assert all(text[s:e] == text[start:end] for s, e in found)
    between = places_of(text, text[start:end], text[max(0, start - 5) : start], text[end : end + 5])
    assert not text[start:end].strip() or (start, end) in between


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    article = {"title": "Talk", "text": TEXT, "url": URL}
    (tmp_path / "a.jsonl").write_text(json.dumps(article), "utf-8")
    with Study.create(tmp_path / "s.annotator", everything()) as made:
        import_files(made, [tmp_path / "a.jsonl"], "jsonl-articles")
        yield made


def annotation(source: Any, selector: Any = None, **parts: Any) -> dict[str, Any]:
    body = {"type": "TextualBody", "value": "speaker", "purpose": "tagging"}
    target = {"source": source} | ({"selector": selector} if selector else {})
    return {"id": "urn:x:1", "type": "Annotation", "creator": {"name": "Ada"}, "body": body, "target": target} | parts


QUOTE = {"type": "TextQuoteSelector", "exact": "mayor", "prefix": "The ", "suffix": " left"}


@pytest.mark.parametrize("source", [URL, {"id": URL, "type": "Text"}])
def test_an_article_is_known_by_its_address_and_a_place_by_its_words(study: Study, tmp_path: Path, source: Any) -> None:
    (tmp_path / "w.json").write_text(json.dumps(annotation(source, QUOTE)), "utf-8")
    result = as_json(import_codings(study, [tmp_path / "w.json"], "w3c"))
    assert result["problems"] == []
    (made,) = study.annotations()
    text = study.text(made.document_id)
    ((start, end),) = made.fragments
    assert (text[start:end], text[end : end + 5]) == ("mayor", " left")


def test_a_place_found_by_its_words_is_one_of_the_corrected_text(study: Study, tmp_path: Path) -> None:
    correct(study, "1", "Late in the evening: " + TEXT)
    (tmp_path / "w.json").write_text(json.dumps(annotation(URL, QUOTE)), "utf-8")
    assert as_json(import_codings(study, [tmp_path / "w.json"], "w3c"))["problems"] == []
    (made,) = study.annotations()
    assert made.text_version == 2
    correct(study, "1", "Very late in the evening: " + TEXT)
    (carried,) = study.annotations()
    text = study.text(carried.document_id)
    assert [text[start:end] for start, end in carried.fragments] == ["mayor"]


def test_what_is_elsewhere_is_told_with_a_count(study: Study, tmp_path: Path) -> None:
    path = {"type": "XPathSelector", "value": "/p[1]"}
    items = [annotation("http://example.org/other", QUOTE), annotation(URL, path, id="urn:x:2")]
    (tmp_path / "w.json").write_text(json.dumps(items), "utf-8")
    told = {x["what"]: x["count"] for x in as_json(import_codings(study, [tmp_path / "w.json"], "w3c"))["losses"]}
    assert sorted(told.values()) == [1, 1]
    with pytest.raises(AnnotatorError, match="does not have"):
        new_study_from(tmp_path / "n.annotator", tmp_path / "w.json", "w3c")
    assert not (tmp_path / "n.annotator").exists()


def test_all_kinds_of_bodies_targets_and_creators_are_read(tmp_path: Path) -> None:
    comment = {"type": "TextualBody", "value": "see there", "purpose": "commenting"}
    body = [comment, "http://example.org/picture", {"id": "http://example.org/film", "type": "Video"}]
    items = [
        annotation(URL, body=body, creator=["http://example.org/ada", {"name": "Ben"}]),
        annotation(URL, id="urn:x:2", target=URL, bodyValue="plain words"),
        annotation(URL, id="urn:x:3", target={"type": "Composite", "items": [{"id": URL}, URL]}),
        annotation(URL, id="urn:x:4", target={"id": URL, "type": "Text", "format": "text/html"}),
    ]
    (tmp_path / "w.json").write_text(json.dumps(items), "utf-8")
    incoming = read(tmp_path / "w.json")
    assert list(incoming.problems) == []
    assert [r.memo for _, r in incoming.records] == ["see there", "plain words", "", ""]
    # an address alone is a value
    assert incoming.losses.counts["bodies that lie elsewhere, kept for web annotations"] == 1
    assert next(r.values for _, r in incoming.records) == {"bodies": ["http://example.org/picture"]}


def test_quotes_of_a_table_are_found_where_they_stand_once(study: Study, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("doc,who,quote\nTalk,Ada,left the hall\nTalk,Ada,mayor\nTalk,Ada,not there\n", "utf-8")
    mapping = SheetMapping(document="doc", document_by="title", coder="who", layer="=speaker", text="quote")
    refused = as_json(import_codings(study, [table], "spreadsheet", mapping=mapping))
    assert [p["where"] for p in refused["problems"]] == ["row 3", "row 4"]
    taken = as_json(import_codings(study, [table], "spreadsheet", mapping=mapping, taking=Taking(rest=True)))
    assert [p["where"] for p in taken["problems"]] == ["row 3", "row 4"]
    (made,) = study.annotations()
    text = study.text(made.document_id)
    assert [text[s:e] for s, e in made.fragments] == ["left the hall"]
