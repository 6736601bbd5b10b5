"""A study with everything that is easily lost on the way through another program's form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.identity import CountingIds, SteppingClock, derived_id
from annotator.domain.json_forms import as_json
from annotator.formats.annotation_records import AnnotationRecord
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.services.exchange.importing_codings import bring_in
from annotator.services.study import Study

CODEBOOK = """\
format: annotator-codebook/1
key: hard
title: Hard to carry | <&>
description: "With ]]> in it"
entity_types:
- {key: who, label: Who}
layers:
- key: annotator
  label: Named like our own | notes
  kind: span
  discontinuous: true
  attributes:
  - {key: annotator, label: Annotator, type: text, off_scale: [{key: not said, label: Not said}]}
  - {key: memo, label: Memo, type: text}
  - {key: begin, label: Begin, type: number, off_scale: [{key: '7', label: Seven as a word}]}
  - {key: sofa, label: Sofa, type: boolean, off_scale: [{key: maybe yes, label: Maybe}]}
  - key: colour
    label: Colour
    type: choice
    values:
    - {key: rot & grün, label: Red}
    - {key: rot grün, label: Green}
    - {key: rot_gr_n, label: Neither}
    - {key: '* [x]; "q"', label: Signs}
    - {key: _, label: Underscore}
    - {key: '*', label: Star}
  - key: many
    label: Many
    type: choices
    values: [{key: a b, label: A}, {key: 'a;b', label: B}, {key: 'a,b:c', label: C}]
    off_scale: [{key: none of it, label: None}]
  - {key: people, label: People, type: entity, many: true, entity_types: [who], off_scale: [{key: crowd, label: Crowd}]}
  - key: half
    label: Half
    type: scale
    points: [{value: -0.5, label: below}, {value: 0, label: none}, {value: 1.0, label: one}]
- {key: ann_2, label: Plain, kind: span}
- key: pair
  label: Pair
  kind: link
  roles:
  - {key: from, layers: [ann_2], min: 1, max: 1}
  - {key: to, layers: [annotator, ann_2], min: 1, max: 1}
- key: frame
  label: Frame
  kind: link
  attributes:
  - {key: part, label: Part named like a role, type: text}
  - {key: part_2, label: Clashing, type: boolean}
  roles:
  - {key: part, layers: [ann_2, frame], entities: true}
  - {key: part2, layers: [annotator]}
  - {key: end, layers: [pair], empty_because: [{key: gone, label: Gone, entity: optional}]}
- key: page
  label: Page
  kind: document
  repeat: true
  attributes:
  - {key: said, label: Said, type: text}
  - {key: day, label: Day, type: date, partial: true}
"""
TEXT = "\ufeffÄ 😀 b\r\nline two\twith tab\x0b, e\u0301 and “quotes”.\n\n  indented \u2028 end.\n\x01\x00tail 𝒳𝒳 "


def hard_study(path: Path) -> Study:
    """An open study that holds it, by two coders with the same name but for case; the caller closes it."""
    study = Study.create(path, parse_codebook(CODEBOOK), "Hard <&>", CountingIds("hard"), SteppingClock("2031-01-01"))
    documents = [
        IncomingDocument("same.txt", TEXT, title="con/../aux: “T”", tags=("a;b", "c"), extra={"k": [1, None, "x"]}),
        IncomingDocument("same.txt", "", title=None, zones=()),
        IncomingDocument("other.txt", "   \n\t\n", title="only blanks"),
    ]
    records: list[dict[str, Any]] = []
    for coder in ("ada", "Ada"):
        records += _labels(documents[0], coder)
    records.append(_label(documents[1], "ada", "empty", "page", values={"said": ""}))
    records.append(_label(documents[2], "ada", "blank", "ann_2", fragments=[[0, 2]]))
    found = [(r["id"], AnnotationRecord.model_validate(r)) for r in records]
    answer = as_json(bring_in(study, "hard", Incoming(documents, found), "plain"))
    assert not answer["problems"], answer["problems"]
    return study


def _label(document: IncomingDocument, coder: str, name: str, layer: str, **parts: Any) -> dict[str, Any]:
    return {
        "id": derived_id("hard", coder, name),
        "layer": layer,
        "coder": {"name": coder},
        "document": {"sha256": document.sha256},
        **parts,
    }


def _labels(d: IncomingDocument, coder: str) -> list[dict[str, Any]]:
    def ref(name: str) -> dict[str, str]:
        return {"annotation": derived_id("hard", coder, name)}

    end = len(TEXT)
    bo, cy = {"name": 'Bo | "B"; 😀', "type": "who"}, {"name": "Cy\nD", "type": "who"}
    every = {
        "annotator": "not said",
        "memo": "line\r\nbreak \\n \x01 | ; [1] 🚢",
        "begin": "7",
        "sofa": "maybe yes",
        "colour": '* [x]; "q"',
        "many": ["a,b:c", "a b"],
        "people": [bo, cy],
        "half": -0.5,
    }
    others = [
        {"colour": "rot & grün", "begin": 7, "sofa": False, "many": "none of it", "people": "crowd", "half": 1.0},
        {"colour": "rot grün", "begin": 1e300, "many": [], "memo": "", "annotator": "_", "half": 0},
        {"colour": "rot_gr_n", "begin": -0.1, "many": ["none of it"], "memo": "*", "annotator": '{"id":"x"}'},
        {"colour": "_", "people": [cy], "memo": " ", "annotator": "[3]"},
        {"colour": "*", "begin": 0, "memo": "\u2028\x85", "annotator": "\\"},
    ]
    return [
        _label(
            d, coder, "whole", "annotator", fragments=[[0, end]], values=every, memo="whole\x02\r", uncertain=["sofa"]
        ),
        *(
            _label(
                d, coder, f"one {i}", "annotator", fragments=[[i, i + 3], [i + 4, i + 5], [i + 9, end - i]], values=v
            )
            for i, v in enumerate(others)
        ),
        _label(d, coder, "line break", "ann_2", fragments=[[6, 8]]),
        _label(d, coder, "lines", "ann_2", fragments=[[5, 12]]),
        _label(d, coder, "same", "ann_2", fragments=[[5, 12]], external_id="7"),
        _label(d, coder, "blank end", "ann_2", fragments=[[end - 1, end]]),
        _label(d, coder, "control", "ann_2", fragments=[[TEXT.index("\x01"), TEXT.index("\x01") + 2]]),
        _label(d, coder, "pair", "pair", roles={"from": [ref("lines")], "to": [ref("whole")]}, memo="p"),
        _label(d, coder, "pair 2", "pair", roles={"from": [ref("same")], "to": [ref("blank end")]}, uncertain=[]),
        _label(
            d,
            coder,
            "frame",
            "frame",
            values={"part": "x", "part_2": True},
            roles={"part": [bo, ref("lines"), cy, ref("same")], "part2": [ref("whole")], "end": [ref("pair")]},
        ),
        _label(
            d,
            coder,
            "outer",
            "frame",
            roles={"part": [ref("frame"), ref("line break")], "part2": [], "end": []},
            empty={"end": {"because": "gone", "entity": bo}},
        ),
        _label(d, coder, "nobody", "frame", roles={"part": [bo]}, values={"part_2": False}),
        _label(d, coder, "around", "frame", roles={"part": [ref("nobody"), ref("lines")]}),
        _label(d, coder, "page 1", "page", values={"said": "a\nb", "day": "2031"}, memo="m"),
        _label(d, coder, "page 2", "page", values={"said": "a\nb", "day": "2031-02-03"}),
    ]
