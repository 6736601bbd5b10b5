"""What dkpro-cassis finds in a CAS: labels by type, place and values, with the labels that they name; an oracle."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from pathlib import Path
from typing import Any

import cassis

Label = tuple[Any, ...]
_BESIDE = (
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.",
    "de.tudarmstadt.ukp.clarin.webanno.api.type.",
    "uima.tcas.DocumentAnnotation",
)


def labels_of(path: Path, types: Path | None = None) -> Counter[Label]:
    """Every label of the first view but those without a character; of these nothing that names them either."""
    with path.open("rb") as file:
        if path.suffix == ".json":
            cas = cassis.load_cas_from_json(file)
        else:
            cas = cassis.load_cas_from_xmi(
                file, cassis.load_typesystem((types or path).read_bytes().decode()), lenient=True
            )
    return labels_in(cas)


def labels_in(cas: Any) -> Counter[Label]:
    """The same of a CAS that is open; places are those of the text with LF as its only line break."""
    text = cas.sofa_string or ""
    gone = [i for i in range(len(text)) if text[i : i + 2] == "\r\n" or (text[i] == "\ufeff" and i == 0)]
    for fs in cas.select_all_fs():
        if getattr(fs, "begin", None) is not None:
            fs.begin, fs.end = (place - bisect_left(gone, place) for place in (fs.begin, fs.end))
    result: Counter[Label] = Counter()
    for fs in cas.select_all_fs():
        if not fs.type.name.startswith(_BESIDE) and _whole(fs):
            result[_label(fs)] += 1
    return result


def _is_a(type: Any, name: str) -> bool:
    while type is not None:
        if type.name == name:
            return True
        type = type.supertype
    return False


def _whole(fs: Any) -> bool:
    if not _is_a(fs.type, "uima.tcas.Annotation"):
        return _is_a(fs.type, "uima.cas.AnnotationBase") or any(f.name == "first" for f in fs.type.all_features)
    names = {f.name for f in fs.type.all_features}
    return fs.begin < fs.end or bool(names & {"Governor", "Source"})


def _label(fs: Any, deep: bool = True) -> Label:
    values: list[Any] = []
    for feature in sorted(fs.type.all_features, key=lambda f: f.name):
        if feature.name in ("sofa", "begin", "end"):
            continue
        value = fs.get(feature.name) if hasattr(fs, "get") else getattr(fs, feature.name, None)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        values += _value(feature.name, value, deep)
    begin, end = getattr(fs, "begin", None), getattr(fs, "end", None)
    return (fs.type.name, begin, end, tuple(values))


def _value(name: str, value: Any, deep: bool) -> list[Any]:
    if isinstance(value, (str, int, float, bool)):
        return [(name, str(value))]
    elements = _elements(value)
    if elements is None:
        elements = [value]
    plain = [e for e in elements if isinstance(e, (str, int, float, bool))]
    if plain:
        return [(name, tuple(map(str, plain)))]
    if not deep:
        return []
    found = []
    for one in elements:
        if one is None:
            continue
        role, target = None, one
        if any(f.name == "target" for f in one.type.all_features) and not _is_a(one.type, "uima.tcas.Annotation"):
            role, target = one.role if hasattr(one, "role") else None, one.target
        if target is not None and (_whole(target) or "Token" in target.type.name):
            found.append((role or None, _label(target, deep=False)))
    return [(name, tuple(sorted(found, key=repr)))] if found else []


def _elements(value: Any) -> list[Any] | None:
    if isinstance(value, list):
        return value
    if hasattr(value, "elements"):
        return list(value.elements or ())
    if hasattr(value, "head"):
        found = []
        while value is not None and hasattr(value, "head"):
            found.append(value.head)
            value = getattr(value, "tail", None)
        return found
    return None
