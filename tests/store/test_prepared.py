"""A prepared statement does what Core does with it, in a file and on a server."""

from __future__ import annotations

import pytest
from sqlalchemy import LargeBinary, bindparam, column, select, table

from annotator.store.opening import create_study_file
from annotator.store.places import Place
from annotator.store.prepared import Prepared
from annotator.store.tables import study


def test_rows_are_written_changed_read_and_removed(place: Place) -> None:
    add = Prepared(study.insert())
    change = Prepared(study.update().where(study.c.key == bindparam("which")))
    remove = Prepared(study.delete().where(study.c.key == bindparam("which")))
    every = Prepared(select(study.c.key, study.c.value).order_by(study.c.key))
    one = Prepared(select(study.c.value).where(study.c.key == bindparam("which")))
    file = create_study_file(place)
    try:
        with file.transaction() as connection:
            add.write(connection, [{"value": "it’s 🚢", "key": "b"}, {"value": "", "key": "a"}])
            add.write(connection, [])
            change.write(connection, [{"which": "a", "value": "x"}])
        with file.reading() as connection:
            assert [tuple(r) for r in every.rows(connection)] == [("a", "x"), ("b", "it’s 🚢")]
            assert one.first(connection, which="b") == ("it’s 🚢",)
            assert one.first(connection, which="no such key") is None
        with file.transaction() as connection:
            remove.write(connection, [{"which": "a"}, {"which": "b"}])
        with file.reading() as connection:
            assert list(every.rows(connection)) == []
    finally:
        file.close()


def test_what_must_be_converted_is_not_taken(tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    raw = table("t", column("b", LargeBinary))
    file = create_study_file(tmp_path / "s.annotator")
    try:
        with file.transaction() as connection, pytest.raises(AssertionError, match="converted"):
            Prepared(raw.insert()).write(connection, [{"b": b"x"}])
    finally:
        file.close()
