"""What there is to do today: held against raw SQL and against a plain count; forecasts by properties."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.commands import AddAnnotation, AddNote, RemoveAnnotation, SetDocumentState
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.domain.json_forms import as_json
from annotator.services.study import Study
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.merging import merge
from annotator.services.team.packing import pack
from annotator.services.team.questions import answer, questions
from annotator.services.team.receiving import open_package
from annotator.services.team.roles import set_role
from annotator.services.today.coder import coder_today
from annotator.services.today.headline import headline
from annotator.services.today.pace import DAYS, LEAST_ARTICLES, Day, forecast, pace
from annotator.services.today.team import supervises, team_today
from annotator.store import documents as document_rows
from tests.services.wandering_study import wandering
from tests.studies import statement, study_at


def on(path: Path, day: str, name: str = "on") -> Study:
    """The study on another day."""
    return Study.open(path, CountingIds(name + day), SteppingClock(day))


def rows(study: Study, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{study.file.path}?mode=ro", uri=True) as connection:
        return list(connection.execute(sql, values))


def claim(study: Study, coder: str, document: str, at: int = 0) -> str:
    person = study.coder(coder).id
    made = study.coding.apply(
        AddAnnotation(coder_id=person, document_id=document, layer="claim", fragments=((at, at + 5),))
    )
    return next(iter(made.added))


def finish(study: Study, coder: str, document: str, state: str = "done", reason: str | None = None) -> None:
    study.coding.apply(
        SetDocumentState(coder_id=study.coder(coder).id, document_id=document, state=state, reason=reason)
    )


@pytest.fixture
def lead(tmp_path: Path) -> Path:
    """Eight articles; Ada and Ben have all of them, Lee supervises."""
    path = tmp_path / "lead.annotator"
    with study_at(path, "lead", documents=8) as study:
        study.ensure_coder("Lee")
        set_role(study, "Lee", "supervisor")
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2, round="pilot")))
    return path


# how far everybody is


def test_what_is_counted_is_what_raw_sql_counts(tmp_path: Path) -> None:
    made = wandering(tmp_path / "w.annotator")
    study = made.study
    team = team_today(study, UTC)
    for c in team.coders:
        mine = dict(
            rows(
                study,
                "SELECT coalesce(s.state, 'open'), count(*) FROM assignment a LEFT JOIN document_state s "
                "ON s.document_id = a.document_id AND s.coder_id = a.coder_id WHERE a.coder_id = ? GROUP BY 1",
                c.coder_id,
            )
        )
        n = c.counted
        assert (n.done, n.skipped, n.in_progress, n.open) == tuple(
            mine.get(k, 0) for k in ("done", "skipped", "in progress", "open")
        )
        assert n.assigned == sum(mine.values())
        assert c.labels == rows(study, "SELECT count(*) FROM annotation WHERE coder_id = ?", c.coder_id)[0][0]
        marked = "SELECT count(DISTINCT annotation_id) FROM review r JOIN annotation a ON a.id = r.annotation_id"
        assert c.reviews == rows(study, f"{marked} WHERE a.coder_id = ?", c.coder_id)[0][0] > 0
        assert coder_today(study, c.coder, UTC).counted == n
    # each label stands on the day of its first step
    by_day = Counter(
        date.fromisoformat(at[:10])
        for (at,) in rows(
            study,
            "SELECT min(c.at) FROM change c JOIN annotation a ON a.id = c.thing_id "
            "WHERE c.before IS NULL AND c.command = 'AddAnnotation' GROUP BY c.thing_id",
        )
    )
    assert {d.day: d.labels for d in team.days} == by_day
    study.close()


def test_a_coder_sees_no_number_that_gives_a_second_reading_away(tmp_path: Path) -> None:
    study = wandering(tmp_path / "w.annotator").study
    ada = study.coder("Ada").id
    mine = coder_today(study, "Ada")
    copies = set(study.hidden_repeats())
    places = {key: place for place, key in enumerate(study.queue(ada), 1)}
    assert copies & places.keys(), "some are read twice"
    told_of = [u.article for u in mine.unfinished] + [r.article for r in mine.reviews]
    assert told_of
    assert all(a.number == places[a.id] for a in told_of)
    study.close()


def test_of_many_articles_only_those_that_are_named_are_read(lead: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = document_rows._document

    def reading(row: Any) -> Any:
        read.append(row[0])
        return real(row)

    with Study.open(lead) as study:
        first, second, third = (d.id for d in study.documents()[:3])
        claim(study, "Ada", first)
        finish(study, "Ada", second, reason="enough for now")
        study.coding.apply(AddNote(coder_id=study.coder("Ada").id, document_id=third, text="Who?", kind="question"))
        monkeypatch.setattr(document_rows, "_document", reading)
        mine = coder_today(study, "Ada")
        assert mine.next is not None
        assert set(read) <= {first, third, mine.next.id}, "what is labelled or asked about, and the next one"
        read.clear()
        team = team_today(study)
        assert [d.article.id for d in team.done_though] == [second]
        assert [q.article.id for q in team.questions] == [third]
        assert set(read) == {first, second, third}


def test_labels_taken_away_or_brought_back_count_as_they_stand(lead: Path) -> None:
    with on(lead, "2031-03-03") as study:
        ada, first = study.coder("Ada").id, study.documents()[0].id
        kept, gone, back = (claim(study, "Ada", first, n) for n in (0, 6, 12))
        study.coding.apply(RemoveAnnotation(coder_id=ada, annotation_id=gone))
    with on(lead, "2031-03-04") as study:
        study.coding.apply(RemoveAnnotation(coder_id=ada, annotation_id=back))
        study.coding.undo(ada)
        (day,) = coder_today(study, "Ada", UTC).days
        assert (day.day, day.labels) == (date(2031, 3, 3), 2), "on the day on which they were made first"
        assert kept


def test_statements_to_be_filled_in_are_named_with_their_articles(lead: Path) -> None:
    with on(lead, "2031-03-03") as study:
        statement(study)
        documents = study.documents()
        lone = claim(study, "Ada", documents[2].id, 3)
        skipped = claim(study, "Ada", documents[3].id)
        finish(study, "Ada", documents[3].id, "skipped", "off topic")
        finish(study, "Ada", documents[2].id, "done", "no speaker is named")
        found = {u.article.id: u for u in coder_today(study, "Ada").unfinished}
        assert (found[documents[2].id].first, found[documents[2].id].start) == (lone, 3)
        assert documents[3].id not in found, f"{skipped} is in an article that is skipped"
        (though,) = team_today(study).done_though
        assert (though.coder, though.article.id, though.reason) == ("Ada", documents[2].id, "no speaker is named")


# packages


def test_the_way_of_a_package_is_told_on_both_sides(lead: Path, tmp_path: Path) -> None:
    out = tmp_path / "ada.annotator-package"
    with on(lead, "2031-03-03") as study:
        assert team_today(study).packages == (), "nobody works with packages"
        pack(study, "Ada", out)
        states = {p.coder: p.state for p in team_today(study).packages}
        assert states == {"Ada": "out", "Ben": "not made"}
    home, ada = open_package(out, CountingIds("home"), SteppingClock("2031-03-04"))
    with on(home, "2031-03-05") as study:
        told_ = coder_today(study, ada).package
        assert told_ is not None
        assert (told_.title, told_.sender, told_.rounds, told_.sent) == ("Test", "Lee", ("pilot",), None)
        assert (told_.made or "")[:10] == "2031-03-03"
        assert (told_.received or "")[:10] == "2031-03-04"
        documents = study.queue(ada)
        for document in documents[:3]:
            claim(study, "Ada", document)
            finish(study, "Ada", document)
        before = coder_today(study, ada).package
        assert before is not None
        assert before.labels_since == 3
        pack(study, ada, tmp_path / "back.annotator-package")
        sent = coder_today(study, ada).package
        assert sent is not None
        assert ((sent.sent or "")[:10], sent.labels_since) == ("2031-03-05", 0)
        taken = claim(study, "Ada", documents[3])
        claim(study, "Ada", documents[4])
        study.coding.apply(RemoveAnnotation(coder_id=ada, annotation_id=taken))
        since = coder_today(study, ada).package
        assert since is not None
        assert since.labels_since == 2, "a label that was made and taken away is news too"
        assert not supervises(study, study.coder(ada))
    with on(lead, "2031-03-06") as study:
        merge(study, [tmp_path / "back.annotator-package"])
        (mine, ben) = team_today(study).packages
        assert (mine.state, mine.packages, (mine.collected or "")[:10]) == ("back", 1, "2031-03-06")
        assert mine.counted.done == 3
        assert ben.state == "not made"
        pack(study, "Ada", tmp_path / "again.annotator-package")
        assert [p.coder for p in team_today(study).to_collect] == ["Ada"]
        assert team_today(study).packages[0].state == "out"


def test_a_package_is_written_though_the_study_cannot_note_it(
    lead: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotator.domain.errors import StudyFileError

    def refuse(*_: object, **__: object) -> None:
        raise StudyFileError("the disk is full", str(lead), "make room")

    monkeypatch.setattr("annotator.services.team.packing.remember_written", refuse)
    out = tmp_path / "ada.annotator-package"
    with on(lead, "2031-03-03") as study:
        pack(study, "Ada", out)
        assert out.exists()
        assert any("the disk is full" in str(told_) for told_ in study.file.notices)


def test_an_answer_is_new_until_the_next_day_of_work(lead: Path, tmp_path: Path) -> None:
    out = tmp_path / "ada.annotator-package"
    with on(lead, "2031-03-03") as study:
        pack(study, "Ada", out)
    home, ada = open_package(out, CountingIds("home"), SteppingClock("2031-03-04"))
    with on(home, "2031-03-04") as study:
        article = study.queue(ada)[1]
        asked = AddNote(coder_id=ada, document_id=article, text="Is a wish a claim?", kind="question", start=2, end=9)
        study.coding.apply(asked)
        mine = coder_today(study, ada, UTC)
        assert (mine.answered, mine.waiting_questions) == ((), 1)
        pack(study, ada, tmp_path / "back.annotator-package")
    with on(lead, "2031-03-05") as study:
        merge(study, [tmp_path / "back.annotator-package"])
        (open_,) = team_today(study).questions
        assert (open_.coder, open_.question, open_.start) == ("Ada", "Is a wish a claim?", 2)
        answer(study, study.coder("Lee").id, questions(study)[0].note.id, "Only where somebody says it.")
        assert team_today(study).questions == ()
        pack(study, "Ada", tmp_path / "ada-2.annotator-package")
    open_package(tmp_path / "ada-2.annotator-package", CountingIds("a2"), SteppingClock("2031-03-06"), known=[home])
    with on(home, "2031-03-06") as study:
        (found,) = coder_today(study, ada, UTC).answered
        assert (found.by, found.answer, found.new) == ("Lee", "Only where somebody says it.", True)
        assert (found.article.id, found.article.number) == (article, 2)
        claim(study, "Ada", article)
        assert coder_today(study, ada, UTC).answered[0].new, "all of that day"
    with on(home, "2031-03-07") as study:
        assert [a.new for a in coder_today(study, ada, UTC).answered] == [False]


# who sees the team


def test_the_team_is_shown_to_who_supervises(lead: Path) -> None:
    with on(lead, "2031-03-03") as study:
        assert [supervises(study, study.coder(n)) for n in ("Ada", "Lee")] == [False, True]
        set_role(study, "Lee", "coder")
        assert supervises(study, study.coder("Ada")), "where nobody has the role, whoever has the file"


# pace and forecast

DAY = date(2031, 5, 14)
work = st.dictionaries(st.integers(1, 80), st.tuples(st.integers(0, 9), st.integers(0, 300)), max_size=30).map(
    lambda held: [
        Day(day=DAY - timedelta(days=ago), articles=a, labels=n) for ago, (a, n) in sorted(held.items(), reverse=True)
    ]
)


@given(work, st.integers(0, 400))
def test_a_forecast_lies_ahead_and_more_work_is_never_done_earlier(days: list[Day], left: int) -> None:
    found = pace(days, DAY)
    here, more = forecast(found, left, DAY), forecast(found, left + 3, DAY)
    if here.day is not None:
        assert left
        assert here.day > DAY
        assert more.day is None or more.day >= here.day
        assert found is not None
        assert found.articles * found.days >= LEAST_ARTICLES
        assert str(left) in here.basis
    else:
        assert here.basis
    if found is not None:
        last = [d for d in days if d.articles or d.labels][-DAYS:]
        assert found.articles == pytest.approx(sum(d.articles for d in last) / len(last))
        assert (found.first, found.last) == (last[0].day, last[-1].day)
        assert 0 < found.week <= 7


@given(work, st.integers(1, 50))
def test_what_is_done_today_is_no_part_of_the_pace(days: list[Day], articles: int) -> None:
    assert pace([*days, Day(day=DAY, articles=articles, labels=4)], DAY) == pace(days, DAY)


def test_too_little_is_said_to_be_too_little() -> None:
    two = [Day(day=DAY - timedelta(days=n), articles=9, labels=9) for n in (2, 1)]
    assert forecast(pace(two, DAY), 5, DAY).day is None
    labels_only = [Day(day=DAY - timedelta(days=n), articles=0, labels=9) for n in (4, 3, 2, 1)]
    told_ = forecast(pace(labels_only, DAY), 5, DAY)
    assert told_.day is None
    assert "only 0 articles" in told_.basis
    long_ago = [Day(day=DAY - timedelta(days=n), articles=4, labels=9) for n in (40, 39, 38, 37)]
    assert "nothing was done since" in forecast(pace(long_ago, DAY), 5, DAY).basis


def test_three_days_a_week_take_longer_than_five() -> None:
    monday = date(2031, 5, 12)
    three = [Day(day=monday - timedelta(days=7 * w - d), articles=2, labels=20) for w in (3, 2, 1) for d in (0, 1, 2)]
    five = [Day(day=monday - timedelta(days=7 * w - d), articles=2, labels=20) for w in (3, 2, 1) for d in range(5)]
    slow, quick = (forecast(pace(d, monday), 30, monday) for d in (three, five))
    assert (slow.day, quick.day) == (monday + timedelta(days=35), monday + timedelta(days=21))


# agreement


def test_agreement_is_that_of_the_round_planned_last(tmp_path: Path) -> None:
    study = wandering(tmp_path / "w.annotator").study
    found = headline(study)
    assert found.round == "main"
    assert found.n > 0
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high
    assert as_json(found)["coders"] == ["Ada", "Ben"]
    study.close()


def test_where_nobody_can_be_compared_it_is_said(lead: Path) -> None:
    with on(lead, "2031-03-03") as study:
        found = headline(study)
    assert found.value is None
    assert found.why
