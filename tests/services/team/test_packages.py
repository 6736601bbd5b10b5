"""Packages hold one coder's work and nothing else; they come back whole, or are refused with a reason."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from annotator.data import schema_path
from annotator.domain.changes import BY_PROGRAM
from annotator.domain.commands import (
    AddAnnotation,
    AddEntity,
    AddNote,
    ChangeEntity,
    ChangeNote,
    RemoveAnnotation,
    SetDocumentState,
    SetMemo,
    SetValue,
)
from annotator.domain.errors import BadInput
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.domain.json_forms import as_json
from annotator.domain.packages import FILES, OPTIONAL, package_schema
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.study.relocation import move
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.merging import conflicts, merge
from annotator.services.team.packing import pack
from annotator.services.team.receiving import open_package
from annotator.store.copying import digests
from annotator.store.places import Place
from tests.studies import statement, study_at


def opened(path: Place, name: str) -> Study:
    return Study.open(path, CountingIds(name), SteppingClock("2031-02-02"))


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def dump(study: Study) -> dict[str, str]:
    with study.file.reading() as connection:
        return digests(connection)


@pytest.fixture
def lead(place: Place) -> Place:
    """A study in which Ada and Ben have labels, and every article is Ada's and Ben's."""
    path = place
    with study_at(path, documents=4) as study:
        statement(study, "Ada")
        made = statement(study, "Ben")
        ben = study.coder("Ben").id
        study.coding.apply(SetMemo(coder_id=ben, annotation_id=made["claim"], memo="Ben's own thought"))
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2, repeats=50)))
    return path


@pytest.fixture
def parcel(lead: Place, tmp_path: Path) -> Path:
    path = tmp_path / "ada" / "work.annotator-package"
    path.parent.mkdir()
    with opened(lead, "pack") as study:
        pack(study, "Ada", path)
    return path


def at_home(parcel: Path, where: Path, name: str) -> Path:
    """The coder's study file, made from a copy of the package in a folder of its own."""
    where.mkdir(exist_ok=True)
    copy = where / "work.annotator-package"
    copy.write_bytes(parcel.read_bytes())
    return open_package(copy, CountingIds(name), SteppingClock("2031-02-03"))[0]


def worked(path: Path, name: str, memo: str = "Ada thought again") -> list[str]:
    """Ada adds a label and changes one; ids of both."""
    with opened(path, name) as study:
        ada = study.coder("Ada").id
        document = study.documents()[0].id
        made = study.coding.apply(
            AddAnnotation(coder_id=ada, document_id=document, layer="claim", fragments=((0, 3),), memo=name)
        )
        claim = min(a.id for a in study.annotations() if a.layer == "claim" and a.memo != name)
        study.coding.apply(SetMemo(coder_id=ada, annotation_id=claim, memo=memo))
        return [*made.added, claim]


def sent(path: Path, out: Path, name: str) -> Path:
    with opened(path, name) as study:
        pack(study, "Ada", out)
    return out


def test_the_schema_is_made_from_the_model_and_manifests_keep_to_it(parcel: Path) -> None:
    written = json.loads(schema_path("package.schema.json").read_text(encoding="utf-8"))
    assert written == package_schema(), "run `make schemas`"
    files = contents(parcel)
    jsonschema.validate(json.loads(files["manifest.json"]), written)
    assert set(FILES) - set(files) == OPTIONAL  # nothing is suggested here
    for name, model in FILES.items():
        if name in OPTIONAL:
            continue
        part = {**written["$defs"][model.__name__], "$defs": written["$defs"]}
        for line in files[name].decode().splitlines():
            jsonschema.validate(json.loads(line), part)


def test_nothing_of_other_coders_is_in_the_bytes(lead: Place, parcel: Path) -> None:
    everything = b"\n".join(contents(parcel).values()) + parcel.read_bytes()
    with Study.open(lead) as study:
        ben = study.coder("Ben").id
        bens = [a.id for a in study.annotations(coder_ids=[ben])]
        steps = [s.id for s in study.changes() if s.coder_id == ben]
        copies = study.hidden_repeats()
        with study.file.reading() as connection:
            from annotator.store import assignments

            piles = {a.document_id: a.coder_id for a in assignments.every(connection) if a.document_id in copies}
    assert bens
    assert steps
    for secret in [ben, *bens, *steps, "Ben's own thought", *(d for d, c in piles.items() if c == ben)]:
        assert secret.encode() not in everything
    register = contents(parcel)["entities.jsonl"]
    assert b"Mayor of Ben" in register
    assert b"Ben" not in everything.replace(b"Mayor of Ben", b"")


def test_a_hidden_repeat_looks_like_every_other_article(lead: Place, parcel: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in contents(parcel)["documents.jsonl"].decode().splitlines()]
    with Study.open(lead) as study:
        copies = study.hidden_repeats()
    mine = [d for d in lines if d["id"] in copies]
    assert len(mine) == 2
    assert len({tuple(sorted(d)) for d in lines}) == 1
    assert {d["round"] for d in lines} == {"main"}
    assert b"repeat" not in b"".join(contents(parcel).values())
    with Study.open(at_home(parcel, tmp_path / "home", "home")) as study:
        assert study.hidden_repeats() == {}
        assert [d.number for d in study.documents()] == [1, 2, 3, 4, 5, 6]
        assert [d.id for d in study.documents()] == [d["id"] for d in lines]


def test_a_package_opens_as_a_study_with_ones_own_work_and_its_history(lead: Place, parcel: Path) -> None:
    path, coder = open_package(parcel)
    assert path == parcel.with_suffix(".annotator")
    with Study.open(path) as study, Study.open(lead) as whole:
        assert check(study) == []
        assert study.id == whole.id
        assert [c.id for c in study.coders()] == [coder]
        assert study.annotations() == whole.annotations(coder_ids=[coder])
        assert study.entities() == whole.entities()
        assert study.codebook == whole.codebook
        study.coding.undo(coder)
        assert study.annotations() == []
    assert open_package(parcel)[0] == path
    with Study.open(path) as study:
        assert study.annotations() == []  # what was done since is not taken back


def test_work_comes_back_once(lead: Place, parcel: Path, tmp_path: Path) -> None:
    home = at_home(parcel, tmp_path / "home", "home")
    early = sent(home, tmp_path / "early.annotator-package", "early")
    label, changed = worked(home, "work")
    late = sent(home, tmp_path / "late.annotator-package", "late")
    with opened(lead, "merge") as study:
        before = dump(study)
        shown = as_json(merge(study, [late], dry_run=True))["packages"][0]
        assert (shown["status"], shown["annotations"]["added"], shown["annotations"]["changed"]) == ("new", 1, 1)
        assert dump(study) == before
        bens = study.annotations(coder_ids=[study.coder("Ben").id])
        assert as_json(merge(study, [late]))["packages"][0]["conflicts"] == []
        assert study.annotation(label).memo == "work"
        assert study.annotation(changed).memo == "Ada thought again"
        assert study.annotations(coder_ids=[study.coder("Ben").id]) == bens
        assert check(study) == []
        before = dump(study)
        assert as_json(merge(study, [late]))["packages"][0]["status"] == "again"
        assert dump(study) == before
        labels = study.annotations()
        assert as_json(merge(study, [early]))["packages"][0]["status"] == "older"
        assert study.annotations() == labels
        study.coding.undo(study.coder("Ada").id)
        assert study.annotation(changed).memo == ""


def test_the_same_label_changed_on_two_laptops_is_kept_in_both_versions(
    lead: Place, parcel: Path, tmp_path: Path
) -> None:
    packages = []
    for name in ("desk", "lap"):
        home = at_home(parcel, tmp_path / name, name)
        worked(home, f"{name}2", memo=f"from the {name}")
        packages.append(sent(home, tmp_path / f"{name}.annotator-package", f"{name}3"))
    with opened(lead, "merge") as study:
        result = as_json(merge(study, packages))
        assert result["packages"][0]["conflicts"] == []
        (found,) = result["packages"][1]["conflicts"]
        assert (found["here"]["memo"], found["there"]["memo"]) == ("from the desk", "from the lap")
        assert study.annotation(found["thing"]).memo == "from the desk"
        assert len([a for a in study.annotations() if a.memo in ("desk2", "lap2")]) == 2
        assert [c.id for c in conflicts(study)] == [found["id"]]
        assert check(study) == []


def test_a_link_to_a_label_that_went_elsewhere_is_kept_aside(lead: Place, parcel: Path, tmp_path: Path) -> None:
    desk, lap = (at_home(parcel, tmp_path / name, name) for name in ("desk", "lap"))
    with opened(desk, "d") as study:
        ada = study.coder("Ada").id
        claim = next(a for a in study.annotations() if a.layer == "claim")
        study.coding.apply(RemoveAnnotation(coder_id=ada, annotation_id=claim.id))
    with opened(lap, "l") as study:
        made = study.coding.apply(
            AddAnnotation(
                coder_id=ada,
                document_id=claim.document_id,
                layer="said_by",
                roles={"claim": ({"annotation": claim.id},)},  # type: ignore[dict-item]
                empty={"speaker": {"because": "nobody"}},  # type: ignore[dict-item]
            )
        )
    first = sent(desk, tmp_path / "d.annotator-package", "d2")
    second = sent(lap, tmp_path / "l.annotator-package", "l2")
    for order in ([first, second], [second, first]):
        copy = tmp_path / f"{order[0].stem}.annotator"
        move(lead, copy)
        with opened(copy, "merge") as study:
            merge(study, order)
            kept = {c.thing_id for c in conflicts(study)}
            assert kept & {claim.id, *made.added}
            assert check(study) == []


def test_new_entities_come_with_suggestions(lead: Place, parcel: Path, tmp_path: Path) -> None:
    home = at_home(parcel, tmp_path / "home", "home")
    with opened(home, "e") as study:
        ada = study.coder("Ada").id
        for name in ("mayor of  ben", "Mayor of Bern", "The Eel Board"):
            study.coding.apply(AddEntity(coder_id=ada, name=name, type="person"))
    back = sent(home, tmp_path / "back.annotator-package", "b")
    with opened(lead, "merge") as study:
        result = as_json(merge(study, [back]))["packages"][0]
        assert result["entities"]["added"] == 3
        told = {s["name"]: {o["name"]: o["why"] for o in s["like"]} for s in result["suggestions"]}
        assert told["mayor of  ben"]["Mayor of Ben"] == "the same name"
        assert told["Mayor of Bern"]["Mayor of Ben"] == "a similar name"
        assert "The Eel Board" not in told


# what is no sound package


def rebuilt(path: Path, change: Callable[[dict[str, bytes]], None], sums: bool = True) -> None:
    files = contents(path)
    change(files)
    if sums:
        manifest = json.loads(files["manifest.json"])
        for name in manifest["files"]:
            data = files[name]
            manifest["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        files["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def lines(name: str, change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Path], None]:
    def done(files: dict[str, bytes]) -> None:
        records = [json.loads(line) for line in files[name].decode().splitlines()]
        change(records)
        files[name] = b"".join(json.dumps(r).encode() + b"\n" for r in records)

    return lambda path: rebuilt(path, done)


def in_manifest(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def done(files: dict[str, bytes]) -> None:
        manifest = json.loads(files["manifest.json"])
        change(manifest)
        files["manifest.json"] = json.dumps(manifest).encode()

    return lambda path: rebuilt(path, done, sums=False)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * (1 << 26))


def quiet_bomb(path: Path) -> None:
    """The directory of the zip lies about how long the file is."""
    bomb(path)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(data))


def extra(name: str) -> Callable[[Path], None]:
    def done(path: Path) -> None:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, b"x")

    return done


def twice(path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("states.jsonl", b"")


def deep(files: dict[str, bytes]) -> None:
    files["states.jsonl"] = b"[" * 100_000 + b"\n"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-400])


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(600, len(data) - 800, 97):
        data[at] ^= 0x55
    path.write_bytes(bytes(data))


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut": (cut, "damaged"),
    "flipped": (flipped, "damaged|SHA-256|longer"),
    "empty": (lambda p: p.write_bytes(b""), "not a package"),
    "text": (lambda p: p.write_text("hello"), "not a package"),
    "gone": (lambda p: p.unlink(), "no such file"),
    "another zip": (lambda p: rebuilt(p, lambda f: f.clear(), sums=False), "no manifest"),
    "bomb": (bomb, "far more than it should"),
    "quiet bomb": (quiet_bomb, "damaged|longer|beyond|manifest"),
    "path trick": (extra("../../evil.txt"), "does not belong there"),
    "absolute path": (extra("/etc/evil"), "does not belong there"),
    "twice": (twice, "twice"),
    "changed behind the manifest": (
        lambda p: rebuilt(p, lambda f: f.update({"states.jsonl": b"{}\n"}), sums=False),
        "longer|SHA-256",
    ),
    "a file missing": (lambda p: rebuilt(p, lambda f: f.pop("states.jsonl") and None, sums=False), "missing"),
    "deep": (lambda p: rebuilt(p, deep), "a record is not valid"),
    "another format": (in_manifest(lambda m: m.update(format="annotator-package/9")), "does not know"),
    "unknown key": (in_manifest(lambda m: m.update(run="rm")), "manifest is not valid"),
    "forged coder": (in_manifest(lambda m: m["coder"].update(id="00000000-0000-4000-8000-000000000000")), "another"),
    "no history": (lines("changes.jsonl", list.clear), "last step"),
    "a gap": (lines("changes.jsonl", lambda r: r[-1].update(before=r[-1]["after"])), "gap"),
    "a label too many": (lines("annotations.jsonl", lambda r: r.append({**r[0], "id": "new"})), "last step"),
    "a label twice": (lines("annotations.jsonl", lambda r: r.append(r[0])), "twice"),
    "another text": (lines("documents.jsonl", lambda r: r[0].update(text="other")), "SHA-256"),
    "unknown article": (lines("documents.jsonl", lambda r: r[-1].update(id="other")), "no article|not hold"),
    "another codebook": (lines("codebooks.jsonl", lambda r: r[0].update(content="{}")), "another one"),
    "newer codebook": (lines("codebooks.jsonl", lambda r: r.append({**r[0], "version": 7})), "version 7"),
}


def forged_offsets(path: Path) -> None:
    def far(records: list[dict[str, Any]]) -> None:
        for r in records:
            if r.get("after") and r["after"].get("memo") == "work":
                r["after"]["fragments"] = [[0, 90_000]]
            if r.get("memo") == "work":
                r["fragments"] = [[0, 90_000]]

    lines("changes.jsonl", far)(path)
    lines("annotations.jsonl", far)(path)


BAD["beyond the text"] = (forged_offsets, "does not fit")


@pytest.mark.parametrize("case", sorted(BAD))
def test_what_is_no_sound_package_is_refused_and_nothing_is_written(
    lead: Place, parcel: Path, tmp_path: Path, case: str
) -> None:
    home = at_home(parcel, tmp_path / "home", "home")
    worked(home, "work")
    good = sent(home, tmp_path / "good.annotator-package", "g")
    bad = sent(home, tmp_path / "bad.annotator-package", "h")
    make, told = BAD[case]
    make(bad)
    with opened(lead, "merge") as study:
        before = dump(study)
        with pytest.raises(BadInput, match=told) as error:
            merge(study, [bad])
        assert error.value.remedy
        if case != "beyond the text":  # those steps are here once the good package is: then nothing of it is read
            with pytest.raises(BadInput, match=told):
                merge(study, [good, bad])
        assert dump(study) == before
    if case not in ("unknown article", "newer codebook"):  # a coder may receive these
        with pytest.raises(BadInput):
            open_package(bad)
        assert not bad.with_suffix(".annotator").exists()
        assert not bad.with_suffix(".annotator.part").exists()


def test_a_coder_cannot_write_anothers_label(lead: Place, parcel: Path, tmp_path: Path) -> None:
    with Study.open(lead) as study:
        theirs = next(a for a in study.annotations(coder_ids=[study.coder("Ben").id]) if a.layer == "claim").id
    home = at_home(parcel, tmp_path / "home", "home")
    label, _ = worked(home, "work")
    back = sent(home, tmp_path / "back.annotator-package", "b")
    rebuilt(back, lambda f: f.update({n: d.replace(label.encode(), theirs.encode()) for n, d in f.items()}))
    with opened(lead, "merge") as study:
        before = dump(study)
        with pytest.raises(BadInput, match="another coder's"):
            merge(study, [back])
        assert dump(study) == before


def test_a_new_package_joins_work_that_was_not_sent_yet(lead: Place, parcel: Path, tmp_path: Path) -> None:
    home = at_home(parcel, tmp_path / "home", "home")
    label, _ = worked(home, "work")
    with opened(lead, "more") as study:
        ben = study.coder("Ben").id
        study.coding.apply(AddEntity(coder_id=ben, name="The Eel Board", type="person"))
        fresh = tmp_path / "home" / "fresh.annotator-package"
        pack(study, "Ada", fresh)
    (tmp_path / "home" / "work.annotator-package").write_bytes(fresh.read_bytes())
    assert open_package(tmp_path / "home" / "work.annotator-package")[0] == home
    with opened(home, "again") as study:
        assert study.annotation(label).memo == "work"
        assert "The Eel Board" in {e.name for e in study.entities()}
        assert {s.command for s in study.changes()} & BY_PROGRAM
        assert check(study) == []
        ada = study.coder("Ada").id
        study.coding.apply(SetValue(coder_id=ada, annotation_id=label, attribute="stance", value=1))
    back = sent(home, tmp_path / "back.annotator-package", "b")
    with opened(lead, "merge") as study:
        merge(study, [back])
        assert study.annotation(label).values["stance"] == 1


def test_a_package_is_not_written_over_and_needs_work_to_hold(lead: Place, parcel: Path, tmp_path: Path) -> None:
    with opened(lead, "p") as study:
        with pytest.raises(BadInput, match="exists"):
            pack(study, "Ada", parcel)
        study.ensure_coder("Chidi")
        with pytest.raises(BadInput, match="nothing is assigned"):
            pack(study, "Chidi", tmp_path / "c.annotator-package")
    assert not (tmp_path / "c.annotator-package").exists()


def test_questions_reasons_and_merges_travel_and_answers_come_back(lead: Place, parcel: Path, tmp_path: Path) -> None:
    path = at_home(parcel, tmp_path / "home", "home")
    with opened(path, "home 2") as study:
        ada = study.coder("Ada").id
        first, second = study.documents()[:2]
        note = study.ids()
        one, other = study.ids(), study.ids()
        for command in (
            AddNote(coder_id=ada, document_id=first.id, text="Is this one?", kind="question", start=0, end=3, id=note),
            SetDocumentState(coder_id=ada, document_id=second.id, state="skipped", reason="an advert"),
            AddEntity(coder_id=ada, id=one, name="Nobody of Note", type="person"),
            AddEntity(coder_id=ada, id=other, name="N. of Note", type="person"),
            ChangeEntity(coder_id=ada, entity_id=other, merged_into=one),
        ):
            study.coding.apply(command)
    with opened(lead, "lead 2") as study:
        (told,) = as_json(merge(study, [sent(path, tmp_path / "one.zip", "send")]))["packages"]
        assert (told["notes"], told["states"], told["conflicts"]) == (1, 1, [])
        assert study.skipped(ada) == {second.id: "an advert"}
        assert study.register().root_id(other) == one
        (question,) = study.notes()
        assert (question.text, question.coder_id) == ("Is this one?", ada)
        ben = study.coder("Ben").id
        study.coding.apply(AddNote(coder_id=ben, document_id=first.id, text="It is.", reply_to=note))
        study.coding.apply(AddNote(coder_id=ben, document_id=first.id, text="Ben's own secret"))
        back = tmp_path / "home" / "back.zip"
        pack(study, "Ada", back)
    assert b"secret" not in b"".join(contents(back).values())
    copy = tmp_path / "home" / "work.annotator-package"
    copy.write_bytes(back.read_bytes())
    assert open_package(copy, CountingIds("home 3"), SteppingClock("2031-02-09"))[0] == path
    with opened(path, "home 4") as study:
        assert [n.text for n in study.notes()] == ["Is this one?", "It is."]
        assert study.coder(ben).role == "supervisor"
        assert check(study) == []
        study.coding.apply(ChangeNote(coder_id=ada, note_id=note, settled=True))
    with opened(lead, "lead 3") as study:
        (told,) = as_json(merge(study, [sent(path, tmp_path / "two.zip", "send 2")]))["packages"]
        assert (told["notes"], told["conflicts"]) == (1, [])
        assert next(n for n in study.notes() if n.id == note).settled
        assert len(study.notes()) == 3
        assert check(study) == []


def test_a_conflict_is_told_once_however_often_its_package_grows_and_comes_again(
    lead: Place, parcel: Path, tmp_path: Path
) -> None:
    homes = [at_home(parcel, tmp_path / name, name) for name in ("desk", "lap")]
    first = []
    for home in homes:
        worked(home, f"{home.parent.name}2", memo=f"from the {home.parent.name}")
        first.append(sent(home, home.parent / "first.annotator-package", f"{home.parent.name}3"))
    with opened(lead, "merge") as study:
        merge(study, first)
        before = conflicts(study)
        assert len(before) == 1
    for number in (1, 2):
        with opened(homes[1], f"more{number}") as study:
            ada, document = study.coder("Ada").id, study.documents()[0].id
            study.coding.apply(
                AddAnnotation(coder_id=ada, document_id=document, layer="claim", fragments=((4 + number, 8),))
            )
        late = sent(homes[1], tmp_path / f"late{number}.annotator-package", f"late{number}")
        with opened(lead, f"again{number}") as study:
            assert as_json(merge(study, [late]))["packages"][0]["annotations"]["added"] == 1
            assert [c.id for c in conflicts(study)] == [before[0].id]
            assert check(study) == []
