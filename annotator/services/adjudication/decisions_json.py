"""Cases, proposals and decisions in the public JSON form. Who coded is told only where it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from annotator.domain.codebook.model import Attribute, LinkLayer
from annotator.domain.codebook.owners import other_roles
from annotator.domain.fragments import text_of
from annotator.domain.json_forms import JsonObject
from annotator.domain.statements import named_entities
from annotator.domain.words import say
from annotator.services.adjudication.case_book import CaseBook
from annotator.services.adjudication.cases import PASSAGE, Case, Field, Version
from annotator.services.adjudication.gold import decisions
from annotator.services.adjudication.majority import Proposal
from annotator.services.adjudication.proposals import Suggested
from annotator.services.agreement.comparing import category_name
from annotator.services.study import Study


class Teller:
    """Knows texts and names once, then tells what versions say."""

    def __init__(self, study: Study, book: CaseBook) -> None:
        self._study, self._book = study, book
        self._codebook = study.codebook
        self._names = {e.id: e.name for e in study.entities()}
        self._texts: dict[str, str] = {}

    def text(self, document_id: str) -> str:
        """The article; each is read once."""
        if document_id not in self._texts:
            self._texts[document_id] = self._study.text(document_id)
        return self._texts[document_id]

    def words(self, case: Case) -> str:
        """The passage of a case; an empty text for whole articles."""
        return text_of(self.text(case.document_id), case.place) if case.place else ""

    def field_label(self, f: Field) -> str:
        """How a field is called; links that repeat carry their number."""
        layer = self._codebook.layer(f.layer)
        if f.key == PASSAGE:
            return say("Passage")
        if f.attribute is not None:
            return layer.attribute(f.attribute).label
        return layer.label

    def said(self, version: Version, f: Field) -> str:
        """What a version says on a field, in words; an empty text for nothing."""
        if version.label is None:
            return ""
        if f.key == PASSAGE:
            return text_of(self.text(version.label.document_id), version.label.fragments)
        holder = version.label if f.slot is None else version.links[f.slot]
        if holder is None:
            return ""
        if f.attribute is None:
            return self._roles(version, f)
        said = version.said.get(f.key)
        return "" if said is None else self.value(f, said)

    def attribute(self, f: Field) -> Attribute:
        """The attribute of a field that has one."""
        return self._codebook.layer(f.layer).attribute(f.attribute or "")

    def value(self, f: Field, said: str) -> str:
        """How a category reads."""
        return category_name(self.attribute(f), said, self._names)

    def _roles(self, version: Version, f: Field) -> str:
        link = version.links[f.slot or 0]
        layer = self._codebook.layer(f.layer)
        assert isinstance(layer, LinkLayer)
        assert link is not None
        parts: list[str] = []
        for role in other_roles(self._codebook, layer.key):
            for filler in link.roles.get(role.key, ()):
                label = self._book.labels.get(filler.annotation or "")
                named = (filler.entity,) if filler.entity else named_entities(self._codebook, label)
                words = f"“{text_of(self.text(label.document_id), label.fragments)}”" if label is not None else ""
                name = " + ".join(n for e in named if (n := self._names.get(e, "")))
                parts.append(f"{words} ({name})" if words and name else words or name)
            reason = link.empty.get(role.key)
            if reason is not None:
                told = next((r.label for r in role.empty_because if r.key == reason.because), reason.because)
                name = self._names.get(reason.entity, "") if reason.entity else ""
                parts.append(f"{told}: {name}" if name else told)
        return ", ".join(parts) or say("nobody yet")


def cases_as_json(
    study: Study,
    book: CaseBook,
    cases: Iterable[Case],
    who: bool = False,
    likely: Mapping[str, Suggested] | None = None,
) -> list[JsonObject]:
    """`annotator gold cases --json`; coders' names only with `who`, proposals only with `likely`."""
    teller = Teller(study, book)
    names = {c.id: c.name for c in study.coders()}
    result = []
    for case in cases:
        document = book.documents[case.document_id]
        standing = book.standing(case)
        result.append(
            {
                "id": case.id,
                "document": {"id": document.id, "number": document.number, "title": document.title},
                "layer": case.layer,
                "place": [list(f) for f in case.place],
                "text": teller.words(case) or None,
                "state": standing.state,
                "along": standing.along,
                "kinds": sorted(case.kinds),
                "differs": [
                    {"layer": x, "attribute": a} for x, a in sorted(case.differs, key=lambda d: (d[0], d[1] or ""))
                ],
                "seed": case.seed,
                "versions": [
                    {
                        "version": place,
                        **({"coder": names[v.coder_id]} if who else {}),
                        "label": v.label is not None,
                        "says": {f.key: teller.said(v, f) or None for f in case.fields} if v.label is not None else {},
                    }
                    for place, v in enumerate(case.versions, start=1)
                ],
            }
            | ({} if likely is None else {"likely": _likely(case, likely.get(case.id), teller)})
        )
    return result


def _likely(case: Case, one: Suggested | None, teller: Teller) -> JsonObject:
    """Field -> values that versions gave, the likeliest first."""
    if one is None:
        return {}
    return {
        f.key: [
            {
                "value": x.said,
                "says": teller.value(f, x.said),
                "version": x.version + 1,
                "probability": x.probability,
                "mace": x.mace,
            }
            for x in one.fields[f.key]
        ]
        for f in case.fields
        if f.key in one.fields
    }


def outcome_of(p: Proposal) -> Literal["open", "rejected", "settled"]:
    """What the majority comes to on a case."""
    return "open" if not p.decided else "rejected" if p.rejected else "settled"


def proposals_as_json(study: Study, book: CaseBook, proposals: Iterable[Proposal]) -> list[JsonObject]:
    """What the majority says, case by case."""
    teller = Teller(study, book)
    return [
        {
            "case": p.case.id,
            "document": book.documents[p.case.document_id].number,
            "layer": p.case.layer,
            "text": teller.words(p.case) or None,
            "outcome": outcome_of(p),
            "why": p.open_because or None,
        }
        for p in proposals
    ]


def decisions_as_json(study: Study) -> list[JsonObject]:
    """Every decision in order, those taken back too, with names beside ids."""
    names = {c.id: c.name for c in study.coders()}
    result = []
    for kept in decisions(study):
        record = kept.decision.record()
        for key in ("settled_by", "lifted_by"):
            record[key] = {"id": record[key], "name": names.get(record[key])} if record[key] else None
        result.append({**record, "undone": kept.undone})
    return result
