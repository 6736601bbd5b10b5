"""The list of forms as a table in Markdown, for the manual."""

from __future__ import annotations

from annotator.formats.declared import INTAKE, formats


def markdown() -> str:
    """One row a form; forms of other packages that happen to be installed are left out."""
    lines = ["| Name | Form | Reads | Writes | Cannot carry |", "|---|---|---|---|---|"]
    for f in (*(f for f in formats() if f.module.startswith("annotator.") or not f.module), *INTAKE):
        extra = f" (needs `annotator[{f.extra}]`)" if f.extra else ""
        yes = {True: "yes", False: ""}
        lines.append(f"| `{f.name}` | {f.label}{extra} | {yes[f.reads]} | {yes[f.writes]} | {', '.join(f.loses)} |")
    return "\n".join(lines) + "\n"
