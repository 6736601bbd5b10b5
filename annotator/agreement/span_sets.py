"""Agreement on span sets in the public form ``{"length": N, "spans": {"Ada": [[start, end, "label"], …]}}``."""

from __future__ import annotations

from dataclasses import asdict
from itertools import combinations
from typing import Any

from annotator.agreement.span_pairs import labelled_figures
from annotator.agreement.unitizing import (
    LabelledSection,
    alpha_u_1995,
    bar_u_alpha,
    coding_alphas,
    labelled_u_alpha,
)
from annotator.domain.errors import BadInput
from annotator.domain.words import say


def span_sets_figures(data: Any, source: str, threshold: float = 0.5) -> dict[str, Any]:
    """Every figure of the sets; raises BadInput that names coder and place of what is wrong."""
    length, spans = _checked(data, source)
    pairs = []
    for first, second in combinations(spans, 2):
        key = [(((s, e),), label) for s, e, label in spans[first]]
        response = [(((s, e),), label) for s, e, label in spans[second]]
        pairs.append({"coders": [first, second], **labelled_figures(key, response, threshold)})
    section = LabelledSection(length, tuple(tuple(x) for x in spans.values()))
    whole, per_label = alpha_u_1995(section)
    coding, of_each = coding_alphas([section])
    return {
        "length": length,
        "coders": list(spans),
        "pairs": pairs,
        "u_alpha": asdict(labelled_u_alpha([section])),
        "bar_u_alpha": asdict(bar_u_alpha([section])),
        "cu_alpha": asdict(coding),
        "ku_alpha": {label: asdict(e) for label, e in of_each.items()},
        "alpha_U_1995": asdict(whole),
        "alpha_U_1995_per_category": {label: asdict(e) for label, e in per_label.items()},
    }


def _checked(data: Any, source: str) -> tuple[int, dict[str, list[tuple[int, int, str]]]]:
    if not isinstance(data, dict) or not isinstance(data.get("spans"), dict):
        raise BadInput(
            "this is not a span set", source, 'write {"length": N, "spans": {"Ada": [[start, end, "label"]]}}'
        )
    length = data.get("length")
    if not isinstance(length, int) or isinstance(length, bool) or length < 1:
        raise BadInput(
            "the length is not a whole number above 0",
            say("{source}, length", source=source),
            "give the text's characters",
        )
    if len(data["spans"]) < 2:
        raise BadInput(
            "there are fewer than two coders", say("{source}, spans", source=source), "give two sets at least"
        )
    result: dict[str, list[tuple[int, int, str]]] = {}
    for coder, items in data["spans"].items():
        result[coder] = []
        for place, item in enumerate(items if isinstance(items, list) else [items]):
            where = say("{source}, spans.{coder}[{place}]", source=source, coder=coder, place=place)
            sound = isinstance(item, list) and len(item) == 3 and all(type(x) is int for x in item[:2])
            if not sound or not isinstance(item[2], str):
                raise BadInput("this is not a span", where, 'write [start, end, "label"]')
            if not 0 <= item[0] < item[1] <= length:
                raise BadInput(
                    say(
                        "[{start}, {end}) is empty or outside the text of {length}",
                        start=item[0],
                        end=item[1],
                        length=length,
                    ),
                    where,
                    "mend it",
                )
            result[coder].append((item[0], item[1], item[2]))
    return length, result
