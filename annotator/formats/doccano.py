"""doccano: one JSON line an article, one file a coder.

Form: the export of a sequence labelling project with relations. Offsets are code points; old releases counted UTF-16,
which nothing in the file could tell, so that files are read as code points.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from annotator.domain.annotations import Coder
from annotator.domain.errors import BadInput
from annotator.domain.file_names import FileNames
from annotator.domain.words import words_of
from annotator.formats.codebook_file import read_codebook, write_codebook
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.foreign_text import ForeignText
from annotator.formats.incoming import Incoming
from annotator.formats.json_input import Shape, json_lines
from annotator.formats.keys import Keys
from annotator.formats.regions import (
    KEY,
    Gathered,
    arrows_of,
    carried_records,
    document_facts,
    incoming_document,
    regions_of,
    told_hash,
)


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
        {"text": layer.key, "background_color": layer.colour, "text_color": "#ffffff"}
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
            {"id": ids[r.id], "label": r.annotation.layer, "start_offset": r.start, "end_offset": r.end}
            for r in regions
        ],
        "relations": [
            {"id": i, "from_id": ids[x.source], "to_id": ids[x.target], "type": x.name}
            for i, x in enumerate(arrows_of(dataset, annotations), start=1)
        ],
        "Comments": [],
        KEY: {
            "coder": {"id": coder.id, "name": coder.name} if coder else {},
            "document": document_facts(article.document, dataset.with_text),
            "ids": {str(i): key for key, i in ids.items()},
            "records": carried_records(dataset, article, annotations),
        },
    }


def read(path: Path) -> Incoming:
    """A file of one coder, or a folder of such files."""
    incoming = Incoming()
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise BadInput("there is no file that ends with .jsonl", str(path), "name doccano's export")
    incoming.codebook = read_codebook(path)
    keys = Keys("label")
    for file in files:
        for where, line in json_lines(file):
            _read_line(incoming, Shape(line, where), file, keys)
    return incoming


def _read_line(incoming: Incoming, line: Shape, file: Path, keys: Keys) -> None:
    told = line.mapping()
    meta = told.get("meta")
    extra = Shape(told.get(KEY) or (meta.get(KEY) if isinstance(meta, dict) else None) or {}, f"{line.where}, {KEY}")
    foreign = ForeignText(line.part("text").text(), sha256=told_hash(extra.part("document")))
    here = str(told.get("id", line.where))
    document = incoming_document(foreign.text, f"{file.stem}-{here}", extra.part("document"), here)
    ref = incoming.meet(document)
    coder = extra.part("coder").value
    name = coder.get("name") if isinstance(coder, dict) else None
    gathered = Gathered(incoming, document, ref, name or file.stem, keys)
    gathered.carry(extra.part("records"))
    ids = extra.part("ids").value or {}

    def key_of(number: Any) -> str:
        return str(ids.get(str(number), f"{file.stem}:{told.get('id', line.where)}:{number}"))

    for number, one in enumerate(line.part("entities" if told.get("entities") else "label").items()):
        if isinstance(one.value, list):
            parts = one.items()
            if len(parts) != 3:
                raise BadInput("this should be [start, end, label]", one.where, "mend the file")
            key, start, end, label = str(number), parts[0].whole(), parts[1].whole(), parts[2].text()
        else:
            key = str(one.mapping().get("id", number))
            start, end = one.part("start_offset").whole(), one.part("end_offset").whole()
            label = one.part("label").text()
        try:
            fragment = foreign.fragment(start, end)
        except ValueError as error:
            incoming.problem(file.name, one.where, words_of(error))
            continue
        gathered.region(key_of(key), label, fragment, one.where)
    for one in line.part("relations").items():
        source, target = one.part("from_id").value, one.part("to_id").value
        gathered.arrow(key_of(source), key_of(target), one.part("type").text(), one.where)
    gathered.finish()
