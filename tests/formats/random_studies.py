"""Random studies for forms that are written and read: hard texts, every kind of label; and what comes back of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from annotator.domain.identity import CountingIds, SteppingClock, derived_id
from annotator.domain.json_forms import as_json
from annotator.formats.annotation_records import AnnotationRecord
from annotator.formats.declared import readable
from annotator.formats.incoming import Incoming, IncomingDocument, IncomingEntity
from annotator.formats.record_form import RecordForm
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_codings import bring_in, import_codings
from annotator.services.exchange.records import RecordWriter
from annotator.services.study import Study
from tests.codebooks import described

PIECES = (
    "The mayor", "😀", "e\u0301", "\u00a0", "\n", "\n\n", " ", "  ", "\t", "“quoted”", "a|b", "\\n", "Größe", "👩‍👩‍👧",
    "𝒳", "<b>&amp;", "it will pay.", "\u2028", "\ufeff", "—", ";", "#1", "[x]", "_", "*", "->", "No",
)  # fmt: skip
HARD_PIECES = ("\r\n", "\r", "\x01", "\x00", "\x0b", "\x1f", "\x85", "\uffff")
WORDS = (
    "",
    "x",
    'a "b", c',
    "two\nlines",
    "tab\there",
    "\\back\\n",
    "  spaces  ",
    "😀 Größe",
    "a_b*c[1]|d;e->f",
    "\u2028",
)
HARD_WORDS = ("\x01\x00", "cr\rlf\r\n", "\uffff", "𝒳\x1f")
CODERS = ("Ada", "Ben", "Çağla Ö/..")


@dataclass(frozen=True)
class Random:
    """What a random study is made of."""

    documents: list[IncomingDocument]
    records: list[dict[str, Any]]
    entities: list[IncomingEntity]


@st.composite
def random_studies(draw: st.DrawFn, hard: bool = True) -> Random:
    """hard: with line ends of every kind and characters that XML cannot hold, in texts, names and remarks."""
    alphabet = PIECES + (HARD_PIECES if hard else ())
    words = st.sampled_from(WORDS + (HARD_WORDS if hard else ()))
    names = st.sampled_from(("Mayor", "O’Neil, “Bo”", "Ministère 😀", "mayor II", "a|b:c"))
    entity = st.builds(lambda n, t: {"name": n, "type": t}, names, st.sampled_from(("person", "state")))
    person = names.map(lambda n: {"name": n, "type": "person"})
    documents: list[IncomingDocument] = []
    records: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 2))):
        body = "".join(draw(st.lists(st.sampled_from(alphabet), min_size=1, max_size=14)))
        text = f"{body}{'.' * (number + 1)}"
        documents.append(
            IncomingDocument(
                f"d{number}.txt",
                text,
                title=draw(st.sampled_from((None, "Title <&> 😀", "one | two"))),
                published=draw(st.sampled_from((None, "2031-01-02"))),
                publisher=draw(st.sampled_from((None, "The Paper"))),
                tags=draw(st.sampled_from(((), ("a", "b c")))),
            )
        )
        for coder in draw(st.lists(st.sampled_from(CODERS), unique=True, max_size=3)):
            records += draw(_labels(documents[-1], coder, words, person, entity))
    return Random(documents, records, draw(_register(words, names)))


@st.composite
def _register(draw: st.DrawFn, words: Any, names: Any) -> list[IncomingEntity]:
    """Entities by themselves: aliases, remarks, and values that may name entities which nothing else names."""
    people = names.map(lambda n: {"name": n, "type": "person"})
    states = names.map(lambda n: {"name": n, "type": "state"})
    asked: dict[str, dict[str, Any]] = {
        "person": {
            "office": words,
            "side": st.sampled_from(("for", "NO", "unclear")),
            "fields": st.sampled_from(([], ["sea"], ["tax", "law"])),
            "family": st.sampled_from(("green", "right")),
            "weight": st.sampled_from((-0.5, 1)),
            "elected": st.booleans(),
            "votes": st.sampled_from((0, 12.5, 1e-7)),
            "since": st.sampled_from(("2031", "2031-01", "2031-01-31")),
            "home": states,
            "allies": st.lists(st.one_of(people, states), max_size=3, unique_by=lambda e: (e["name"], e["type"])),
        },
        "state": {"head": people, "votes": st.integers(0, 3)},
    }
    found: list[IncomingEntity] = []
    for name, kind in draw(st.lists(st.tuples(names, st.sampled_from(("person", "state"))), unique=True, max_size=3)):
        values = {key: draw(value) for key, value in asked[kind].items() if draw(st.booleans())}
        aliases = draw(st.sampled_from(((), ("The “boss”",), ("a", "b|c"))))
        found.append(IncomingEntity(name, kind, aliases, draw(words), values))
    return found


@st.composite
def _labels(
    draw: st.DrawFn, document: IncomingDocument, coder: str, words: Any, person: Any, entity: Any
) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []

    def add(layer: str, values: Mapping[str, Any], **parts: Any) -> str:
        key = derived_id("random", document.text, coder, str(len(made)))
        made.append(
            {
                "id": key,
                "layer": layer,
                "coder": {"name": coder},
                "document": {"sha256": document.sha256},
                "values": values,
                "uncertain": draw(st.lists(st.sampled_from(sorted(values)), unique=True)) if values else [],
                "memo": draw(words),
                "created": f"2031-01-01T00:00:{len(made):02d}.000000Z",
                "updated": f"2031-01-01T00:01:{len(made):02d}.000000Z",
                "external_id": draw(st.sampled_from((None, None, "their id 7"))),
                **parts,
            }
        )
        return key

    length = len(document.text)
    claims = [
        add("claim", draw(_claim(words)), fragments=draw(_fragments(length, 3))) for _ in range(draw(st.integers(0, 3)))
    ]
    speakers = [
        add("speaker", {"who": draw(person)} if draw(st.booleans()) else {}, fragments=draw(_fragments(length, 1)))
        for _ in range(draw(st.integers(0, 2)))
    ]
    for claim in claims:
        if draw(st.booleans()):
            fillers: list[dict[str, Any]] = [{"annotation": s} for s in speakers[: draw(st.integers(0, 1))]]
            if draw(st.booleans()):
                name = draw(entity)["name"]
                fillers.insert(draw(st.integers(0, len(fillers))), {"name": name, "type": "state"})
            empty = None if fillers else draw(st.sampled_from((None, "nobody", "outlet", "named")))
            reasons: dict[str, Any] = {}
            if empty == "named":
                reasons = {"speaker": {"because": "outlet", "entity": draw(entity)}}
            elif empty:
                reasons = {"speaker": {"because": empty}}
            add("said_by", {}, roles={"claim": [{"annotation": claim}], "speaker": fillers}, empty=reasons)
    if draw(st.booleans()):
        add("article", {"genre": draw(st.sampled_from(("report", "opinion")))})
    return made


@st.composite
def _fragments(draw: st.DrawFn, length: int, most: int) -> list[list[int]]:
    places = draw(st.lists(st.integers(0, length), min_size=2, max_size=2 * most, unique=True))
    places = sorted(places)[: len(places) // 2 * 2]
    return [[s, e] for s, e in zip(places[::2], places[1::2], strict=True)]


@st.composite
def _claim(draw: st.DrawFn, words: Any) -> dict[str, Any]:
    every: dict[str, Any] = {
        "kind": st.sampled_from(("fact", "NO", "unclear")),
        "cues": st.sampled_from(([], ["a"], ["b", "a"], ["c", "b"])),
        "topic": st.sampled_from(("tax", "else")),
        "stance": st.sampled_from((-1, 0, 1, "mixed")),
        "sure": st.booleans(),
        "sum": st.sampled_from((0, 12.5, 100, 1e-7)),
        "note": words,
        "day": st.sampled_from(("2031", "2031-01", "2031-01-31")),
    }
    return {key: draw(value) for key, value in every.items() if draw(st.booleans())}


def study_of(made: Random, path: Path) -> Study:
    """An open study that holds it; the caller closes it."""
    study = Study.create(path, described(), "Random", CountingIds("random"), SteppingClock("2031-01-01"))
    records = [(r["id"], AnnotationRecord.model_validate(r)) for r in made.records]
    answer = as_json(bring_in(study, "random", Incoming(made.documents, records, made.entities), "plain"))
    assert not answer["problems"], answer["problems"]
    return study


NO_LABEL = "articles of a source in which no label was found"
"""What an import tells of a study without one label."""


def comes_back(study: Study, form: str, folder: Path) -> None:
    """Written, read into a new study with the same codebook, and the same again in all that the form carries."""
    out = folder / f"out-{form}"
    export(study, form, out)
    carries = readable(form).carries
    with Study.create(
        folder / f"{form}.annotator", study.codebook, "Back", CountingIds("back"), SteppingClock("2031-02-01")
    ) as back:
        answer = as_json(import_codings(back, [out], form))
        assert not answer["problems"], answer["problems"]
        told = [x["what"] for x in answer.get("losses", ())]
        assert told in ([], [NO_LABEL] if not _records(study, carries) else []), told
        came, went = _records(back, carries), _records(study, carries)
        assert len(came) == len(went)
        for one, other in zip(came, went, strict=True):
            assert one == other
        if "texts" in carries:
            assert _documents(back, carries) == _documents(study, carries)
        if "register" in carries:
            assert [e[:4] for e in register_of(back)] == [e[:4] for e in register_of(study)]
        if "entity_values" in carries:
            assert [e[4] for e in register_of(back)] == [e[4] for e in register_of(study)]
        again = as_json(import_codings(back, [out], form))
        assert again["annotations"]["added"] == 0
        assert again["documents"]["added"] == 0


def _documents(study: Study, carries: frozenset[str]) -> list[Any]:
    found = []
    for d in study.documents():
        facts = (d.title, d.published, d.publisher, d.author, d.url, d.language, d.tags, d.zones, d.source)
        found.append((d.sha256, study.text(d.id), facts if "metadata" in carries else ()))
    return sorted(found)


def register_of(study: Study) -> list[Any]:
    """Name, type, aliases, remark and values of each entity; who is named in a value, by name and type."""
    register = study.register()
    form = RecordForm(study.codebook, {}, register.every)
    found = []
    for e in register.every.values():
        values = json.loads(json.dumps(form.values_of(e.type, e.values)), object_hook=lambda o: _named(o, True, {}))
        found.append((e.name, e.type, e.aliases, e.memo, values))
    return sorted(found, key=lambda f: f[:4])


def _records(study: Study, carries: frozenset[str]) -> list[Any]:
    """The records without what the form does not carry and without what is new in every study."""
    every = list(RecordWriter(study).records_as_json())
    places = {r["id"]: json.dumps([r["coder"]["name"], r["layer"], r.get("fragments")]) for r in every}
    return sorted((_bare(r, carries, places) for r in every), key=lambda r: json.dumps(r, sort_keys=True))


def _bare(record: dict[str, Any], carries: frozenset[str], places: Mapping[str, str]) -> dict[str, Any]:
    result = {k: v for k, v in record.items() if k not in ("codebook", "document", "coder")}
    result["document"] = record["document"]["sha256"]
    if "coders" in carries:
        result["coder"] = record["coder"]["name"]
    for feature, keys in {
        "ids": ("id", "external_id"),
        "times": ("created", "updated"),
        "memos": ("memo",),
        "doubts": ("uncertain",),
        "empty_roles": ("empty",),
    }.items():
        if feature not in carries:
            for key in keys:
                result.pop(key, None)
    return json.loads(json.dumps(result), object_hook=lambda o: _named(o, "ids" in carries, places))


def _named(part: dict[str, Any], ids: bool, places: Mapping[str, str]) -> dict[str, Any]:
    part = {k: v for k, v in part.items() if k != "entity" or not isinstance(v, str)}
    if not ids and isinstance(part.get("annotation"), str):
        part["annotation"] = places.get(part["annotation"], part["annotation"])
    return part
