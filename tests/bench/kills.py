"""Programs that are killed at any moment: `python -m tests.bench.kills [N] [SEED]` prints how many were tried, how many
studies opened, how many steps had been confirmed and how many of them are found.

Each is a child of this process that opens and closes, brings an older study up to date, codes, imports, merges, changes
the codebook or moves a study, tells through a pipe what is confirmed, and is killed with SIGKILL after a chance time.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from annotator.domain.commands import AddAnnotation
from annotator.domain.errors import AnnotatorError
from annotator.intake import read_source
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks.changing import apply_codebook
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.study.relocation import move
from annotator.services.team.merging import merge
from annotator.services.team.packing import pack
from tests.codebooks import described, everything
from tests.studies import study_at

Tell = Callable[[str], None]
BESIDE = (".confirmed", ".replaced", ".damaged", ".of-another-file")
"""What is only kept beside a study where another program wrote to it."""
PAST = Path(__file__).resolve().parents[1] / "past_formats"


@dataclass(slots=True)
class Counts:
    """Of one kind of work."""

    kills: int = 0
    opened: int = 0
    confirmed: int = 0
    found: int = 0
    faults: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        """A row of the table."""
        return f"{name:16} {self.kills:6} {self.opened:7} {self.confirmed:16} {self.found:12} {len(self.faults):7}"


def _label(study: Study, coder: str, document: str) -> str:
    made = study.coding.apply(
        AddAnnotation(coder_id=coder, document_id=document, layer="claim", fragments=((0, 5),), memo="m" * 200)
    )
    return next(iter(made.added))


def code(path: Path, tell: Tell) -> None:
    """Labels; the log is folded in now and then."""
    with Study.open(path) as study:
        coder, document = study.coder("Ada").id, study.documents()[0].id
        for number in range(10_000):
            tell(f"label {_label(study, coder, document)}")
            if number % 7 == 6:
                study.file.fold()


def open_and_code(path: Path, tell: Tell) -> None:
    """Opened, one label, closed, again and again."""
    while True:
        with Study.open(path) as study:
            tell(f"label {_label(study, study.coder('Ada').id, study.documents()[0].id)}")


def open_and_close(path: Path, tell: Tell) -> None:
    """Nothing else."""
    while True:
        Study.open(path).close()
        tell(f"opened {path.name}")


def migrate(path: Path, tell: Tell) -> None:
    """Older studies, one after another."""
    for number in range(10_000):
        old = path.with_name(f"old-{number}.annotator")
        shutil.copy(PAST / f"format-{1 + number % 4}.annotator", f"{old}.part")
        os.replace(f"{old}.part", old)
        tell(f"past {old.name}")
        Study.open(old).close()


def bring_in(path: Path, tell: Tell) -> None:
    """Articles."""
    with Study.open(path) as study:
        for number in range(10_000):
            text = f"Article {os.getpid()} {number}. It says that it will pay. " * 20
            add_documents(study, read_source(f"{os.getpid()}-{number}.txt", text.encode(), "plain"))
            tell(f"article {os.getpid()}-{number}.txt")


def merge_in(path: Path, tell: Tell) -> None:
    """A package that was made before, into a fresh copy of the study each time."""
    for number in range(10_000):
        home = path.with_name(f"home-{number}.annotator")
        shutil.copy(path.with_name("supervisor.annotator"), f"{home}.part")
        os.replace(f"{home}.part", home)
        with Study.open(home) as study:
            merge(study, [path.with_name("ada.annotator-package")])
            tell(f"merged {home.name}")


def change_codebook(path: Path, tell: Tell) -> None:
    """There and back."""
    with Study.open(path) as study:
        for number in range(10_000):
            apply_codebook(study, (described, everything)[number % 2]())
            tell(f"codebook {study.codebook_version}")
            study.reload_codebook()


def move_away(path: Path, tell: Tell) -> None:
    """To another file."""
    for number in range(10_000):
        to = path.with_name(f"moved-{number}.annotator")
        move(path, to)
        tell(f"moved {to.name}")


KINDS: dict[str, Callable[[Path, Tell], None]] = {
    "code": code,
    "open, close": open_and_close,
    "open, code, close": open_and_code,
    "migrate": migrate,
    "import": bring_in,
    "merge": merge_in,
    "codebook": change_codebook,
    "move": move_away,
}


def prepared(folder: Path) -> Path:
    """What each child begins with."""
    path = folder / "s.annotator"
    with study_at(path, documents=2) as study:
        _label(study, study.coder("Ada").id, study.documents()[0].id)
    shutil.copy(path, folder / "supervisor.annotator")
    with Study.open(path) as study:
        for _ in range(5):
            _label(study, study.coder("Ada").id, study.documents()[0].id)
        pack(study, "Ada", folder / "ada.annotator-package")
    return path


def one(kind: str, source: Path, folder: Path, chance: random.Random, counts: Counts) -> None:
    """One kill, and what is found after it."""
    shutil.copytree(source, folder)
    path = folder / "s.annotator"
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            KINDS[kind](path, lambda step: os.write(write, f"{step}\n".encode()) and None)
        except BaseException as error:
            os.write(write, f"fault {error!r}\n".encode())
        finally:
            os._exit(0)
    os.close(write)
    told = b""
    if chance.random() < 0.5:  # else in the first moments, while it opens
        select.select([read], [], [], 2)
    time.sleep(chance.uniform(0, 0.06))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while part := os.read(read, 1 << 16):
        told += part
    os.close(read)
    steps = [line.split(" ", 1) for line in told.decode().splitlines()]
    counts.kills += 1
    counts.faults += [what for name, what in steps if name == "fault"]
    try:
        _look(folder, [(name, what) for name, what in steps if name != "fault"], counts)
        counts.opened += 1
    except AnnotatorError as error:
        counts.faults.append(f"{kind}: {error}")
    if not counts.faults:
        shutil.rmtree(folder)


def _look(folder: Path, steps: list[tuple[str, str]], counts: Counts) -> None:
    labels: set[str] = set()
    articles: set[str] = set()
    versions = 0
    sizes: dict[str, int] = {}

    for path in sorted(folder.glob("*.annotator")):
        with Study.open(path) as study:
            counts.faults += [f"{path.name}: {f.where}: {f.what}" for f in check(study)]
            found = {a.id for a in study.annotations()}
            sizes[path.name] = len(found)
            if path.name == "s.annotator":
                labels, articles, versions = found, {d.source for d in study.documents()}, study.codebook_version
    counts.faults += [f"not needed: {p.name}" for p in folder.iterdir() if any(e in p.name for e in BESIDE)]
    counts.confirmed += len(steps)
    for name, what in steps:
        held = {
            "label": lambda w: w in labels,
            "article": lambda w: w in articles,
            "codebook": lambda w: int(w) <= versions,
            "opened": lambda w: w in sizes,
            "past": lambda w: sizes.get(w, 0) >= 6,
            "merged": lambda w: sizes.get(w, 0) == 6,
            "moved": lambda w: sizes.get(w, 0) == 6,
        }[name](what)
        counts.found += held
        if not held:
            counts.faults.append(f"not found: {name} {what}")


def run(
    kills: int, seed: int, folder: Path, every: Callable[[dict[str, Counts]], None] = lambda _: None
) -> dict[str, Counts]:
    """So many kills, shared among the kinds. every: told the counts so far after each 200."""
    source = folder / "source"
    source.mkdir()
    prepared(source)
    chance = random.Random(seed)
    counts = {kind: Counts() for kind in KINDS}
    for number in range(kills):
        kind = list(KINDS)[number % len(KINDS)]
        one(kind, source, folder / str(number), chance, counts[kind])
        if number % 200 == 199:
            every(counts)
    return counts


def show(counts: dict[str, Counts]) -> Counts:
    """Print the table; the answer is its last line."""
    print(f"{'':16} {'kills':>6} {'opened':>7} {'steps confirmed':>16} {'steps found':>12} {'faults':>7}")
    total = Counts()
    for kind, c in counts.items():
        print(c.line(kind))
        total = Counts(
            total.kills + c.kills,
            total.opened + c.opened,
            total.confirmed + c.confirmed,
            total.found + c.found,
            total.faults + c.faults,
        )
    print(total.line("all"))
    for fault in total.faults[:20]:
        print(fault)
    sys.stdout.flush()
    return total


def main() -> int:
    """0 where all opened and nothing confirmed is missing."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    os.environ["ANNOTATOR_STATE"] = str(folder / "state")
    total = show(run(kills, seed, folder, show))
    if total.faults:
        print(f"kept: {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder)
    return 1 if total.faults else 0


if __name__ == "__main__":
    sys.exit(main())
