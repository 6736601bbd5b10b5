"""What of the tests only some systems can do."""

from __future__ import annotations

import os

import pytest

from annotator.formats.declared import formats

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no modes, limits, pipes or names like these")


def skip_without_its_package(form: str) -> None:
    """Skip where a form of an optional part (Parquet, SPSS, …) cannot be written, for its package is not installed."""
    declared = next((f for f in formats() if f.name == form), None)
    for package in OPTIONAL.get(form, ()):
        pytest.importorskip(package, reason=f"an optional part is not installed: {package}")
    assert declared is None or not declared.module or not declared.writes or declared.writer()


OPTIONAL = {
    "parquet": ("pyarrow",),
    "huggingface": ("pyarrow",),
    "spss": ("pandas", "pyreadstat"),
    "spacy": ("spacy",),
}
