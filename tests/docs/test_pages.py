"""The manual holds together: made pages are fresh, links and paths lead somewhere, every picture is used."""

from __future__ import annotations

import importlib.util
import logging
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.docs.pages import MANUAL, ROOT, pages, title

PAPERS = [*pages(), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "packaging" / "README.md"]
OF_REPOSITORY = frozenset(["annotator", "docs", "packaging", "resources", "schemas", "tests"])
OF_PROGRAM = frozenset(["agreement", "cli", "domain", "formats", "intake", "qt", "services", "store"])


def script(name: str) -> ModuleType:
    """A module of `packaging`, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reference = script("reference")


@pytest.mark.parametrize("name", sorted(reference.PAGE_MAKERS))
def test_made_pages_are_fresh(name: str) -> None:
    page = (MANUAL / name).read_text(encoding="utf-8")
    assert reference.PAGE_MAKERS[name]() == page, "run `make docs`"


def test_every_table_and_field_is_explained() -> None:
    from annotator.domain.codebook.reading import codebook_schema
    from annotator.store.tables import metadata

    schema = codebook_schema()
    fields = {f: x for part in (schema, *schema["$defs"].values()) for f, x in part.get("properties", {}).items()}
    silent = [f for f, field in fields.items() if f not in reference.FIELDS and not field.get("description")]
    assert silent == [], "describe them in the model, or in packaging/reference.py"
    assert set(reference.FIELDS) <= set(fields)
    assert set(reference.TABLES) == set(metadata.tables), "explain them in packaging/reference.py"


def test_commands_have_help() -> None:
    page = (MANUAL / "reference" / "commands.md").read_text(encoding="utf-8")
    nameless = re.findall(r"^## .*\n\n\n", page, re.MULTILINE)
    assert not nameless
    assert page.count("\n## ") > 30


def paths_in(text: str) -> set[str]:
    """What looks like a path of this repository: in backticks, beginning with one of its folders."""
    named = re.findall(r"`([\w.-]+(?:/[\w.*-]+)+)/?`", text)
    return {path for path in named if path.split("/")[0] in OF_REPOSITORY | OF_PROGRAM}


@pytest.mark.parametrize("page", PAPERS, ids=title)
def test_every_path_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    missing = [p for p in paths_in(text) if not any(list(base.glob(p)) for base in (ROOT, ROOT / "annotator"))]
    missing += [
        module
        for module in re.findall(r"python -m (tests[\w.]+)", text)
        if not any((ROOT / (module.replace(".", "/") + end)).exists() for end in (".py", "/__init__.py"))
    ]
    assert not missing


def test_paths_are_found_in_a_text() -> None:
    assert paths_in("`qt/desk/desk.py`, `tests/gui`, `a/b`, `no path`, docs/x") == {"qt/desk/desk.py", "tests/gui"}
    assert paths_in((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAPERS, ids=title)
def test_links_lead_to_files(page: Path) -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#\s]+)(?:#[\w-]+)?\)", page.read_text(encoding="utf-8"))
    assert not [x for x in linked if not (page.parent / x).exists()]


def test_every_picture_is_shown() -> None:
    shown = {x for p in pages() for x in re.findall(r"pictures/([\w-]+\.png)", p.read_text(encoding="utf-8"))}
    assert shown == {p.name for p in (MANUAL / "pictures").glob("*")}


def contents(entries: list[Any]) -> list[str]:
    """The pages of a table of contents, in order."""
    found: list[str] = []
    for entry in entries:
        for value in entry.values():
            found += [value] if isinstance(value, str) else contents(value)
    return found


def test_every_page_stands_in_the_contents() -> None:
    nav = contents(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    there = {p.relative_to(MANUAL).as_posix() for p in pages()}
    listed = set(re.findall(r"\((\S+\.md)\)", (MANUAL / "decisions" / "index.md").read_text(encoding="utf-8")))
    assert len(nav) == len(set(nav))
    assert set(nav) | {f"decisions/{name}" for name in listed} == there


def test_web_pages_are_made_without_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("mkdocs")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path))
    with caplog.at_level(logging.WARNING, "mkdocs"):
        build(config)  # strict: a broken link or anchor raises
    assert not [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert (tmp_path / "tutorials" / "coder.html").exists()


def test_every_way_to_ship_takes_the_manual_along() -> None:
    for place in ("pyproject.toml", "packaging/linux/annotator.spec", "packaging/macos/annotator.spec"):
        text = (ROOT / place).read_text(encoding="utf-8")
        assert "annotator/_data/docs" in text, place
        assert "mkdocs.yml" in text, place
