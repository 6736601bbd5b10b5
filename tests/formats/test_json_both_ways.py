"""doccano, Label Studio, Prodigy: what came in goes out as it was, without what we keep beside it; nothing is unseen.

Each file is read here by a parser of a few lines that knows nothing of the program, and, where one is installed, by a
library of other people. Texts are invented; the traits are those of real files.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from annotator.domain.commands import SetFragments
from annotator.domain.json_forms import as_json
from annotator.formats.travelling import BESIDE, beside_of
from annotator.services.exchange.exporting import export
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.records import RecordWriter
from annotator.services.study import Study

TEXT = "Ada Moor 🚢 met Bo Li\u2028in Katib. Nobody asked why."


def span(label: str, words: str) -> list[Any]:
    """[start, end, label] of words in TEXT."""
    at = TEXT.index(words)
    return [at, at + len(words), label]


def there_and_back(tmp_path: Path, form: str, name: str, content: str, **how: Any) -> tuple[dict[str, Any], Path]:
    """(the answer of the import, what was written of it, with nothing of ours beside it)."""
    source = tmp_path / name
    source.write_text(content, "utf-8")
    result = as_json(new_study_from(tmp_path / "s.annotator", source, form, **how))
    out = tmp_path / ("out.jsonl" if form == "prodigy" else "out")
    with Study.open(tmp_path / "s.annotator") as study:
        export(study, form, out)
    (beside_of(out) if form == "prodigy" else out / BESIDE).unlink()
    return result, out


def lines(path: Path) -> list[dict[str, Any]]:
    """Each line of a file as JSON."""
    return [json.loads(x) for x in path.read_text("utf-8").split("\n") if x]


OLD = {"id": 7, "data": TEXT, "label": [span("PER", "Ada Moor"), span("LOC", "Katib"), span("PER", "Ada Moor")]}
NEW = {
    "id": 9,
    "text": TEXT,
    "labels": [span("ORG-x", "Bo Li")],
    "meta": {"day": {"n": 1}},
    "outlet": "Star",
    "n": None,
}
ONE = {"text": TEXT, "label": "SIGNATURE BLOCK"}
ENTITIES = {
    "id": 3,
    "text": TEXT,
    "entities": [
        {"id": 63, "label": "actor", "start_offset": 0, "end_offset": 8},
        {"id": 65, "label": "actor", "start_offset": 15, "end_offset": 20},
    ],
    "relations": [{"id": 7, "from_id": 65, "to_id": 63, "type": "strict dependence"}],
}


@pytest.mark.parametrize("line", [OLD, NEW, ONE, ENTITIES], ids=["data", "labels", "class", "relations"])
def test_a_line_of_doccano_goes_out_as_it_came(tmp_path: Path, line: dict[str, Any]) -> None:
    result, out = there_and_back(tmp_path, "doccano", "admin.jsonl", json.dumps(line))
    assert "losses" not in result
    back = lines(out / "admin.jsonl")[0]
    assert back.pop("Comments") == []
    assert "annotator" not in json.dumps(back)
    if line is ENTITIES:
        places = {e["id"]: (e["label"], e["start_offset"], e["end_offset"]) for e in back["entities"]}
        assert sorted(places.values()) == [("actor", 0, 8), ("actor", 15, 20)]
        tied = [(places[r["from_id"]], places[r["to_id"]], r["type"]) for r in back["relations"]]
        assert tied == [(("actor", 15, 20), ("actor", 0, 8), "strict dependence")]
        return
    for key in ("label", "labels"):
        if isinstance(line.get(key), list):
            assert sorted(back.pop(key)) == sorted(line[key])
    assert back == {k: v for k, v in line.items() if k not in ("label", "labels") or isinstance(v, str)}


def test_what_is_no_label_in_a_line_of_doccano_is_counted(tmp_path: Path) -> None:
    odd = {**ENTITIES, "spans": [{"a": 1}], "Comments": [{"id": 4, "comment": "Find"}]}
    odd["entities"] = [{**ENTITIES["entities"][0], "note": "mine"}, ENTITIES["entities"][1]]  # type: ignore[index]
    result, _ = there_and_back(tmp_path, "doccano", "admin.jsonl", json.dumps(odd))
    assert {x["what"]: x["count"] for x in result["losses"]} == {
        "comments on articles": 1,
        "fields that are not known: entities.note": 1,
        "fields that are not known: spans": 1,
    }


def test_who_made_a_single_file_of_doccano_is_said_by_hand(tmp_path: Path) -> None:
    there_and_back(tmp_path, "doccano", "all.jsonl", json.dumps(OLD), coder="Cy")
    with Study.open(tmp_path / "s.annotator") as study:
        assert {c.name for c in study.coders()} == {"Cy"}


def test_a_label_made_in_doccano_joins_those_that_travelled_under_new_numbers(tmp_path: Path) -> None:
    there_and_back(tmp_path, "doccano", "admin.jsonl", json.dumps(ENTITIES))
    with Study.open(tmp_path / "s.annotator") as study:
        export(study, "doccano", tmp_path / "again")
        before = {r["id"] for r in RecordWriter(study).records_as_json()}
    file = tmp_path / "again/admin.jsonl"
    (line,) = lines(file)
    assert sorted(e["id"] for e in line["entities"]) == [63, 65]
    line["id"] = 900  # doccano gives everything new numbers
    for e in line["entities"]:
        e["id"] += 500
    for r in line["relations"]:
        r |= {"from_id": r["from_id"] + 500, "to_id": r["to_id"] + 500}
    line["entities"].append({"id": 777, "label": "actor", "start_offset": 24, "end_offset": 29})
    line["relations"].append({"id": 90, "from_id": 777, "to_id": 563, "type": "strict dependence"})
    file.write_text(json.dumps(line), "utf-8")
    result = as_json(new_study_from(tmp_path / "t.annotator", tmp_path / "again", "doccano"))
    assert result["annotations"]["added"] == 5
    with Study.open(tmp_path / "t.annotator") as study:
        after = {r["id"] for r in RecordWriter(study).records_as_json()}
    assert before < after


def task(**parts: Any) -> dict[str, Any]:
    """A task with two labels, an arrow, a value of a label and one of the whole text."""
    result = [
        {"value": {"start": 0, "end": 8, "text": "Ada Moor", "labels": ["武器 A"]}, "id": "AD01yN87_-"}
        | {"from_name": "ner", "to_name": "doc", "type": "labels", "origin": "manual"},
        {"value": {"start": 15, "end": 20, "text": "Bo Li", "labels": ["object"]}, "id": "_221"}
        | {"from_name": "ner", "to_name": "doc", "type": "labels"},
        {"value": {"start": 0, "end": 8, "text": "Ada Moor", "choices": ["high"]}, "id": "AD01yN87_-"}
        | {"from_name": "Level", "to_name": "doc", "type": "choices"},
        {"id": "w", "from_name": "stars", "to_name": "doc", "type": "rating", "value": {"rating": 4}},
        {"from_id": "AD01yN87_-", "to_id": "_221", "type": "relation", "direction": "right", "labels": ["产国"]},
    ]
    made = {"id": 5, "completed_by": 2, "result": result}
    data = {"about": TEXT, "url": "https://a.example/1", "year": "2020", "tags": "a, b"}
    return {"id": 41, "data": data, "annotations": [made], "meta": {"batch": [1]}, "project": 8, **parts}


def results(tasks: Any) -> list[Any]:
    """What Label Studio's results say, in no order."""
    return [
        (t["id"], t["data"], a.get("completed_by"), sorted(json.dumps(_bare(r), sort_keys=True) for r in a["result"]))
        for t in tasks
        for a in t["annotations"]
    ]


def _bare(result: dict[str, Any]) -> dict[str, Any]:
    value = {k: v for k, v in result.get("value", {}).items() if k != "text"}
    kept = {k: v for k, v in result.items() if k != "origin" and not (k == "id" and "start" not in value)}
    return {**kept, "value": value}


@pytest.mark.parametrize("by", [2, None, {"id": 3, "email": "x@y.example"}], ids=["number", "nobody", "mail"])
def test_a_task_of_label_studio_goes_out_as_it_came(tmp_path: Path, by: Any) -> None:
    came = task()
    came["annotations"][0] |= {"completed_by": by}
    if by is None:
        del came["annotations"][0]["completed_by"]
    result, out = there_and_back(tmp_path, "label-studio", "export.json", json.dumps([came]))
    assert "losses" not in result
    back = json.loads((out / "tasks.json").read_text("utf-8"))
    assert results(back) == results([came])
    assert back[0]["meta"] == {"batch": [1]}
    assert "annotator" not in json.dumps(back)


def test_two_people_of_one_name_stay_two_and_two_labels_on_one_passage_stay_two(tmp_path: Path) -> None:
    came = task()
    one, other = ({**came["annotations"][0], "id": n} for n in (5, 6))
    one["completed_by"] = {"id": 1, "first_name": "Ann", "last_name": "Bo", "email": "a@y.example"}
    other["completed_by"] = {"id": 2, "first_name": "Ann", "last_name": "Bo", "email": "b@y.example"}
    other["result"] = [{**one["result"][0], "value": {**one["result"][0]["value"], "labels": ["A", "B"]}}]
    came["annotations"] = [one, other]
    there_and_back(tmp_path, "label-studio", "export.json", json.dumps([came]))
    with Study.open(tmp_path / "s.annotator") as study:
        assert {c.name for c in study.coders()} == {"Ann Bo", "Ann Bo (b@y.example)"}
        by_second = [r for r in RecordWriter(study).records_as_json() if r["coder"]["name"].endswith(")")]
        assert [r["text"] for r in by_second] == ["Ada Moor", "Ada Moor"]
        assert len({r["layer"] for r in by_second}) == 2


def test_what_label_studio_marks_elsewhere_than_in_a_text_is_counted(tmp_path: Path) -> None:
    web = {"start": "/p[1]/text()[1]", "startOffset": 2, "end": "/p[1]/text()[1]", "endOffset": 4}
    web |= {"hypertextlabels": ["X"], "globalOffsets": {"start": 1, "end": 3}, "text": "no"}
    came = task(drafts=[{"result": []}], predictions=[{}, {}], widget={"a": 1})
    came["annotations"][0]["result"] += [
        {"id": "h", "type": "hypertextlabels", "from_name": "h", "to_name": "doc", "value": web},
        {"id": "zz", "type": "choices", "from_name": "c", "to_name": "doc", "value": {"start": 1, "choices": ["x"]}},
        {"from_id": "_221", "to_id": "AD01yN87_-", "type": "relation", "direction": "bi", "labels": ["with"]},
    ]
    came["annotations"][0]["extra thing"] = [1]
    talk = {"id": 2, "data": {"talk": [{"who": "A", "text": "x"}]}, "annotations": []}
    result, _ = there_and_back(tmp_path, "label-studio", "export.json", json.dumps([came, talk]))
    assert {x["what"]: x["count"] for x in result["losses"]} == {
        "arrows that point both ways; they are imported pointing one way": 1,
        "drafts that were not handed in": 1,
        "fields that are not known: annotations.extra thing": 1,
        "fields that are not known: widget": 1,
        "labels in a web page or a conversation, not in a text": 1,
        "predictions of models": 2,
        "tasks without a text (pictures, sound, films, conversations)": 1,
        "values of labels that do not exist": 1,
    }


def test_old_releases_of_label_studio_call_annotations_completions(tmp_path: Path) -> None:
    came = task()
    came["completions"] = came.pop("annotations")
    result, _ = there_and_back(tmp_path, "label-studio", "export.json", json.dumps([came]))
    assert result["annotations"]["added"] == 4


def test_the_interface_names_what_the_results_name(tmp_path: Path) -> None:
    came = task()
    came["data"] = {"title": "Eels", "body": TEXT}
    _, out = there_and_back(tmp_path, "label-studio", "export.json", json.dumps([came]))
    root = etree.fromstring((out / "config.xml").read_bytes())
    controls = {x.get("name"): x.get("toName") for x in root if x.get("toName")}
    (back,) = json.loads((out / "tasks.json").read_text("utf-8"))
    results = [r for a in back["annotations"] for r in a["result"] if "from_name" in r]
    assert results
    assert {r["from_name"]: r["to_name"] for r in results}.items() <= controls.items()
    assert {x.get("name"): x.get("value") for x in root.iter("Text")}.items() >= {
        (r["to_name"], "$body") for r in results
    }


def answer(**parts: Any) -> dict[str, Any]:
    """A line of Prodigy with an arrow between a label and a word that has none."""
    ada, bo = {"start": 0, "end": 8, "label": "PER"}, {"start": 15, "end": 17, "label": None}
    tokens = [{"text": TEXT[s:e], "start": s, "end": e, "id": i} for i, (s, e) in enumerate(((0, 3), (4, 8), (15, 17)))]
    return {
        "text": TEXT,
        "proposal_id": "86",
        "_input_hash": -191,
        "_task_hash": 8,
        "_is_binary": False,
        "meta": {"source": "Star", "deep": {"a": [1]}},
        "tokens": tokens,
        "spans": [{**ada, "token_start": 0, "token_end": 1}],
        "relations": [{"head": 1, "child": 2, "head_span": ada, "child_span": bo, "label": "MET", "color": "#fff"}],
        "answer": "accept",
        **parts,
    }


def said(line: dict[str, Any]) -> Any:
    """What a line says, without what Prodigy works out itself."""
    spans = sorted((s["start"], s["end"], s["label"]) for s in line["spans"])
    ties = sorted(
        (*(r[k][x] for k in ("head_span", "child_span") for x in ("start", "end", "label")), r["label"])
        for r in line["relations"]
    )
    ours = ("spans", "relations", "tokens", "_task_hash", "_session_id", "_annotator_id")
    return spans, ties, {k: v for k, v in line.items() if k not in ours}


def test_a_line_of_prodigy_goes_out_as_it_came(tmp_path: Path) -> None:
    came = [answer(), answer(_input_hash=5, relations=[], cats={"A": 1.0, "B": 0.0}), answer(_input_hash=6, label="Q")]
    result, out = there_and_back(tmp_path, "prodigy", "p.jsonl", "\n".join(map(json.dumps, came)), coder="Cy")
    assert "losses" not in result
    back = lines(out)
    assert [said(x) for x in back] == [said(x) for x in came]
    assert {x["_annotator_id"] for x in back} == {"Cy"}
    assert not any("annotator" in x or "id" in s for x in back for s in x["spans"])


def test_what_several_people_answered_about_one_text_is_one_article(tmp_path: Path) -> None:
    plain = {"text": TEXT, "spans": [], "relations": []}
    came = [{**plain, "spans": [{"start": 0, "end": 3, "label": "A"}], "_annotator_id": n} for n in ("a", "b", "a")]
    hashed = [answer(_annotator_id=n) for n in ("a", "b")]
    result, _ = there_and_back(tmp_path, "prodigy", "p.jsonl", "\n".join(map(json.dumps, came + hashed)))
    assert result["documents"]["added"] == 3


def test_what_prodigy_does_not_write_is_counted(tmp_path: Path) -> None:
    came = answer(label=[[0, 3, "PER"]], views=[{"a": 1}], spans=[{"start": 0, "end": 3, "label": "A", "why": "x"}])
    came["relations"] = []
    result, _ = there_and_back(tmp_path, "prodigy", "p.jsonl", json.dumps(came), coder="Cy")
    assert {x["what"]: x["count"] for x in result["losses"]} == {
        "fields that are not known: spans.why": 1,
        "fields that are not known: views": 1,
        "fields that are not what Prodigy writes: label": 1,
    }


def test_spacy_reads_spans_and_classes_of_prodigy(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    training = pytest.importorskip("spacy.training")
    _, out = there_and_back(tmp_path, "prodigy", "p.jsonl", json.dumps(answer()), coder="Cy")
    (line,) = lines(out)
    words = [t["text"] for t in line["tokens"]]
    spaces = [t["ws"] for t in line["tokens"]]
    doc = spacy.blank("en").make_doc(line["text"])
    made = spacy.tokens.Doc(doc.vocab, words, spaces)
    assert [made[s["token_start"] : s["token_end"] + 1].text for s in line["spans"]] == ["Ada Moor"]
    found = [doc.char_span(s["start"], s["end"], label=s["label"]) for s in line["spans"]]
    assert [(x.text, x.label_) for x in found] == [("Ada Moor", "PER")]
    tags = training.offsets_to_biluo_tags(doc, [(s["start"], s["end"], s["label"]) for s in line["spans"]])
    assert tags[:3] == ["B-PER", "L-PER", "O"]


def test_hashes_tokens_and_people_of_prodigy_come_back_line_by_line(tmp_path: Path) -> None:
    ada = {"start": 0, "end": 8, "token_start": 0, "token_end": 1, "label": "PER", "source": "model", "score": 0.5}
    tokens = [{"text": TEXT[s:e], "start": s, "end": e, "id": i, "ws": True, "disabled": False}
              for i, (s, e) in enumerate(((0, 3), (4, 8), (15, 17)))]  # fmt: skip
    by = {"_input_hash": 1, "_timestamp": 99, "_annotator_id": "ada", "_session_id": "set-ada", "answer": "accept"}
    came = [
        {"text": TEXT, "label": "GOOD", "_task_hash": 2, **by},
        {"text": TEXT, "label": "NEWS", "_task_hash": 3, **by},
        {"text": TEXT, "spans": [ada], "tokens": tokens, "_task_hash": 4, **by},
        {"text": TEXT, "options": [{"id": "A"}], "accept": [], "_task_hash": 5, **by},
    ]
    result, out = there_and_back(tmp_path, "prodigy", "p.jsonl", "\n".join(map(json.dumps, came)))
    assert result["documents"]["added"] == 1
    back = [{k: v for k, v in x.items() if v != [] or k == "accept"} for x in lines(out)]
    assert sorted(back, key=lambda x: x["_task_hash"]) == came


def test_what_was_changed_since_does_not_get_what_stood_there(tmp_path: Path) -> None:
    came = answer(spans=[{"start": 0, "end": 8, "label": "PER", "score": 0.5}], relations=[])
    source = tmp_path / "p.jsonl"
    source.write_text(json.dumps(came), "utf-8")
    new_study_from(tmp_path / "s.annotator", source, "prodigy", coder="Cy")
    with Study.open(tmp_path / "s.annotator") as study:
        (label,) = study.annotations()
        study.coding.apply(SetFragments(coder_id=label.coder_id, annotation_id=label.id, fragments=((0, 3),)))
        export(study, "prodigy", tmp_path / "out.jsonl")
    (line,) = lines(tmp_path / "out.jsonl")
    assert [(s["start"], s["end"], s.get("score")) for s in line["spans"]] == [(0, 3, None)]


def test_arrows_marks_and_unread_results_of_label_studio_come_back(tmp_path: Path) -> None:
    came = task()
    first = came["annotations"][0]
    ids = [r["id"] for r in first["result"] if r.get("type") == "labels"][:2]
    told = [
        {"type": "relation", "from_id": ids[0], "to_id": ids[1], "direction": "left", "labels": ["saw"]},
        {"type": "relation", "from_id": ids[0], "to_id": ids[1], "direction": "bi", "labels": ["met", "knew"]},
        {"type": "relation", "from_id": ids[1], "to_id": ids[0], "direction": "right"},
        {"id": "rank", "type": "ranker", "from_name": "r", "to_name": "doc", "value": {"ranker": {"a": [1]}}},
    ]
    first["result"] = [r for r in first["result"] if r.get("type") != "relation"] + told
    first["result"][0] |= {"score": 0.25, "readonly": True}
    first["lead_time"] = 12.5
    came["annotations"].append({"id": 77, "completed_by": 9, "result": [], "was_cancelled": False})
    _, out = there_and_back(tmp_path, "label-studio", "export.json", json.dumps([came]))
    (back,) = json.loads((out / "tasks.json").read_text("utf-8"))
    by_id = {a["id"]: a for a in back["annotations"]}
    again = by_id[first["id"]]
    assert [r for r in again["result"] if r in told] == told
    assert (again["result"][0]["score"], again["result"][0]["readonly"], again["lead_time"]) == (0.25, True, 12.5)
    assert (by_id[77]["result"], by_id[77]["completed_by"]) == ([], 9)


def test_comments_ids_and_repeated_lines_of_doccano_come_back(tmp_path: Path) -> None:
    again = {**ENTITIES, "entities": [{"id": 90, "label": "place", "start_offset": 24, "end_offset": 29}]}
    again["relations"] = []
    came = [{**ENTITIES, "Comments": [{"id": 4, "comment": "Find"}]}, {**again, "Comments": []}]
    result, out = there_and_back(tmp_path, "doccano", "admin.jsonl", "\n".join(map(json.dumps, came)))
    assert result["documents"]["added"] == 1
    assert lines(out / "admin.jsonl") == came
