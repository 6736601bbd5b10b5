"""No damaged file brings the program down or passes in silence; more by `python -m tests.bench.hostile`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.damaged import Bench, Sample, damages, told_by


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("damaged"))


def unchanged(data: bytes) -> bytes:
    return data


def test_the_sound_files_are_taken(bench: Bench) -> None:
    """A fuzzer of files that nobody reads would find nothing."""
    assert len(bench.samples) > 20
    for sample in bench.samples:
        told = [t for _, t in bench.tried(sample, unchanged, random.Random(1))]
        assert [t for t in told if t.fault] == [], sample.name
        assert any(t.code == 0 for t in told), (sample.name, told)


@pytest.mark.parametrize("part", range(4))
def test_damaged_files_are_taken_or_told(bench: Bench, part: int) -> None:
    ways = damages(1_000 * part)
    told_of = 0
    for number, sample in enumerate(bench.samples[part::4]):
        for name, damage in islice(ways, 2):
            for command, told in bench.tried(sample, damage, random.Random(number)):
                assert told.fault is None, f"{sample.name} [{name}] {' '.join(command)}: {told.fault}"
                told_of += told.code
    assert told_of


def trials(sample: Sample, bench: Bench, data: bytes) -> Iterator[str]:
    for command, told in bench.tried(sample, lambda _: data, random.Random(1)):
        assert told.fault is None, f"{command}: {told.fault}"
        yield told.error


@pytest.mark.parametrize(
    "data",
    [b"[" * 97_000, b"{" * 97_000, b"- " * 50_000, b"a: {" * 30_000, b"? " * 50_000, b'{"a":' * 30_000],
    ids=lambda d: repr(d[:5]),
)
def test_a_codebook_that_is_nested_without_end_is_refused_at_once(bench: Bench, data: bytes) -> None:
    for sample in bench.samples:
        if sample.name in ("codebook.json", "codebook.yaml", "mapping.json"):
            assert any("nest" in told for told in trials(sample, bench, data))


def test_a_codebook_of_many_faults_tells_the_first_ones(bench: Bench) -> None:
    lines = "".join(f"key{number}: {number}\n" for number in range(20_000))
    (sample,) = [s for s in bench.samples if s.name == "codebook.yaml"]
    assert any(
        "19802 more faults" in told or "characters more" in told for told in trials(sample, bench, lines.encode())
    )


def test_a_file_name_that_no_terminal_can_show_is_told(tmp_path: Path) -> None:
    told = told_by(("codebook", "check", str(tmp_path / "a\udcffb.yaml")))
    assert (told.code, told.fault) == (1, None)


def test_a_foreign_database_whose_names_are_no_text_is_told(bench: Bench) -> None:
    for sample in bench.samples:
        if sample.name in ("dna", "qualcoder"):
            (data,) = sample.content.values()
            for old in (b"STATEMENTS", b"code_text", b"fulltext", b"ID, Name", b"pos0"):
                assert all(t is not None for t in trials(sample, bench, data.replace(old, b"\x97" * len(old))))
