"""What is packed for other machines: the manual page, the desktop's files, the wheel's facts, the release script."""

from __future__ import annotations

import datetime
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from annotator.cli.app import command_tree

ROOT = Path(__file__).resolve().parents[2]


def leaves(tree: object, above: tuple[str, ...] = ()) -> list[tuple[str, list[str]]]:
    found = []
    for name, command in tree.commands.items():  # type: ignore[attr-defined]
        if hasattr(command, "commands"):
            found += leaves(command, (*above, name))
        elif not command.hidden:
            options = [o for p in command.params if p.param_type_name == "option" for o in p.opts]
            found.append((" ".join((*above, name)), options))
    return found


@pytest.fixture(scope="module")
def page() -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "manpage.py")],
        capture_output=True,
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
    )
    return done.stdout.decode("ascii")


def test_the_manual_page_has_every_command_and_option(page: str) -> None:
    known = leaves(command_tree())
    assert len(known) > 25
    plain = page.replace(r"\-", "-")
    for command, options in known:
        part = re.search(rf"^\.SS annotator {re.escape(command)}( .*)?\n((?:(?!\.S[SH]).*\n)*)", plain, re.M)
        assert part is not None, command
        for option in options:
            assert rf"\fB{option}\fR" in part.group(2), (command, option)
    assert "January" in page or "1970-01-01" in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff reads manual pages, and is not installed")
def test_a_reader_of_manual_pages_has_nothing_to_say(page: str) -> None:
    read = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=page.encode(), capture_output=True, check=True)
    assert read.stderr == b""
    assert b"ANNOTATOR(1)" in read.stdout


def test_the_wheel_says_who_and_what_and_names_no_place() -> None:
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = facts["project"]
    assert project["authors"] == [{"name": "Annotator developers"}]
    assert "License :: OSI Approved :: Apache Software License" not in project["classifiers"]  # `license` says it
    assert {"Programming Language :: Python :: 3.11", "Operating System :: OS Independent"} <= set(
        project["classifiers"]
    )
    assert "urls" not in project


def test_the_wheel_has_all_resources_but_the_pictures_of_the_readme() -> None:
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    taken = facts["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    parts = {f"resources/{p.name}" for p in (ROOT / "resources").iterdir()} - {"resources/pictures"}
    assert {k for k in taken if k.startswith("resources")} == parts
    assert all(to == f"annotator/_data/{here}" for here, to in taken.items() if here in parts)


def test_a_packaged_program_depends_on_all_that_it_asks_for() -> None:
    from annotator.services.computer.display import PACKAGES

    script = (ROOT / "packaging" / "setup.sh").read_text(encoding="utf-8")
    assert set(re.findall(r"\.so\.\d+=([\w.-]+)", script)) <= set(PACKAGES)
    assert "libxcb-cursor0" in PACKAGES


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "annotator").mkdir()
    (tmp_path / "annotator" / "__init__.py").write_text('"""Words."""\n\n__version__ = "0.1.0"\n', encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text("## [Unreleased]\n\n### Added\n- Everything.\n", encoding="utf-8")
    shutil.copy(ROOT / "CITATION.cff", tmp_path)
    return tmp_path


def test_a_release_has_one_version_everywhere_its_notes_and_sums(checkout: Path) -> None:
    release = script("release")
    release.prepare(checkout, "0.2.0", datetime.date(2031, 2, 3))
    assert release.version_of(checkout) == "0.2.0"
    cited = yaml.safe_load((checkout / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["version"], str(cited["date-released"])) == ("0.2.0", "2031-02-03")
    changes = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changes.startswith("## [Unreleased]\n\n## [0.2.0] – 2031-02-03\n")
    (checkout / "dist" / "linux").mkdir(parents=True)
    for name in (
        "annotator-0.2.0-py3-none-any.whl",
        "linux/annotator_0.2.0_amd64.deb",
        "linux/annotator_0.1.0_amd64.deb",
    ):
        (checkout / "dist" / name).write_bytes(name.encode())
    made = release.gather(checkout, "v0.2.0")
    names = ["annotator-0.2.0-py3-none-any.whl", "annotator_0.2.0_amd64.deb", "SHA256SUMS", "NOTES.md"]
    assert [p.name for p in made] == names
    sums = dict(line.split("  ")[::-1] for line in made[2].read_text(encoding="utf-8").splitlines())
    assert sums == {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in made[:2]}
    assert made[3].read_text(encoding="utf-8") == "### Added\n- Everything.\n"


@pytest.mark.parametrize("version", ["0.0.9", "1.0", "v1.0.0", "0.1.0rc1", ""])
def test_what_is_no_next_version_is_refused_and_nothing_is_written(checkout: Path, version: str) -> None:
    release = script("release")
    before = {p: p.read_bytes() for p in checkout.rglob("*") if p.is_file()}
    with pytest.raises(release.Wrong):
        release.prepare(checkout, version, datetime.date(2031, 2, 3))
    assert {p: p.read_bytes() for p in checkout.rglob("*") if p.is_file()} == before


def test_a_tag_of_another_version_and_a_release_with_nothing_to_tell_are_refused(checkout: Path) -> None:
    release = script("release")
    with pytest.raises(release.Wrong, match=r"v9\.0\.0"):
        release.gather(checkout, "v9.0.0")
    (checkout / "CHANGELOG.md").write_text("## [Unreleased]\n", encoding="utf-8")
    with pytest.raises(release.Wrong, match="tells nothing"):
        release.prepare(checkout, "0.2.0", datetime.date(2031, 2, 3))


def test_the_program_is_cited_by_the_version_it_has() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == script("release").version_of(ROOT)
    assert (cited["cff-version"], cited["type"], cited["license"]) == ("1.2.0", "software", "Apache-2.0")
    assert cited["title"].startswith("Annotator")
    assert cited["authors"] == [{"name": "Annotator developers"}]


def test_what_the_build_server_calls_is_there() -> None:
    flow = yaml.safe_load((ROOT / ".github" / "workflows" / "build.yml").read_text(encoding="utf-8"))
    runs = [s["run"] for job in flow["jobs"].values() for s in job["steps"] if "run" in s]
    goals = {g for r in runs for g in re.findall(r"(?:^|&& )make ([\w-]+)", r)}
    known = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert goals
    assert goals <= known
    for file in {f for r in runs for f in re.findall(r"packaging/[\w./-]+", r)}:
        assert (ROOT / file).is_file(), file
    assert set(flow["jobs"]["test"]["strategy"]["matrix"]["os"]) == {"ubuntu-24.04", "windows-2022", "macos-15"}
    for form in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        assert yaml.safe_load(form.read_text(encoding="utf-8"))


def test_the_build_server_takes_others_actions_at_one_commit() -> None:
    """A tag can be moved to other code; the sum of a commit cannot."""
    text = (ROOT / ".github" / "workflows" / "build.yml").read_text(encoding="utf-8")
    used = re.findall(r"uses: *(\S+)(.*)", text)
    assert len(used) > 5
    for action, remark in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", remark), f"{action}: of which version is this?"


def dependencies() -> set[str]:
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {re.sub(r"[-_.]+", "-", re.split(r"[<>=\[ ;]", d)[0]).lower() for d in facts["project"]["dependencies"]}


def test_every_dependency_is_pinned_for_windows_by_version_and_sum() -> None:
    lines = (ROOT / "packaging" / "windows" / "requirements.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert all(re.fullmatch(r"[\w-]+==\S+ --hash=sha256:[0-9a-f]{64}", line) for line in lines)
    assert dependencies() <= {line.split("==")[0] for line in lines}, "run packaging/windows/lock.py"


def test_packed_programs_know_the_versions_of_what_they_are_made_of() -> None:
    """`annotator doctor` tells them; they are read from what PyInstaller copies of each distribution."""
    for place in ("linux", "macos"):
        text = (ROOT / "packaging" / place / "annotator.spec").read_text(encoding="utf-8")
        assert 'copy_metadata("annotator", recursive=True)' in text, place


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash reads its scripts, and is not installed")
def test_scripts_can_be_read_by_their_shell() -> None:
    for path in sorted((ROOT / "packaging").rglob("*.sh")):
        shell = "bash" if "bash" in path.read_text(encoding="utf-8").splitlines()[0] else "sh"
        done = subprocess.run([shell, "-n", str(path)], capture_output=True, check=False)
        assert (path.name, done.stderr) == (path.name, b"")
