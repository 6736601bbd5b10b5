"""Passages by what was coded: those that a look through all labels finds, with counts and an account that add up."""

from __future__ import annotations

import csv
import html
import io
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lxml.html
import pandas as pd
import pytest

from annotator.cli.app import run
from annotator.domain.errors import AnnotatorError, BadInput, NotFound
from annotator.domain.json_forms import as_json
from annotator.services.demo import make_demo_study
from annotator.services.exchange.listing import listed
from annotator.services.search.labelled import A_SCREEN, NOT_MET, Asked, LabelPassage, look, understood
from annotator.services.search.passage_files import answer, source, write
from annotator.services.search.saved import forget, from_text, names, save, saved
from annotator.services.study import Study

NO_WINDOW: Any = None


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.annotator"
    make_demo_study(path)
    return path


def found(study: Study, *typed: str, **more: Any) -> set[str]:
    return {p.annotation.id for p in look(study, Asked(condition=understood(study, typed), **more)).passages}


def test_labels_by_layer_value_coder_and_outlet_are_those_of_the_list(demo: Path) -> None:
    with Study.open(demo) as study:
        records = as_json(listed(study, "annotations"))
        outlets = {d["id"]: d["publisher"] for d in as_json(listed(study, "documents"))}
        claims = [r for r in records if r["layer"] == "claim"]
        predictions = {r["id"] for r in claims if r["values"].get("claim_type") == "prediction"}
        assert found(study, layer="claim") == {r["id"] for r in claims}
        assert found(study, "claim.claim_type=prediction", layer="claim") == predictions
        assert found(study, "not claim.claim_type=prediction", layer="claim") == {r["id"] for r in claims} - predictions
        ada = {r["id"] for r in claims if r["coder"]["name"] == "Ada"}
        assert found(study, "claim.claim_type=prediction", layer="claim", coders=("Ada",)) == predictions & ada
        wire = {r["id"] for r in claims if outlets[r["document"]["id"]] == "Meridale Wire"}
        assert found(study, 'coder=Ada and outlet="Meridale Wire"', layer="claim") == ada & wire
        assert found(study, "coder=Ada or outlet=Meridale Wire", layer="claim") == ada | wire


def test_target_and_stance_are_those_of_one_link_and_are_found_from_every_label_of_the_statement(demo: Path) -> None:
    with Study.open(demo) as study:
        records = {r["id"]: r for r in as_json(listed(study, "annotations"))}
        target = "Harbour deepening"
        links = [
            r
            for r in records.values()
            if r["layer"] == "about"
            and r["values"].get("stance") == -2
            and target in [_named(records, f) for f in (*r["roles"]["target"], *_empty(r, "target"))]
        ]
        claims = {f["annotation"] for r in links for f in r["roles"]["claim"]}
        typed = f'about.target="{target}" and about.stance=-2'
        assert found(study, typed) == found(study, typed, layer="claim") == claims
        assert found(study, typed, layer="about") == {r["id"] for r in links}
        assert claims
        labels = {f["annotation"] for r in links for f in r["roles"]["target"] if "annotation" in f}
        assert labels <= found(study, typed, layer="target")


def _empty(record: dict[str, Any], role: str) -> list[dict[str, Any]]:
    told = record.get("empty", {}).get(role, {})
    return [told["entity"]] if "entity" in told else []


def _named(records: dict[str, Any], filler: dict[str, Any]) -> str | None:
    if "annotation" not in filler:
        return str(filler["name"])
    values = records[filler["annotation"]]["values"].values()
    return next((v["name"] for v in values if isinstance(v, dict)), None)


def test_counts_and_account_add_up(demo: Path) -> None:
    with Study.open(demo) as study:
        result = look(study, Asked(layer="claim", condition=understood(study, ["claim.claim_type=prediction"])))
        told = answer(study, Asked(layer="claim"), result).as_json()
        assert told["count"] == len(told["passages"]) == result.account.here.by_layer["claim"]
        assert told["counts"]["claim.claim_type"] == {"prediction": told["count"]}
        assert told["counts"]["coder"] == Counter(p["coder"]["name"] for p in told["passages"])
        account = told["account"]
        left = Counter()
        for x in account["left_out"]:
            left[x["layer"]] += x["count"]
        for layer, n in account["study"]["by_layer"].items():
            assert account["here"]["by_layer"][layer] + left[layer] == n
        for p in told["passages"]:
            text = study.text(p["document"]["id"])
            assert " ".join(" … ".join(text[s:e] for s, e in p["fragments"]).split()) == " ".join(p["text"].split())


def test_parts_of_statements_are_told_apart_from_what_does_not_hold(demo: Path) -> None:
    with Study.open(demo) as study:
        result = look(study, Asked())
        left = {(x.layer, str(x.why)): x.count for x in result.account.left_out if x.what == "annotations"}
        shown = {p.annotation.id for p in result.passages}
        claims = {p.annotation.id for p in result.passages if p.annotation.layer == "claim"}
        links = [a for a in study.annotations() if a.layer in ("said_by", "about")]
        owned = [a for a in links if claims & {f.annotation for f in a.roles["claim"]}]
        told = "listed with the statements that they are parts of"
        for layer in ("said_by", "about"):
            assert left[layer, told] == sum(a.layer == layer for a in owned)
        fillers = {f.annotation for a in owned for k in ("speaker", "target") for f in a.roles.get(k, ())}
        layers = {a.id: a.layer for a in study.annotations()}
        assert left["speaker", told] == sum(layers[k] == "speaker" for k in fillers - shown if k)
        assert sum(left.values()) + len(shown) == result.account.study.annotations
        assert not any(why == NOT_MET for _, why in left)


def test_what_is_off_is_refused_in_words(demo: Path) -> None:
    with Study.open(demo) as study:
        for typed in ("claim.kind=1", "claim.claim_type", "claim.claim_type=prediction and"):
            with pytest.raises(BadInput):
                understood(study, [typed])
        for asked in (Asked(layer="nothing"), Asked(entity="Nobody at all"), Asked(coders=("Zoe",))):
            with pytest.raises(AnnotatorError):
                look(study, asked)


def test_queries_are_kept_under_a_name(tmp_path: Path) -> None:
    make_demo_study(tmp_path / "s.annotator")
    with Study.open(tmp_path / "s.annotator") as study:
        condition = understood(study, ["claim.claim_type=prediction and not (coder=Ada or outlet=The Quay)"])
        asked = Asked("claim", condition, "Blue Net", ("Ben", "Chidi"))
        save(study, " Predictions ", asked)
        save(study, "Other", Asked())
        with pytest.raises(BadInput):
            save(study, " ", asked)
    with Study.open(tmp_path / "s.annotator") as study:
        assert names(study) == ["Other", "Predictions"]
        assert saved(study, "Predictions") == asked
        forget(study, "Other")
        for do in (saved, forget):
            with pytest.raises(NotFound):
                do(study, "Other")


@pytest.mark.parametrize(
    ("key", "sound", "odd"),
    [
        ("layer", "claim", [["claim"], {"a": 1}, 5]),
        ("entity", "Anybody", [["Anybody"], {}, 5]),
        ("coders", ["Ada"], ["Ada", {"Ada": 1}, [5], [["Ada"]]]),
        ("gold", True, ["false", 0, []]),
    ],
)
def test_a_part_of_a_query_of_another_type_is_refused_and_never_passed_over(
    demo: Path, key: str, sound: object, odd: list[object]
) -> None:
    with Study.open(demo) as study:
        from_text(study, json.dumps({key: sound}), "here")
        assert from_text(study, json.dumps({key: None}), "here") == Asked()
        for value in odd:
            with pytest.raises(BadInput, match=key):
                from_text(study, json.dumps({key: value}), "here")


def test_files_have_every_passage_with_its_source(demo: Path, tmp_path: Path) -> None:
    with Study.open(demo) as study:
        asked = Asked(layer="claim", condition=understood(study, ["claim.claim_type=prediction"]))
        result = look(study, asked)
        for ending in ("csv", "html", "docx", "json"):
            write(study, asked, result, tmp_path / f"p.{ending}")
        with pytest.raises(BadInput):
            write(study, asked, result, tmp_path / "p.exe")
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    words = [p.words for p in result.passages]
    assert [r["text"] for r in rows] == words
    assert {r["claim.claim_type"] for r in rows} == {"prediction"}
    assert all(r["url"] and r["document_title"] for r in rows)
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert [x.partition("</mark>")[0] for x in page.split("<mark>")[1:]] == [html.escape(w) for w in words]
    cites = [source(p) for p in result.passages]
    tree = lxml.html.fromstring(page)
    assert [x.text_content() for x in tree.iter("cite")] == cites
    assert [x.text_content() for x in tree.iter("mark")] == words
    docx = pytest.importorskip("docx")
    paragraphs = docx.Document(str(tmp_path / "p.docx")).paragraphs
    told = [p.text for p in paragraphs]
    assert [t for t in told if t in set(cites)] == cites
    lit = [r.text for p in paragraphs for r in p.runs if r.font.highlight_color is not None]
    assert lit == words
    frame = pd.read_csv(tmp_path / "p.csv")
    assert frame["url"].notna().all()
    assert [f"[{n}: {s}-{e}]" for n, s, e in frame[["document_number", "start", "end"]].to_numpy()] == [
        c[c.rindex("[") :] for c in cites
    ]
    assert any(t.startswith("by Ada, Ben, Chidi; coded under version 1") for t in told)
    assert json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))["count"] == len(words)


def test_the_command_prints_one_document_and_keeps_queries(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--layer", "claim", "--where", "claim.claim_type=prediction", "--where", "coder=Ada"]
    assert run(["passages", str(demo), *where, "--json", "--save", "Mine"], NO_WINDOW) == 0
    told = json.loads(capsys.readouterr().out)
    assert {p["coder"]["name"] for p in told["passages"]} == {"Ada"}
    assert run(["passages", str(demo), "--query", "Mine", "--json"], NO_WINDOW) == 0
    assert json.loads(capsys.readouterr().out)["passages"] == told["passages"]
    assert run(["passages", str(demo), "--entity", "Blue Net", "-o", str(tmp_path / "b.csv")], NO_WINDOW) == 0
    assert "Blue Net" in (tmp_path / "b.csv").read_text(encoding="utf-8")
    assert run(["passages", str(demo), "--query", "Mine", "--layer", "claim"], NO_WINDOW) == 2
    assert run(["passages", str(demo), "--where", "claim.nothing=1"], NO_WINDOW) == 1
    assert "there is no field" in capsys.readouterr().err


def test_queries_come_nested_as_json_from_a_file_and_standard_input(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def test(field: str, value: object, how: str = "=") -> dict[str, object]:
        return {"field": field, "is": how, "value": value}

    where = {"and": [{"or": [test("about.stance", -2), test("about.stance", 2)]}, {"not": test("coder", "Ada")}]}
    whole = {"layer": "claim", "where": where, "entity": None, "coders": ["Ben", "Ada"], "gold": False}
    file = tmp_path / "q.json"
    file.write_text(json.dumps(whole), encoding="utf-8-sig")
    assert run(["passages", str(demo), "--query", str(file), "--json", "--save", "Extremes of Ben"], NO_WINDOW) == 0
    told = json.loads(capsys.readouterr().out)
    with Study.open(demo) as study:
        typed = "(about.stance=-2 or about.stance=2) and not coder=Ada"
        assert {p["id"] for p in told["passages"]} == found(study, typed, layer="claim", coders=("Ada", "Ben"))
        assert {p["coder"]["name"] for p in told["passages"]} == {"Ben"}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(where)))
    assert run(["passages", str(demo), "--query", "-", "--json"], NO_WINDOW) == 0
    assert json.loads(capsys.readouterr().out)["query"]["where"]["and"][1] == where["and"][1]
    assert run(["passages", str(demo), "--queries"], NO_WINDOW) == 0
    assert "Extremes of Ben" in capsys.readouterr().out.splitlines()
    assert run(["passages", str(demo), "--forget", "Extremes of Ben", "--queries", "--json"], NO_WINDOW) == 0
    assert "Extremes of Ben" not in json.loads(capsys.readouterr().out)
    for wrong in ("{", "[]", '{"where": {"xor": []}}', "9" * 400, "[" * 9000):
        file.write_text(wrong, encoding="utf-8")
        assert run(["passages", str(demo), "--query", str(file)], NO_WINDOW) == 1
        assert "Traceback" not in capsys.readouterr().err


def test_the_first_are_told_before_the_rest_is_looked_for(demo: Path) -> None:
    with Study.open(demo) as study:
        first: list[tuple[str, ...]] = []
        looked: list[int] = []

        def progress(done: int, total: int) -> bool:
            looked.append(done)
            return True

        def told(passages: Sequence[LabelPassage]) -> None:
            assert not looked or looked[-1] < len(study.documents())
            first.append(tuple(p.annotation.id for p in passages))

        result = look(study, Asked(), progress, told)
        assert first == [tuple(p.annotation.id for p in result.passages[:A_SCREEN])]
        assert len(result.passages) > A_SCREEN
        assert result.coders == ("Ada", "Ben", "Chidi")
        assert result.incomplete == sum(p.rows[0]["complete"] == ("false",) for p in result.passages) > 0
        assert "7 not complete" in result.line
