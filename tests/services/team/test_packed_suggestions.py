"""Suggestions go with packages to the coders whom they are meant for, and the answers come back."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.domain.commands import SetValue
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.services.articles.correcting import correct
from annotator.services.exchange.importing_suggestions import Request, import_suggestions
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.suggestions.answering import accept, reject
from annotator.services.suggestions.blind import set_blind
from annotator.services.suggestions.report import report
from annotator.services.team.allocation import Request as Hand
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.merging import conflicts, merge
from annotator.services.team.packing import pack
from annotator.services.team.receiving import open_package
from tests.services.test_suggestions import act, first, here, lines, records, states, take_in
from tests.studies import TEXT, study_at


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with study_at(tmp_path / "s.annotator", documents=2) as found:
        apply_plan(found, plan(found, ["Ada", "Ben"], Hand(2)))
        yield found


def handed(study: Study, coder: str, folder: Path, **asked: bool) -> Path:
    """The coder's own study, opened from a package."""
    out = folder / f"{coder}.annotator-package"
    out.unlink(missing_ok=True)
    pack(study, coder, out, **asked)
    return open_package(out)[0]


def back(study: Study, home: Path, coder: str, name: str) -> Path:
    """What the coder sends back."""
    out = home.with_name(f"{name}.annotator-package")
    with Study.open(home) as own:
        pack(own, coder, out)
    return out


def test_answers_come_back_and_count_for_their_coder(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    home = handed(study, "Ada", tmp_path)
    with Study.open(home) as own:
        assert set(states(own).values()) == {"open"}
        act(own, accept, "claim")
        act(own, reject, "speaker")
        own.coding.undo(own.coder("Ada").id)
        act(own, reject, "speaker")
    told = as_json(merge(study, [back(study, home, "Ada", "first")]))["packages"][0]
    assert (told["annotations"]["added"], told["verdicts"]) == (1, 3)
    assert states(study) == {"claim": "accepted", "speaker": "rejected", "said_by": "rejected"}
    assert set(states(study, "Ben").values()) == {"open"}
    assert as_json(merge(study, [back(study, home, "Ada", "second")]))["packages"][0]["status"] == "older"
    study.coding.undo(study.coder("Ada").id)
    assert states(study)["speaker"] == "open"
    assert check(study) == []


def test_suggestions_go_to_those_whom_they_are_meant_for_alone(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path, coder="Ben")
    with Study.open(handed(study, "Ada", tmp_path)) as own:
        assert states(own) == {}
    with Study.open(handed(study, "Ben", tmp_path)) as own:
        assert set(states(own, "Ben").values()) == {"open"}


def test_a_package_of_a_blind_round_has_none_but_those_that_were_answered(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    act(study, accept, "claim")
    set_blind(study, "main", True)
    with Study.open(handed(study, "Ada", tmp_path)) as own:
        assert states(own) == {"claim": "accepted"}
    with Study.open(handed(study, "Ben", tmp_path)) as own:
        assert states(own, "Ben") == {}
    set_blind(study, "main", False)
    out = tmp_path / "without.annotator-package"
    pack(study, "Ben", out, with_suggestions=False)
    with zipfile.ZipFile(out) as archive:
        assert "suggestions.jsonl" not in archive.namelist()


def test_later_packages_bring_later_suggestions_and_a_coders_own_come_back(study: Study, tmp_path: Path) -> None:
    home = handed(study, "Ada", tmp_path)
    take_in(study, tmp_path, source="Later")
    (tmp_path / "Ada.annotator-package").unlink()
    pack(study, "Ada", tmp_path / "Ada.annotator-package")
    assert open_package(tmp_path / "Ada.annotator-package")[0] == home
    with Study.open(home) as own:
        assert {x.source.name for x in here(own).values()} == {"Later"}
        document = first(own)
        import_suggestions(own, Request([lines(tmp_path / "own.jsonl", records(document))], "jsonl"))
        assert len(report(own).sources) == 2
    merge(study, [back(study, home, "Ada", "own")])
    assert {x.name: x.tally.states["open"] for x in report(study).sources} == {"Later": 6, "own": 3}
    assert states(study, "Ben") != {}
    assert check(study) == []


def test_answers_given_in_two_places_are_a_conflict_that_keeps_both(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    home = handed(study, "Ada", tmp_path)
    with Study.open(home) as own:
        act(own, accept, "claim")
    act(study, reject, "claim")
    merge(study, [back(study, home, "Ada", "apart")])
    assert states(study)["claim"] == "rejected"
    assert [c.kind for c in conflicts(study)] == ["verdict", "verdict"] or [c.kind for c in conflicts(study)] == [
        "verdict"
    ]
    assert check(study) == []


def test_answers_on_an_older_text_come_home_to_the_corrected_one(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    home = handed(study, "Ada", tmp_path)
    with Study.open(home) as own:
        act(own, accept, "claim")
        label = own.annotations()[0].id
        own.coding.apply(SetValue(coder_id=own.coder("Ada").id, annotation_id=label, attribute="kind", value="NO"))
        act(own, accept, "speaker")
    correct(study, first(study), "Corrected. " + TEXT.rstrip("\n"))
    merge(study, [back(study, home, "Ada", "older")])
    assert states(study) == {"claim": "changed", "speaker": "accepted", "said_by": "open"}
    assert check(study) == []


def test_a_forged_package_brings_no_suggestion_and_no_answer(study: Study, tmp_path: Path) -> None:
    take_in(study, tmp_path)
    home = handed(study, "Ada", tmp_path)
    with Study.open(home) as own:
        act(own, accept, "claim")
    good = back(study, home, "Ada", "good")
    before = (study.changes(), report(study))
    key = here(study)["claim"].id
    forgeries = {
        "another one here": ("suggestions.jsonl", '"fact"', '"NO"'),
        "meant for another": ("suggestions.jsonl", f'"id":"{key}"', f'"coder":"{study.coder("Ben").id}","id":"{key}"'),
        "does not exist": ("verdicts.jsonl", key, "00000000-0000-4000-8000-000000000001"),
        "last step left it": ("verdicts.jsonl", '"accepted"', '"rejected"'),
        "not handed out": ("suggestions.jsonl", f'"id":"{key}"', '"id":"00000000-0000-4000-8000-000000000002"'),
    }
    for told, (name, old, new) in forgeries.items():
        with pytest.raises(BadInput, match=told):
            merge(study, [_forged(good, tmp_path / f"{told}.annotator-package", name, old, new)])
        assert (study.changes(), report(study)) == before


def _forged(good: Path, out: Path, name: str, old: str, new: str) -> Path:
    """The package with other words in one file, and with sums that are right."""
    import hashlib

    with zipfile.ZipFile(good) as archive:
        files = {n: archive.read(n) for n in archive.namelist()}
    assert old.encode() in files[name]
    files[name] = files[name].replace(old.encode(), new.encode())
    manifest = json.loads(files["manifest.json"])
    manifest["id"] = "00000000-0000-4000-8000-00000000f0f0"
    manifest["files"][name] = {"bytes": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest()}
    files["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(out, "w") as archive:
        for n, data in files.items():
            archive.writestr(n, data)
    return out
