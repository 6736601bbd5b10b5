"""Codebooks for tests: one with every type of attribute, small enough to keep in mind."""

from __future__ import annotations

from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import parse_codebook

EVERYTHING = """\
format: annotator-codebook/1
key: everything
title: Every type once
entity_types:
- {key: person, label: Person}
- {key: state, label: State}
layers:
- key: claim
  label: Claim
  kind: span
  hotkey: c
  discontinuous: true
  attributes:
  - key: kind
    label: Kind
    type: choice
    required: true
    values: [{key: fact, label: Fact}, {key: NO, label: Norway}]
    off_scale: [{key: unclear, label: Unclear}]
  - {key: cues, label: Cues, type: choices, max: 2,
     values: [{key: a, label: A}, {key: b, label: B}, {key: c, label: C}]}
  - key: topic
    label: Topic
    type: tree
    values: [{key: money, label: Money, children: [{key: tax, label: Tax}]}, {key: else, label: Else}]
  - key: stance
    label: Stance
    type: scale
    points: [{value: -1, label: against}, {value: 0, label: neutral}, {value: 1, label: for}]
    off_scale: [{key: mixed, label: mixed}]
    groups: {sided: [-1, 1]}
  - {key: sure, label: Sure, type: boolean}
  - {key: sum, label: Sum, type: number, min: 0, max: 100, when: {attribute: sure, in: [true]}}
  - {key: note, label: Note, type: text, default: '12:30'}
  - {key: day, label: Day, type: date, partial: true}
- key: speaker
  label: Speaker
  kind: span
  overlap: none
  attributes:
  - {key: who, label: Who, type: entity, entity_types: [person]}
- key: said_by
  label: Said by
  kind: link
  per: {role: claim, min: 1, max: 1}
  roles:
  - {key: claim, layers: [claim], min: 1, max: 1}
  - {key: speaker, layers: [speaker], entity_types: [state], max: 2,
     empty_because: [{key: outlet, label: Outlet, entity: optional}, {key: nobody, label: Nobody}]}
- key: article
  label: Article
  kind: document
  attributes:
  - {key: genre, label: Genre, type: choice, values: [{key: report, label: Report}, {key: opinion, label: Opinion}]}
"""

DESCRIBED = EVERYTHING.replace(
    "- {key: person, label: Person}\n- {key: state, label: State}\n",
    """\
- key: person
  label: Person
  attributes:
  - {key: office, label: Office, type: text, required: true, definition: What the person is.}
  - key: side
    label: Side
    type: choice
    values: [{key: for, label: In favour}, {key: NO, label: Opposed, hotkey: o}]
    off_scale: [{key: unclear, label: Unclear}]
  - {key: fields, label: Fields, type: choices, max: 2,
     values: [{key: tax, label: Taxes}, {key: sea, label: The sea}, {key: law, label: The law}]}
  - key: family
    label: Family of parties
    type: tree
    values: [{key: left, label: Left, children: [{key: green, label: Green}]}, {key: right, label: Right}]
  - key: weight
    label: Weight
    type: scale
    points: [{value: -0.5, label: little}, {value: 1, label: much}]
  - {key: elected, label: Elected, type: boolean}
  - {key: votes, label: Votes, type: number, min: 0, when: {attribute: elected, in: [true]}}
  - {key: since, label: Since, type: date, partial: true}
  - {key: home, label: Home, type: entity, entity_types: [state]}
  - {key: allies, label: Allies, type: entity, entity_types: [person, state], many: true}
- key: state
  label: State
  attributes:
  - {key: head, label: Head, type: entity, entity_types: [person]}
  - {key: votes, label: Votes, type: number, integer: true, default: 1}
""",
)


def everything() -> Codebook:
    """The codebook with every type."""
    return parse_codebook(EVERYTHING)


def described() -> Codebook:
    """The same, asking for every type of attribute of entities too."""
    return parse_codebook(DESCRIBED)
