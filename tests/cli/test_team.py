"""assign, pack, merge and the codebook's changes on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.commands import AddAnnotation, AddNote
from annotator.services.study import Study
from tests.cli.test_contract import Terminal
from tests.codebooks import EVERYTHING
from tests.studies import statement, study_at


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "s.annotator"
    study_at(path, documents=6).close()
    return path


def test_assign_shows_then_writes(terminal: Terminal, study: Path) -> None:
    args = ("assign", study, "--coders", "Ada,Ben,Chidi", "--overlap", 2, "--repeats", 10, "--seed", 5)
    shown = terminal.json(*args, "--dry-run")
    assert (shown["applied"], shown["assigned"], shown["documents"]) == (False, 15, 6)
    assert [c["name"] for c in terminal.json("list", study, "coders")] == ["Ada", "Ben"]
    done = terminal.json(*args)
    assert done["applied"]
    assert done["strata"] == shown["strata"]
    assert all(c["id"] for c in done["coders"])
    listed = terminal.json("list", study, "coders")
    assert [c["progress"]["assigned"] for c in listed] == [5, 5, 5]
    assert terminal.json(*args)["assigned"] == 0
    assert "--overlap 9" in terminal.fails("assign", study, "--coders", "Ada", "--overlap", 9)
    assert terminal("assign", study, "--coders", "Ada")[0] == 2


def test_pack_open_merge_and_conflicts(terminal: Terminal, study: Path, tmp_path: Path) -> None:
    terminal.json("assign", study, "--coders", "Ada,Ben", "--overlap", 1)
    parcel = tmp_path / "ada.annotator-package"
    assert terminal.json("pack", study, "--coder", "Ada", "-o", parcel)["documents"] == 3
    assert "exists" in terminal.fails("pack", study, "--coder", "Ada", "-o", parcel)
    assert "no such coder" in terminal.fails("pack", study, "--coder", "Zoe", "-o", tmp_path / "z")
    assert terminal(parcel)[0] == 0
    home = tmp_path / "ada.annotator"
    (shown,) = terminal.window.shown
    assert shown[0] == home
    with Study.open(home) as mine:
        ada = mine.coder("Ada").id
        place = {"document_id": mine.documents()[0].id, "layer": "claim", "fragments": ((0, 3),)}
        mine.coding.apply(AddAnnotation.model_validate({"coder_id": ada, **place}))
    back = tmp_path / "back.annotator-package"
    terminal.json("pack", home, "--coder", "Ada", "-o", back)
    shown = terminal.json("merge", study, back, "--dry-run")
    assert (shown["applied"], shown["packages"][0]["annotations"]["added"]) == (False, 1)
    assert terminal.json("list", study, "annotations") == []
    assert terminal.json("merge", study, back)["packages"][0]["status"] == "new"
    assert terminal.json("merge", study, back)["packages"][0]["status"] == "again"
    assert len(terminal.json("list", study, "annotations")) == 1
    assert terminal.json("conflicts", study) == []
    assert terminal("merge", study, back)[0] == 0
    assert terminal("conflicts", study)[0] == 0
    back.write_bytes(back.read_bytes()[:300])
    assert "damaged" in terminal.fails("merge", study, back)
    assert terminal.json("check", study)["ok"]


def test_the_codebook_is_compared_changed_and_taken_back(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "c.annotator"
    with study_at(path) as made:
        statement(made, "Ada")
        statement(made, "Ben")
    book = tmp_path / "next.yaml"
    gone = EVERYTHING.replace("{key: fact, label: Fact}, ", "")
    book.write_text(gone.replace("label: Day,", "label: Date,"), encoding="utf-8")
    told = terminal.json("codebook", "diff", path, book)
    assert (told["from"], told["to"]) == (1, 2)
    assert [(c["path"], c["kind"], c["labels"]) for c in told["changes"]] == [
        ("claim.kind=fact", "removed", 2),
        ("claim.day", "changed", 0),
    ]
    assert "“Fact” (fact) is gone" in terminal("codebook", "diff", path, book)[1]
    shown = terminal.json("codebook", "apply", path, book, "--dry-run")
    assert (shown["applied"], shown["labels"]) == (False, {"all": 6, "changed": 0, "marked": 2})
    done = terminal.json("codebook", "apply", path, book)
    assert (done["applied"], len(done["review"])) == (True, 2)
    assert not terminal.json("codebook", "apply", path, book)["applied"]
    listed = [a for a in terminal.json("list", path, "annotations") if "review" in a]
    assert [a["values"]["kind"] for a in listed] == ["fact", "fact"]
    figures = terminal.json("agreement", path, "--layer", "claim")["attributes"]
    assert {a["attribute"]: a["units"] for a in figures}["kind"] == 1
    out = tmp_path / "statements.csv"
    terminal.json("export", path, "--format", "statements", "-o", out)
    assert "fact" in out.read_text(encoding="utf-8")
    taken = terminal.json("codebook", "undo", path)
    assert (taken["undoes"], taken["to"]) == (2, 3)
    assert not any("review" in a for a in terminal.json("list", path, "annotations"))
    assert terminal.json("check", path) == terminal.json("check", path)
    assert "can be taken back" in terminal.fails("codebook", "undo", path)
    mapping = tmp_path / "map.yaml"
    mapping.write_text("format: annotator-mapping/1\nvalues: {claim.kind: {fact: NO}}\n", encoding="utf-8")
    mapped = terminal.json("codebook", "apply", path, book, "--map", mapping)
    assert mapped["labels"] == {"all": 6, "changed": 2, "marked": 0}
    versions = terminal.json("agreement", path, "--layer", "claim", "--attribute", "kind")["attributes"][0][
        "by_version"
    ]
    assert [v["version"] for v in versions] == [1]
    mapping.write_text("format: annotator-mapping/1\nvalues: {claim.kind: {fact: on}}\n", encoding="utf-8")
    assert "no value `on`" in terminal.fails("codebook", "apply", path, book, "--map", mapping)
    assert "no such file" in terminal.fails("codebook", "apply", path, tmp_path / "nothing.yaml")


def test_a_password_comes_from_a_file_or_the_environment_never_from_the_call(
    terminal: Terminal, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANNOTATOR_PASSWORD", raising=False)
    terminal.json("assign", study, "--coders", "Ada,Ben", "--overlap", 1)
    secret, wrong, empty = tmp_path / "secret.txt", tmp_path / "wrong.txt", tmp_path / "empty.txt"
    secret.write_text("Aal im Hafen ü\n", encoding="utf-8")
    wrong.write_text("something else\n")
    empty.write_text("\n")
    parcel = tmp_path / "ada.annotator-package"
    assert "no password" in terminal.fails("pack", study, "--coder", "Ada", "-o", parcel, "--password-file", empty)
    assert "cannot be read" in terminal.fails(
        "pack", study, "--coder", "Ada", "-o", parcel, "--password-file", tmp_path / "none"
    )
    assert not parcel.exists()
    assert terminal.json("pack", study, "--coder", "Ada", "-o", parcel, "--password-file", secret)["encrypted"]
    assert "is encrypted" in terminal.fails("merge", study, parcel)
    assert "password is wrong" in terminal.fails("merge", study, parcel, "--password-file", wrong)
    assert "password is wrong" in terminal.fails(parcel, "--password-file", wrong)
    assert terminal(parcel)[0] == 0
    assert terminal.window.shown == [(parcel, None, None)], "the window asks for the password"
    monkeypatch.setenv("ANNOTATOR_PASSWORD", "Aal im Hafen ü")
    assert terminal.json("merge", study, parcel)["packages"][0]["status"] == "older"
    terminal.window.shown.clear()
    assert terminal(parcel)[0] == 0
    assert terminal.window.shown[0][0] == tmp_path / "ada.annotator"


def test_roles_questions_and_settling_on_the_command_line(terminal: Terminal, study: Path) -> None:
    assert terminal("role", study, "Ada", "supervisor")[0] == 0
    assert terminal.json("list", study, "coders")[0]["role"] == "supervisor"
    assert "no role" in terminal.fails("role", study, "Ada", "king")
    with Study.open(study) as found:
        ben = found.coder("Ben").id
        document = found.documents()[0].id
        found.coding.apply(AddNote(coder_id=ben, document_id=document, text="Is it?", kind="question", start=0, end=3))
    (asked,) = terminal.json("questions", study)
    assert (asked["passage"], asked["answered"], asked["coder"]["name"]) == ("The", False, "Ben")
    assert terminal("questions", study)[0] == 0
    assert "no such conflict" in terminal.fails("resolve", study, "x", "--keep", "here")


def test_strata_are_chosen(terminal: Terminal, study: Path) -> None:
    args = ("assign", study, "--coders", "Ada,Ben", "--overlap", 1, "--dry-run")
    assert terminal.json(*args, "--strata", "none")["strata"][0]["coders"] == {"Ada": 3, "Ben": 3}
    assert "--strata" in terminal.fails(*args, "--strata", "colour")
