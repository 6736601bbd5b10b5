"""Both versions are there; choosing one writes it, keeps the other in the record, and is not asked again."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.commands import SetDocumentState, SetMemo
from annotator.domain.errors import BadInput, Cancelled, NotFound
from annotator.domain.json_forms import as_json
from annotator.services.exchange.listing import listed
from annotator.services.study.integrity import check
from annotator.services.team.merging import conflicts, merge
from annotator.services.team.packing import pack_many
from annotator.services.team.queue import pile
from annotator.services.team.resolving import settle
from tests.services.team.test_packages import at_home, lead, opened, parcel, sent, worked

__all__ = ["lead", "parcel"]


@pytest.fixture
def apart(lead: Path, parcel: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The lead's study after two laptops of Ada's wrote different memos on one label; the second one's file."""
    files = []
    for name in ("desk", "lap"):
        home = at_home(parcel, tmp_path / name, name)
        worked(home, f"{name}-work", f"memo of {name}")
        files.append(sent(home, tmp_path / f"{name}.annotator-package", f"{name}-sent"))
    with opened(lead, "merge") as study:
        merge(study, files)
    return lead, tmp_path / "lap" / "work.annotator"


@pytest.mark.parametrize("choice", ["here", "there"])
def test_a_choice_stands_and_the_second_laptop_goes_on_from_it(
    apart: tuple[Path, Path], tmp_path: Path, choice: str
) -> None:
    lead, lap = apart
    with opened(lead, "settle") as study:
        (found,) = conflicts(study)
        settle(study, found.id, choice)  # type: ignore[arg-type]
        memo = study.annotation(found.thing_id).memo
        assert memo == ("memo of desk" if choice == "here" else "memo of lap")
        assert check(study) == []
        (kept,) = conflicts(study)
        assert kept.settled == choice
        assert {kept.here["memo"], kept.there["memo"]} == {"memo of desk", "memo of lap"}
        with pytest.raises(BadInput, match="settled already"):
            settle(study, found.id, "here")
        with pytest.raises(NotFound):
            settle(study, "x", "here")
    with opened(lap, "more") as home:
        home.coding.apply(SetMemo(coder_id=home.coder("Ada").id, annotation_id=found.thing_id, memo="and on"))
    again = sent(lap, tmp_path / "again.annotator-package", "again-sent")
    with opened(lead, "again") as study:
        told = as_json(merge(study, [again]))["packages"][0]
        if choice == "there":
            assert told["conflicts"] == []
            assert study.annotation(found.thing_id).memo == "and on"
        else:
            assert [c["there"]["memo"] for c in told["conflicts"]] == ["and on"]
        assert check(study) == []


def test_two_laptops_that_came_to_the_same_are_no_conflict(lead: Path, parcel: Path, tmp_path: Path) -> None:
    files = []
    for name in ("desk", "lap"):
        home = at_home(parcel, tmp_path / name, name)
        with opened(home, f"{name}-work") as study:
            ada = study.coder("Ada").id
            document = study.documents()[1].id
            study.coding.apply(SetDocumentState(coder_id=ada, document_id=document, state="done"))
        files.append(sent(home, tmp_path / f"{name}.annotator-package", f"{name}-sent"))
    with opened(lead, "merge") as study:
        answer = as_json(merge(study, files))
        assert [p["conflicts"] for p in answer["packages"]] == [[], []]
        assert conflicts(study) == []
        assert check(study) == []
        steps = [s for s in study.changes() if s.kind == "document_state" and s.command == "SetDocumentState"]
        assert len(steps) == 2, "the steps of both are kept"


def test_merging_stops_when_asked_and_writes_nothing(lead: Path, parcel: Path, tmp_path: Path) -> None:
    home = at_home(parcel, tmp_path / "desk", "desk")
    worked(home, "desk-work")
    file = sent(home, tmp_path / "d.annotator-package", "d")
    with opened(lead, "merge") as study:
        before = len(study.changes())
        for stop in (1, 2, 3):
            with pytest.raises(Cancelled):
                merge(study, [file], progress=lambda done, _total, stop=stop: done < stop)  # type: ignore[misc]
            assert len(study.changes()) == before


def test_packages_for_many_are_all_made_or_none(lead: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with opened(lead, "pack") as study:
        with pytest.raises(Cancelled):
            pack_many(study, ["Ada", "Ben"], out, progress=lambda done, _total: done < 2)
        with pytest.raises(NotFound):
            pack_many(study, ["Ada", "Zoe"], out)
        assert list(out.iterdir()) == []
        made = pack_many(study, ["Ada", "Ben"], out) + pack_many(study, ["Ada"], out)
    assert [Path(m.package).name for m in made] == [
        "Test-Ada-2031-02-02.annotator-package",
        "Test-Ben-2031-02-02.annotator-package",
        "Test-Ada-2031-02-02-2.annotator-package",
    ]


def test_a_pile_shows_no_copy_for_what_it_is(lead: Path) -> None:
    with opened(lead, "pile") as study:
        copies = study.hidden_repeats()
        ada = study.coder("Ada").id
        mine = pile(study, ada)
        shown = [mine.shown(study.document(key), place) for place, key in enumerate(mine.keys)]
        assert [d.number for d in shown] == list(range(1, len(shown) + 1))
        assert sum(key in copies for key in mine.keys) == 2
        nobody = study.ensure_coder("Zoe")
        assert not set(pile(study, nobody.id).keys) & set(copies)


def test_a_skipped_article_counts_in_the_progress(lead: Path) -> None:
    with opened(lead, "skip") as study:
        ada = study.coder("Ada").id
        first = pile(study, ada).keys[0]
        study.coding.apply(SetDocumentState(coder_id=ada, document_id=first, state="skipped", reason="a list"))
        row = next(r for r in as_json(listed(study, "coders")) if r["name"] == "Ada")["progress"]
        assert (row["skipped"], row["open"], row["labels"]) == (1, row["assigned"] - 1, 3)
