"""An article is not its text: the same words from another source are another article, and labels stay with theirs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.commands import AddAnnotation
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.domain.origins import Acquaintance, Ambiguous, Origin, likeness
from annotator.services.articles import shared_words
from annotator.services.exchange.exporting import export
from annotator.services.exchange.filling import fill
from annotator.services.exchange.importing_files import import_files
from annotator.services.exchange.listing import listed
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan, plan_as_json
from annotator.store.places import Place
from tests.shared import shared
from tests.studies import study_at

WORDS = "The council voted on Monday to close the pool, and nobody was surprised.\n"


def page(outlet: str, day: str = "2031-03-15") -> str:
    return (
        f'<html><head><title>Pool to close</title><meta property="og:site_name" content="{outlet}">'
        f'<meta property="article:published_time" content="{day}"></head><body><article><h1>Pool to close</h1>'
        f"<p>{WORDS}</p><p>The swimmers said that they would go to the lake from now on.</p></article></body></html>"
    )


def shares(study: Study) -> list[list[int]]:
    return [d.get("same_text_as", []) for d in as_json(listed(study, "documents"))]


def test_the_same_words_in_two_outlets_are_two_articles_and_are_told(place: Place, tmp_path: Path) -> None:
    for outlet in ("Times", "Herald"):
        (tmp_path / f"{outlet}.html").write_text(page(outlet))
    with study_at(place, documents=0) as study:
        first = as_json(import_files(study, [tmp_path / "Times.html"]))
        assert first["documents"]["added"] == 1
        assert "same_text" not in first
        second = as_json(import_files(study, [tmp_path / "Herald.html"]))
        assert second["documents"] == {"added": 1, "already": 0, "refused": 0}
        assert second["same_text"] == [{"source": "Herald.html", "number": 2, "same_text_as": [1]}]
        assert [d.publisher for d in study.documents()] == ["Times", "Herald"]
        assert shares(study) == [[2], [1]]
        again = as_json(import_files(study, [tmp_path / "Herald.html", tmp_path / "Times.html"]))
        assert again["documents"] == {"added": 0, "already": 2, "refused": 0}
        assert check(study) == []


def test_one_file_name_in_two_folders_is_two_files_and_a_moved_folder_is_the_same(tmp_path: Path) -> None:
    for folder in ("times", "herald"):
        (tmp_path / "corpus" / folder).mkdir(parents=True)
        (tmp_path / "corpus" / folder / "1.txt").write_text(WORDS)
    with study_at(tmp_path / "s.annotator", documents=0) as study:
        assert as_json(import_files(study, [tmp_path / "corpus" / "times"]))["documents"]["added"] == 1
        assert as_json(import_files(study, [tmp_path / "corpus"]))["documents"] == {
            "added": 1,
            "already": 1,
            "refused": 0,
        }
        shutil.move(tmp_path / "corpus", tmp_path / "moved")
        assert as_json(import_files(study, [tmp_path / "moved"]))["documents"] == {
            "added": 0,
            "already": 2,
            "refused": 0,
        }
        one = tmp_path / "moved" / "times" / "1.txt"
        assert as_json(import_files(study, [one, one.parent, one]))["documents"]["added"] == 0


def test_a_file_that_holds_another_outlets_page_now_is_another_source(tmp_path: Path) -> None:
    source = tmp_path / "page.html"
    with study_at(tmp_path / "s.annotator", documents=0) as study:
        for outlet in ("Times", "Herald", "Times"):
            source.write_text(page(outlet))
            import_files(study, [source])
        assert [d.publisher for d in study.documents()] == ["Times", "Herald"]


def test_rows_of_a_table_are_told_apart_by_what_they_say_not_by_their_place(tmp_path: Path) -> None:
    rows = [{"id": n, "text": WORDS, "outlet": outlet} for n, outlet in enumerate(("Times", "Herald", "Herald"))]
    source = tmp_path / "rows.jsonl"

    def write(found: list[dict[str, Any]]) -> None:
        source.write_text("".join(json.dumps(r) + "\n" for r in found))

    with study_at(tmp_path / "s.annotator", documents=0) as study:
        write(rows)
        assert as_json(import_files(study, [source], dry_run=True))["documents"]["added"] == 3
        assert as_json(import_files(study, [source]))["documents"]["added"] == 3
        write([{"id": 9, "text": "Another article of some length, with a sentence.", "outlet": "Post"}, *rows[::-1]])
        assert as_json(import_files(study, [source]))["documents"] == {"added": 1, "already": 3, "refused": 0}
        write([rows[0], rows[0]])
        assert as_json(import_files(study, [source]))["documents"] == {"added": 0, "already": 2, "refused": 0}


def by_document(study: Study) -> dict[str, list[tuple[str, str]]]:
    """Source -> (layer, words) of the labels in it."""
    found: dict[str, list[tuple[str, str]]] = {d.source: [] for d in study.documents()}
    sources = {d.id: d.source for d in study.documents()}
    for a in study.annotations():
        text = study.text(a.document_id)
        found[sources[a.document_id]].append((a.layer, " ".join(text[s:e] for s, e in a.fragments)))
    return found


def doccano(path: Path, rows: list[tuple[int, str, list[list[Any]]]]) -> Path:
    path.write_text("".join(json.dumps({"id": n, "text": t, "label": found}) + "\n" for n, t, found in rows))
    return path


TWINS = [(1, "No answer.", [[0, 2, "A"]]), (2, "No answer.", [[3, 9, "B"]]), (3, "Yes.", [[0, 3, "A"]])]


def label_studio(path: Path) -> Path:
    tasks = [
        {
            "id": number,
            "data": {"text": text},
            "annotations": [
                {
                    "id": number,
                    "completed_by": 1,
                    "result": [
                        {
                            "id": f"r{number}",
                            "type": "labels",
                            "from_name": "label",
                            "to_name": "text",
                            "value": {"start": s, "end": e, "text": text[s:e], "labels": [name]},
                        }
                        for s, e, name in found
                    ],
                }
            ],
        }
        for number, text, found in TWINS
    ]
    path.write_text(json.dumps(tasks))
    return path


def brat(path: Path) -> Path:
    path = path / "Ada"
    path.mkdir(parents=True)
    for number, text, found in TWINS:
        (path / f"{number}.txt").write_text(text)
        (path / f"{number}.ann").write_text("".join(f"T1\t{x} {s} {e}\t{text[s:e]}\n" for s, e, x in found))
    return path.parent


def prodigy(path: Path) -> Path:
    lines = [
        {"text": t, "meta": {"source": f"p{n}"}, "answer": "accept", "_annotator_id": "Ada",
         "spans": [{"start": s, "end": e, "label": x} for s, e, x in found]}
        for n, t, found in TWINS
    ]  # fmt: skip
    path.write_text("".join(json.dumps(x) + "\n" for x in lines))
    return path


def sources_of(tmp_path: Path) -> dict[str, Path]:
    return {
        "doccano": doccano(tmp_path / "d.jsonl", TWINS),
        "label-studio": label_studio(tmp_path / "ls.json"),
        "brat": brat(tmp_path / "b"),
        "prodigy": prodigy(tmp_path / "p.jsonl"),
    }


@pytest.mark.parametrize("form", ["doccano", "label-studio", "brat", "prodigy"])
def test_three_documents_stay_three_with_their_own_labels(form: str, tmp_path: Path) -> None:
    source = sources_of(tmp_path)[form]
    new_study_from(tmp_path / "s.annotator", source, form)
    with Study.open(tmp_path / "s.annotator") as study:
        found = by_document(study)
        assert sorted(x for labels in found.values() for x in labels) == [("a", "No"), ("a", "Yes"), ("b", "answer")]
        assert [len(v) for v in found.values()] == [1, 1, 1]
        assert shares(study) == [[2], [1], []]
        again = as_json(import_files(study, [source], form))
        assert again["documents"]["added"] == 0
        assert again["annotations"] == {"added": 0, "already": 3, "refused": 0}
        assert check(study) == []


BOTH_WAYS = ["doccano", "label-studio", "brat", "prodigy", "qdpx", "w3c", "cas-xmi", "webanno-tsv", "csv"]


@pytest.mark.parametrize("form", BOTH_WAYS)
def test_they_stay_three_on_the_way_out_and_back(form: str, tmp_path: Path) -> None:
    new_study_from(tmp_path / "s.annotator", sources_of(tmp_path)["doccano"], "doccano")
    with Study.open(tmp_path / "s.annotator") as study:
        out = tmp_path / f"out.{form}"
        export(study, form, out)
        again = as_json(import_files(study, [out], "spreadsheet" if form == "csv" else form))
        assert again["problems"] == []
        assert again["documents"]["added"] == 0
        assert again["annotations"] == {"added": 0, "already": 3, "refused": 0}
        before = sorted(map(sorted, by_document(study).values()))
    if form != "csv":
        new_study_from(tmp_path / "t.annotator", out, form)
        with Study.open(tmp_path / "t.annotator") as back:
            assert sorted(map(sorted, by_document(back).values())) == before


def test_texts_are_filled_in_again_for_both(tmp_path: Path) -> None:
    new_study_from(tmp_path / "s.annotator", sources_of(tmp_path)["doccano"], "doccano")
    with Study.open(tmp_path / "s.annotator") as study:
        export(study, "jsonl", tmp_path / "whole.jsonl")
        export(study, "jsonl", tmp_path / "bare.jsonl", without_text=True)
    fill(tmp_path / "bare.jsonl", tmp_path / "s.annotator", tmp_path / "filled.jsonl")
    assert (tmp_path / "filled.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_records_that_could_mean_two_articles_are_refused_in_words_and_resolved_by_what_tells_them_apart(
    tmp_path: Path,
) -> None:
    for outlet in ("Times", "Herald"):
        (tmp_path / f"{outlet}.html").write_text(page(outlet))
    with study_at(tmp_path / "s.annotator", documents=0) as study:
        import_files(study, [tmp_path / "Times.html", tmp_path / "Herald.html"])
        sha256 = study.documents()[0].sha256

        def come_in(number: int, **document: str) -> dict[str, Any]:
            record = {"id": f"c{number}", "layer": "claim", "fragments": [[0, 4]], "values": {"kind": "fact"}}
            (tmp_path / "r.jsonl").write_text(json.dumps(record | {"document": {"sha256": sha256, **document}}))
            return as_json(import_files(study, [tmp_path / "r.jsonl"], "annotations", "Ada"))

        refused = come_in(1)
        assert refused["annotations"] == {"added": 0, "already": 0, "refused": 1}
        assert "matches the articles 1, 2" in refused["problems"][0]["what"]
        tells = ({"source": "Herald.html"}, {"publisher": "Herald"}, {"published": "2031-03-15"})
        for number, told in enumerate(tells):
            answer = come_in(number, **told)
            assert answer["annotations"]["added"] == (number < 2)
        assert {a.document_id for a in study.annotations()} == {study.documents()[1].id}
        assert come_in(0, source="Herald.html")["annotations"]["already"] == 1
        assert come_in(0, source="Times.html")["annotations"]["added"] == 1, "one id, said of two articles"


def test_codings_that_came_in_when_the_words_were_one_articles_are_known_again(tmp_path: Path) -> None:
    (tmp_path / "Times.html").write_text(page("Times"))
    (tmp_path / "Herald.html").write_text(page("Herald"))
    record = {"id": "c1", "layer": "claim", "document": {"source": "Times.html"}, "fragments": [[0, 4]],
              "values": {"kind": "fact"}}  # fmt: skip
    (tmp_path / "r.jsonl").write_text(json.dumps(record))
    with study_at(tmp_path / "s.annotator", documents=0) as study:
        import_files(study, [tmp_path / "Times.html"])
        assert as_json(import_files(study, [tmp_path / "r.jsonl"], "annotations", "Ada"))["annotations"]["added"] == 1
        import_files(study, [tmp_path / "Herald.html"])
        assert as_json(import_files(study, [tmp_path / "r.jsonl"], "annotations", "Ada"))["annotations"]["already"] == 1


def test_codings_of_an_article_that_is_there_find_it_though_their_program_calls_it_otherwise(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("No answer.")
    with study_at(tmp_path / "s.annotator", documents=0) as study:
        import_files(study, [tmp_path / "a.txt"], "plain")
        answer = as_json(import_files(study, [doccano(tmp_path / "d.jsonl", [(7, "No answer.", [])])], "doccano"))
        assert answer["documents"] == {"added": 0, "already": 1, "refused": 0}


def test_two_outlets_in_shared_inputs_are_two_articles(tmp_path: Path) -> None:
    folder = shared("cases")
    for one, other in (
        ("files/Times.html", "files/Herald.html"),
        ("intake/08_date_meta_name_date.html", "intake/18_same_agency_text_second_outlet.html"),
    ):
        with study_at(tmp_path / f"{Path(one).stem}.annotator", documents=0) as study:
            import_files(study, [folder / one, folder / other])
            assert len(study.documents()) == 2
    for name, form in (("same-text-doccano.jsonl", "doccano"), ("same-text-and-code-definition.qdpx", "qdpx")):
        at = tmp_path / f"{form}.annotator"
        new_study_from(at, folder / "formats" / name, form)
        with Study.open(at) as study:
            assert len(study.documents()) == 3
            assert sorted(len(v) for v in by_document(study).values()) == [1, 1, 1]


origins = st.builds(
    Origin,
    file=st.sampled_from(("", "1.txt", "a/1.txt", "b/1.txt", "2.txt")),
    id=st.sampled_from(("", "1", "2")),
    form=st.sampled_from(("", "doccano")),
    url=st.sampled_from(("", "u1", "u2")),
    publisher=st.sampled_from(("", "Times", "TIMES", "Herald")),
    raw=st.sampled_from(("", "r1", "r2")),
)


@given(origins, origins)
def test_likeness_is_mutual_and_everything_is_like_itself(one: Origin, other: Origin) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) in ("same", "perhaps")


files = st.sampled_from(("1.txt", "a/1.txt", "b/1.txt", "2.txt"))


@given(st.lists(st.tuples(files, st.sampled_from(("", "Times", "Herald"))), max_size=5), st.randoms())
def test_what_came_in_is_found_again_each_as_itself_in_whatever_order(
    there: list[tuple[str, str]], random: Any
) -> None:
    came = [Origin(file=f, publisher=p, raw=f"r{place}") for place, (f, p) in enumerate(there)]
    known = Acquaintance([("sha", place, origin) for place, origin in enumerate(came)])
    again = list(enumerate(came))
    random.shuffle(again)
    assert known.match("sha", [o for _, o in again]) == [place for place, _ in again]
    assert known.match("sha", came) == [None] * len(came), "each one is found once"


@given(st.integers(2, 4), st.integers(1, 3))
def test_what_could_be_several_is_said_to_be_and_never_guessed(there: int, coming: int) -> None:
    known = Acquaintance([("sha", n, Origin(file=f"{n}.txt")) for n in range(there)])
    found = known.match("sha", [Origin(form="doccano", id=str(n)) for n in range(coming)])
    assert not any(isinstance(f, int) for f in found)
    assert coming > 1 or isinstance(found[0], Ambiguous)


def test_a_study_chooses_whether_one_of_them_is_coded_for_all(tmp_path: Path) -> None:
    for outlet in ("Times", "Herald", "Post"):
        (tmp_path / f"{outlet}.html").write_text(page(outlet))
    (tmp_path / "other.txt").write_text(WORDS)
    with study_at(tmp_path / "s.annotator", documents=0) as study:
        import_files(study, [tmp_path / f"{n}" for n in ("Times.html", "Herald.html", "other.txt")])
        assert shared_words.choice(study) == "each"
        assert plan(study, ["Ada"], Request(1)).documents == 3
        with pytest.raises(BadInput, match="not a choice"):
            shared_words.choose(study, "twice")
        shared_words.choose(study, "once")
        drawn = plan(study, ["Ada"], Request(1))
        assert (drawn.documents, drawn.stood_for, plan_as_json(drawn, False)["stood_for"]) == (2, 1, 1)
        apply_plan(study, drawn)
        import_files(study, [tmp_path / "Post.html"])
        assert [d.get("coded_in") for d in as_json(listed(study, "documents"))] == [None, 1, None, 1]
        assert plan(study, ["Ada"], Request(1)).new == 0
        person, second = study.coder("Ben").id, study.documents()[1].id
        study.coding.apply(AddAnnotation(coder_id=person, document_id=second, layer="claim", fragments=((0, 4),)))
        assert [d.get("coded_in") for d in as_json(listed(study, "documents"))] == [None, None, None, 1], (
            "it is coded itself"
        )
        manifest = as_json(export(study, "jsonl", tmp_path / "out.jsonl"))
        assert manifest["same_words"] == {"coded": "once", "articles": [[1, 2, 4]], "stand_for": {"4": 1}}
        shared_words.choose(study, "each")
        assert plan(study, ["Ada"], Request(1)).new == 2
