"""Views for people who read a study by SQL: public names over the tables, with the columns of the CSV exports.

What columns there are depends on the codebook, so the views are made anew whenever it changes (`refresh`). They are
SQL alone, so that any program with an SQLite that has JSON functions reads them (tried with 3.39 and 3.40). Which label
a link belongs to is said by `domain/codebook/owners.py`; `tests/store/test_views.py` holds each row to the
exports. On a server there are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import ValidationError
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from annotator.domain.codebook.model import Asking, Attribute, Codebook, LinkLayer, Role, TreeAttribute, tree_nodes
from annotator.domain.codebook.owners import Owning, links_in_order, owners
from annotator.domain.decisions import GOLD
from annotator.domain.fragments import GAP_MARK
from annotator.store.dialects import on_server
from annotator.store.tables import codebook

NAMES = ("articles", "labels", "links", "values", "statements", "gold_labels", "gold_statements")
"""The views; nothing else in the file is public."""


def drop(connection: Connection) -> None:
    """Take the views away, before tables are changed."""
    if not on_server(connection):
        for name in NAMES:
            connection.exec_driver_sql(f"DROP VIEW IF EXISTS {_name(name)}")


def refresh(connection: Connection) -> None:
    """Make the views as the newest codebook asks for them.

    A codebook with more links than SQLite can join in one query has no views of statements, rather than wrong ones.
    """
    if on_server(connection):
        return
    drop(connection)
    contents = connection.execute(select(codebook.c.content).order_by(codebook.c.version)).scalars()
    known = [book for content in contents.all() if (book := _read(content)) is not None]
    if not known:
        return
    for name, query in _Views(known[-1], known[:-1]).every().items():
        connection.exec_driver_sql(f"CREATE VIEW {_name(name)} AS {query}")
        try:
            connection.exec_driver_sql(f"SELECT * FROM {_name(name)} LIMIT 0")
        except OperationalError:
            connection.exec_driver_sql(f"DROP VIEW {_name(name)}")


def _read(content: str) -> Codebook | None:
    try:
        return Codebook.model_validate_json(content)
    except ValidationError:
        return None


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _path(key: str, *within: str) -> str:
    """Where something is in a JSON object."""
    return _text(".".join(["$", *(f'"{k}"' for k in (key, *within))]))


_VALUE_ENTITY = "json_extract(value, '$.entity')"
_EMPTY_ENTITY = "json_extract(e.value, '$.entity')"


def _root(entity: str) -> str:
    """The id of the entity that this one was merged into in the end, at most 99 merges away."""
    return (
        f"(WITH RECURSIVE up(at, far) AS (SELECT {entity}, 0 UNION ALL SELECT n.id, far + 1 FROM up JOIN entity e "
        "ON e.id = up.at JOIN entity n ON n.id = e.merged_into WHERE far < 99) SELECT at FROM up ORDER BY far DESC "
        "LIMIT 1)"
    )


def _entity(entity: str) -> str:
    """The name of an entity; its id where the register has none, NULL for none."""
    root = _root(entity)
    return f"coalesce((SELECT name FROM entity WHERE id = {root}), {entity})"


def _joined(item: str, source: str) -> str:
    """Items of an ordered source as one text, as a cell of the exports has a list."""
    return f"(SELECT group_concat({item}, ' | ') FROM ({source}))"


def _value(map_: str, key: str) -> str:
    """The value of an attribute as the cell of an export has it."""
    path = _path(key)
    once = (
        f"SELECT CASE WHEN type = 'object' THEN {_root(_VALUE_ENTITY)} ELSE key END AS what, "
        f"min(key) AS place, type, value FROM json_each({map_}, {path}) GROUP BY 1"
    )
    item = (
        "CASE type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN '' WHEN 'object' "
        "THEN coalesce((SELECT name FROM entity WHERE id = what), what) ELSE value END"
    )
    listed = _joined("cell", f"SELECT {item} AS cell FROM ({once}) ORDER BY place")
    named = _entity(f"json_extract({map_}, {_path(key, 'entity')})")
    return (
        f"CASE json_type({map_}, {path}) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'array' THEN {listed} "
        f"WHEN 'object' THEN {named} ELSE json_extract({map_}, {path}) END"
    )


def _quote(annotation: str, document: str) -> str:
    """The words of a label."""
    piece = 'substr(t.text, f.start + 1, f."end" - f.start)'
    source = (
        f"SELECT {piece} AS piece FROM fragment f JOIN document_text t ON t.document_id = {document} "
        f"WHERE f.annotation_id = {annotation} ORDER BY f.position"
    )
    return f"(SELECT group_concat(piece, {_text(GAP_MARK)}) FROM ({source}))"


def _all(columns: Iterable[tuple[str, str]]) -> str:
    found = dict(columns)
    return ", ".join(f"{what} AS {_name(name)}" for name, what in found.items())


class _Views:
    """The views of one codebook. former: its earlier versions, whose values labels may have kept."""

    def __init__(self, codebook: Codebook, former: Sequence[Codebook]) -> None:
        self._codebook = codebook
        self._owners = owners(codebook)
        links = list(self._owners.by_link.values())
        self._links = [x for x in links if x.most == 1] + [x for x in links if x.most != 1]
        asked = {(x.key, a.key) for x in codebook.layers for a in x.attributes}
        roles = {(x.key, r.key) for x in codebook.link_layers for r in x.roles}
        old = {(x.key, a.key) for book in former for x in book.layers for a in x.attributes}
        old_roles = {(x.key, r.key) for book in former for x in book.link_layers for r in x.roles}
        self._kept = sorted(old - asked)
        self._kept_roles = sorted(old_roles - roles)

    def every(self) -> dict[str, str]:
        """Name -> query."""
        return {
            "articles": self._articles(),
            "labels": self._labels(gold=False),
            "links": self._fillers(),
            "values": self._values(),
            "statements": self._statements(gold=False),
            "gold_labels": self._labels(gold=True),
            "gold_statements": self._statements(gold=True),
        }

    @staticmethod
    def _articles() -> str:
        columns = ("number", "id", "title", "published", "publisher", "author", "url", "language")
        told = ", ".join(f"d.{c}" for c in (*columns, "characters", "sha256"))
        return f"SELECT {told} FROM document d WHERE d.id NOT IN (SELECT document_id FROM hidden_repeat)"

    @staticmethod
    def _made(label: str, gold: bool) -> str:
        """A label with its maker and its article; that of a second reading is the one that was read."""
        return (
            f"annotation {label} JOIN coder c ON c.id = {label}.coder_id AND (c.role = {_text(GOLD)}) = {int(gold)} "
            f"LEFT JOIN hidden_repeat h ON h.document_id = {label}.document_id "
            f"JOIN document d ON d.id = coalesce(h.original_id, {label}.document_id)"
        )

    def _labels(self, gold: bool) -> str:
        columns = [("id", "a.id"), ("layer", "a.layer"), ("coder_id", "a.coder_id"), ("coder", "c.name")]
        columns += [("document_id", "d.id"), ("document_number", "d.number"), ("document_title", "d.title")]
        columns += [("document_sha256", "d.sha256"), ("reading", "CASE WHEN h.document_id IS NULL THEN 1 ELSE 2 END")]
        for name, column in (("starts", "start"), ("ends", '"end"')):
            source = f"SELECT {column} AS place FROM fragment WHERE annotation_id = a.id ORDER BY position"
            columns.append((name, _joined("place", source)))
        columns.append(("text", _quote("a.id", "a.document_id")))
        asked = [(x.key, a.key) for x in self._codebook.layers for a in x.attributes]
        roles = [(x.key, r.key) for x in self._codebook.link_layers for r in x.roles]
        columns += [(f"{x}.{k}", self._of(x, _value("a.value_map", k))) for x, k in asked]
        columns += [c for x, r in roles for c in self._role(x, r)]
        columns += [(f"{x}.{k}", self._of(x, _value("a.value_map", k))) for x, k in self._kept]
        columns += [c for x, r in self._kept_roles for c in self._role(x, r)]
        columns += [("uncertain", _joined("value", "SELECT value FROM json_each(a.uncertain) ORDER BY key"))]
        columns += [("memo", "a.memo"), ("codebook_key", _text(self._codebook.key))]
        columns += [(k, f"a.{k}") for k in ("codebook_version", "created", "updated")]
        return f"SELECT {_all(columns)} FROM {self._made('a', gold)}"

    @staticmethod
    def _of(layer: str, what: str) -> str:
        return f"CASE WHEN a.layer = {_text(layer)} THEN {what} END"

    def _role(self, layer: str, role: str) -> list[tuple[str, str]]:
        root = f"coalesce(f.filler_annotation, {_root('f.filler_entity')})"
        once = (
            f"SELECT {root} AS what, f.filler_entity IS NOT NULL AS named, min(f.position) AS place FROM filler f "
            f"WHERE f.annotation_id = a.id AND f.role = {_text(role)} GROUP BY 1, 2"
        )
        cell = "CASE WHEN named THEN coalesce((SELECT name FROM entity WHERE id = what), what) ELSE what END AS cell"
        there = _joined("cell", f"SELECT {cell} FROM ({once}) ORDER BY place")
        empty = _entity(f"json_extract(a.empty_roles, {_path(role, 'entity')})")
        because = f"json_extract(a.empty_roles, {_path(role, 'because')})"
        return [
            (f"{layer}.{role}", self._of(layer, f"coalesce({there}, {empty})")),
            (f"{layer}.{role}.because", self._of(layer, because)),
        ]

    def _fillers(self) -> str:
        """One row for whatever stands in a role, or for the reason why nothing does."""
        same = (
            "a.id AS link, a.layer AS layer, c.name AS coder, d.number AS document_number, "
            "CASE WHEN h.document_id IS NULL THEN 1 ELSE 2 END AS reading, "
        )
        made = self._made("a", gold=False)
        return (
            f"SELECT {same}f.role AS role, f.position AS position, f.filler_annotation AS label, "
            "x.layer AS label_layer, "
            f"{_root('f.filler_entity')} AS entity_id, {_entity('f.filler_entity')} AS entity, NULL AS because "
            f"FROM {made} JOIN filler f ON f.annotation_id = a.id LEFT JOIN annotation x ON x.id = f.filler_annotation "
            f"UNION ALL SELECT {same}e.key, 0, NULL, NULL, {_root(_EMPTY_ENTITY)}, "
            f"{_entity(_EMPTY_ENTITY)}, json_extract(e.value, '$.because') "
            f"FROM {made} JOIN json_each(a.empty_roles) e"
        )

    def _values(self) -> str:
        """One row a value, several for an attribute that takes several."""
        entity = "CASE v.type WHEN 'object' THEN i.value ELSE json_extract(CASE WHEN i.type = 'object' THEN i.value "
        entity += "ELSE '{}' END, '$.entity') END"
        plain = "CASE i.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE i.value END"
        held = f"CASE WHEN {entity} IS NOT NULL THEN {_entity(entity)} ELSE {plain} END"
        doubt = "EXISTS (SELECT 1 FROM json_each(a.uncertain) u WHERE u.value = v.key)"
        return (
            "SELECT a.id AS label, a.layer AS layer, c.name AS coder, d.number AS document_number, "
            "CASE WHEN h.document_id IS NULL THEN 1 ELSE 2 END AS reading, v.key AS attribute, "
            f"CASE v.type WHEN 'array' THEN i.key ELSE 0 END AS position, {held} AS value, "
            f"{_root(entity)} AS entity_id, "
            f"{doubt} AS uncertain FROM {self._made('a', gold=False)} "
            "JOIN json_each(a.value_map) v JOIN json_each(a.value_map, v.fullkey) i"
        )

    # statements

    def _statements(self, gold: bool) -> str:
        roots = [_text(k) for k in self._owners.roots]
        columns = [("statement", "s.id"), ("coder", "c.name"), ("document_number", "d.number")]
        columns += [("document_title", "d.title"), ("document_sha256", "d.sha256"), ("published", "d.published")]
        columns += [("publisher", "d.publisher"), ("reading", "CASE WHEN h.document_id IS NULL THEN 1 ELSE 2 END")]
        columns += [("layer", "s.layer")]
        for name, column, way in (("start", "start", "ASC"), ("end", '"end"', "DESC")):
            place = f"SELECT {column} FROM fragment WHERE annotation_id = s.id ORDER BY position {way} LIMIT 1"
            columns.append((name, f"({place})"))
        columns.append(("text", _quote("s.id", "s.document_id")))
        for key in self._owners.roots:
            columns += [
                (f"{key}.{a.key}", f"CASE WHEN s.layer = {_text(key)} THEN {_value('s.value_map', a.key)} END")
                for a in self._codebook.layer(key).attributes
            ]
        alias = {x.link.key: f"l{i}" for i, x in enumerate(self._links)}
        for owning in self._links:
            columns += self._link_columns(owning, alias[owning.link.key])
        for layer, key in self._kept:
            if layer in alias:
                columns.append((f"{layer}.{key}", _value(f"{alias[layer]}.value_map", key)))
            elif layer in self._owners.roots:
                columns.append(
                    (f"{layer}.{key}", f"CASE WHEN s.layer = {_text(layer)} THEN {_value('s.value_map', key)} END")
                )
        columns.append(("missing", self._missing()))
        heads = f"s.layer IN ({', '.join(roots)})" if roots else "0"
        for owning in self._links:
            alone = f"s.layer = {_text(owning.link.key)}"
            if owning.role is not None:
                owned = f"SELECT 1 FROM filler o WHERE o.annotation_id = s.id AND o.role = {_text(owning.role)}"
                alone += f" AND NOT EXISTS ({owned} AND o.filler_annotation IS NOT NULL)"
            heads += f" OR ({alone})"
        return f"SELECT {_all(columns)} FROM {self._made('s', gold)} {self._joins(alias)} WHERE {heads}"

    def _joins(self, alias: dict[str, str]) -> str:
        """The links of a statement, each beside the link that owns it."""
        joins = []
        for key in links_in_order(self._codebook):
            owning, link = self._owners.by_link[key], alias[key]
            if owning.role is None:
                joins.append(f"LEFT JOIN annotation {link} ON {link}.id = s.id AND s.layer = {_text(key)}")
                continue
            above = [alias[x] for x in owning.link.role(owning.role).layers if x in alias and x != key]
            none = " AND ".join(f"{x}.id IS NULL" for x in above)
            held = [f"{x}.id" for x in above] + [f"CASE WHEN {none} THEN s.id END" if above else "s.id"]
            first = (
                f"SELECT min(m.position) FROM filler m WHERE m.annotation_id = f{link}.annotation_id "
                f"AND m.role = f{link}.role AND m.filler_annotation = f{link}.filler_annotation"
            )
            joins.append(
                f"LEFT JOIN filler f{link} ON f{link}.filler_annotation IN ({', '.join(held)}) "
                f"AND f{link}.role = {_text(owning.role)} AND f{link}.position = ({first}) "
                f"AND EXISTS (SELECT 1 FROM annotation x WHERE x.id = f{link}.annotation_id AND x.layer = {_text(key)})"
            )
            own = f"CASE WHEN s.layer = {_text(key)} THEN s.id ELSE f{link}.annotation_id END"
            joins.append(f"LEFT JOIN annotation {link} ON {link}.id = {own}")
        return " ".join(joins)

    def _link_columns(self, owning: Owning, link: str) -> list[tuple[str, str]]:
        key = owning.link.key
        role = owning.link.role(owning.role) if owning.role is not None else None
        told = owning.link.roles if role is None or role.takes_entities or role.empty_because else owning.others
        columns: list[tuple[str, str]] = []
        for other in told:
            # the owner's own role is told of links alone, which are statements themselves
            when = f"s.layer = {_text(key)}" if other.key == owning.role else "1"
            columns += [
                (name, f"CASE WHEN {when} THEN {what} END") for name, what in self._role_columns(key, other, link)
            ]
        return columns + [(f"{key}.{a.key}", _value(f"{link}.value_map", a.key)) for a in owning.link.attributes]

    def _role_columns(self, key: str, role: Role, link: str) -> list[tuple[str, str]]:
        base = f"{key}.{role.key}"
        mine = f"FROM filler f LEFT JOIN annotation x ON x.id = f.filler_annotation WHERE f.annotation_id = {link}.id "
        mine += f"AND f.role = {_text(role.key)}"
        labels = f"{mine} AND x.id IS NOT NULL"
        quoted = f"SELECT coalesce({_quote('x.id', 'x.document_id')}, '') AS cell {labels} ORDER BY f.position"
        first = (
            "SELECT json_extract(v.value, '$.entity') FROM json_each(x.value_map) v WHERE v.type = 'object' "
            "AND json_type(v.value, '$.entity') = 'text' ORDER BY v.id LIMIT 1"
        )
        who = f"coalesce(f.filler_entity, ({first}))"
        once = (
            f"SELECT coalesce(f.filler_annotation, {_root('f.filler_entity')}) AS thing, min(f.position) AS place, "
            f"{who} AS who {mine} GROUP BY 1"
        )
        named = f"SELECT {_entity('who')} AS cell FROM ({once}) WHERE who IS NOT NULL ORDER BY place"
        none = f"NOT EXISTS (SELECT 1 {mine})"
        empty = _entity(f"json_extract({link}.empty_roles, {_path(role.key, 'entity')})")
        because = f"json_extract({link}.empty_roles, {_path(role.key, 'because')})"
        columns = [
            (base, _joined("cell", quoted)),
            (f"{base}.entity", f"CASE WHEN {none} THEN {empty} ELSE {_joined('cell', named)} END"),
            (f"{base}.because", f"CASE WHEN {none} THEN {because} END"),
        ]
        for asked in self._asked(role):
            held = f"json_type(x.value_map, {_path(asked)}) IS NOT NULL"
            source = (
                f"SELECT coalesce({_value('x.value_map', asked)}, '') AS cell {labels} AND {held} ORDER BY f.position"
            )
            columns.append((f"{base}.{asked}", _joined("cell", source)))
        return columns

    def _asked(self, role: Role) -> list[str]:
        found: dict[str, None] = {}
        for key in role.layers:
            layer = self._codebook.layer(key)
            if layer.kind == "span" and key not in self._owners.roots:
                found |= dict.fromkeys(a.key for a in layer.attributes if a.type != "entity")
        return [k for k in found if k not in ("entity", "because")]

    def _missing(self) -> str:
        """What is still to be filled in, in words: of the statement's label, its links, and what stands in them."""
        owned = [
            f"(n.layer = {_text(x.link.key)} AND f.role = {_text(x.role)})" for x in self._links if x.role is not None
        ]
        reach = (
            "WITH RECURSIVE reach(id) AS (SELECT s.id UNION SELECT n.id FROM reach JOIN filler f "
            f"ON f.filler_annotation = reach.id JOIN annotation n ON n.id = f.annotation_id "
            f"WHERE {' OR '.join(owned) or '0'})"
        )
        others = [
            f"(y.layer = {_text(x.link.key)} AND f.role <> {_text(x.role)} AND y.id <> s.id)"
            for x in self._links
            if x.role is not None
        ]
        fillers = f"y.id = s.id{''.join(f' OR {o}' for o in others)}"
        own = [(x.key, self._lacking(x, "")) for x in self._codebook.layers if x.kind != "document"]
        links = [
            (x.link.key, self._lacking(x.link, f"{x.link.label}: ") + self._roles(x, x.others)) for x in self._links
        ]
        alone = [(x.link.key, self._lacking(x.link, "") + self._roles(x, x.link.roles)) for x in self._links]
        few: dict[str, list[str]] = {}
        for layer, found in self._owners.owned.items():
            for x in found:
                if x.least and x.role is not None:
                    count = (
                        "SELECT count(DISTINCT n.id) FROM filler f JOIN annotation n ON n.id = f.annotation_id "
                        f"WHERE f.filler_annotation = a.id AND f.role = {_text(x.role)} "
                        f"AND n.layer = {_text(x.link.key)}"
                    )
                    few.setdefault(layer, []).append(f"CASE WHEN ({count}) < {x.least} THEN {_text(x.link.label)} END")
        within = [(x.key, self._lacking(x, f"{x.label}: ")) for x in self._codebook.span_layers]
        within += [(x.key, self._lacking(x, f"{x.label}: ")) for x in self._codebook.link_layers]
        by_layer = dict(links)
        whole = dict(alone)
        head = {k: whole.get(k, dict(own).get(k, [])) + few.get(k, []) for k, _ in own}
        below = {k: by_layer[k] + few.get(k, []) for k in by_layer}
        parts = [
            f"SELECT m.value AS what FROM annotation a JOIN json_each({_case(head)}) m WHERE a.id = s.id",
            f"SELECT m.value FROM reach JOIN annotation a ON a.id = reach.id JOIN json_each({_case(below)}) m "
            "WHERE a.id <> s.id",
            "SELECT m.value FROM reach JOIN annotation y ON y.id = reach.id JOIN filler f ON f.annotation_id = y.id "
            f"JOIN annotation a ON a.id = f.filler_annotation AND a.id <> s.id JOIN json_each({_case(dict(within))}) m "
            f"WHERE {fillers}",
        ]
        return (
            f"({reach} SELECT group_concat(what, ' | ') FROM (SELECT DISTINCT what FROM ({' UNION ALL '.join(parts)}) "
            "WHERE what IS NOT NULL))"
        )

    def _lacking(self, layer: Asking, before: str) -> list[str]:
        return [
            f"CASE WHEN json_extract(a.value_map, {_path(x.key)}) IS NULL AND {_open(layer, x)} "
            f"THEN {_text(before + x.label)} END"
            for x in layer.attributes
            if x.required
        ]

    @staticmethod
    def _roles(owning: Owning, told: Sequence[Role]) -> list[str]:
        link: LinkLayer = owning.link
        return [
            f"CASE WHEN NOT EXISTS (SELECT 1 FROM filler f WHERE f.annotation_id = a.id AND f.role = {_text(r.key)}) "
            f"AND json_type(a.empty_roles, {_path(r.key)}) IS NULL "
            f"THEN {_text(f'{link.label}: {r.label or r.key}')} END"
            for r in told
            if r.min > 0 or r.empty_because or len(told) == 1
        ]


def _case(by_layer: dict[str, list[str]]) -> str:
    """A JSON list of what labels of each layer lack."""
    whens = [f"WHEN {_text(k)} THEN json_array({', '.join(items)})" for k, items in by_layer.items() if items]
    return f"CASE a.layer {' '.join(whens)} ELSE '[]' END" if whens else "'[]'"


def _open(layer: Asking, attribute: Attribute) -> str:
    """Whether an attribute is asked for, as `domain/codebook/values.is_open` says it."""
    when = attribute.when
    if when is None:
        return "1"
    parts = []
    if when.zone is not None:
        first = "SELECT start FROM fragment WHERE annotation_id = a.id ORDER BY position LIMIT 1"
        zone = (
            "SELECT json_extract(z.value, '$[0]') FROM document q JOIN json_each(q.zones) z WHERE q.id = a.document_id "
            f"AND json_extract(z.value, '$[1]') <= ({first}) AND ({first}) < json_extract(z.value, '$[2]') "
            "ORDER BY z.id LIMIT 1"
        )
        parts.append(f"coalesce(({zone}) = {_text(when.zone)}, 0)")
    if when.attribute is not None:
        held = f"json_each(a.value_map, {_path(when.attribute)}) w"
        parts.append(f"json_extract(a.value_map, {_path(when.attribute)}) IS NOT NULL")
        if when.in_ is not None:
            parts.append(f"EXISTS (SELECT 1 FROM {held} WHERE {' OR '.join(map(_is, when.in_)) or '0'})")
        if when.under is not None:
            other = layer.attribute(when.attribute)
            tree = tree_nodes(other.values) if isinstance(other, TreeAttribute) else ()
            below = [_text(node.key) for node, path in tree if set(path) & set(when.under)]
            parts.append(f"EXISTS (SELECT 1 FROM {held} WHERE w.value IN ({', '.join(below) or 'NULL'}))")
    return " AND ".join(parts) or "1"


def _is(value: object) -> str:
    if isinstance(value, bool):
        return f"w.type = '{'true' if value else 'false'}'"
    if isinstance(value, (int, float)):
        return f"(w.type IN ('integer', 'real') AND w.value = {value!r})"
    return f"(w.type = 'text' AND w.value = {_text(str(value))})"
