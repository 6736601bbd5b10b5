"""Shares, lines over time and networks made anew from each coder's codings, held to counts of the labels themselves."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.agreement.spread import apart
from annotator.cli.app import run
from annotator.domain.codebook.model import Codebook
from annotator.domain.commands import AddAnnotation, SetDocumentState
from annotator.domain.errors import BadInput
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.intake import read_source
from annotator.services.agreement.request import Question
from annotator.services.agreement.svg import ticks
from annotator.services.articles.facts import set_facts
from annotator.services.articles.importing import add_documents
from annotator.services.demo import make_demo_study
from annotator.services.networks.asking import Wanted
from annotator.services.networks.writing import write_network
from annotator.services.reliability.by_coder import ALL, PAIRS, Outcome, Value, Work, recompute
from annotator.services.reliability.derived import MEAN, Asked, Reliability, period_of, reliability, reliability_as_json
from annotator.services.reliability.drawing import spread_svg
from annotator.services.reliability.files import reliability_csv, write_reliability
from annotator.services.study import Study
from tests.cli.test_contract import Seen

CODEBOOK = Codebook.model_validate(
    {
        "format": "annotator-codebook/1",
        "key": "t",
        "title": "T",
        "version": "1",
        "language": "en",
        "layers": [
            {
                "key": "claim",
                "label": "Claim",
                "kind": "span",
                "attributes": [
                    {
                        "key": "kind",
                        "label": "Kind",
                        "type": "choice",
                        "values": [{"key": k, "label": k.title()} for k in ("fact", "wish", "=rude")],
                    },
                    {
                        "key": "sure",
                        "label": "Sure",
                        "type": "scale",
                        "points": [{"value": v, "label": f"point {v}"} for v in (1, 2, 3)],
                        "off_scale": [{"key": "na", "label": "does not apply"}],
                    },
                    {
                        "key": "about",
                        "label": "About",
                        "type": "choices",
                        "values": [{"key": k, "label": k.title()} for k in ("a", "b")],
                    },
                ],
            }
        ],
    }
)
DAYS = ("2031-01-30", "2031-02-01", "2031-02-20", "")


def coded(path: Path, work: dict[str, list[list[dict[str, Any]] | None]], name: str = "x") -> Study:
    """A study in which each coder gave these values in each article; None: the coder did not read it."""
    study = Study.create(path, CODEBOOK, "Test", CountingIds(name), SteppingClock("2031-01-01"))
    for number in range(max(len(w) for w in work.values())):
        text = f"Article {number}. " + "word " * 40
        add_documents(study, read_source(f"a{number}.txt", text.encode(), "plain"))
    for document, day in zip(study.documents(), DAYS, strict=False):
        if day:
            set_facts(study, {document.id: {"published": day}})
    for coder, articles in work.items():
        key = study.ensure_coder(coder).id
        for document, labels in zip(study.documents(), articles, strict=False):
            if labels is None:
                continue
            for place, values in enumerate(labels):
                study.coding.apply(
                    AddAnnotation(
                        coder_id=key,
                        document_id=document.id,
                        layer="claim",
                        id=study.ids(),
                        fragments=((5 * place, 5 * place + 4),),
                        values=values,
                    )
                )
            study.coding.apply(SetDocumentState(coder_id=key, document_id=document.id, state="done"))
    return study


def kinds(*keys: str) -> list[dict[str, Any]]:
    return [{"kind": k} for k in keys]


def one(found: tuple[Reliability, ...]) -> Reliability:
    assert len(found) == 1
    return found[0]


def test_shares_are_each_coders_own_on_the_articles_that_both_read(tmp_path: Path) -> None:
    work: dict[str, Any] = {
        "Ada": [kinds("fact", "fact", "wish"), kinds("fact"), kinds("wish")],
        "Ben": [kinds("fact", "wish", "wish"), [{}], None],
    }
    with coded(tmp_path / "s.annotator", work) as study:
        r = one(reliability(study, Question(), Asked(layer="claim", attribute="kind")))
    assert (r.made.coders, r.made.basis, r.made.articles) == (("Ada", "Ben"), ALL, 2)
    fact, wish = (r.made.named((k,)) for k in ("fact", "wish"))
    assert fact is not None
    assert wish is not None
    assert fact.values == (3 / 4, 1 / 3)
    assert fact.counts == (3, 1)
    assert (fact.low, fact.high, fact.label) == (1 / 3, 3 / 4, ("Fact",))
    assert fact.spread == pytest.approx(5 / 12)
    assert fact.mean == pytest.approx(13 / 24)
    assert wish.values == (1 / 4, 2 / 3)
    assert any("1 labels have no value" in n for n in r.notes)


def test_sets_means_and_counts(tmp_path: Path) -> None:
    work: dict[str, Any] = {
        "Ada": [[{"about": ["a", "b"], "sure": 1}, {"about": ["a"], "sure": 3}]],
        "Ben": [[{"about": ["b"], "sure": "na"}, {"sure": 2}, {"sure": 2}]],
    }
    with coded(tmp_path / "s.annotator", work) as study:
        sets = one(reliability(study, Question(), Asked(layer="claim", attribute="about")))
        means = one(reliability(study, Question(), Asked(layer="claim", attribute="sure", measure="mean")))
        counts = one(reliability(study, Question(), Asked(layer="claim", attribute="sure", measure="count")))
        lines = reliability(study, Question(), Asked(of="series", layer="claim", measure="count"))
        with pytest.raises(BadInput, match="only numbers have a mean"):
            reliability(study, Question(), Asked(layer="claim", attribute="kind", measure="mean"))
        with pytest.raises(BadInput, match="without its layer"):
            reliability(study, Question(), Asked(attribute="kind"))
        with pytest.raises(BadInput, match="cannot be computed"):
            reliability(study, Question(), Asked(of="charts"))  # type: ignore[arg-type]
    assert {f.key: f.values for f in sets.made.figures} == {("a",): (1.0, 0.0), ("b",): (0.5, 1.0)}
    mean = means.made.named((MEAN,))
    assert mean is not None
    assert (mean.values, mean.counts) == ((2.0, 2.0), (2, 2))
    assert {f.key[0]: f.values for f in counts.made.figures} == {"1": (1, 0), "2": (0, 2), "3": (1, 0), "na": (0, 1)}
    assert [f.key[0] for f in counts.made.figures] == ["1", "2", "3", "na"], "in the codebook's order"
    assert lines[0].attribute == ""
    assert [(f.key, f.values) for f in lines[0].made.figures] == [(("2031-01", "claim"), (2, 3))]


def test_lines_over_time_have_every_value_in_every_period_and_tell_what_has_no_date(tmp_path: Path) -> None:
    work = {
        "Ada": [kinds("fact"), kinds("wish"), kinds("wish", "fact"), kinds("fact")],
        "Ben": [kinds("fact"), kinds("fact"), [], kinds("fact", "fact")],
    }
    with coded(tmp_path / "s.annotator", work) as study:
        r = one(reliability(study, Question(), Asked(of="series", layer="claim", attribute="kind")))
        by_day = one(reliability(study, Question(), Asked(of="series", layer="claim", attribute="kind", period="day")))
    assert {f.key: f.values for f in r.made.figures} == {
        ("2031-01", "fact"): (1.0, 1.0),
        ("2031-01", "wish"): (0.0, 0.0),
        ("2031-02", "fact"): (1 / 3, 1.0),
        ("2031-02", "wish"): (2 / 3, 0.0),
    }
    assert any(n.startswith("3 labels in articles without a date") for n in r.notes)
    empty = by_day.made.named(("2031-02-20", "fact"))
    assert empty is not None
    assert empty.values == (0.5, None), "no labels on that day: there is no share"
    assert (empty.low, empty.spread) == (None, None)


@pytest.mark.parametrize(
    ("published", "told"),
    [
        ("2031-03-04", ("2031-03-04", "2031-W10", "2031-03", "2031")),
        ("2031-03", (None, None, "2031-03", "2031")),
        ("2031", (None, None, None, "2031")),
        (None, (None, None, None, None)),
    ],
)
def test_periods(published: str | None, told: tuple[str | None, ...]) -> None:
    assert tuple(period_of(published, p) for p in ("day", "week", "month", "year")) == told  # type: ignore[arg-type]


def test_coders_who_read_different_articles_are_compared_two_by_two(tmp_path: Path) -> None:
    work: dict[str, list[list[dict[str, Any]] | None]] = {
        "Ada": [kinds("fact"), kinds("fact"), None, None, kinds("fact"), kinds("fact")],
        "Ben": [kinds("wish"), kinds("fact"), kinds("fact"), kinds("fact"), None, None],
        "Cem": [None, None, kinds("wish"), kinds("wish"), kinds("fact"), kinds("fact")],
    }
    with coded(tmp_path / "s.annotator", work) as study:
        r = one(reliability(study, Question(), Asked(layer="claim", attribute="kind")))
        two = one(reliability(study, Question(coders=("Ada", "Ben")), Asked(layer="claim", attribute="kind")))
    assert (r.made.basis, r.made.articles, r.made.read) == (PAIRS, 6, (4, 4, 4))
    fact = r.made.named(("fact",))
    assert fact is not None
    assert fact.values == (1.0, 3 / 4, 1 / 2)
    assert (fact.low, fact.high) == (0.0, 1.0), "Ben and Cem, on the two articles that both read"
    assert fact.typical == pytest.approx((0.5 + 1 + 0) / 3)
    assert [(p.coders, p.articles, p.counts) for p in r.made.pairs] == [
        (("Ada", "Ben"), 2, True), (("Ada", "Cem"), 2, True), (("Ben", "Cem"), 2, True),
    ]  # fmt: skip
    assert two.made.basis == ALL
    assert any("every two of them" in n for n in r.notes)


def test_who_has_few_articles_in_common_is_left_out_and_told(tmp_path: Path) -> None:
    work: dict[str, list[list[dict[str, Any]] | None]] = {
        "Ada": [kinds("fact")] * 4,
        "Ben": [kinds("fact")] * 4,
        "Cem": [kinds("wish"), None, None, None],
    }
    with coded(tmp_path / "s.annotator", work) as study:
        r = one(reliability(study, Question(), Asked(layer="claim", attribute="kind")))
        named = one(reliability(study, Question(coders=("Ada", "Cem")), Asked(layer="claim", attribute="kind")))
    assert r.made.coders == ("Ada", "Ben")
    assert r.made.few == (("Cem", 1),)
    assert any("Cem (1)" in n for n in r.notes)
    assert named.made.coders == ("Ada", "Cem")


values = st.fixed_dictionaries({}, optional={"kind": st.sampled_from(("fact", "wish", "=rude"))})
articles = st.lists(st.none() | st.lists(values, max_size=3), min_size=3, max_size=3)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(articles, min_size=2, max_size=3), st.integers(0, 10**6))
def test_names_ids_and_order_change_no_figure_and_shares_are_what_is_counted(
    tmp_path: Path, drawn: list[Any], seed: int
) -> None:
    chance = random.Random(seed)
    names = ["Ada", "Ben", "Cem"][: len(drawn)]
    asked = Asked(layer="claim", attribute="kind")

    def figures(order: list[int], called: list[str], name: str) -> Any:
        path = tmp_path / f"{chance.random()}.annotator"
        work = {called[i]: drawn[i] for i in order}
        try:
            with coded(path, work, name) as study:
                found = reliability(study, Question(), asked)
        except BadInput:
            return None
        finally:
            path.unlink(missing_ok=True)
        if not found:
            return []
        back = {called[i]: i for i in order}
        made = found[0].made
        told = [
            (f.key, sorted(zip((back[c] for c in made.coders), f.values, f.counts, strict=True)), f.mean, f.low, f.high,
             f.spread, f.typical)
            for f in made.figures
        ]  # fmt: skip
        pairs = sorted((sorted(back[c] for c in p.coders), p.articles, p.apart, p.both, p.either) for p in made.pairs)
        return made, told, pairs

    first = figures(list(range(len(drawn))), names, "a")
    order = list(range(len(drawn)))
    chance.shuffle(order)
    again = figures(order, chance.sample(["Zoe", "Bob", "Ann"], len(drawn)), f"b{seed}")
    if not first:
        assert again == first
        return
    assert first[1:] == again[1:]
    made = first[0]
    for coder in made.coders:
        mine = drawn[names.index(coder)]
        read = [a for n, a in enumerate(mine) if a is not None and _taken(drawn, made, n)]
        given_values = Counter(x["kind"] for a in read for x in a if "kind" in x)
        total = sum(given_values.values())
        for f in made.figures:
            expected = Fraction(given_values[f.key[0]], total) if total else None
            found = f.values[made.coders.index(coder)]
            assert (found is None) == (expected is None)
            assert expected is None or found == float(expected)


def _taken(drawn: list[Any], made: Any, article: int) -> bool:
    readers = [n for n, a in zip(("Ada", "Ben", "Cem"), drawn, strict=False) if a[article] is not None]
    inside = [n for n in readers if n in made.coders]
    return len(inside) == len(made.coders) if made.basis == ALL else len(inside) > 1


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    path = tmp_path_factory.mktemp("demo") / "demo.annotator"
    make_demo_study(path)
    with Study.open(path) as study:
        yield study


def test_a_network_of_one_coder_is_what_that_coders_network_file_says(demo: Study, tmp_path: Path) -> None:
    r = one(reliability(demo, Question(coders=("Ada", "Ben"), round="all"), Asked(of="network")))
    for place, coder in enumerate(r.made.coders):
        write_network(demo, Wanted(coders=(coder,)), tmp_path / f"{coder}.csv")
        with (tmp_path / f"{coder}.csv").open(encoding="utf-8-sig", newline="") as held:
            ties = {(row[0], row[1]): float(row[2]) for row in list(csv.reader(held))[1:] if row[2]}
        own = {f.key: f.values[place] for f in r.made.figures if f.values[place]}
        assert own == ties, "both read the same articles of the demo"
        assert len(own) > 20
    pair = r.made.pairs[0]
    assert pair.both == sum(all(f.values) for f in r.made.figures)
    assert pair.either == len(r.made.figures)
    assert pair.jaccard == pair.both / pair.either
    for kind in ("actors", "concepts"):
        found = one(reliability(demo, Question(coders=("Ada", "Ben")), Asked(of="network", network=Wanted(kind))))  # type: ignore[arg-type]
        assert all(a < b for a, b in (f.key for f in found.made.figures))
    with pytest.raises(BadInput, match="whole statements"):
        reliability(demo, Question(where=("about.stance=1",)), Asked(of="network"))
    with pytest.raises(BadInput, match="whole time"):
        reliability(demo, Question(), Asked(of="network", network=Wanted(window="30 days")))


def test_any_figure_of_ones_own_can_be_made_anew(demo: Study) -> None:
    def make(work: Work) -> Outcome:
        return Outcome(values={("labels",): Value(value=float(len(work.every())), n=len(work.documents))})

    found = recompute(demo, Question(coders=("Ada", "Ben")), make)
    assert found.figures[0].counts == found.read
    assert all(found.figures[0].values)
    with pytest.raises(BadInput, match="one coder’s alone"):
        recompute(demo, Question(own="Ada"), make)


def test_two_coders_apart() -> None:
    found = apart([1.0, 2.0, None, 4.0], [2.0, 4.0, 3.0, 8.0])
    assert (found.compared, found.greatest) == (3, 4.0)
    assert found.mean == pytest.approx(7 / 3)
    assert found.correlation == pytest.approx(1.0)
    assert apart([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]).correlation is None
    assert apart([None], [1.0]).mean is None


def test_files_and_the_command_line(demo: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts = reliability(demo, Question(), Asked(of="shares", layer="claim"))
    rows = list(csv.DictReader(io.StringIO(reliability_csv(parts).decode())))
    assert len(rows) == sum(len(r.made.figures) * len(r.made.coders) for r in parts)
    for of in ("shares", "series", "network"):
        drawn = spread_svg(reliability(demo, Question(), Asked(of=of)))  # type: ignore[arg-type]
        assert drawn.startswith("<svg")
        assert "nan" not in drawn
    study = str(demo.file.path)
    for ending in ("csv", "svg", "png", "json"):
        assert run(["reliability", study, "--of", "network", "-o", str(tmp_path / f"r.{ending}")], Seen()) == 0
    assert (tmp_path / "r.png").read_bytes().startswith(b"\x89PNG")
    capsys.readouterr()
    assert run(["reliability", study, "--json"], Seen()) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads(json.dumps(reliability_as_json(reliability(demo, Question(), Asked()))))
    assert {"coders", "basis", "articles", "figures", "pairs", "notes"} <= told["parts"][0].keys()
    assert run(["reliability", study, "-o", str(tmp_path / "r.docx")], Seen()) == 1
    assert "use .csv" in capsys.readouterr().err
    with pytest.raises(BadInput, match="folder does not exist"):
        write_reliability(parts, tmp_path / "no" / "r.csv")


@given(st.floats(-100, 100), st.floats(0.01, 500))
def test_marks_of_an_axis_are_round_and_inside(least: float, wide: float) -> None:
    found = ticks(least, least + wide)
    assert 2 <= len(found) <= 12
    assert all(least - 1e-6 <= t <= least + wide + 1e-6 for t in found)
