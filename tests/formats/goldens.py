"""Golden files and folders, and files that were broken on purpose."""

from __future__ import annotations

import os
import random
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from annotator.domain.errors import AnnotatorError
from annotator.formats.declared import readable
from annotator.services.exchange.importing_codings import bring_in
from annotator.services.study import Study

GOLDEN = Path(__file__).parent / "golden"


def contents(path: Path) -> dict[str, bytes]:
    """Path inside -> bytes, of a folder, an archive or one file."""
    if path.is_dir():
        return {p.relative_to(path).as_posix(): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in sorted(archive.namelist())}
    return {"": path.read_bytes()}


def is_golden(out: Path, name: str) -> None:
    """The export is what lies in the folder ``golden/NAME``, byte for byte; ANNOTATOR_WRITE_GOLDEN=1 writes it."""
    golden = GOLDEN / name
    if os.environ.get("ANNOTATOR_WRITE_GOLDEN"):
        shutil.rmtree(golden, ignore_errors=True)
        for inside, data in contents(out).items():
            (golden / inside).parent.mkdir(parents=True, exist_ok=True)
            (golden / inside).write_bytes(data)
    assert contents(out) == contents(golden)


def broken(out: Path, folder: Path, count: int, only: tuple[str, ...] = ()) -> Iterator[Path]:
    """Copies of an export (a folder or an archive), each with one file hurt in one place."""
    whole = contents(out)
    names = [n for n in whole if whole[n] and (not only or n.endswith(only))]
    for seed in range(count):
        dice = random.Random(seed)
        name = dice.choice(names)
        hurt = {**whole, name: _hurt(whole[name], dice)}
        target = folder / f"broken-{seed}{out.suffix}"
        if out.is_dir():
            for inside, data in hurt.items():
                (target / inside).parent.mkdir(parents=True, exist_ok=True)
                (target / inside).write_bytes(data)
        else:
            with zipfile.ZipFile(target, "w") as archive:
                for inside, data in hurt.items():
                    archive.writestr(inside, data)
        yield target
        shutil.rmtree(target) if target.is_dir() else target.unlink()


def _hurt(data: bytes, dice: random.Random) -> bytes:
    at, size = dice.randrange(len(data)), dice.randrange(1, 12)
    numbers = [i for i, b in enumerate(data) if 48 <= b <= 57]
    way = dice.randrange(7)
    if way == 0:
        return data[:at] + data[at + size :]
    if way == 1:
        return data[:at] + bytes(dice.randrange(256) for _ in range(size)) + data[at:]
    if way == 2 and numbers:
        place = dice.choice(numbers)
        return data[:place] + dice.choice((b"", b"-1", b"99", b"9" * 5000, b"1e9")) + data[place + 1 :]
    if way == 3:
        lines = data.split(b"\n")
        dice.shuffle(lines)
        return b"\n".join(lines)
    if way == 4:
        return data[:at]
    if way == 5:
        return data[: at + size] + data[at:]
    return data.replace(dice.choice((b'"', b"\t", b" ", b":", b"=")), dice.choice((b"", b";", b"\t", b"\n", b"0")), 1)


def never_more_than_told(study: Study, form: str, path: Path) -> None:
    """Reading a broken file ends in data that the study can judge, in problems, or in an error that says what."""
    before = [d.sha256 for d in study.documents()]
    with suppress(AnnotatorError):
        bring_in(study, path.name, readable(form).reader()(path), form, dry_run=True)
    assert [d.sha256 for d in study.documents()] == before
