"""What doccano, Label Studio and Prodigy have written over the years: each variant is read, or told with a count.

The forms are those of the programs' own documentation, examples and tests; every text is invented. A variant that gives
articles and no label is never a silent success.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.errors import AnnotatorError
from annotator.services.exchange.importing_codings import read_incoming

TEXT = "Ada Moor 🚢 met Bo Li in Katib."
ADA, BO, KATIB = (0, 8), (15, 20), (24, 29)
NO_LABEL = "articles of a source in which no label was found"


@dataclass(frozen=True)
class Variant:
    """content: lines of JSON, one object, text or bytes. labels: labels, links and values of articles that come."""

    name: str
    content: Any
    documents: int = 1
    labels: int = 1
    told: dict[str, int] = field(default_factory=dict)
    refused: str = ""
    file: str = "x.jsonl"
    layers: set[str] | None = None


def written(variant: Variant, folder: Path) -> Path:
    path = folder / variant.file
    content = variant.content
    if isinstance(content, dict) and variant.file.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            for name, told in content.items():
                archive.writestr(name, told)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, "utf-8", newline="")
    elif path.suffix == ".json":
        path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    else:
        path.write_text("".join(json.dumps(x, ensure_ascii=False) + "\n" for x in content), "utf-8")
    return path


def holds(form: str, variant: Variant, folder: Path) -> None:
    path = written(variant, folder)
    if variant.refused:
        try:
            incoming = read_incoming(path, form, "Cy")
        except AnnotatorError as error:
            told = str(error)
        else:
            told = "; ".join(f"{p['where']}: {p['what']}" for p in incoming.problems)
        assert variant.refused in told
        return
    incoming = read_incoming(path, form, "Cy")
    assert list(incoming.problems) == []
    nothing = {NO_LABEL: variant.documents} if variant.documents and not variant.labels else {}
    assert {x["what"]: x["count"] for x in incoming.losses.told()} == variant.told | nothing
    assert (len(incoming.documents), len(incoming.records)) == (variant.documents, variant.labels)
    if variant.layers is not None:
        assert {incoming.labels[r.layer] for _, r in incoming.records} == variant.layers


def entity(number: int, place: tuple[int, int], label: Any, **more: Any) -> dict[str, Any]:
    return {"id": number, "label": label, "start_offset": place[0], "end_offset": place[1], **more}


RELATED = {
    "id": 1,
    "text": TEXT,
    "entities": [entity(7, ADA, "PER"), entity(8, BO, "PER"), entity(9, KATIB, "LOC")],
    "relations": [{"id": 1, "from_id": 7, "to_id": 8, "type": "met"}],
}
DOCCANO = [
    Variant("label", [{"id": 1, "text": TEXT, "label": [[*ADA, "PER"], [*KATIB, "LOC"]]}], labels=2),
    Variant("labels", [{"id": 1, "text": TEXT, "labels": [[*ADA, "PER"]]}], layers={"PER"}),
    Variant("text as data", [{"id": 1, "data": TEXT, "label": [[*ADA, "PER"]]}]),
    Variant("numbers of labels", [{"id": 1, "text": TEXT, "label": [[*ADA, 3]]}], layers={"3"}),
    Variant("labels that overlap", [{"id": 1, "text": TEXT, "label": [[*ADA, "PER"], [0, 3, "NAME"]]}], labels=2),
    Variant(
        "annotations with their users",
        [{"text": TEXT, "annotations": [entity(1, ADA, 4, user=1), entity(2, BO, 4, user=2)]}],
        labels=2,
    ),
    Variant("entities and relations", [RELATED], labels=4, layers={"PER", "LOC", "met"}),
    Variant(
        "comments",
        [{**RELATED, "Comments": [{"id": 4, "comment": "why?"}]}],
        labels=4,
        told={"comments on articles": 1},
    ),
    Variant("comments of old", [{**RELATED, "comments": ["a", "b"]}], labels=4, told={"comments on articles": 2}),
    Variant("one object over lines", json.dumps(RELATED, indent=2), labels=4),
    Variant("facts", [{"text": TEXT, "labels": [[*ADA, "PER"]], "meta": {"wikiPageID": 1}, "outlet": "Star"}]),
    Variant("facts as a word", [{"text": TEXT, "labels": [[*ADA, "PER"]], "meta": "from the Star"}]),
    Variant("who approved", [{"text": TEXT, "labels": [[*ADA, "PER"]], "annotation_approver": "admin"}]),
    Variant("classes", [{"text": "Fine.", "label": ["good"]}, {"text": "Bad.", "label": ["bad", "rude"]}], 2, 2),
    Variant("classes as labels", [{"text": "Fine.", "labels": ["good"]}], layers={"Whole text"}),
    Variant("one class as a word", [{"text": "Fine.", "label": "good"}]),
    Variant("classes of old", [{"text": "Fine.", "annotations": [{"label": 2, "user": 1}], "meta": {}}]),
    Variant("another text for it", [{"text": "Hello!", "label": ["こんにちは！"]}]),
    Variant("another text of old", [{"text": "Hello!", "annotations": [{"text": "Salut!", "user": 3}]}]),
    Variant("intent and slots", [{"text": TEXT, "entities": [[*ADA, "PER"]], "cats": ["travel"]}], labels=2),
    Variant("intent alone", [{"text": TEXT, "cats": ["travel"]}]),
    Variant("a list in one file", [{"text": "Fine.", "label": ["good"]}], file="x.json"),
    Variant("classes in a table", "id,data,label\r\n1,Fine.,good#mild\r\n2,\"Bad,\nvery\",bad\r\n", 2, 2, file="x.csv"),
    Variant(
        "a table in UTF-16", "text,label\nFine.,good\nBad.,\n".encode("utf-16"), documents=2, labels=1, file="x.csv"
    ),
    Variant("fastText", "__label__good __label__mild Fine.\n__label__bad Bad.\n", 2, 2, file="x.txt"),
    Variant(
        "everybody's files",
        {n: json.dumps({"id": 1, "text": TEXT, "label": [[*ADA, "PER"]]}) for n in ("admin.jsonl", "ben.jsonl")},
        labels=2,
        file="x.zip",
    ),
    Variant("a zip of tables", {"all.csv": "id,data,label\n1,Fine.,good\n"}, file="x.zip"),
    Variant("mark and line ends", b'\xef\xbb\xbf{"text": "A", "label": [[0, 1, "P"]]}\r\n'),
    Variant("nothing labelled", [{"id": 1, "text": TEXT, "label": []}, {"id": 2, "text": "B."}], 2, 0),
    Variant("classes of pictures", [{"filename": "cat.jpg", "label": ["cat"]}] * 3, 0, 0,
            {"pictures and sound, which are not articles": 3}),
    Variant("boxes in pictures", [{"filename": "c.png", "bbox": [{"x": 1, "label": "cat"}]}], 0, 0,
            {"pictures and sound, which are not articles": 1}),
    Variant("shapes in pictures", [{"filename": "c.png", "segmentation": [{"points": [1], "label": "cat"}]}], 0, 0,
            {"pictures and sound, which are not articles": 1}),
    Variant("speech", [{"filename": "a.mp3", "label": ["said"]}], 0, 0,
            {"pictures and sound, which are not articles": 1}),
    Variant("fields that nobody knows", [{"text": TEXT, "label": [[*ADA, "P"]], "boxes": [{"a": 1}]}],
            told={"fields that are not known: boxes": 1}),
    Variant("other names of columns", [{"column_data": TEXT, "column_label": []}], refused="text: this should be text"),
    Variant("words and tags", "Ada\tB-PER\n\nBo\tB-PER\n", refused="not the text of an article", file="x.conll"),
    Variant("labels outside", [{"text": "Ada", "label": [[0, 9, "P"]]}], refused="outside the text"),
    Variant("half a label", [{"text": "Ada", "label": [[0, 3]]}], refused="[start, end, label]"),
    Variant("an arrow at nothing", [{**RELATED, "entities": RELATED["entities"][1:]}], refused="ends at no label"),  # type: ignore[index]
]  # fmt: skip


@pytest.mark.parametrize("variant", DOCCANO, ids=lambda v: v.name)
def test_doccano(variant: Variant, tmp_path: Path) -> None:
    holds("doccano", variant, tmp_path)


def region(id: str, place: tuple[int, int], label: str, **more: Any) -> dict[str, Any]:
    value = {"start": place[0], "end": place[1], "text": TEXT[slice(*place)], "labels": [label]}
    return {
        "id": id,
        "from_name": "ner",
        "to_name": "text",
        "type": "labels",
        "value": value,
        "origin": "manual",
        **more,
    }


def said(kind: str, value: Any, name: str = "mood", **more: Any) -> dict[str, Any]:
    return {"id": name, "from_name": name, "to_name": "text", "type": kind, "value": value, **more}


def arrow(direction: str | None, **more: Any) -> dict[str, Any]:
    told = {} if direction is None else {"direction": direction}
    return {"type": "relation", "from_id": "a", "to_id": "b", **told, **more}


def task(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    done = {"id": 5, "completed_by": 1, "was_cancelled": False, "result": list(results)}
    return {"id": 1, "data": {"text": TEXT}, "annotations": [done], **more}


A, B = region("a", ADA, "PER"), region("b", BO, "PER")
ONE = [task(A)]
MIN = {"text": TEXT, "id": 1, "annotator": 1, "annotation_id": 3, "created_at": "2021-01-01", "lead_time": 2.5}
SPAN = {"start": 0, "end": 8, "text": "Ada Moor", "labels": ["PER"]}


def several(*who: Any) -> list[dict[str, Any]]:
    return [task() | {"annotations": [{"id": n, "completed_by": w, "result": [A]} for n, w in enumerate(who)]}]


NOT_READ = "labels in a web page or a conversation, not in a text"
WEB = {"start": "/p[1]/text()[1]", "startOffset": 2, "end": "/p[1]/text()[1]", "endOffset": 4, "text": "no"}
NO_TEXT = "tasks without a text (pictures, sound, films, conversations)"
TALK = [{"author": "A", "text": "Hello"}, {"author": "B", "text": "Hi"}]
BOX = {"id": "r", "type": "rectanglelabels", "from_name": "l", "to_name": "img", "value": {"x": 1, "y": 1}}
LABEL_STUDIO = [
    Variant("labels", ONE, layers={"PER"}),
    Variant("UTF-16", [task(region("a", ADA, "PER"), region("b", BO, "PER") | {"value": {
        "start": 16, "end": 21, "text": "Bo Li", "labels": ["PER"]}})], labels=2),
    Variant("line breaks as they are shown", [task({**A, "value": {**A["value"], "text": "Ada\\nMoor"}})
                                              | {"data": {"text": TEXT.replace("Ada Moor", "Ada\nMoor")}}]),
    Variant("one task", task(A)),
    Variant("completions of old", [{"id": 1, "data": {"text": TEXT}, "completions": [{"id": 2, "result": [A]}]}]),
    Variant("an annotation in a storage", {"id": 9, "result": [A], "completed_by": {"id": 1}, "task": {
        "id": 1, "data": {"text": TEXT}}}),
    Variant("tasks in lines", "\n".join(json.dumps(task(A) | {"id": n}) for n in (1, 2)), 2, 2, file="x.jsonl"),
    Variant("a zip", {"project-1/result.json": json.dumps(ONE)}, file="x.zip"),
    Variant("two people by number", several(1, 2), labels=2),
    Variant("two people by address", several({"id": 1, "email": "a@b.c"}, {"id": 2, "email": "d@b.c"}), labels=2),
    Variant("one person twice", several(1, 1), labels=2),
    Variant("nobody named", several(None)),
    Variant("cancelled", [task() | {"annotations": [
        {"id": 1, "was_cancelled": True, "result": [A]}, {"id": 2, "result": [B]}]}],
        told={"annotations that were cancelled": 1}),
    Variant("skipped of old", [{"id": 1, "data": {"text": TEXT}, "completions": [{"skipped": True, "result": [A]}]}],
            labels=0, told={"annotations that were cancelled": 1}),
    Variant("nothing labelled", [task()], labels=0, told={"annotations in which nothing was labelled": 1}),
    Variant("no annotation", [{"id": 1, "data": {"text": TEXT}, "annotations": []}], labels=0),
    Variant("drafts and predictions", [task(A, drafts=[{"result": [B]}], predictions=[{"result": [B]}, {}])],
            told={"drafts that were not handed in": 1, "predictions of models": 2}),
    Variant("predictions alone", [{"id": 1, "data": {"text": TEXT}, "predictions": [{"result": [A]}]}], labels=0,
            told={"predictions of models": 1}),
    Variant("two labels in one region", [task({**A, "value": {**A["value"], "labels": ["PER", "X"]}})], labels=2),
    Variant("a region without a label", [task({**A, "value": {**A["value"], "labels": []}})],
            told={"passages without a label": 1}),
    Variant("a value of a region", [task(A, said("choices", {"start": 0, "end": 8, "choices": ["x"]}, id="a"))]),
    Variant("words and numbers of a region", [task(A, said("textarea", {"start": 0, "end": 8, "text": ["x"]}, id="a"),
            said("number", {"start": 0, "end": 8, "number": 4}, "age", id="a"))]),
    Variant("a value of no region", [task(A, said("choices", {"start": 0, "end": 8, "choices": ["x"]}, id="gone"))],
            told={"values of labels that do not exist": 1}),
    Variant("choices", [task(said("choices", {"choices": ["Good"]}))]),
    Variant("taxonomy", [task(said("taxonomy", {"taxonomy": [["a"], ["a", "b"]]}))]),
    Variant("rating, number, day", [task(said("rating", {"rating": 4}), said("number", {"number": 2.5}, "n"),
            said("datetime", {"datetime": "2031-01-01"}, "d"))]),
    Variant("pairwise", [task(said("pairwise", {"selected": "left"}))]),
    Variant("textarea", [task(said("textarea", {"text": ["one", "two"]})), task(said("textarea", {"text": "w"})) | {
        "id": 2}], 2, 2),
    Variant("ranker", [task(said("ranker", {"ranker": {"a": [1]}}))], labels=0, told={"values of the kind ranker": 1}),
    Variant("messages", [task(said("chatmessage", {"chatmessage": {"role": "user", "content": "x"}}))], labels=0,
            told={"values of the kind chatmessage": 1}),
    Variant("arrows to the right and left", [task(A, B, arrow("right", labels=["met"]), arrow("left", labels=["saw"]))],
            labels=4, layers={"PER", "met", "saw"}),
    Variant("arrows both ways", [task(A, B, arrow("bi", labels=["met"]))], labels=3,
            told={"arrows that point both ways; they are imported pointing one way": 1}),
    Variant("arrows with no or two names", [task(A, B, arrow("right"), arrow(None, labels=["x", "y"]))], labels=5),
    Variant("remarks", [task({**A, "meta": {"text": ["sure?"]}}, {**B, "meta": {"text": "no"}})], labels=2),
    Variant("scores and marks", [task({**A, "score": 0.7, "readonly": True, "hidden": False})]),
    Variant("entities of HTML in a text", [task({**A, "value": {"start": 0, "end": 7, "text": "Q &amp;", "labels": [
        "X"]}}) | {"data": {"text": "Q &amp; Ada"}}]),
    Variant("HyperText", [task({"id": "h", "type": "hypertextlabels", "from_name": "h", "to_name": "t", "value": {
        **WEB, "hypertextlabels": ["X"], "globalOffsets": {"start": 1, "end": 3}}})], labels=0, told={NOT_READ: 1}),
    Variant("an arrow at HyperText", [task(A, {"id": "b", "type": "hypertextlabels", "from_name": "h", "to_name": "t",
        "value": {**WEB, "hypertextlabels": ["X"]}}, arrow("right", labels=["met"]))],
        told={NOT_READ: 1, "arrows at labels that are not read": 1}),
    Variant("a conversation", [{"id": 1, "data": {"talk": TALK}, "annotations": [{"result": [
        {"id": "p", "type": "paragraphlabels", "from_name": "p", "to_name": "t", "value": {
            "start": "0", "end": "0", "startOffset": 0, "endOffset": 4, "paragraphlabels": ["X"]}}]}]}],
        0, 0, {NO_TEXT: 1}),
    Variant("pictures", [{"id": 1, "data": {"image": "/data/1.png"}, "annotations": [{"result": [BOX]}]}], 0, 0,
            {NO_TEXT: 1}),
    Variant("sound", [{"id": 1, "data": {"audio": "s3://a/b.wav"}, "annotations": []}], 0, 0, {NO_TEXT: 1}),
    Variant("fields that nobody knows", [task(A, widget={"a": 1})], told={"fields that are not known: widget": 1}),
    Variant("the short form", [{**MIN, "ner": [SPAN], "mood": {"choices": ["a", "b"]}}], labels=2),
    Variant("other values in the short form", [{**MIN, "stars": {"rating": 4}, "kind": {"taxonomy": [["a", "b"]]}}]),
    Variant("the short form in plain words", [{**MIN, "mood": "Good"}], labels=0,
            told={"tasks whose answers are plain words, imported as facts of the article: export them as "
"JSON": 1}),
    Variant("a table", "text,id,label,annotator\n" + f'"{TEXT}",1,"{json.dumps([SPAN])}",1\n'.replace(
        json.dumps([SPAN]), json.dumps([SPAN]).replace('"', '""')), file="x.csv"),
    Variant("a table with tabs", f"text\tid\tlabel\n{TEXT}\t1\t" + '"' + json.dumps([SPAN]).replace('"', '""') + '"\n',
            file="x.tsv"),
    Variant("words and tags", "-DOCSTART- -X- O\nAda -X- _ B-PER\n", refused="not the text of", file="x.conll"),
    Variant("another text", [task({**A, "value": {**A["value"], "text": "Bob"}})], refused="does not have the words"),
    Variant("an arrow at nothing", [task(A, arrow("right", labels=["met"]))], refused="ends at no label"),
]  # fmt: skip


@pytest.mark.parametrize("variant", LABEL_STUDIO, ids=lambda v: v.name)
def test_label_studio(variant: Variant, tmp_path: Path) -> None:
    if variant.file == "x.jsonl" and not isinstance(variant.content, str):
        variant = Variant(**{**vars(variant), "file": "x.json"})
    holds("label-studio", variant, tmp_path)


TOKENS = [
    {"text": TEXT[s:e], "start": s, "end": e, "id": i, "ws": True}
    for i, (s, e) in enumerate(((0, 3), (4, 8), (9, 10), (11, 14), (15, 17), (18, 20), (21, 23), (24, 29), (29, 30)))
]


def mark(place: tuple[int, int], label: Any, first: int, last: int, **more: Any) -> dict[str, Any]:
    return {"start": place[0], "end": place[1], "token_start": first, "token_end": last, "label": label, **more}


PER, PER2, LOC = mark(ADA, "PER", 0, 1), mark(BO, "PER", 4, 5), mark(KATIB, "LOC", 7, 7)
LEFT = "articles that were rejected or ignored"
PICTURES = "pictures, sound and web pages, which are not articles"


def line(**parts: Any) -> dict[str, Any]:
    return {"text": TEXT, "_input_hash": 1, "_task_hash": 2, "tokens": TOKENS, "answer": "accept", **parts}


def tie(**more: Any) -> dict[str, Any]:
    return {"head": 1, "child": 5, "label": "MET", **more}


PRODIGY = [
    Variant("ner.manual", [line(spans=[PER, LOC], _view_id="ner_manual", _session_id=None)], labels=2),
    Variant("no answer said", [{"text": TEXT, "spans": [{"start": 0, "end": 8, "label": "PER"}]}]),
    Variant("spans that overlap", [line(spans=[PER, mark((0, 3), "NAME", 0, 0)], _view_id="spans_manual")], labels=2),
    Variant("places by tokens alone", [line(spans=[{"token_start": 0, "token_end": 1, "label": "PER"}])]),
    Variant("ner.teach", [line(spans=[{**PER, "score": 0.5, "source": "core_web_sm", "rank": 0, "input_hash": 1}],
                               meta={"score": 0.5})]),
    Variant("a span that was rejected", [line(spans=[{**PER, "answer": "reject"}, LOC])],
            told={"labels that were rejected or ignored": 1}),
    Variant("a span without a label", [line(spans=[{**PER, "label": None}, LOC])],
            told={"passages without a label": 1}),
    Variant("rejected and ignored", [line(spans=[PER]), line(answer="reject"), line(answer="ignore")], told={LEFT: 2}),
    Variant("all rejected", [line(answer="reject", spans=[PER])], 0, 0, {LEFT: 1}),
    Variant("rel.manual", [line(spans=[PER, PER2], relations=[tie(head_span=PER, child_span=PER2, color="#f00")])],
            labels=3, layers={"PER", "MET"}),
    Variant("relations by tokens", [line(spans=[PER, PER2], relations=[tie()])], labels=3),
    Variant("relations of words", [line(relations=[tie(label="nsubj")])], labels=3, layers={"Word", "nsubj"}),
    Variant("textcat, one asked", [line(label="GOOD")]),
    Variant("textcat, one rejected", [line(label="GOOD", answer="reject"), line(label="BAD", _task_hash=3)],
            told={LEFT: 1}),
    Variant("choice", [line(options=[{"id": "GOOD", "text": "Good"}, {"id": "BAD", "text": "Bad"}], accept=["GOOD"])]),
    Variant("choice of several and numbers", [line(options=[{"id": 1}, {"id": 2}], accept=[1, 2])]),
    Variant("nothing chosen", [line(options=[{"id": "GOOD"}], accept=[])], labels=0),
    Variant("cats of spaCy", [line(cats={"GOOD": 1.0, "BAD": 0.0})]),
    Variant("several people", [line(spans=[PER], _annotator_id=f"set-{n}", _session_id=f"set-{n}") for n in "ab"],
            labels=2),
    Variant("one person, a task a class", [line(label=x, _task_hash=n, _session_id="set-a")
                                           for n, x in enumerate(("A", "B"))], labels=2),
    Variant("sessions alone", [line(spans=[PER], _session_id="set-ada")]),
    Variant("blocks with an answer in words", [line(spans=[PER], config={"blocks": [{"view_id": "ner"}]},
                                                    _view_id="blocks", user_input="because")]),
    Variant("tokens that are disabled", [line(tokens=[{**t, "disabled": True} for t in TOKENS], spans=[PER])]),
    Variant("review", [line(spans=[PER], versions=[{"a": 1}], sessions=["a"], view_id="ner")],
            told={"fields that are not known: sessions": 1, "fields that are not known: versions": 1}),
    Variant("a list in one file", [line(spans=[PER])], file="x.json"),
    Variant("lines with a mark", b"\xef\xbb\xbf" + json.dumps(line(spans=[PER])).encode() + b"\r\n"),
    Variant("a zip", {"a.jsonl": json.dumps(line(spans=[PER]))}, file="x.zip"),
    Variant("texts to be annotated", [{"text": "One.", "meta": {"source": "Star"}}, {"text": "Two."}], 2, 0,
            ),
    Variant("html", [line(spans=[PER]), {"html": "<b>x</b>", "label": "GOOD"}], told={PICTURES: 1}),
    Variant("image.manual", [line(spans=[PER]), {"image": "a.jpg", "spans": [{"points": [[1, 2]], "label": "CAT"}]}],
            told={PICTURES: 1}),
    Variant("a picture with its name as text", [line(spans=[PER]), {"image": "a.jpg", "text": "a", "spans": [
        {"id": "0", "label": "CAT", "x": 7, "points": [[1, 2]]}]}], told={PICTURES: 1}),
    Variant("audio.manual", [line(spans=[PER]), {"audio": "a.mp3", "audio_spans": [{"start": 1.5}]}],
            told={PICTURES: 1}),
    Variant("labels of doccano", [line(label=[[0, 8, "PER"]])], labels=0,
            told={"fields that are not what Prodigy writes: label": 1}),
    Variant("fields that nobody knows", [line(spans=[PER], views=[{"a": 1}])],
            told={"fields that are not known: views": 1}),
    Variant("two texts to compare", [{"input": {"text": "a"}, "accept": {"text": "b"}, "reject": {"text": "c"}}],
            refused="text: this should be text"),
    Variant("no such tokens", [line(spans=[{"token_start": 0, "token_end": 99, "label": "PER"}])],
            refused="no such tokens"),
    Variant("a relation to nothing", [line(relations=[tie(child=99)])], refused="ends at no label"),
    Variant("outside", [line(spans=[mark((0, 999), "PER", 0, 1)])], refused="outside the text"),
]  # fmt: skip


@pytest.mark.parametrize("variant", PRODIGY, ids=lambda v: v.name)
def test_prodigy(variant: Variant, tmp_path: Path) -> None:
    holds("prodigy", variant, tmp_path)
