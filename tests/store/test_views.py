"""The public views have what the CSV exports have, row by row, whatever the codebook, and follow every change."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from annotator.domain.annotations import Annotation, EmptyRole, Entity, Filler
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.owners import links_in_order
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import SetMemo, SetValue
from annotator.domain.decisions import GOLD
from annotator.formats import annotation_rows
from annotator.formats.csv_tables import cell
from annotator.formats.statement_rows import StatementTable
from annotator.services.codebooks.changing import apply_codebook
from annotator.services.demo import make_demo_study
from annotator.services.exchange.records import dataset_of
from annotator.services.study import Study
from annotator.services.study.relocation import move
from annotator.services.study.rescue import rescue
from annotator.store import annotations as label_rows
from annotator.store import people, views
from annotator.store.tables import hidden_repeat
from tests.codebooks import everything
from tests.domain.test_owners import CASES
from tests.formats.random_studies import random_studies, study_of
from tests.positions import positions, study_of_positions, whole
from tests.shared import shared
from tests.store.past import of_format
from tests.studies import statement, study_at

Rows = Counter[tuple[str, ...]]


def agree(study: Study, gold: bool = False) -> tuple[int, int]:
    """Hold the views to the exports; (labels, rows of statements)."""
    ids = [c.id for c in study.coders() if (c.role == GOLD) is gold]
    dataset = dataset_of(study, ids, second_readings=True)
    table = StatementTable(dataset)
    before = "gold_" if gold else ""
    found = []
    for name, columns, rows in (
        ("labels", annotation_rows.columns(dataset), list(annotation_rows.rows(dataset))),
        ("statements", table.columns(), list(table.rows())),
    ):
        with study.file.reading() as connection:
            cursor = connection.exec_driver_sql(f'SELECT * FROM "{before}{name}"')
            names = list(cursor.keys())
            seen = [dict(zip(names, row, strict=True)) for row in cursor]
        assert [c for c in names if c in set(columns)] == columns
        others = [c for c in names if c not in set(columns)]
        assert not [r for r in seen for c in others if c != "reading" and r[c] is not None]
        told, viewed = counted(columns, rows), counted(columns, seen)
        assert told - viewed == viewed - told == Counter()
        found.append(len(rows))
    return found[0], found[1]


def counted(columns: list[str], rows: list[dict[str, Any]]) -> Rows:
    """Rows as the cells of a file have them; what is missing, in any order."""

    def text(column: str, value: Any) -> str:
        told = cell(value)
        return " | ".join(sorted(told.split(" | "))) if column == "missing" else told

    return Counter(tuple(text(c, row.get(c)) for c in columns) for row in rows)


def test_a_demo_study_and_its_articles(tmp_path: Path) -> None:
    make_demo_study(tmp_path / "demo.annotator")
    with Study.open(tmp_path / "demo.annotator") as study:
        assert agree(study) > (900, 200)
        documents = [(d.number, d.id, d.title, d.characters, d.sha256) for d in study.documents()]
        with study.file.reading() as connection:
            query = "SELECT number, id, title, characters, sha256 FROM articles ORDER BY number"
            assert connection.exec_driver_sql(query).all() == documents


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random_studies(hard=False))
def test_random_studies(tmp_path: Path, made: Any) -> None:
    path = tmp_path / "r.annotator"
    path.unlink(missing_ok=True)
    with study_of(made, path) as study:
        agree(study)


BOOKS = {**{name: case[0] for name, case in CASES.items()}, "everything": everything(), "positions": positions()}


@pytest.mark.parametrize("name", BOOKS)
def test_links_declared_in_every_way(tmp_path: Path, name: str) -> None:
    for seed in range(3):
        with random_labels(tmp_path / f"{seed}.annotator", BOOKS[name], random.Random(seed)) as study:
            labels, _ = agree(study)
            assert labels > 0


def test_published_codebooks(tmp_path: Path) -> None:
    for path in sorted(shared("codebooks").glob("*.yaml")):
        codebook = parse_codebook(path.read_text(encoding="utf-8"))
        with random_labels(tmp_path / f"{path.stem}.annotator", codebook, random.Random(5), 60) as study:
            labels, rows = agree(study)
            assert labels > rows > 0


def random_labels(path: Path, codebook: Codebook, dice: random.Random, count: int = 30) -> Study:
    """A study with labels of every layer, their values and roles at random, also such as are missing or merged."""
    study = study_at(path, documents=2, codebook=codebook)
    people_here = [Entity(f"e{i}", f"Name {i % 4}", "person", merged_into="e0" if i == 1 else None) for i in range(6)]
    made: list[Annotation] = []
    layers = [x for x in codebook.layers if x.kind != "link"] + list(links_in_order(codebook).values())
    coders = [c.id for c in study.coders()]
    documents = [d.id for d in study.documents()]
    for number in range(count):
        layer = layers[min(number * len(layers) // count, len(layers) - 1)]
        coder, document = dice.choice(coders), dice.choice(documents)
        a = Annotation(f"a{number:03}", document, coder, layer.key, created=f"2031-01-01T00:00:{number % 7:02}Z")
        values: dict[str, Any] = {}
        for attribute in layer.attributes:
            if dice.random() < 0.6:
                values[attribute.key] = value_of(attribute, dice)
        a = replace(a, values=values, uncertain=tuple(sorted(values))[:1], memo=dice.choice(["", "a|b", "x\ny"]))
        if layer.kind == "span":
            start = dice.randrange(60)
            pieces = ((start, start + 5),) if dice.random() < 0.7 else ((start, start + 3), (start + 6, start + 9))
            a = replace(a, fragments=pieces)
        if layer.kind == "link":
            roles: dict[str, tuple[Filler, ...]] = {}
            empty: dict[str, EmptyRole] = {}
            for role in layer.roles:
                near = [x for x in made if x.layer in role.layers and (x.coder_id, x.document_id) == (coder, document)]
                chosen = [Filler(annotation=x.id) for x in dice.sample(near, min(len(near), dice.choice([0, 1, 1, 2])))]
                if role.takes_entities and dice.random() < 0.5:
                    chosen += [Filler(entity=e.id) for e in dice.sample(people_here, dice.choice([1, 2]))]
                if chosen:
                    roles[role.key] = tuple(chosen)
                elif dice.random() < 0.4:
                    empty[role.key] = EmptyRole("unknown", dice.choice([None, "e1", "e2"]))
            a = replace(a, roles=roles, empty=empty)
        made.append(a)
    with study.file.transaction() as connection:
        for entity in people_here:
            people.put_entity(connection, entity.id, entity)
        label_rows.insert_many(connection, made)
    return study


def value_of(attribute: Any, dice: random.Random) -> Any:
    if attribute.type in ("choice", "choices"):
        keys = [v.key for v in attribute.values]
        return dice.choice(keys) if attribute.type == "choice" else dice.sample(keys, dice.randrange(1, len(keys) + 1))
    if attribute.type == "entity":
        ids = dice.sample(["e0", "e1", "e2", "e3"], 3 if attribute.many else 1)
        return [{"entity": e} for e in ids] if attribute.many else {"entity": ids[0]}
    if attribute.type == "tree":
        return dice.choice([b.key for b in attribute.values])
    if attribute.type == "scale":
        return dice.choice([p.value for p in attribute.points])
    return {"boolean": dice.random() < 0.5, "number": dice.choice([2, 0.25, -7]), "date": "2031-01"}.get(
        attribute.type, dice.choice(["", "it's “so” %", "é😀"])
    )


def test_coding_codebook_second_readings_and_gold_are_followed(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    with study_at(path, documents=2) as study:
        made = statement(study)
        ada = study.coder("Ada").id
        assert agree(study) == (3, 1)
        study.coding.apply(SetMemo(coder_id=ada, annotation_id=made["claim"], memo="=1+1"))
        study.coding.apply(SetValue(coder_id=ada, annotation_id=made["claim"], attribute="kind", value="NO"))
        statement(study, "Ben")
        assert agree(study) == (6, 2)
        study.coding.undo(ada)
        assert agree(study) == (6, 2)
        gold = study.ensure_coder("Gold", GOLD)
        with study.file.transaction() as connection:
            label = label_rows.find(connection, coder_ids=[ada], layer="claim")[0]
            copied = replace(label, id=study.ids(), coder_id=gold.id)
            label_rows.insert_many(connection, [copied])
            one, two = (d.id for d in study.documents())
            connection.execute(hidden_repeat.insert(), {"document_id": one, "original_id": two})
        assert agree(study) == (6, 2)
        assert agree(study, gold=True) == (1, 1)
        with study.file.reading() as connection:
            assert connection.exec_driver_sql("SELECT DISTINCT reading, document_number FROM labels").all() == [(2, 2)]
            assert connection.exec_driver_sql("SELECT count(*) FROM articles").scalar() == 1


def test_a_changed_codebook_has_its_columns_and_those_of_values_that_were_kept(tmp_path: Path) -> None:
    with study_of_positions(tmp_path / "s.annotator", whole()) as study:
        told = study.codebook.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        layer = told["layers"][0]
        layer["attributes"] = [a for a in layer["attributes"] if a["key"] != "topic"]
        layer["attributes"].append({"key": "extra", "label": "Extra", "type": "text"})
        apply_codebook(study, Codebook.model_validate(told))
        agree(study)
        with study.file.reading() as connection:
            names = list(connection.exec_driver_sql("SELECT * FROM statements").keys())
        assert {"position.extra", "position.topic"} <= set(names)


def test_values_and_links_one_by_one(tmp_path: Path) -> None:
    with random_labels(tmp_path / "s.annotator", everything(), random.Random(3), 60) as study:
        register = study.register()
        labels = [register.resolved(a) for a in study.annotations()]
        values = Counter(
            (a.id, key, cell(_named(register, one)))
            for a in labels
            for key, value in a.values.items()
            for one in (value if isinstance(value, list) else [value])
        )
        roles = Counter(
            (a.id, role, f.annotation or register.every[str(f.entity)].name)
            for a in labels
            for role, fillers in a.roles.items()
            for f in fillers
        )
        empty = Counter((a.id, role, e.because) for a in labels for role, e in a.empty.items())
        with study.file.reading() as connection:
            seen = connection.exec_driver_sql('SELECT DISTINCT label, attribute, value FROM "values"').all()
            assert {(k, a, cell(v)) for k, a, v in seen} == set(values)
            seen = connection.exec_driver_sql(
                "SELECT link, role, coalesce(label, entity) FROM links WHERE because IS NULL"
            )
            assert {tuple(r) for r in seen} == set(roles)
            seen = connection.exec_driver_sql("SELECT link, role, because FROM links WHERE because IS NOT NULL")
            assert Counter(tuple(r) for r in seen) == empty


def _named(register: Any, value: Any) -> Any:
    return {"name": register.every[value["entity"]].name} if isinstance(value, dict) else value


def test_every_way_to_a_study_makes_them(tmp_path: Path) -> None:
    for number in (1, 5, 6):
        path = of_format(number, tmp_path / f"f{number}.annotator")
        Study.open(path).close()
        assert there(path) == set(views.NAMES)
    with Study.open(path) as study:
        agree(study)
    move(path, tmp_path / "moved.annotator")
    rescue(path, tmp_path / "rescued.annotator")
    assert there(tmp_path / "moved.annotator") == there(tmp_path / "rescued.annotator") == set(views.NAMES)


def test_a_codebook_with_more_links_than_one_query_can_join_has_no_statements_rather_than_wrong_ones(
    tmp_path: Path,
) -> None:
    told = everything().model_dump(mode="json", by_alias=True, exclude_defaults=True)
    link = next(x for x in told["layers"] if x["key"] == "said_by")
    told["layers"] += [{**link, "key": f"said_by_{i}"} for i in range(40)]
    with study_at(tmp_path / "s.annotator", codebook=Codebook.model_validate(told)) as study:
        statement(study)
    assert there(tmp_path / "s.annotator") == set(views.NAMES) - {"statements", "gold_statements"}


def there(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as raw:
        names = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
        for name in names:
            raw.execute(f'SELECT * FROM "{name}"').fetchall()
    return names


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="no sqlite3 shell on this machine")
def test_another_program_reads_them(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        statement(study)
    query = 'SELECT statement, "said_by.speaker.entity" FROM statements'
    done = subprocess.run(
        ["sqlite3", "-readonly", "-csv", str(tmp_path / "s.annotator"), query],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip().endswith('"Mayor of Ada"')
