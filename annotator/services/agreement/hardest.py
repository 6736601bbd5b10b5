"""Which codes and which documents coders agreed on least, over all attributes."""

from __future__ import annotations

from typing import Any


def hardest(attributes: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """`codes`: one code of one attribute each, by specific agreement; `documents`: by the share of agreement over all
    attributes, each weighing as its units. The least first."""
    codes = [
        {"layer": a["layer"], "attribute": a["attribute"], **found} for a in attributes for found in a["by_category"]
    ]
    codes.sort(key=lambda c: (c["specific"], -c["values"], c["layer"], c["attribute"], c["category"]))
    by: dict[str, dict[str, Any]] = {}
    for a in attributes:
        for d in a["by_document"]:
            if d["percent_agreement"] is None:
                continue
            mine = by.setdefault(
                d["document"],
                {"document": d["document"], "number": d["number"], "title": d["title"], "units": 0, "agreeing": 0.0},
            )
            mine["units"] += d["units"]
            mine["agreeing"] += d["percent_agreement"] * d["units"]
    documents = [
        {
            **{k: d[k] for k in ("document", "number", "title", "units")},
            "percent_agreement": d["agreeing"] / d["units"],
        }
        for d in by.values()
    ]
    documents.sort(key=lambda d: (d["percent_agreement"], -d["units"], d["number"]))
    return {"codes": codes, "documents": documents}
