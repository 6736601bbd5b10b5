"""A codebook as a supervisor makes it in the editor, its links without `per`, and a study with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from annotator.domain.codebook.model import Codebook
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.domain.json_forms import as_json
from annotator.formats.annotation_records import AnnotationRecord
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.services.exchange.importing_codings import bring_in
from annotator.services.study import Study

TEXTS = [
    f"{name} says that the {what} must come, and that the {other} costs too much. Nobody else spoke."
    for name, what, other in (("The mayor", "tram", "bus"), ("A baker", "bridge", "tram"), ("The club", "bus", "levy"))
]


def _choice(key: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": key.title(), "type": "choice", "values": [_value(v) for v in values], **more}


def _value(key: str) -> dict[str, Any]:
    return {"key": key, "label": key.title()}


def positions() -> Codebook:
    """Positions, who takes them, and what they are about; claims against each other; allies; a fact of the article."""
    return Codebook.model_validate(
        {
            "format": "annotator-codebook/1",
            "key": "positions",
            "title": "Positions",
            "entity_types": [{"key": "person", "label": "Person"}, {"key": "party", "label": "Party"}],
            "layers": [
                {
                    "key": "position",
                    "label": "Position",
                    "kind": "span",
                    "attributes": [
                        _choice("kind", "demand", "forecast", required=True),
                        {"key": "number", "label": "Number", "type": "boolean"},
                        _choice("which", "one", "many", when={"attribute": "number", "in": [True]}),
                        {
                            "key": "topic",
                            "label": "Topic",
                            "type": "tree",
                            "values": [{**_value("money"), "children": [_value("cost"), _value("gain")]}],
                        },
                    ],
                },
                {
                    "key": "speaker",
                    "label": "Speaker",
                    "kind": "span",
                    "attributes": [{"key": "who", "label": "Who", "type": "entity", "required": True}],
                },
                {"key": "object", "label": "Object", "kind": "span", "attributes": [_choice("what", "tram", "bus")]},
                {
                    "key": "said_by",
                    "label": "Said by",
                    "kind": "link",
                    "roles": [
                        {"key": "position", "label": "Position", "layers": ["position"], "min": 1, "max": 1},
                        {
                            "key": "speaker",
                            "label": "Speaker",
                            "layers": ["speaker"],
                            "entities": True,
                            "max": 3,
                            "empty_because": [{"key": "paper", "label": "The paper"}],
                        },
                    ],
                },
                {
                    "key": "about",
                    "label": "About",
                    "kind": "link",
                    "attributes": [_choice("stance", "for", "against")],
                    "roles": [
                        {"key": "position", "label": "Position", "layers": ["position"], "min": 1, "max": 1},
                        {"key": "object", "label": "Object", "layers": ["object"], "min": 1, "max": 1},
                    ],
                },
                {
                    "key": "against",
                    "label": "Against",
                    "kind": "link",
                    "roles": [
                        {"key": "position", "label": "Position", "layers": ["position"], "min": 1, "max": 1},
                        {"key": "other", "label": "Other", "layers": ["position"], "min": 1, "max": 1},
                    ],
                },
                {
                    "key": "allies",
                    "label": "Allies",
                    "kind": "link",
                    "roles": [{"key": k, "label": k.title(), "entity_types": ["person"]} for k in ("one", "other")],
                },
                {"key": "article", "label": "Article", "kind": "document", "attributes": [_choice("genre", "news")]},
            ],
        }
    )


PEOPLE = [{"name": "Mayor", "type": "person"}, {"name": "Baker", "type": "person"}]


def study_of_positions(path: Path, records: list[dict[str, Any]], texts: list[str] | None = None) -> Study:
    """An open study with these labels; a document is said by its place among the texts. The caller closes it."""
    study = Study.create(path, positions(), "Positions", CountingIds("positions"), SteppingClock("2031-01-01"))
    documents = [
        IncomingDocument(f"{i}.txt", text, title=None, published="2031-01-02")
        for i, text in enumerate(TEXTS if texts is None else texts)
    ]
    made = [
        AnnotationRecord.model_validate({**r, "document": {"sha256": documents[r["document"]].sha256}}) for r in records
    ]
    answer = as_json(bring_in(study, "made", Incoming(documents, [(r.id or "", r) for r in made]), "plain"))
    assert not answer["problems"], answer["problems"]
    return study


def span(key: str, layer: str, start: int, end: int, document: int = 0, coder: str = "Ada", **values: Any) -> Any:
    """A label of a passage."""
    return {
        "id": f"{coder}-{document}-{key}",
        "layer": layer,
        "coder": {"name": coder},
        "document": document,
        "fragments": [[start, end]],
        "values": values,
    }


def link(
    key: str, layer: str, roles: dict[str, list[Any]], document: int = 0, coder: str = "Ada", **values: Any
) -> Any:
    """A link; in a role stand keys of labels of the same document and coder, or entities."""
    held = {
        role: [{"annotation": f"{coder}-{document}-{f}"} if isinstance(f, str) else f for f in fillers]
        for role, fillers in roles.items()
    }
    return {
        "id": f"{coder}-{document}-{key}",
        "layer": layer,
        "coder": {"name": coder},
        "document": document,
        "roles": held,
        "values": values,
    }


def whole(document: int = 0, coder: str = "Ada") -> list[Any]:
    """Two positions of one article: the mayor's on the tram, and nobody's on two objects and against the first."""
    told: list[Any] = [
        span("p1", "position", 15, 34, kind="demand", topic="cost"),
        span("s1", "speaker", 0, 9, who=PEOPLE[0]),
        span("o1", "object", 20, 23, what="tram"),
        span("o2", "object", 50, 54, what="bus"),
        span("p2", "position", 40, 70, kind="forecast", number=True, which="one"),
        link("l1", "said_by", {"position": ["p1"], "speaker": ["s1"]}),
        link("l2", "about", {"position": ["p1"], "object": ["o1"]}, stance="for"),
        link("l3", "about", {"position": ["p2"], "object": ["o1"]}, stance="against"),
        link("l4", "about", {"position": ["p2"], "object": ["o2"]}, stance="for"),
        link("l5", "against", {"position": ["p2"], "other": ["p1"]}),
        link("l6", "allies", {"one": [PEOPLE[0]], "other": [PEOPLE[1]]}),
        {"id": "Ada-0-a1", "layer": "article", "coder": {"name": "Ada"}, "document": 0, "values": {"genre": "news"}},
    ]
    copied = json.dumps(told).replace("Ada-0-", f"{coder}-{document}-")
    return [{**r, "coder": {"name": coder}, "document": document} for r in json.loads(copied)]
