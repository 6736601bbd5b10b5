"""Annotations of others with all that the model allows come back with the same meaning to a JSON-LD processor.

A page or collection stays one; order, languages, formats, generators, rights, selectors of every kind, addresses.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from annotator.domain.commands import SetMemo
from annotator.formats.deriving import derive_codebook
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.formats.web_annotations import read
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_codings import bring_in, import_codings
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.store import people
from tests.formats.test_w3c_of_others import TEXT, URL

WORDS = {
    "@vocab": "urn:word:",
    "id": "@id",
    "type": "@type",
    "items": {"@id": "urn:word:items", "@container": "@list"},
    "source": {"@id": "urn:word:source", "@type": "@id"},
    "value": "urn:word:value",
}
"""Every word means something, so that nothing which is there or missing goes unseen."""
ADA = {"id": "http://x.org/ada", "type": "Person", "name": "Ada", "nickname": "a", "email_sha1": "58bad0"}
SOFTWARE = {"id": "http://x.org/program", "type": "Software", "name": "Marker 3", "homepage": "http://x.org/"}
STAMPED = {
    "created": "2015-01-28T12:00:00Z",
    "modified": "2015-01-29T09:00:00+01:00",
    "generated": "2015-02-04T12:00:00Z",
}


def _body(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextualBody", "value": value, **more}


def _quoted(exact: str, prefix: str = "", suffix: str = "") -> dict[str, str]:
    return {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix}


def _from(start: int, end: int) -> dict[str, Any]:
    return {"type": "TextPositionSelector", "start": start, "end": end}


ITEMS: list[dict[str, Any]] = [
    {
        "id": "http://x.org/late",
        "motivation": ["moderating", "assessing"],
        "body": [
            _body("Pescadores", purpose="tagging", language="es", format="text/plain", textDirection="ltr"),
            _body("<p>Nobody?</p>", purpose="describing", language=["en", "gd"], format="text/html"),
            _body("Tell me more", purpose="questioning", creator="http://x.org/bob"),
            {"type": "SpecificResource", "purpose": "tagging", "source": "http://x.org/things/eel"},
        ],
        "target": {"type": "SpecificResource", "source": URL, "selector": _from(46, 53), "rights": "http://x.org/free"},
        "creator": ADA,
        "generator": SOFTWARE,
        "rights": "http://x.org/free",
        "canonical": "urn:x:canonical",
        "via": ["http://x.org/one", "http://x.org/two"],
        "audience": {"id": "http://x.org/class", "type": "schema:EducationalAudience", "schema:role": "teacher"},
        **STAMPED,
    },
    {
        "motivation": "commenting",
        "body": {"type": "Choice", "items": [_body("Oui", language="fr"), _body("Yes", language="en")]},
        "target": {"source": URL, "selector": _from(0, 9)},
        "creator": [ADA, "http://x.org/bob"],
    },
    {
        "id": "http://x.org/reply",
        "motivation": "replying",
        "body": _body("No.", format="text/plain", language="en"),
        "target": "http://x.org/refined",
        "creator": ADA,
    },
    {
        "id": "http://x.org/refined",
        "motivation": "highlighting",
        "target": {"source": {"id": URL, "type": "Text"}, "selector": {**_from(0, 28), "refinedBy": _from(4, 9)}},
        "creator": ADA,
    },
    {
        "id": "http://x.org/film",
        "motivation": "tagging",
        "body": [
            {"id": "http://x.org/film.mpg", "type": "Video", "format": "video/mpeg", "language": "de"},
            "http://x.org/plain",
        ],
        "target": {
            "source": URL,
            "selector": [{"type": "CssSelector", "value": "p"}, _quoted("Nobody", ".\n", " asked")],
            "state": {"type": "TimeState", "sourceDate": "2015-07-20T13:30:00Z"},
            "styleClass": "red",
            "renderedVia": SOFTWARE,
        },
        "stylesheet": "http://x.org/style.css",
        "creator": ADA,
    },
    {"id": "urn:x:whole", "bodyValue": "dull", "target": {"source": URL, "purpose": "x"}, "creator": ADA},
    {
        "id": "urn:x:first",
        "body": _body("Mayor", purpose="tagging"),
        "target": {"source": URL, "selector": _from(4, 9)},
    },
]
CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def _page(items: list[dict[str, Any]]) -> dict[str, Any]:
    about = {"id": "http://x.org/p1", "type": "AnnotationPage", "partOf": "http://x.org/c", "startIndex": 7}
    return {"@context": CONTEXT, **about, "items": items}


def _collection(items: list[dict[str, Any]]) -> dict[str, Any]:
    first = {"id": "http://x.org/p1", "type": "AnnotationPage", "startIndex": 0, "items": items}
    return {
        "@context": [CONTEXT, {"x": "urn:x:"}],
        "id": "http://x.org/c",
        "type": ["BasicContainer", "AnnotationCollection"],
        "label": {"en": "Eels"},
        "creator": ADA,
        "total": len(items),
        "x:more": [1, 2],
        "first": first,
    }


def meaning(told: Any) -> Any:
    """What a processor makes of it, without what stands there for ourselves."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: bare(v) for k, v in value.items() if not k.startswith("annotator:") and k != "@context"}
        return [bare(v) for v in value] if isinstance(value, list) else value

    return jsonld.expand({"@context": WORDS, **bare(told)})


def _turned(source: Path, folder: Path, turn: int, change: Callable[[Study], None] | None = None) -> dict[str, Any]:
    """Into a study that has the article, and out again."""
    incoming = read(source)
    assert list(incoming.problems) == []
    codebook = incoming.codebook or derive_codebook(incoming, "Web")
    with Study.create(folder / f"{turn}.annotator", codebook, "Web") as study:
        bring_in(study, "articles", Incoming([IncomingDocument("eels.html", TEXT, title="Eels", url=URL)]), "plain")
        answer = import_codings(study, [source], "w3c", "Eve")
        assert answer.annotations.added == len(ITEMS), answer
        assert check(study) == []
        if change is not None:
            change(study)
        export(study, "w3c", folder / f"{turn}.jsonld")
    found: dict[str, Any] = json.loads((folder / f"{turn}.jsonld").read_text("utf-8"))
    return found


def _bare(told: Any) -> Any:
    if isinstance(told, dict):
        return {k: _bare(v) for k, v in told.items() if not k.startswith("annotator:")}
    return [_bare(v) for v in told] if isinstance(told, list) else told


@pytest.mark.parametrize("around", [_page, _collection])
@pytest.mark.parametrize("beside", [True, False])
def test_all_that_the_model_allows_comes_back(
    tmp_path: Path, around: Callable[[list[dict[str, Any]]], dict[str, Any]], beside: bool
) -> None:
    before = around([{"type": "Annotation", **item} for item in ITEMS])
    here = tmp_path / "in.jsonld"
    here.write_text(json.dumps(before), "utf-8")
    for turn in (1, 2):
        told = _turned(here, tmp_path, turn)
        assert meaning(told) == meaning(before)
        here = tmp_path / f"again{turn}.jsonld"
        here.write_text(json.dumps(told if beside else _bare(told)), "utf-8")
    assert told["@context"][:-1] == ([CONTEXT] if around is _page else [CONTEXT, {"x": "urn:x:"}])


def test_what_is_not_seen_here_is_told(tmp_path: Path) -> None:
    here = tmp_path / "in.jsonld"
    here.write_text(json.dumps({**_page([{"type": "Annotation", **i} for i in ITEMS]), "next": "http://x.org/p2"}))
    assert read(here).losses.counts == {
        "bodies that lie elsewhere, kept for web annotations": 3,
        "further pages of the collection, which lie elsewhere": 1,
    }


def test_places_within_places_are_found(tmp_path: Path) -> None:
    here = tmp_path / "in.jsonld"
    here.write_text(json.dumps(_page([{"type": "Annotation", **item} for item in ITEMS])))
    _turned(here, tmp_path, 1)
    with Study.open(tmp_path / "1.annotator") as study:
        words = {a.external_id: [TEXT[s:e] for s, e in a.fragments] for a in study.annotations()}
    assert (words["http://x.org/refined"], words["http://x.org/film"]) == (["mayor"], ["Nobody"])


def test_what_was_changed_here_goes_out_changed_and_the_rest_as_it_came(tmp_path: Path) -> None:
    def change(study: Study) -> None:
        label = next(a for a in study.annotations() if a.external_id == "http://x.org/late")
        study.coding.apply(SetMemo(coder_id=label.coder_id, annotation_id=label.id, memo="Fewer words"))

    here = tmp_path / "in.jsonld"
    here.write_text(json.dumps(_page([{"type": "Annotation", **item} for item in ITEMS])))
    told = _turned(here, tmp_path, 1, change)
    first, *others = told["items"]
    assert [_bare(o) for o in others] == [{"type": "Annotation", **item} for item in ITEMS[1:]]
    assert {k for k in ITEMS[0] if first[k] != ITEMS[0][k]} == {"body", "modified"}
    assert [b.get("value", b.get("source")) for b in first["body"]] == [
        "Pescadores",
        "Fewer words",
        "http://x.org/things/eel",
    ]


def test_one_alone_and_in_words_of_the_drafts_is_read_or_told(tmp_path: Path) -> None:
    selector = {"@type": "oa:TextPositionSelector", "start": 4, "end": 9}
    one = {
        "@id": "urn:x:1",
        "@type": "oa:Annotation",
        "annotatedBy": ADA,
        "target": {"source": URL, "selector": selector},
    }
    here = tmp_path / "in.jsonld"
    here.write_text(json.dumps(one))
    ((_, record),) = read(here).records
    assert [tuple(f) for f in record.fragments] == [(4, 9)]


def test_only_labels_that_the_study_took_are_kept(tmp_path: Path) -> None:
    elsewhere = {"source": "http://y.org/", "selector": _from(0, 3)}
    strange = {"id": "urn:x:strange", "type": "Annotation", "creator": ADA, "target": elsewhere}
    here = tmp_path / "in.jsonld"
    here.write_text(json.dumps(_page([strange, *({"type": "Annotation", **item} for item in ITEMS)])))
    told = _turned(here, tmp_path, 1)
    assert [i.get("id") for i in told["items"]] == [i.get("id") for i in ITEMS]
    with Study.open(tmp_path / "1.annotator") as study, study.file.reading() as connection:
        assert "strange" not in json.dumps(people.attached(connection))
