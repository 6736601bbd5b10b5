"""A writer that is killed at any moment leaves a file that opens and holds every change that was confirmed.

`python -m tests.bench.kills` does it thousands of times, in more places.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.studies import study_at

KILLS = 20
WRITER = """
import sys
from pathlib import Path
from annotator.domain.commands import AddAnnotation, RemoveAnnotation, SetValue
from annotator.services.study import Study
study = Study.open(Path(sys.argv[1]))
coder, document = study.coder("Ada").id, study.documents()[0].id
while sys.stdin.readline():
    for number in range(40):
        made = study.coding.apply(AddAnnotation(coder_id=coder, document_id=document, layer="claim",
                                                fragments=((0, 5),), values={"kind": "fact"}))
        key = next(iter(made.added))
        print("+" + key, flush=True)
        if number % 3 == 0:
            study.coding.apply(SetValue(coder_id=coder, annotation_id=key, attribute="stance", value=1))
            print("=" + key, flush=True)
        if number % 5 == 0:
            study.coding.apply(RemoveAnnotation(coder_id=coder, annotation_id=key))
            print("-" + key, flush=True)
"""


def test_killed_twenty_times_nothing_confirmed_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    study_at(path).close()
    chance = random.Random(7)
    present: dict[str, bool] = {}
    maybe: set[str] = set()
    for _ in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
        lines = [writer.stdout.readline() for _ in range(chance.randrange(1, 30))]
        writer.kill()
        lines += writer.stdout.readlines()
        writer.wait()
        writer.stdin.close()
        writer.stdout.close()
        for line in lines:
            if line.endswith("\n"):
                sign, key = line[0], line[1:].strip()
                if sign == "-":
                    present.pop(key, None)
                    maybe.discard(key)
                else:
                    present[key] = sign == "=" or present.get(key, False)
        last = lines[-1][1:].strip() if lines else ""
        maybe.add(last)  # the step after the last confirmed one may be on the disk without having been told
        with Study.open(path) as study:
            assert check(study) == []
            stored = {a.id: a for a in study.annotations()}
            for key, valued in present.items():
                if key == last:
                    continue  # it may have been removed meanwhile
                assert key in stored
                assert not valued or stored[key].values.get("stance") == 1
            present = {key: stored[key].values.get("stance") == 1 for key in stored}
    assert len(present) > KILLS
