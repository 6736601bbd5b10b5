"""Web annotations of others go out as they came; what we write is read by a JSON-LD processor and fits the model.

The context and the schema here are made from the Recommendation "Web Annotation Data Model" alone.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pyld import jsonld

from annotator.domain.json_forms import as_json
from annotator.formats.deriving import derive_codebook
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.formats.web_annotations import read
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_codings import bring_in, import_codings
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.formats.test_exports import coded

OA = "http://www.w3.org/ns/oa#"
_WORDS = (
    "Annotation TextualBody TextPositionSelector TextQuoteSelector exact prefix suffix start end "
    "tagging classifying linking commenting"
)
CONTEXT = {
    "@vocab": "urn:unknown:",
    "id": "@id",
    "type": "@type",
    **{name: f"{OA}{name}" for name in _WORDS.split()},
    "Person": "http://xmlns.com/foaf/0.1/Person",
    "AnnotationCollection": "https://www.w3.org/ns/activitystreams#OrderedCollection",
    "AnnotationPage": "https://www.w3.org/ns/activitystreams#OrderedCollectionPage",
    "items": {"@id": "https://www.w3.org/ns/activitystreams#items", "@type": "@id", "@container": "@list"},
    "first": {"@id": "https://www.w3.org/ns/activitystreams#first", "@type": "@id"},
    "startIndex": "https://www.w3.org/ns/activitystreams#startIndex",
    "label": "http://www.w3.org/2000/01/rdf-schema#label",
    "body": {"@id": f"{OA}hasBody", "@type": "@id"},
    "target": {"@id": f"{OA}hasTarget", "@type": "@id"},
    "source": {"@id": f"{OA}hasSource", "@type": "@id"},
    "selector": {"@id": f"{OA}hasSelector", "@type": "@id"},
    "motivation": {"@id": f"{OA}motivatedBy", "@type": "@vocab"},
    "purpose": {"@id": f"{OA}hasPurpose", "@type": "@vocab"},
    "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
    "creator": {"@id": "http://purl.org/dc/terms/creator", "@type": "@id"},
    "created": "http://purl.org/dc/terms/created",
    "modified": "http://purl.org/dc/terms/modified",
    "name": "http://xmlns.com/foaf/0.1/name",
    "annotator": "urn:annotator:",
}
_IRI = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"}
_SELECTOR = {
    "oneOf": [
        {
            "properties": {
                "type": {"const": "TextPositionSelector"},
                "start": {"type": "integer", "minimum": 0},
                "end": {"type": "integer", "minimum": 1},
            },
            "required": ["type", "start", "end"],
            "additionalProperties": False,
        },
        {
            "properties": {
                "type": {"const": "TextQuoteSelector"},
                **{name: {"type": "string"} for name in ("exact", "prefix", "suffix")},
            },
            "required": ["type", "exact"],
            "additionalProperties": False,
        },
    ]
}
_SPECIFIC = {
    "type": "object",
    "properties": {"source": _IRI, "selector": {"type": "array", "items": _SELECTOR}},
    "required": ["source"],
    "additionalProperties": False,
}
_BODY = {
    "type": "object",
    "properties": {
        "type": {"const": "TextualBody"},
        "value": {"type": "string"},
        "purpose": {"enum": ["tagging", "classifying", "commenting", "identifying", "describing", "highlighting"]},
    },
    "required": ["type", "value"],
    "additionalProperties": False,
}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}


def _one_or_more(what: Any) -> dict[str, Any]:
    return {"anyOf": [what, {"type": "array", "items": what, "minItems": 1}]}


SCHEMA = {
    "type": "object",
    "properties": {
        "id": _IRI,
        "type": {"const": "Annotation"},
        "motivation": {"type": "string"},
        "creator": {"anyOf": [_IRI, {"type": "object", "required": ["id", "type", "name"]}]},
        "created": _TIME,
        "modified": _TIME,
        "body": _one_or_more({"anyOf": [_IRI, _BODY]}),
        "target": _one_or_more({"anyOf": [_IRI, _SPECIFIC]}),
        "annotator:record": {"type": "object"},
    },
    "required": ["id", "type", "target"],
    "additionalProperties": False,
}


def _expanded(path: Path) -> Any:
    told = json.loads(path.read_text("utf-8"))
    for key in ("annotator:documents", "annotator:codebook"):
        told.pop(key, None)
    for item in told["first"]["items"]:
        item.pop("annotator:record")
    told["@context"] = CONTEXT
    return jsonld.expand(told)


def test_what_is_written_fits_the_model_and_a_json_ld_processor_knows_every_word(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "w3c", tmp_path / "o.jsonld")
        labels = study.annotations()
        texts = {d.id: study.text(d.id) for d in study.documents()}
    items = json.loads((tmp_path / "o.jsonld").read_text("utf-8"))["first"]["items"]
    for item in items:
        jsonschema.validate(item, SCHEMA)
    (root,) = _expanded(tmp_path / "o.jsonld")
    assert "urn:unknown:" not in json.dumps(root)
    page = root["https://www.w3.org/ns/activitystreams#first"][0]
    found = page["https://www.w3.org/ns/activitystreams#items"][0]["@list"]
    assert {a["@id"] for a in found} == {f"urn:uuid:{a.id}" for a in labels}
    places: Counter[Any] = Counter()
    for a in found:
        for target in a[f"{OA}hasTarget"]:
            for selector in target.get(f"{OA}hasSelector", ()):
                if f"{OA}start" in selector:
                    start, end = (selector[f"{OA}{name}"][0]["@value"] for name in ("start", "end"))
                    places[target[f"{OA}hasSource"][0]["@id"], start, end] += 1
                else:
                    document = target[f"{OA}hasSource"][0]["@id"].removeprefix("urn:uuid:")
                    assert selector[f"{OA}exact"][0]["@value"] in texts[document]
    assert places == Counter((f"urn:uuid:{a.document_id}", s, e) for a in labels for s, e in a.fragments)


URL = "http://news.example.org/2031/eels"
TEXT = "The mayor said it would pay.\nNobody asked the fishers."


def _tag(value: str, purpose: str | None = "tagging") -> dict[str, str]:
    return {"type": "TextualBody", "value": value, **({"purpose": purpose} if purpose else {})}


def _at(start: int, end: int) -> dict[str, Any]:
    return {
        "source": URL,
        "selector": [
            {"type": "TextPositionSelector", "start": start, "end": end},
            {"type": "TextQuoteSelector", "exact": TEXT[start:end]},
        ],
    }


ITEMS = [
    {"id": "http://x.org/a1", "motivation": "tagging", "body": _tag("Named Person"), "target": _at(0, 9)},
    {"id": "http://x.org/a2", "body": [_tag("Named Person", None)], "target": _at(4, 9)},
    {
        "id": "urn:x:3",
        "motivation": "classifying",
        "body": [_tag("Fishers", "classifying"), _tag("group", "classifying"), _tag("Are they?", "describing")],
        "target": _at(46, 53),
    },
    {"id": "urn:x:4", "motivation": "highlighting", "target": _at(10, 14)},
    {
        "id": "urn:x:5",
        "motivation": "commenting",
        "body": _tag("Who says so?", None),
        "target": [_at(0, 3), _at(10, 14)],
    },
    {"id": "urn:x:6", "motivation": "replying", "body": _tag("The mayor!", "commenting"), "target": "urn:x:5"},
    {"id": "urn:x:7", "motivation": "linking", "body": "http://x.org/a1", "target": ["urn:x:3", "http://x.org/a2"]},
    {"id": "urn:x:8", "motivation": "identifying", "body": "http://x.org/things/eel", "target": _at(15, 17)},
    {"id": "urn:x:9", "motivation": "commenting", "body": _tag("dull", "commenting"), "target": {"source": URL}},
]


def _meaning(item: dict[str, Any]) -> Any:
    """What an annotation says, whatever is written as a list or alone, and what stands beside a quotation."""

    def every(value: Any) -> list[Any]:
        return value if isinstance(value, list) else [] if value is None else [value]

    targets = [
        t
        if isinstance(t, str)
        else (t["source"], *((s["start"], s["end"]) for s in t.get("selector", ()) if "start" in s))
        for t in every(item["target"])
    ]
    bodies = [b if isinstance(b, str) else tuple(sorted(b.items())) for b in every(item.get("body"))]
    return item["id"], item.get("motivation"), tuple(bodies), tuple(targets), json.dumps(item["creator"])


@pytest.mark.parametrize("beside", [True, False])
def test_annotations_of_others_come_back(tmp_path: Path, beside: bool) -> None:
    items = [{"type": "Annotation", "creator": "http://x.org/people/ada", **item} for item in ITEMS]
    here = tmp_path / "in.jsonld"
    here.write_text(
        json.dumps({"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage", "items": items})
    )
    for turn in ("one", "two"):
        incoming = read(here)
        assert list(incoming.problems) == []
        assert not incoming.losses.counts
        codebook = incoming.codebook or derive_codebook(incoming, "Web")
        with Study.create(tmp_path / f"{turn}.annotator", codebook, "Web") as study:
            article = IncomingDocument("eels.html", TEXT, title="Eels", url=URL)
            bring_in(study, "articles", Incoming([article]), "plain")
            answer = as_json(import_codings(study, [here], "w3c"))
            assert answer["annotations"]["added"] == len(ITEMS), answer
            assert check(study) == []
            export(study, "w3c", tmp_path / f"{turn}.jsonld")
        told = json.loads((tmp_path / f"{turn}.jsonld").read_text("utf-8"))
        found = told["items"]
        assert Counter(map(_meaning, found)) == Counter(map(_meaning, items))
        if not beside:
            for item in found:
                del item["annotator:record"]
            told = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage", "items": found}
        here = tmp_path / f"{turn}-again.jsonld"
        here.write_text(json.dumps(told), "utf-8")
