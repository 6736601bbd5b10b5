"""The figures of an agreement report, in the public JSON form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from annotator.agreement.coefficients import coefficients
from annotator.agreement.estimate import Estimate
from annotator.agreement.ratings import RatingsTable
from annotator.agreement.span_pairs import pair_counts, pair_figures
from annotator.agreement.unitizing import Section, u_alpha
from annotator.domain.codebook.model import Attribute, Layer, LinkLayer, ScaleAttribute, SpanLayer
from annotator.domain.codebook.values import categories_of, category, label_of, level_of, number_text
from annotator.services.reporting.question import Corpus, Question, corpus
from annotator.services.reporting.units import Unit, of_layer, role_entities, units
from annotator.services.study import Study

FEW_UNITS = 50
"""Below this number of units a note says that intervals are wide and hardly to be trusted."""

Progress = Callable[[int, int], bool]
"""(done, all) -> whether to go on."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One attribute (or role) over its units: what each coder gave, as categories.

    rows: one for each unit, coder id -> category; None and absent are missing. names: category -> how it reads.
    """

    layer: str
    attribute: str
    role: bool
    level: str
    categories: tuple[str, ...]
    off_scale: tuple[str, ...]
    names: dict[str, str]
    units: tuple[Unit, ...]
    rows: tuple[dict[str, str | None], ...]


def study_agreement(study: Study, question: Question, progress: Progress | None = None) -> dict[str, Any]:
    """What `annotator agreement STUDY --json` prints; raises BadInput, and Cancelled where `progress` says stop."""
    return figures(study, question, corpus(study, question), progress)


def figures(study: Study, question: Question, compared: Corpus, progress: Progress | None = None) -> dict[str, Any]:
    """The figures of a corpus that was read already."""
    from annotator.domain.errors import Cancelled

    codebook = study.codebook
    layers = [x for x in codebook.layers if question.layer in (None, x.key)]
    spans = [
        part
        for x in layers
        if isinstance(x, SpanLayer)
        and question.attribute is None
        and (part := _span_part(study, compared, x, question))
    ]
    parts: list[dict[str, Any]] = []
    found = comparisons(study, compared, question)
    for done, comparison in enumerate(found):
        if progress and not progress(done, len(found)):
            raise Cancelled("the report was stopped")
        parts.append(attribute_part(comparison, compared, question))
    return {
        "coders": [c.name for c in compared.coders],
        "documents": len(compared.documents),
        "overlap": question.overlap,
        "where": list(question.where),
        "bootstrap": {"resamples": question.bootstrap, "seed": question.seed},
        "spans": spans,
        "attributes": parts,
        "notes": _notes(parts, compared, question),
    }


def comparisons(study: Study, compared: Corpus, question: Question) -> list[Comparison]:
    """Every attribute and role to be compared, in the codebook's order; free text is not."""
    result: list[Comparison] = []
    entity_names = {e.id: e.name for e in study.entities()}
    for layer in compared.codebook.layers:
        if question.layer not in (None, layer.key):
            continue
        attributes = [a for a in layer.attributes if a.type != "text" and question.attribute in (None, a.key)]
        roles = (
            [r.key for r in layer.roles if layer.per and r.key != layer.per.role]
            if isinstance(layer, LinkLayer) and question.attribute is None
            else []
        )
        if not attributes and not roles:
            continue
        found = [u for u in units(compared, layer.key, question.overlap) if len(u.made) > 1]
        if not found:
            continue
        result += [_attribute(layer, a, found, entity_names) for a in attributes]
        result += [_role(compared, layer.key, r, found, entity_names) for r in roles]
    return [c for c in result if any(sum(v is not None for v in row.values()) > 1 for row in c.rows)]


def _attribute(layer: Layer, attribute: Attribute, found: list[Unit], names: dict[str, str]) -> Comparison:
    rows = tuple({c: category(attribute, a.values.get(attribute.key)) for c, a in u.made.items()} for u in found)
    declared = categories_of(attribute) if attribute.type != "choices" else None
    seen = tuple(sorted({v for row in rows for v in row.values() if v is not None}))
    shown = declared or seen
    return Comparison(
        layer.key,
        attribute.key,
        False,
        level_of(attribute),
        shown,
        tuple(o.key for o in attribute.off_scale),
        {v: category_name(attribute, v, names) for v in shown},
        tuple(found),
        rows,
    )


def category_name(attribute: Attribute, key: str, entities: Mapping[str, str]) -> str:
    """How a category reads: labels of the codebook, names of entities, scale points with their number."""
    if attribute.type == "entity":
        return " + ".join(entities.get(p, p) for p in key.split("|"))
    if isinstance(attribute, ScaleAttribute):
        points = {number_text(p.value): p.label for p in attribute.points}
        return f"{key.replace('-', '−')} {points[key]}" if key in points else label_of(attribute, key)
    if attribute.type == "boolean" and key in ("true", "false"):
        return "yes" if key == "true" else "no"
    return ", ".join(label_of(attribute, part) for part in key.split("|"))


def _role(compared: Corpus, layer: str, role: str, found: list[Unit], names: dict[str, str]) -> Comparison:
    rows: list[dict[str, str | None]] = []
    for u in found:
        row: dict[str, str | None] = {}
        for coder, link in u.made.items():
            entities = role_entities(link, role, compared.labels[u.document_id][coder])
            row[coder] = "|".join(entities) or None
        rows.append(row)
    seen = tuple(sorted({v for row in rows for v in row.values() if v is not None}))
    return Comparison(
        layer,
        role,
        True,
        "nominal",
        seen,
        (),
        {v: " + ".join(names.get(p, p) for p in v.split("|")) for v in seen},
        tuple(found),
        tuple(rows),
    )


def _span_part(study: Study, compared: Corpus, layer: SpanLayer, question: Question) -> dict[str, Any] | None:
    pairs = []
    texts = {d.id: study.text(d.id) for d in compared.documents}
    for first, second in combinations(compared.coders, 2):
        counts = []
        for d in compared.documents:
            by = compared.labels[d.id]
            if first.id in by and second.id in by:
                key = [a.fragments for a in of_layer(by[first.id], layer.key)]
                response = [a.fragments for a in of_layer(by[second.id], layer.key)]
                counts.append(pair_counts(key, response, texts[d.id], question.overlap))
        if counts:
            pairs.append({"coders": [first.name, second.name], **pair_figures(counts)})
    if not any(sum(p["counts"]) for p in pairs):
        return None
    sections = [
        Section(
            d.characters,
            tuple(
                tuple(f for a in of_layer(compared.labels[d.id][c.id], layer.key) for f in a.fragments)
                if c.id in compared.labels[d.id]
                else None
                for c in compared.coders
            ),
        )
        for d in compared.documents
    ]
    estimate = u_alpha(sections, question.bootstrap, question.seed)
    return {"layer": layer.key, "pairs": pairs, "alpha_u": asdict(estimate)}


def attribute_part(comparison: Comparison, compared: Corpus, question: Question) -> dict[str, Any]:
    """One element of `attributes`: the coefficients, and the number of units behind them."""
    present = [c for c in compared.coders if any(row.get(c.id) is not None for row in comparison.rows)]
    coders = [c.id for c in present]
    table = _table(comparison, coders, comparison.categories)
    everything = coefficients(table, "nominal", question.bootstrap, question.seed)
    result: dict[str, Any] = {
        "layer": comparison.layer,
        "attribute": comparison.attribute,
        "role": comparison.role,
        "level": comparison.level,
        "units": table.pairable,
        "coders": len(coders),
        "values": table.values,
    }
    if comparison.level != "nominal":
        on_scale = _on_scale(comparison, coders)
        ordered = coefficients(on_scale, comparison.level, question.bootstrap, question.seed)
        everything["krippendorff_alpha_nominal"] = everything.pop("krippendorff_alpha")
        everything = {
            "krippendorff_alpha": ordered["krippendorff_alpha"],
            **everything,
            **{k: v for k, v in ordered.items() if "weighted" in k or k.startswith("gwet_ac2")},
        }
        result["units_on_scale"] = on_scale.pairable
    result["coefficients"] = {name: asdict(e) for name, e in everything.items()}
    result["pairs"] = [
        {"coders": [a.name, b.name], **_pair(comparison, a.id, b.id)} for a, b in combinations(present, 2)
    ]
    return result


def _table(comparison: Comparison, coders: Sequence[str], categories: Sequence[str]) -> RatingsTable:
    allowed = set(categories)
    cells = [[v if (v := row.get(c)) is not None and v in allowed else None for c in coders] for row in comparison.rows]
    return RatingsTable.from_cells(cells, coders, categories)


def _on_scale(comparison: Comparison, coders: Sequence[str]) -> RatingsTable:
    """The table without off-scale answers: they have no place in an order."""
    if comparison.level == "ordinal":
        categories = [c for c in comparison.categories if c not in comparison.off_scale]
    else:
        seen = {v for row in comparison.rows for v in row.values() if v is not None} - set(comparison.off_scale)
        categories = sorted(seen, key=float)
    return _table(comparison, coders, categories)


def _pair(comparison: Comparison, a: str, b: str) -> dict[str, Any]:
    table = _table(comparison, [a, b], comparison.categories)
    estimates: dict[str, Estimate] = coefficients(table, "nominal", 0, 0)
    names = ("percent_agreement", "cohen_kappa", "krippendorff_alpha")
    return {"units": table.pairable, **{n: estimates[n].value for n in names}}


def _notes(parts: list[dict[str, Any]], compared: Corpus, question: Question) -> list[str]:
    notes: list[str] = []
    few = [f"{p['layer']}.{p['attribute']} ({p['units']})" for p in parts if p["units"] < FEW_UNITS]
    if few:
        notes.append(f"fewer than {FEW_UNITS} units: {', '.join(few)}; such figures may change much with a few more")
    off = [f"{p['layer']}.{p['attribute']}" for p in parts if p["level"] != "nominal"]
    if off:
        notes.append(
            "off-scale answers are categories of their own in coefficients without an order, and are left out of "
            f"those with one: {', '.join(off)}"
        )
    if len(compared.coders) > 2:
        notes.append("with more than two coders, spans are matched coder by coder in the order given")
    if question.bootstrap == 0:
        notes.append("no intervals were asked for")
    if question.where:
        notes.append(f"only labels that meet {' and '.join(question.where)}")
    return notes
