"""Facts of articles are corrected with history and undo, one or many at once, and travel with packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.errors import BadInput, Refusal
from annotator.domain.facts import fact_of
from annotator.domain.json_forms import as_json
from annotator.services.articles.facts import facts_from, set_facts, undo_facts, unknown
from annotator.services.exchange.importing_files import import_files
from annotator.services.study.integrity import check
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.merging import merge
from annotator.services.team.packing import pack
from annotator.services.team.receiving import open_package
from annotator.store.places import Place
from tests.studies import reopened, statement, study_at


def test_many_are_corrected_in_one_step_and_taken_back_in_one(place: Place) -> None:
    with study_at(place, documents=3) as study:
        ids = [d.id for d in study.documents()]
        assert len(unknown(study.documents(), "publisher")) == 3
        made = set_facts(study, {key: {"publisher": " The  Paper ", "published": "2031-03-12"} for key in ids[:2]})
        assert set(made.changed) == set(ids[:2])
        assert [(d.publisher, d.published) for d in study.documents()] == [("The Paper", "2031-03-12")] * 2 + [
            (None, None)
        ]
        assert set_facts(study, {ids[0]: {"publisher": "The Paper"}}).same == (ids[0],)
        steps = [s for s in study.changes() if s.kind == "document"]
        assert [(s.command, s.before["publisher"], s.after["publisher"]) for s in steps if s.before and s.after] == [
            ("SetFacts", None, "The Paper")
        ] * 2
        assert {s.coder_id for s in steps} == {study.coder("Supervisor").id}
        assert check(study) == []
        undo_facts(study)
        assert len(unknown(study.documents(), "publisher")) == 3
        with pytest.raises(Refusal, match="did not correct facts"):
            undo_facts(study)
        assert check(study) == []


@pytest.mark.parametrize(
    ("key", "said", "kept"),
    [
        ("published", "12.03.2031", "2031-03-12"),
        ("published", "2031-03", "2031-03"),
        ("published", "12/03/2031", None),
        ("published", "2031-02-30", None),
        ("url", "https://a.example/1 2", None),
        ("language", "pt-BR", "pt-BR"),
        ("language", "Deutsch, German", None),
        ("colour", "red", None),
    ],
)
def test_a_fact_is_kept_in_one_spelling_or_refused(key: str, said: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(BadInput):
            fact_of(key, said)
    else:
        assert fact_of(key, said) == kept
    assert fact_of("title", "  ") is None


def test_a_table_of_facts_is_read_whole_and_every_fault_named(tmp_path: Path) -> None:
    table = tmp_path / "facts.csv"
    with study_at(tmp_path / "s.annotator", documents=3) as study:
        ids = [d.id for d in study.documents()]
        table.write_text("Number;Outlet;Date;Note\n1;The Paper;12.03.2031;x\n3;;2031;\n;;;\n", encoding="utf-8-sig")
        wanted, problems = facts_from(study, table)
        assert problems == []
        assert wanted == {ids[0]: {"publisher": "The Paper", "published": "12.03.2031"}, ids[2]: {"published": "2031"}}
        table.write_text("number,published\n1,yesterday\n9,2031\n2,2031\n2,2032\n")
        _, problems = facts_from(study, table)
        assert [p["where"] for p in problems] == ["row 2", "row 3", "row 5"]
        for content, told in (
            ("outlet\nx\n", "no column names"),
            ("number\n1\n", "no column holds"),
            ("", "no column"),
        ):
            table.write_text(content)
            with pytest.raises(BadInput, match=told):
                facts_from(study, table)


def test_a_source_is_known_again_though_its_facts_were_corrected(tmp_path: Path) -> None:
    page = (
        '<html><head><title>Pool</title><meta property="og:site_name" content="Times"></head><body><article>'
        "<h1>Pool</h1><p>The council voted on Monday to close the pool, and nobody was surprised by it.</p>"
        "</article></body></html>"
    )
    (tmp_path / "p.html").write_text(page)
    with study_at(tmp_path / "s.annotator", documents=0) as study:
        import_files(study, [tmp_path / "p.html"])
        set_facts(study, {study.documents()[0].id: {"publisher": "The Times of Katib"}})
        assert as_json(import_files(study, [tmp_path / "p.html"]))["documents"]["already"] == 1


def test_corrected_facts_travel_to_the_coder_and_an_older_package_takes_nothing_back(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        apply_plan(study, plan(study, ["Ada"], Request(1)))
        statement(study, "Ada")
        key = study.documents()[0].id
        for name in ("first", "second"):
            pack(study, "Ada", tmp_path / f"{name}.annotator-package")
            set_facts(study, {key: {"publisher": f"after {name}"}})
        pack(study, "Ada", tmp_path / "third.annotator-package")
        home, _ = open_package(tmp_path / "first.annotator-package")
        told = []
        for name in ("third", "second"):
            open_package(tmp_path / f"{name}.annotator-package", known=[home])
            with reopened(home, f"laptop {name}") as there:
                told.append(there.documents()[0].publisher)
                assert check(there) == []
        assert told == ["after second", "after second"]
        with reopened(home, "laptop") as there:
            with pytest.raises(BadInput, match="coder's own file"):
                set_facts(there, {key: {"publisher": "x"}})
            pack(there, "Ada", tmp_path / "back.annotator-package")
        merge(study, [tmp_path / "back.annotator-package"])
        assert study.documents()[0].publisher == "after second"
        assert check(study) == []
