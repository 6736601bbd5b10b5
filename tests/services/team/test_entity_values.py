"""What is known of entities goes to coders and comes back; what both changed is kept in both versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.codebook.mapping import CodebookMapping
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import AddEntity, ChangeEntity, RemoveEntity
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.services.codebooks.changing import apply_codebook
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.conflict_view import Line, shown_conflicts
from annotator.services.team.merging import conflicts, merge
from annotator.services.team.packing import pack
from annotator.services.team.receiving import open_package
from annotator.services.team.resolving import settle
from annotator.store.places import Place
from tests.codebooks import DESCRIBED, described
from tests.services.team.test_packages import at_home, contents, lines, opened, sent
from tests.studies import statement, study_at


def change(study: Study, key: str, coder: str = "Ada", **values: Any) -> None:
    study.coding.apply(ChangeEntity(coder_id=study.coder(coder).id, entity_id=key, values=values))


def values(study: Study, key: str) -> dict[str, Any]:
    return dict(study.register().every[key].values)


@pytest.fixture
def lead(place: Place) -> Place:
    """A study of which Ada has everything to code, with a mayor, of Tarn, in its register."""
    with study_at(place, documents=2, codebook=described()) as study:
        ben = study.coder("Ben").id
        study.coding.apply(AddEntity(coder_id=ben, id="tarn", name="Tarn", type="state"))
        held = {"office": "Mayor", "home": {"entity": "tarn"}, "fields": ["law", "tax"]}
        study.coding.apply(AddEntity(coder_id=ben, id="mayor", name="Mayor", type="person", values=held))
        statement(study, "Ada")
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2)))
    return place


@pytest.fixture
def home(lead: Place, tmp_path: Path) -> Path:
    """Ada's own file."""
    parcel = tmp_path / "ada.annotator-package"
    with opened(lead, "pack") as study:
        pack(study, "Ada", parcel)
    return at_home(parcel, tmp_path / "home", "home")


def back(lead: Place, home: Path, tmp_path: Path, name: str = "back") -> tuple[dict[str, Any], Path]:
    parcel = sent(home, tmp_path / f"{name}.annotator-package", name)
    with opened(lead, f"merge {name}") as study:
        return as_json(merge(study, [parcel]))["packages"][0], parcel


def test_values_go_out_and_come_back_with_whoever_they_name(lead: Place, home: Path, tmp_path: Path) -> None:
    with opened(home, "work") as study:
        assert values(study, "mayor") == {"office": "Mayor", "home": {"entity": "tarn"}, "fields": ["law", "tax"]}
        ada = study.coder("Ada").id
        study.coding.apply(AddEntity(coder_id=ada, id="carn", name="Carn", type="state"))
        study.coding.apply(
            AddEntity(coder_id=ada, id="boss", name="Boss", type="person", values={"allies": [{"entity": "carn"}]})
        )
        change(study, "mayor", side="for", fields=None)
    told, _ = back(lead, home, tmp_path)
    assert (told["entities"], told["conflicts"]) == ({"added": 2, "changed": 1}, [])
    with opened(lead, "look") as study:
        assert values(study, "mayor") == {"office": "Mayor", "home": {"entity": "tarn"}, "side": "for"}
        assert values(study, "boss") == {"allies": [{"entity": "carn"}]}
        assert [s.command for s in study.coding.history("mayor")] == ["AddEntity", "ChangeEntity"]
        assert check(study) == []


def test_whom_a_value_names_comes_along_though_it_was_removed_here(lead: Place, home: Path, tmp_path: Path) -> None:
    with opened(lead, "remove") as study:
        change(study, "mayor", "Ben", home=None)
        study.coding.apply(RemoveEntity(coder_id=study.coder("Ben").id, entity_id="tarn"))
    with opened(home, "work") as study:
        ada = study.coder("Ada").id
        named = {"allies": [{"entity": "tarn"}]}
        study.coding.apply(AddEntity(coder_id=ada, id="boss", name="Boss", type="person", values=named))
    told, _ = back(lead, home, tmp_path)
    assert told["conflicts"] == []
    with opened(lead, "look") as study:
        assert {e.name for e in study.entities()} >= {"Tarn", "Boss"}
        assert check(study) == []


def test_whom_a_value_here_names_is_not_removed_by_a_package(lead: Place, home: Path, tmp_path: Path) -> None:
    with opened(home, "first") as study:
        study.coding.apply(AddEntity(coder_id=study.coder("Ada").id, id="carn", name="Carn", type="state"))
    back(lead, home, tmp_path, "first")
    with opened(lead, "name") as study:
        change(study, "mayor", "Ben", home={"entity": "carn"})
    with opened(home, "second") as study:
        study.coding.apply(RemoveEntity(coder_id=study.coder("Ada").id, entity_id="carn"))
    told, _ = back(lead, home, tmp_path, "second")
    assert [c["why"] for c in told["conflicts"]] == ["it was removed in the package, but a label here names it"]
    with opened(lead, "look") as study:
        assert "carn" in study.register().every
        assert check(study) == []


@pytest.mark.parametrize("choice", ["here", "there"])
def test_values_that_both_changed_are_kept_in_both_versions(
    lead: Place, home: Path, tmp_path: Path, choice: Any
) -> None:
    with opened(lead, "lead") as study:
        change(study, "mayor", "Ben", side="NO")
    with opened(home, "work") as study:
        change(study, "mayor", side="for", weight=-0.5)
    told, _ = back(lead, home, tmp_path)
    (conflict,) = told["conflicts"]
    assert conflict["why"] == "it was changed in two places"
    with opened(lead, "settle") as study:
        assert values(study, "mayor")["side"] == "NO"
        (shown,) = shown_conflicts(study)
        assert [x for x in shown.lines if x.differs] == [
            Line("Side", "Opposed", "In favour"),
            Line("Weight", "", "little"),
        ]
        assert Line("Home", "Tarn", "Tarn") in shown.lines
        settle(study, conflict["id"], choice)
        held = values(study, "mayor")
        assert (held["side"], held.get("weight")) == (("NO", None) if choice == "here" else ("for", -0.5))
        assert [c.there["values"]["side"] for c in conflicts(study)] == ["for"]
        assert check(study) == []


RENAMED = DESCRIBED.replace("{key: office, label: Office,", "{key: post, label: Post,").replace(
    "{key: for, label: In favour}", "{key: pro, label: In favour}"
)
TO_RENAMED = CodebookMapping(
    attributes={"entity_types.person.office": "post"}, values={"entity_types.person.side": {"for": "pro"}}
)


def test_values_given_under_an_older_codebook_are_carried_when_they_land(
    lead: Place, home: Path, tmp_path: Path
) -> None:
    with opened(home, "work") as study:
        ada = study.coder("Ada").id
        change(study, "mayor", side="for")
        study.coding.apply(AddEntity(coder_id=ada, id="boss", name="Boss", type="person", values={"office": "Boss"}))
    with opened(lead, "lead") as study:
        apply_codebook(study, parse_codebook(RENAMED), TO_RENAMED)
    told, _ = back(lead, home, tmp_path)
    assert told["conflicts"] == []
    with opened(lead, "look") as study:
        home_of = {"home": {"entity": "tarn"}, "fields": ["law", "tax"]}
        assert values(study, "mayor") == {"post": "Mayor", "side": "pro", **home_of}
        assert values(study, "boss") == {"post": "Boss"}
        assert check(study) == []


def test_what_was_not_sent_yet_is_carried_when_the_codebook_comes(lead: Place, home: Path, tmp_path: Path) -> None:
    with opened(home, "work") as study:
        change(study, "mayor", office="Mayor of Tarn", side="for")
    with opened(lead, "lead") as study:
        apply_codebook(study, parse_codebook(RENAMED), TO_RENAMED)
        fresh = home.with_name("fresh.annotator-package")
        pack(study, "Ada", fresh)
    fresh.replace(home.with_name("work.annotator-package"))
    assert open_package(home.with_name("work.annotator-package"))[0] == home
    with opened(home, "look") as study:
        held = {"home": {"entity": "tarn"}, "fields": ["law", "tax"]}
        assert values(study, "mayor") == {"post": "Mayor of Tarn", "side": "pro", **held}
        assert check(study) == []
    told, _ = back(lead, home, tmp_path)
    assert told["conflicts"] == []
    with opened(lead, "look too") as study:
        assert values(study, "mayor") == {"post": "Mayor of Tarn", "side": "pro", **held}
        assert check(study) == []


def test_both_said_the_same_in_two_versions_of_the_codebook(lead: Place, home: Path, tmp_path: Path) -> None:
    with opened(home, "work") as study:
        change(study, "mayor", side="for")
    with opened(lead, "lead") as study:
        apply_codebook(study, parse_codebook(RENAMED), TO_RENAMED)
        change(study, "mayor", "Ben", side="pro")
    told, _ = back(lead, home, tmp_path)
    assert told["conflicts"] == []
    with opened(lead, "look") as study:
        assert values(study, "mayor")["side"] == "pro"
        assert check(study) == []


def test_a_package_without_values_is_as_it_was_before_entities_had_any(place: Place, tmp_path: Path) -> None:
    with study_at(place, documents=2) as study:
        statement(study, "Ada")
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2)))
        pack(study, "Ada", tmp_path / "a.zip")
    for record in contents(tmp_path / "a.zip")["entities.jsonl"].splitlines():
        assert set(json.loads(record)) == {"id", "name", "type", "aliases", "memo", "created"}


@pytest.mark.parametrize("wrong", [{"side": "left"}, {"nothing": 1}, {"home": {"entity": "gone"}}])
def test_values_that_cannot_be_are_refused_with_the_whole_package(
    lead: Place, home: Path, tmp_path: Path, wrong: dict[str, Any]
) -> None:
    with opened(home, "work") as study:
        change(study, "mayor", since="2031")
    parcel = sent(home, tmp_path / "back.annotator-package", "back")
    lines("entities.jsonl", lambda es: next(e for e in es if e["id"] == "mayor")["values"].update(wrong))(parcel)
    with opened(lead, "merge") as study:
        before = values(study, "mayor")
        with pytest.raises(BadInput, match="does not fit the study"):
            merge(study, [parcel])
        assert values(study, "mayor") == before
