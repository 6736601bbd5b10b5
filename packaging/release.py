"""A release: ``release.py prepare VERSION`` in a clean checkout, the tag, then ``release.py files [--tag vVERSION]``.

prepare: writes the version, dates the changelog and CITATION.cff; a person looks at it, commits and tags it.
files: wheel, source and packages out of ``dist`` into ``dist/release``, with SHA256SUMS and NOTES.md of this version.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_VERSION = re.compile(r"\d+\.\d+\.\d+((a|b|rc)\d+)?")
_PACKAGES = (".deb", ".tar.xz", ".exe", ".zip", ".dmg")


class Wrong(Exception):
    """Why there is no release; nothing was written."""


def order(version: str) -> tuple[int, ...]:
    """Versions in the order in which they follow each other: 1.0.0a1, 1.0.0rc1, 1.0.0."""
    numbers, kind, count = re.fullmatch(r"([\d.]+?)(?:(a|b|rc)(\d+))?", version).groups()  # type: ignore[union-attr]
    return (*map(int, numbers.split(".")), {"a": 0, "b": 1, "rc": 2, None: 3}[kind], int(count or 0))


def version_of(root: Path) -> str:
    """The version in the code."""
    found = re.search(r'^__version__ = "(.+)"$', (root / "annotator" / "__init__.py").read_text("utf-8"), re.M)
    if found is None:
        raise Wrong("annotator/__init__.py has no version")
    return found.group(1)


def prepare(root: Path, version: str, day: datetime.date) -> list[str]:
    """Write version and day; the answer names the files."""
    if not _VERSION.fullmatch(version):
        raise Wrong(f"{version} is no version: write 1.2.3, or 1.2.3rc1")
    old = version_of(root)
    if order(version) < order(old):
        raise Wrong(f"{version} comes before {old}")
    changes = (root / "CHANGELOG.md").read_text("utf-8")
    head = "## [Unreleased]\n"
    if head not in changes or f"## [{version}]" in changes:
        raise Wrong(f"CHANGELOG.md has no “{head.strip()}”, or has {version} already")
    body = changes.partition(head)[2].partition("\n## [")[0]
    if not re.search(r"^- ", body, re.M):
        raise Wrong("CHANGELOG.md tells nothing that is unreleased")
    code = (root / "annotator" / "__init__.py").read_text("utf-8")
    cite = (root / "CITATION.cff").read_text("utf-8")
    cite = re.sub(
        r"^version: .*$", f"version: {version}", re.sub(r"^date-released: .*\n", "", cite, flags=re.M), flags=re.M
    )
    cite = cite.replace(f"version: {version}\n", f"version: {version}\ndate-released: {day.isoformat()}\n", 1)
    written = {
        "annotator/__init__.py": code.replace(f'__version__ = "{old}"', f'__version__ = "{version}"'),
        "CHANGELOG.md": changes.replace(head, f"{head}\n## [{version}] – {day.isoformat()}\n", 1),
        "CITATION.cff": cite,
    }
    for name, text in written.items():
        (root / name).write_text(text, encoding="utf-8", newline="\n")
    return list(written)


def notes(root: Path, version: str) -> str:
    """What the changelog says of this version."""
    text = (root / "CHANGELOG.md").read_text("utf-8")
    found = re.search(rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## \[|\Z)", text, re.M | re.S)
    if found is None:
        raise Wrong(f"CHANGELOG.md has no part for {version}: run release.py prepare {version}")
    return found.group(1).strip() + "\n"


def gather(root: Path, tag: str | None) -> list[Path]:
    """Everything that is published, with sums; a tag must be the version of the code."""
    version = version_of(root)
    if tag is not None and tag != f"v{version}":
        raise Wrong(f"the tag {tag} is not v{version}, the version of the code")
    told, dist = notes(root, version), root / "dist"
    out = dist / "release"
    named = (p for p in dist.rglob("*") if p.is_file() and out not in p.parents and version in p.name)
    found = sorted((p for p in named if p.name.endswith((*_PACKAGES, ".whl", ".tar.gz"))), key=lambda p: p.name)
    if not any(p.suffix == ".whl" for p in found):
        raise Wrong(f"dist has no wheel of {version}")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    made = [Path(shutil.copy2(p, out / p.name)) for p in found]
    sums = "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in made)
    (out / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")
    (out / "NOTES.md").write_text(told, encoding="utf-8", newline="\n")
    return [*made, out / "SHA256SUMS", out / "NOTES.md"]


def _wheel(root: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(root / "dist"), str(root)]
    subprocess.run(build, check=True)


def main() -> int:
    """Do what is asked for; 1 where there is no release."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = reader.add_subparsers(dest="step", required=True)
    steps.add_parser("prepare").add_argument("version")
    steps.add_parser("files").add_argument("--tag")
    asked = reader.parse_args()
    try:
        if asked.step == "prepare":
            changed = subprocess.run(["git", "-C", str(ROOT), "status", "--porcelain"], capture_output=True, check=True)
            if changed.stdout.strip():
                raise Wrong("the checkout has changes that are not committed")
            names = prepare(ROOT, asked.version, datetime.datetime.now(datetime.UTC).date())
            print(f"wrote {', '.join(names)}; look at them, then:")
            print(f"  git commit -am 'Release {asked.version}' && git tag -a v{asked.version} -m v{asked.version}")
        else:
            _wheel(ROOT)
            for path in gather(ROOT, asked.tag):
                print(path.relative_to(ROOT).as_posix())
    except (Wrong, subprocess.CalledProcessError) as error:
        print(f"release.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
