"""doccano: one JSON line an article, one file a coder.

Form: the export of a sequence labelling project with relations. Offsets are code points; old releases counted UTF-16,
which nothing in the file could tell, so that files are read as code points.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from annotator.domain.annotations import Coder
from annotator.domain.errors import BadInput
from annotator.domain.file_names import FileNames
from annotator.domain.words import say, words_of
from annotator.formats.codebook_file import read_codebook, write_codebook
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.foreign_text import ForeignText
from annotator.formats.incoming import Incoming
from annotator.formats.json_files import json_files, json_items
from annotator.formats.json_input import Shape
from annotator.formats.keys import Keys
from annotator.formats.regions import (
    KEY,
    Gathered,
    arrows_of,
    carried_records,
    document_facts,
    even,
    incoming_document,
    name_in,
    names_in,
    regions_of,
    told_hash,
    unknown_fields,
    whole_values,
)

FORM = "doccano"
_KNOWN = frozenset(("id", "text", "meta", "annotation_approver", "Comments", "comments", KEY)) | {
    *("entities", "relations", "label", "labels", "annotations", "cats"),
}


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """A folder: ``<coder>.jsonl`` for each coder, ``label_config.json`` for doccano, ``codebook.json`` for us."""
    out.mkdir()
    names = FileNames()
    coders: list[Coder | None] = [*dataset.coders.values()]
    for coder in coders or [None]:
        with (out / names.of(coder.name if coder else "articles", ".jsonl")).open("wb") as file:
            for number, article in enumerate(dataset, start=1):
                line = _line(dataset, article, coder, number)
                file.write((json.dumps(line, ensure_ascii=False) + "\n").encode())
    labels = [
        {"text": layer.written_as.get(FORM, layer.key), "background_color": layer.colour, "text_color": "#ffffff"}
        for layer in dataset.codebook.span_layers
    ]
    (out / "label_config.json").write_text(json.dumps(labels, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    write_codebook(out, dataset.codebook)


def _line(dataset: Dataset, article: Article, coder: Coder | None, number: int) -> dict[str, Any]:
    annotations = article.of(coder.id) if coder else ()
    regions = regions_of(annotations)
    ids = {r.id: i for i, r in enumerate(regions, start=1)}
    return {
        "id": number,
        "text": article.text,
        "entities": [
            {
                "id": ids[r.id],
                "label": name_in(dataset.codebook, r.annotation.layer, FORM),
                "start_offset": r.start,
                "end_offset": r.end,
            }
            for r in regions
        ],
        "relations": [
            {"id": i, "from_id": ids[x.source], "to_id": ids[x.target], "type": x.name}
            for i, x in enumerate(arrows_of(dataset, annotations, FORM), start=1)
        ],
        "Comments": [],
        **{name: values for name, values in whole_values(dataset, annotations, FORM) if name in ("label", "cats")},
        KEY: {
            "coder": {"id": coder.id, "name": coder.name} if coder else {},
            "document": document_facts(article.document, dataset.with_text),
            **({"names": names} if (names := names_in(dataset.codebook, FORM)) else {}),
            "ids": {str(i): key for key, i in ids.items()},
            "records": carried_records(dataset, article, annotations),
        },
    }


def read(path: Path) -> Incoming:
    """A file of one coder, a folder of such files, or the zip that doccano hands out."""
    incoming = Incoming()
    incoming.codebook = read_codebook(path)
    keys = Keys("label")
    for name, data in json_files(path, (".jsonl", ".json")):
        for where, line in json_items(data, name, incoming):
            try:
                _read_line(incoming, Shape(line, where), PurePosixPath(name), keys)
            except BadInput as error:
                incoming.problem(name, error.where or where, error.what)
    even(incoming)
    return incoming


def _read_line(incoming: Incoming, line: Shape, file: PurePosixPath, keys: Keys) -> None:
    told = line.mapping()
    meta = told.get("meta")
    extra = Shape(told.get(KEY) or (meta.get(KEY) if isinstance(meta, dict) else None) or {}, f"{line.where}, {KEY}")
    if "text" not in told and any(k in told for k in ("filename", "image", "audio", "upload_name")):
        incoming.losses.lose(say("pictures and sound, which are no articles"), 1, line.where)
        return
    foreign = ForeignText(line.part("text").text(), sha256=told_hash(extra.part("document")))
    here = str(told.get("id", line.where))
    document = incoming_document(foreign.text, f"{file.stem}-{here}", extra.part("document"), here)
    facts = {k: v for k, v in meta.items() if isinstance(v, (str, int, float))} if isinstance(meta, dict) else {}
    facts |= unknown_fields(incoming, told, _KNOWN)
    if facts and not document.own:
        document = replace(document, extra={**document.extra, **facts})
    ref = incoming.meet(document)
    coder = extra.part("coder").value
    name = coder.get("name") if isinstance(coder, dict) else None
    names = extra.part("names").value
    ids = extra.part("ids").value or {}
    said_of = told.get("comments") or told.get("Comments")
    incoming.losses.lose(say("comments on articles"), len(said_of) if isinstance(said_of, list) else bool(said_of))
    by: dict[str, Gathered] = {}

    def gathered(user: Any = None) -> Gathered:
        who = name or (f"User {user}" if isinstance(user, (int, str)) and user != "" else file.stem)
        if who not in by:
            known = names if isinstance(names, dict) else {}
            by[who] = Gathered(incoming, document, ref, who, keys, FORM, known)
            if not by[who].carried and len(by) == 1:
                by[who].carry(extra.part("records"))
        return by[who]

    def key_of(number: Any) -> str:
        return str(ids.get(str(number), f"{file.stem}:{told.get('id', line.where)}:{number}"))

    if name or not _users(told):
        gathered()
    whole: dict[str, dict[str, list[Any]]] = {}
    for field in ("entities", "label", "labels", "annotations", "cats"):
        value = told.get(field)
        said = Shape([value] if isinstance(value, str) else value, f"{line.where}, {field}")
        if isinstance(value, dict):  # spaCy's way: {"POSITIVE": 1.0, "NEGATIVE": 0.0}
            said = Shape([k for k, on in value.items() if on], said.where)
        for number, one in enumerate(said.items()):
            user = one.value.get("user") if isinstance(one.value, dict) else None
            if isinstance(one.value, list):
                parts = one.items()
                if len(parts) != 3:
                    raise BadInput("this should be [start, end, label]", one.where, "mend the file")
                key, start, end, label = str(number), parts[0].whole(), parts[1].whole(), parts[2].text()
            elif isinstance(one.value, dict) and "start_offset" in one.value:
                key = str(one.mapping().get("id", number))
                start, end = one.part("start_offset").whole(), one.part("end_offset").whole()
                label = _word(one.part("label"))
            else:
                plain = one.part("label") if isinstance(one.value, dict) and "label" in one.value else one
                if isinstance(plain.value, dict) and "text" in plain.value:
                    plain = plain.part("text")
                by_name = whole.setdefault("" if user is None else str(user), {})
                by_name.setdefault("cats" if field == "cats" else "label", []).append(_word(plain))
                continue
            try:
                fragment = foreign.fragment(start, end)
            except ValueError as error:
                incoming.problem(file.name, one.where, words_of(error))
                continue
            gathered(user).region(key_of(key), label, fragment, one.where)
    for one in line.part("relations").items():
        source, target = one.part("from_id").value, one.part("to_id").value
        to = next((g for g in by.values() if g.knows(key_of(source))), None) or gathered()
        to.arrow(key_of(source), key_of(target), one.part("type").text(), one.where)
    for user, values in whole.items():
        gathered(user or None).whole(f"{file.stem}:{here}:whole:{user}", values, line.where)
    for each in by.values():
        each.finish()


def _users(told: Mapping[str, Any]) -> bool:
    """Whether labels say who made them, as older exports do."""
    found = told.get("annotations")
    return isinstance(found, list) and any(isinstance(x, dict) and x.get("user") is not None for x in found)


def _word(said: Shape) -> str:
    """A label's name; older exports give its number."""
    return str(said.value) if isinstance(said.value, (int, float)) and not isinstance(said.value, bool) else said.text()
