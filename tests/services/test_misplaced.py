"""What is given to the wrong command is refused in words that name the right one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_codings import import_codings
from annotator.services.exchange.importing_files import import_files
from annotator.services.exchange.importing_suggestions import Request, import_suggestions
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.team.packing import pack
from tests.cli.test_contract import Terminal
from tests.studies import statement, study_at

CODEBOOK = "# ours\nformat: annotator-codebook/1\nkey: fish\ntitle: Fish\nlayers: []\n"


def given(what: str, at: Path) -> tuple[Path, str]:
    """(what is given, the command that takes it)."""
    if what in ("codebook.yaml", "codebook.json"):
        (at / what).write_text(CODEBOOK if what.endswith("yaml") else json.dumps({"format": "annotator-codebook/1"}))
        return at / what, "new STUDY --codebook"
    if what == "study":
        study_at(at / "other.annotator").close()
        (at / "other.annotator").rename(at / "study.db")
        return at / "study.db", "annotator merge STUDY study.db"
    with study_at(at / "team.annotator") as study:
        statement(study)
        password = "long enough, this one" if what == "sealed" else None
        pack(study, "Ada", at / "ada.annotator-package", password=password)
    (at / "ada.annotator-package").rename(at / "ada.bin")
    return at / "ada.bin", "annotator merge STUDY ada.bin"


@pytest.mark.parametrize("what", ["codebook.yaml", "codebook.json", "study", "package", "sealed"])
def test_what_is_no_file_of_codings_is_refused_by_every_way_in(what: str, tmp_path: Path) -> None:
    source, command = given(what, tmp_path)
    with study_at(tmp_path / "s.annotator") as study:
        for way in (
            lambda: as_json(import_files(study, [source])),
            lambda: as_json(import_files(study, [source], "doccano")),
            lambda: as_json(import_codings(study, [source], "w3c")),
            lambda: as_json(import_suggestions(study, Request([source], "prodigy"))),
            lambda: as_json(new_study_from(tmp_path / "n.annotator", source, "")),
        ):
            with pytest.raises(BadInput, match=command):
                way()


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.pdf", "a.docx"])
@pytest.mark.parametrize("form", ["doccano", "annotations", "brat", "w3c", "qdpx"])
def test_an_article_is_no_file_of_codings(name: str, form: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("The mayor spoke of the eel.\n")
    with study_at(tmp_path / "s.annotator") as study, pytest.raises(BadInput, match=f"annotator import STUDY {name}"):
        import_codings(study, [tmp_path / name], form)


def test_texts_in_which_nobody_coded_are_articles(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text("The mayor spoke of the eel.\n")
    (tmp_path / "rows.jsonl").write_text(json.dumps({"title": "Eel", "text": "The mayor spoke of it."}) + "\n")
    with study_at(tmp_path / "s.annotator") as study:
        for name, form in (("pages", "brat"), ("rows.jsonl", "annotations")):
            for taking in (Taking(), Taking(rest=True)):
                with pytest.raises(BadInput, match="annotator import STUDY SOURCE, without --format"):
                    import_codings(study, [tmp_path / name], form, taking=taking)


def test_names_in_a_file_are_kept_unless_the_person_wants_another_and_both_is_told(tmp_path: Path) -> None:
    with study_at(tmp_path / "a.annotator") as study:
        statement(study, "Ada")
        export(study, "jsonl", tmp_path / "a.jsonl")
    lines = [json.loads(x) for x in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    claim = next(x for x in lines if x["layer"] == "claim")
    nobodys = {**claim, "id": "n", "coder": None}
    (tmp_path / "b.jsonl").write_text("".join(json.dumps(x) + "\n" for x in (claim, nobodys)), "utf-8")
    for number, (taking, told) in enumerate(
        (
            (Taking(), {"named": {"Ada": 1}, "given": {"Cy": 1}}),
            (Taking(override=True), {"given": {"Cy": 2}, "overridden": {"Ada": 1}}),
            (Taking(rest=True), {"named": {"Ada": 1}, "given": {"Cy": 1}}),
        )
    ):
        with study_at(tmp_path / f"{number}.annotator") as study:
            result = as_json(import_codings(study, [tmp_path / "b.jsonl"], "annotations", coder="Cy", taking=taking))
            assert result["coders"] == told
            names = sorted(next(c.name for c in study.coders() if c.id == a.coder_id) for a in study.annotations())
            assert names == (["Cy", "Cy"] if taking.override else ["Ada", "Cy"])


def test_the_command_says_whose_labels_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with study_at(tmp_path / "a.annotator") as study:
        statement(study, "Ada")
        export(study, "prodigy", tmp_path / "p.jsonl")
    study_at(tmp_path / "s.annotator").close()
    terminal, words = Terminal(capsys), (tmp_path / "s.annotator", tmp_path / "p.jsonl", "--dry-run")
    told = terminal("import", *words, "--coder", "Cy")[2]
    assert "these labels name who made them: Ada (3); Cy was not needed" in told
    told = terminal("import", *words, "--coder", "Cy", "--override-coders")[2]
    assert "3 labels that name Ada came in as Cy's" in told
    assert terminal("import", *words, "--override-coders")[0] == 2
