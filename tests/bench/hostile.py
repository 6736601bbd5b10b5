"""Damaged files of every form and forged packages by the thousand: `python -m tests.bench.hostile [TRIALS] [SEED]`.

Prints a line for every trial that is neither taken nor told, and a table at the end; exit 1 where there was any.
"""

from __future__ import annotations

import copy
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.damaged import Bench, damages
from tests.services.team.forging import ODD, Scene, at, attacked, everywhere, places, put, records, scene, written


def main(trials: int, seed: int) -> int:
    """How many trials left something silent or unsound."""
    with tempfile.TemporaryDirectory() as folder:
        bad = _files(Path(folder), trials, seed) + _packages(Path(folder), trials, seed)
    import resource  # of Linux and macOS

    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")
    return bad


def _files(folder: Path, trials: int, seed: int) -> int:
    bench, counts, seen = Bench(folder / "files"), Counter[str](), set[str]()
    ways = damages(seed)
    slowest = (0.0, "")
    for number in range(trials):
        sample = bench.samples[number % len(bench.samples)]
        name, damage = next(ways)
        dice = random.Random(seed + number)
        began = time.monotonic()
        for command, told in bench.tried(sample, damage, dice):
            counts["tried"] += 1
            counts["silent" if told.fault else "taken" if told.code == 0 else "told"] += 1
            key = f"{sample.name} {told.fault}"[:90]
            if told.fault and key not in seen:
                seen.add(key)
                print(f"{sample.name} [{name}] {' '.join(command)}: {told.fault[:300]}", flush=True)
        slowest = max(slowest, (time.monotonic() - began, f"{sample.name} [{name}]"))
    print(f"damaged files: {dict(counts)}; slowest {slowest[0]:.1f} s: {slowest[1]}")
    return counts["silent"]


def _packages(folder: Path, trials: int, seed: int) -> int:
    (folder / "packages").mkdir()
    here: Scene = scene(folder / "packages")
    sound, counts = records(here.package), Counter[str]()
    dice = random.Random(seed)
    ids = sorted(here.theirs.values())
    for number in range(trials):
        files = copy.deepcopy(sound)
        every = places(files)
        steps = [p for p in every if p[0] == "changes.jsonl"]
        for _ in range(dice.choice((1, 1, 2, 3))):
            place = dice.choice(steps if dice.random() < 0.7 else every)
            try:
                old = at(files, place)
                if isinstance(old, str) and len(old) == 36 and dice.random() < 0.5:
                    files = everywhere(files, old, dice.choice(ids))
                else:
                    put(files, place, dice.choice(ids) if dice.random() < 0.5 else dice.choice(ODD))
            except (KeyError, IndexError, TypeError):
                continue
        out = folder / f"forged-{number}.annotator-package"
        try:
            told = attacked(here, written(files, out), folder / "copy.annotator")
        except Exception as error:
            told = f"raised {type(error).__name__}: {error}"
        out.unlink(missing_ok=True)
        counts["tried"] += 1
        counts[told if told in ("refused", "taken") else "unsound"] += 1
        if told not in ("refused", "taken"):
            print(f"package {number}: {told[:300]}", flush=True)
    print(f"forged packages: {dict(counts)}")
    return counts["unsound"]


if __name__ == "__main__":
    arguments = [int(a) for a in sys.argv[1:]] + [2_000, 1][len(sys.argv) - 1 :]
    sys.exit(1 if main(*arguments[:2]) else 0)
