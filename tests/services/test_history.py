"""What somebody did by day, what a step changed, and how far everybody is when articles are skipped."""

from __future__ import annotations

from datetime import UTC, date, timedelta, timezone
from pathlib import Path

from annotator.domain.commands import SetDocumentState, SetValue
from annotator.services.study.history import day_parts, differences, steps
from annotator.services.team.progress import progress
from annotator.store.assignments import Assignment, add
from tests.studies import reopened, statement, study_at


def test_steps_are_gathered_by_day_and_article_the_latest_first(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    with study_at(path) as study:
        made = statement(study)
    with reopened(path, "later") as study:
        ada, document = study.coder("Ada").id, study.documents()[0].id
        study.coding.apply(SetValue(coder_id=ada, annotation_id=made["claim"], attribute="kind", value="NO"))
        parts = day_parts(study, ada, UTC)
        assert [(p.day, p.document_id, len(p.numbers)) for p in parts] == [
            (date(2031, 1, 2), document, 1),
            (date(2031, 1, 1), document, 3),
            (date(2031, 1, 1), None, 1),
        ]
        assert day_parts(study, study.coder("Ben").id) == []
        (step,) = steps(study, parts[0].numbers)
        assert [(d.field, d.before, d.after) for d in differences(step)] == [("values.kind", "fact", "NO")]


def test_days_are_those_of_the_person(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        statement(study)
        west = timezone(timedelta(hours=-8))
        days = {p.day for p in day_parts(study, study.coder("Ada").id, west)}
        assert days == {date(2030, 12, 31)}


def test_skipped_articles_are_counted_and_the_queue_is_in_reading_order(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", documents=3) as study:
        ada = study.coder("Ada").id
        ids = [d.id for d in study.documents()]
        with study.file.transaction() as connection:
            add(connection, [Assignment(ada, k, "main", i) for i, k in enumerate(reversed(ids), start=1)])
        assert study.queue(ada) == ids[::-1]
        study.coding.apply(SetDocumentState(coder_id=ada, document_id=ids[1], state="skipped", reason="twice"))
        found = progress(study)[ada]
        assert (found.assigned, found.skipped, found.open, found.done) == (3, 1, 2, 0)
