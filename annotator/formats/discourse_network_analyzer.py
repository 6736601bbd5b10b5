"""Discourse Network Analyzer (``.dna``), versions 2 and 3; files of version 1 are XML (`discourse_network_xml`).

A statement type becomes a layer, its variables attributes: short texts name entities of a type of the variable's name,
booleans are yes and no, integers numbers, long texts text. Start and Stop are UTF-16 units of the text with LF alone,
as the program's text pane counts them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from annotator.domain.codebook.model import Codebook
from annotator.domain.words import say, words_of
from annotator.formats.annotation_records import AnnotationRecord, MetRef
from annotator.formats.discourse_network_xml import is_xml, read_xml
from annotator.formats.foreign_sqlite import ForeignTables, foreign_tables, text_of
from annotator.formats.foreign_text import ForeignText
from annotator.formats.incoming import Incoming, IncomingDocument, IncomingEntity
from annotator.formats.keys import Keys

_MILLISECONDS = 100_000_000_000
"""Dates above this are milliseconds (version 2), below seconds (version 3)."""


def read(path: Path) -> Incoming:
    """Documents, coders, entities with their attributes as remarks, and statements."""
    if is_xml(path):
        return read_xml(path)
    with foreign_tables(path) as tables:
        reader = _Reader(tables, path.name)
        reader.codebook(path.stem)
        reader.documents()
        reader.statements()
        return reader.incoming


class _Reader:
    def __init__(self, tables: ForeignTables, name: str) -> None:
        self._tables, self._name = tables, name
        self.incoming = Incoming()
        self._coders = {r["ID"]: text_of(r["Name"]) for r in tables.rows("CODERS", ("ID", "Name"))}
        self._layers: dict[Any, str] = {}
        self._variables: dict[Any, tuple[str, str, str]] = {}
        self._types: dict[Any, str] = {}
        self._texts: dict[Any, tuple[ForeignText, MetRef]] = {}
        self._values: dict[Any, dict[str, Any]] = defaultdict(dict)
        self._entities: dict[Any, IncomingEntity] = {}

    def codebook(self, title: str) -> None:
        """Layers and attributes as the program has them."""
        layers, types = Keys("statement"), Keys("entity")
        attributes: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        names: dict[Any, Keys] = defaultdict(lambda: Keys("variable"))
        labels: dict[Any, tuple[str, str]] = {}
        colours = ("Red", "Green", "Blue")
        for row in self._tables.rows("STATEMENTTYPES", ("ID", "Label"), colours):
            self._layers[row["ID"]] = layers.of(text_of(row["Label"]))
            parts = [row[c] if isinstance(row[c], int) and 0 <= row[c] <= 255 else 90 for c in colours]
            labels[row["ID"]] = (text_of(row["Label"]) or "Statement", "#{:02x}{:02x}{:02x}".format(*parts))
        entity_types: dict[str, str] = {}
        for row in self._tables.rows("VARIABLES", ("ID", "Variable", "DataType", "StatementTypeId")):
            word, kind, owner = text_of(row["Variable"]), text_of(row["DataType"]), row["StatementTypeId"]
            if owner not in self._layers:
                continue
            key = names[owner].of(word)
            self._variables[row["ID"]] = (key, kind, self._layers[owner])
            attribute: dict[str, Any] = {"key": key, "label": word or key}
            if kind == "short text":
                self._types[row["ID"]] = types.of(word)
                entity_types[types.of(word)] = word or key
                attribute |= {"type": "entity", "entity_types": [types.of(word)]}
            else:
                attribute["type"] = {"boolean": "boolean", "integer": "number"}.get(kind, "text")
                if kind == "integer":
                    attribute["integer"] = True
            attributes[owner].append(attribute)
        self.incoming.codebook = Codebook.model_validate(
            {
                "format": "annotator-codebook/1",
                "key": Keys("dna").of(title),
                "title": title,
                "entity_types": [{"key": k, "label": w} for k, w in entity_types.items()],
                "layers": [
                    {
                        "key": key,
                        "label": labels[number][0],
                        "colour": labels[number][1],
                        "kind": "span",
                        "attributes": attributes[number],
                    }
                    for number, key in self._layers.items()
                ],
            }
        )

    def documents(self) -> None:
        """Texts with LF alone; type, section and notes as tags."""
        wanted = ("ID", "Title", "Text", "Author", "Source", "Section", "Type", "Date")
        for row in self._tables.rows("DOCUMENTS", wanted):
            foreign = ForeignText(_lines(text_of(row["Text"])), "utf-16")
            document = IncomingDocument(
                say("{file}, document {id}", file=self._name, id=row["ID"]),
                foreign.text,
                text_of(row["Title"]) or None,
                _day(row["Date"]),
                text_of(row["Source"]) or None,
                text_of(row["Author"]) or None,
                tags=tuple(dict.fromkeys(t for t in (text_of(row["Section"]), text_of(row["Type"])) if t)),
                id=str(row["ID"]),
            )
            self._texts[row["ID"]] = (foreign, self.incoming.meet(document))

    def statements(self) -> None:
        """Statements with their values."""
        self._read_values()
        wanted = ("ID", "StatementTypeId", "DocumentId", "Start", "Stop", "Coder")
        for row in self._tables.rows("STATEMENTS", wanted):
            where = f"STATEMENTS {row['ID']}"
            known = self._texts.get(row["DocumentId"])
            layer = self._layers.get(row["StatementTypeId"])
            if known is None or layer is None or row["Coder"] not in self._coders:
                self.incoming.problem(self._name, where, say("its document, type or coder is missing"))
                continue
            foreign, document = known
            if not isinstance(row["Start"], int) or not isinstance(row["Stop"], int):
                self.incoming.problem(self._name, where, say("its place in the text is not a number"))
                continue
            try:
                fragment = foreign.fragment(row["Start"], row["Stop"])
            except ValueError as error:
                self.incoming.problem(self._name, where, words_of(error))
                continue
            record = AnnotationRecord.model_validate(
                {
                    "id": f"dna:{self._name}:{row['ID']}",
                    "layer": layer,
                    "coder": {"name": self._coders[row["Coder"]]},
                    "document": document,
                    "fragments": [fragment],
                    "values": self._values.get(row["ID"], {}),
                }
            )
            self.incoming.records.append((where, record))
        if self._tables.has("STATEMENTLINKS", "ID"):
            count = sum(1 for _ in self._tables.rows("STATEMENTLINKS", ("ID",)))
            self.incoming.losses.lose(say("links between statements"), count)

    def _read_values(self) -> None:
        self._read_entities()
        tables = self._tables
        for table in ("DATABOOLEAN", "DATAINTEGER", "DATALONGTEXT"):
            for row in tables.rows(table, ("StatementId", "VariableId", "Value")):
                self._plain(row, table)
        column = "Entity" if tables.has("DATASHORTTEXT", "Entity") else "Value"
        for row in tables.rows("DATASHORTTEXT", ("StatementId", "VariableId", column)):
            key = self._variables.get(row["VariableId"], ("", "", ""))[0]
            if column == "Entity":
                entity = self._entities.get(row["Entity"])
                name = entity.name if entity else ""
            else:
                name = text_of(row["Value"])
            if key and name.strip():
                self._values[row["StatementId"]][key] = {"name": name, "type": self._types[row["VariableId"]]}

    def _plain(self, row: dict[str, Any], table: str) -> None:
        key = self._variables.get(row["VariableId"], ("", "", ""))[0]
        value = row["Value"]
        if not key or value is None:
            return
        if table == "DATABOOLEAN":
            value = bool(value)
        elif table == "DATALONGTEXT":
            value = text_of(value)
            if not value:
                return
        elif not isinstance(value, int):
            self.incoming.losses.lose(say("integers that are not whole numbers"), example=text_of(value))
            return
        self._values[row["StatementId"]][key] = value

    def _read_entities(self) -> None:
        """Version 3 has tables of entities and their attributes, version 2 one table of both."""
        told: dict[Any, list[str]] = defaultdict(list)
        tables = self._tables
        if tables.has("ENTITIES", "ID", "VariableId", "Value"):
            if tables.has("ATTRIBUTEVARIABLES", "ID") and tables.has("ATTRIBUTEVALUES", "ID"):
                rows = tables.rows("ATTRIBUTEVARIABLES", ("ID", "AttributeVariable"))
                names = {r["ID"]: text_of(r["AttributeVariable"]) for r in rows}
                wanted = ("EntityId", "AttributeVariableId", "AttributeValue")
                for row in tables.rows("ATTRIBUTEVALUES", wanted):
                    if value := text_of(row["AttributeValue"]).strip():
                        told[row["EntityId"]].append(f"{names.get(row['AttributeVariableId'], '')}: {value}")
            for row in tables.rows("ENTITIES", ("ID", "VariableId", "Value")):
                self._entity(row["ID"], row, told[row["ID"]], ())
        elif tables.has("ATTRIBUTES", "ID", "VariableId", "Value"):
            for row in tables.rows("ATTRIBUTES", ("ID", "VariableId", "Value"), ("Type", "Alias", "Notes")):
                facts = [f"{k}: {v}" for k in ("Type", "Notes") if (v := text_of(row[k]).strip())]
                alias = text_of(row["Alias"]).strip()
                self._entity(row["ID"], row, facts, (alias,) if alias else ())

    def _entity(self, number: Any, row: dict[str, Any], facts: list[str], aliases: tuple[str, ...]) -> None:
        name = text_of(row["Value"])
        if row["VariableId"] in self._types:
            entity = IncomingEntity(name, self._types[row["VariableId"]], aliases, "\n".join(facts))
            self._entities[number] = entity
            if name.strip():
                self.incoming.entities.append(entity)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _day(date: Any) -> str | None:
    if not isinstance(date, int):
        return None
    seconds = date / 1000 if abs(date) > _MILLISECONDS else date
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None
