"""QualCoder and Taguette: what their projects hold besides coded passages is taken, or told with a count."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.formats.code_looks import look_of
from annotator.formats.untrusted import opened
from annotator.services.exchange.exporting import export
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.exchange.trying_new_study import try_new_study
from annotator.services.study import Study
from tests.formats.test_other_programs import Tables, database
from tests.formats.test_qdpx import SCHEMA

TEXT = "The eel is back. Nobody asked the fishers."
QUALCODER: dict[str, tuple[str, Sequence[tuple[Any, ...]]]] = {
    "project": (
        "databaseversion, date, memo, about, bookmarkfile, bookmarkpos, codername",
        [("v11", "", "", "", 0, 0, "")],
    ),
    "source": ("id, name, fulltext, mediapath, memo, owner, date", [(1, "eel.txt", TEXT, None, "", "Ada", "")]),
    "code_cat": ("catid, name, owner, date, memo, supercatid", [(1, "Nature", "Ada", "", "what lives", None)]),
    "code_name": (
        "cid, name, memo, catid, owner, date, color, supercid",
        [(1, "Fish", "with fins", 1, "Ada", "", "#FF0011", None), (2, "Eel", "", None, "Ada", "", "#00aa00", 1)],
    ),
    "code_text": (
        "ctid, cid, fid, seltext, pos0, pos1, owner, date, memo, avid, important",
        [(1, 2, 1, "eel", 4, 7, "Ada", "", "", None, None), (2, 2, 1, "eel", 4, 7, "Ben", "", "mine", None, None)],
    ),
    "code_image": ("imid, id, x1, y1, width, height, cid, memo, date, owner, important", []),
    "code_av": ("avid, id, pos0, pos1, cid, memo, date, owner, important", []),
    "annotation": ("anid, fid, pos0, pos1, memo, owner, date", []),
    "attribute_type": ("name, date, owner, memo, caseOrFile, valuetype", []),
    "attribute": ("attrid, name, attr_type, value, id, date, owner", []),
    "case_text": ("id, caseid, fid, pos0, pos1, owner, date, memo", []),
    "cases": ("caseid, name, memo, owner, date", []),
    "journal": ("jid, name, jentry, date, owner", []),
    "stored_sql": ("title, description, grouper, ssql", []),
    "graph": ("grid, name, description, date, scene_width, scene_height", []),
    "ris": ("risid, tag, longtag, value", []),
}


def with_rows(tables: Tables, more: dict[str, list[tuple[Any, ...]]]) -> Tables:
    return {name: (columns, [*rows, *more.get(name, [])]) for name, (columns, rows) in tables.items()}


def qualcoder(tmp_path: Path, more: dict[str, list[tuple[Any, ...]]], without: str = "") -> Path:
    folder = tmp_path / "River.qda"
    folder.mkdir()
    tables = {k: v for k, v in with_rows(QUALCODER, more).items() if k != without}
    database(folder / "data.qda", tables)
    return folder


def told(result: dict[str, Any]) -> dict[str, int]:
    return {x["what"]: x["count"] for x in result.get("losses", [])}


PICTURE = (7, "map.png", None, "/images/map.png", "", "Ada", "")
WHOLE = (1, 1, 1, 0, len(TEXT), "Ada", "", "")
CASE: dict[str, list[tuple[Any, ...]]] = {"cases": [(1, "Person 7", "met twice", "Ada", "")]}
LEFT: list[tuple[dict[str, list[tuple[Any, ...]]], dict[str, int]]] = [
    ({}, {}),
    ({"source": [PICTURE]}, {"the file “map.png” without text, with 0 codings": 1}),
    (
        {"source": [PICTURE], "code_image": [(1, 7, 0, 0, 9, 9, 1, "", "", "Ada", None)] * 3},
        {"the file “map.png” without text, with 3 codings": 1, "codings of pictures": 3},
    ),
    (
        {
            "source": [(8, "talk.mp3", "", "/audio/talk.mp3", "", "Ada", "")],
            "code_av": [(1, 8, 0, 9, 1, "", "", "Ada", None)],
        },
        {"the file “talk.mp3” without text, with 1 codings": 1, "codings of sound and film": 1},
    ),
    (
        {"source": [(100 + n, f"p{n}.png", None, "", "", "Ada", "") for n in range(53)]},
        {f"the file “p{n}.png” without text, with 0 codings": 1 for n in range(50)} | {"further files without text": 3},
    ),
    ({"annotation": [(1, 1, 0, 3, "why?", "Ada", "")]}, {}),
    (
        {"source": [PICTURE], "annotation": [(1, 7, 0, 3, "why?", "Ada", "")]},
        {"the file “map.png” without text, with 0 codings": 1, "annotations of files without text": 1},
    ),
    (
        {"code_text": [(3, 1, 1, "eel", 4, 7, "Ada", "2021-05-06 07:08:09", "", None, None)]},
        {"times without a zone, taken as UTC": 1},
    ),
    (
        {"journal": [(1, "Day 1", "rain", "", "Ada"), (2, "Day 2", "sun", "", "Ada")]},
        {"entries of the journal, kept for REFI-QDA": 2},
    ),
    ({"stored_sql": [("q", "", "", "select 1")]}, {"saved queries": 1}),
    ({"graph": [(1, "g", "", "", 1, 1)]}, {"graphs": 1}),
    ({"ris": [(1, "TI", "Title", "Eels")]}, {"lines of bibliographies": 1}),
    ({"code_text": [(3, 1, 1, "eel", 4, 7, "Ada", "", "", None, 1)]}, {"marks of codings as important": 1}),
    (CASE, {"cases without a file of their own": 1}),
    (
        CASE | {"case_text": [(1, 1, 1, 0, 5, "Ada", "", "")]},
        {"parts of cases": 1, "cases without a file of their own": 1},
    ),
    (CASE | {"case_text": [WHOLE]}, {}),
    (CASE | {"case_text": [WHOLE], "attribute": [(1, "Age", "case", "41", 1, "", "Ada")]}, {}),
    (
        CASE | {"attribute": [(1, "Age", "case", "41", 1, "", "Ada")]},
        {"attributes of cases": 1, "cases without a file of their own": 1},
    ),
    ({"attribute": [(1, "Tide", "file", "low", 1, "", "Ada")]}, {}),
    (
        {"attribute": [(1, "Tide", "journal", "low", 1, "", "Ada")]},
        {"attributes of files without text and of journals": 1},
    ),
    (
        {
            "cases": [*CASE["cases"], (2, "Person 8", "", "Ada", "")],
            "case_text": [WHOLE, (2, 2, 1, 0, len(TEXT) - 1, "Ada", "", "")],
        },
        {},
    ),
    ({"project": [("v11", "", "kept by the river", "", 0, 0, "")]}, {}),
]


@pytest.mark.parametrize(("more", "left"), LEFT)
def test_what_a_qualcoder_project_holds_is_taken_or_told(
    more: dict[str, list[tuple[Any, ...]]], left: dict[str, int], tmp_path: Path
) -> None:
    result = as_json(new_study_from(tmp_path / "s.annotator", qualcoder(tmp_path, more), "qualcoder"))
    assert told(result) == left
    assert result["documents"]["added"] == 1


def test_qualcoders_memos_cases_attributes_and_coders_come_in(tmp_path: Path) -> None:
    more: dict[str, list[tuple[Any, ...]]] = CASE | {
        "source": [(2, "note.txt", "Rain.", None, "a short one", "Ada", "")],
        "case_text": [WHOLE],
        "attribute": [(1, "Age", "case", "41", 1, "", "Ada"), (2, "Tide", "file", "low", 1, "", "Ben")],
        "project": [("v11", "", "kept by the river", "", 0, 0, "")],
    }
    new_study_from(tmp_path / "s.annotator", qualcoder(tmp_path, more), "qualcoder")
    with Study.open(tmp_path / "s.annotator") as study:
        first, second = study.documents()
        assert first.extra == {"Case": "Person 7", "Case memo": "met twice", "Age": "41"}
        assert second.extra == {"Memo": "a short one"}
        assert study.codebook.description == "kept by the river"
        assert sorted(c.name for c in study.coders()) == ["Ada", "Ben"]
        tree = study.codebook.layers[0].attributes[0]
        (nature,) = tree.values  # type: ignore[union-attr]
        (fish,) = nature.children  # type: ignore[union-attr]
        assert (fish.label, fish.definition, [c.label for c in fish.children]) == ("Fish", "with fins", ["Eel"])
        look = look_of(fish.written_as)
        assert look is not None
        assert look.colour == "#FF0011"
        assert sorted((a.layer, a.memo) for a in study.annotations()) == [
            ("article", ""),
            ("passage", ""),
            ("passage", "mine"),
        ]
        export(study, "qdpx", tmp_path / "out.qdpx")


def project_of(study: Study, out: Path) -> Any:
    export(study, "qdpx", out)
    with opened(out) as tree:
        root = tree.xml("project.qde")
    SCHEMA.assertValid(root)
    return root


def test_a_qualcoder_project_goes_on_to_refi_qda_as_qualcoder_means_it(tmp_path: Path) -> None:
    more: dict[str, list[tuple[Any, ...]]] = {
        "code_cat": [(2, "Water", "Ada", "2021-01-01 00:00:00", "", 1)],
        "code_text": [(3, 1, 1, "eel", 4, 7, "Ada", "2021-05-06 07:08:09", "", None, None)],
        "annotation": [(1, 1, 8, 10, "why now?", "Ben", "2021-05-06 07:08:10")],
        "journal": [(1, "Day 1", "rain", "2021-05-06 07:08:11", "Ada")],
        "attribute": [(2, "Tide", "file", "low", 1, "", "Ben")],
    }
    new_study_from(tmp_path / "s.annotator", qualcoder(tmp_path, more), "qualcoder")
    with Study.open(tmp_path / "s.annotator") as study:
        (asked,) = [a for a in study.annotations() if a.layer == "uncoded"]
        assert (asked.memo, asked.fragments, asked.created[:19]) == ("why now?", ((8, 10),), "2021-05-06T07:08:10")
        assert {a.created[:19] for a in study.annotations() if a.external_id == "qualcoder:3:1"} == {
            "2021-05-06T07:08:09"
        }
        root = project_of(study, tmp_path / "out.qdpx")
    codes = {c.get("name"): (c.getparent().get("name"), c.get("isCodable")) for c in root.iter("{*}Code")}
    assert codes == {
        "Nature": (None, "false"), "Water": ("Nature", "false"), "Fish": ("Nature", "true"), "Eel": ("Fish", "true"),
    }  # fmt: skip
    names = {c.get("guid"): c.get("name") for c in root.iter("{*}Code")}
    given = [
        (s.get("startPosition"), [names[r.get("targetGUID")] for r in s.iter("{*}CodeRef")])
        for s in root.iter("{*}PlainTextSelection")
    ]
    assert sorted(given) == [("4", ["Eel"]), ("4", ["Eel"]), ("4", ["Fish"]), ("8", [])]
    (note,) = root.iter("{*}Note")
    users = {u.get("guid"): u.get("name") for u in root.iter("{*}User")}
    assert sorted(users.values()) == ["Ada", "Ben"]
    told = (note.get("name"), users[note.get("creatingUser")], note.get("creationDateTime"), note[0].text)
    assert told == ("Day 1", "Ada", "2021-05-06T07:08:11", "rain")


def test_a_coder_is_named_only_for_what_nobody_is_named_for(tmp_path: Path) -> None:
    more: dict[str, list[tuple[Any, ...]]] = {"code_text": [(3, 1, 1, "eel", 4, 7, "Cem", "", "", None, None)]}
    new_study_from(tmp_path / "s.annotator", qualcoder(tmp_path, more), "qualcoder", coder="Zoe")
    with Study.open(tmp_path / "s.annotator") as study:
        assert sorted(c.name for c in study.coders()) == ["Ada", "Ben", "Cem"]


@pytest.mark.parametrize("form", ["qualcoder", "taguette"])
def test_a_row_that_is_there_twice_is_told_before_anything_is_made(form: str, tmp_path: Path) -> None:
    if form == "qualcoder":
        source = qualcoder(tmp_path, {"code_text": [*QUALCODER["code_text"][1][:1]]})
    else:
        source = taguette(tmp_path, {"highlight_tags": [(1, 2)]})
    made = tmp_path / "s.annotator"
    with pytest.raises(AnnotatorError, match="stands in the source twice"):
        new_study_from(made, source, form)
    assert not made.exists()
    trial = try_new_study([source], form)
    assert ["twice" in p.what for p in trial.problems] == [True]
    assert new_study_from(made, source, form, taking=Taking(rest=True)).left == 1


def test_taguettes_tags_of_highlights_that_are_gone_are_told(tmp_path: Path) -> None:
    source = taguette(tmp_path, {"highlight_tags": [(77, 1), (78, 2), (78, 1)]})
    result = as_json(new_study_from(tmp_path / "s.annotator", source, "taguette"))
    assert told(result)["tags of highlights that are not there"] == 3


@pytest.mark.parametrize("without", ["project", "annotation", "attribute", "cases", "journal", "graph", "code_image"])
def test_projects_of_other_versions_lack_tables(without: str, tmp_path: Path) -> None:
    more = {"source": [PICTURE]}
    result = as_json(new_study_from(tmp_path / "s.annotator", qualcoder(tmp_path, more, without), "qualcoder"))
    assert result["annotations"]["added"] == 2


TAGUETTE: dict[str, tuple[str, Sequence[tuple[Any, ...]]]] = {
    "projects": ("id, name, description, created", [(1, "River", "talks by the river", "")]),
    "documents": (
        "id, name, description, filename, created, project_id, text_direction, contents",
        [(1, "Eel", "first talk", "eel.html", "", 1, "LEFT_TO_RIGHT", f"<p>{TEXT}</p>")],
    ),
    "tags": (
        "id, project_id, path, description",
        [(1, 1, "fish", "fins"), (2, 1, "fish.eel", ""), (3, 1, "mood.glad", "")],
    ),
    "highlights": (
        "id, document_id, start_offset, end_offset, snippet",
        [(1, 1, 4, 7, "eel"), (2, 1, 0, 3, "The"), (3, 1, 8, 10, "is")],
    ),
    "highlight_tags": ("highlight_id, tag_id", [(1, 2), (1, 1), (2, 3)]),
    "commands": (
        "id, date, user_login, project_id, document_id, payload",
        [
            (1, "2031-01-02 03:04:05.678", "ada", 1, 1, json.dumps({"type": "highlight_add", "highlight_id": 1})),
            (2, "2031-01-03 00:00:00", "ben", 1, 1, json.dumps({"type": "highlight_add", "highlight_id": 1})),
            (3, "odd", "ben", 1, 1, json.dumps({"type": "highlight_add", "highlight_id": 2})),
            (4, "", "ben", 1, 1, "{"),
            (5, "", "ben", 1, 1, json.dumps([1])),
            (6, "", "ben", 1, 1, json.dumps({"type": "tag_add", "tag_id": 1})),
        ],
    ),
}


def taguette(tmp_path: Path, more: dict[str, list[tuple[Any, ...]]], without: str = "") -> Path:
    tables = {k: v for k, v in with_rows(TAGUETTE, more).items() if k != without}
    return database(tmp_path / "river.sqlite3", tables)


def test_taguettes_hierarchy_memos_coders_and_times_come_in(tmp_path: Path) -> None:
    result = as_json(new_study_from(tmp_path / "s.annotator", taguette(tmp_path, {}), "taguette"))
    assert told(result) == {}
    with Study.open(tmp_path / "s.annotator") as study:
        (document,) = study.documents()
        assert (document.title, dict(document.extra), document.tags) == ("Eel", {"Memo": "first talk"}, ())
        assert (study.codebook.title, study.codebook.description) == ("River", "talks by the river")
        tree = study.codebook.layers[0].attributes[0]
        fish, glad = tree.values  # type: ignore[union-attr]
        assert (fish.label, fish.definition, [c.label for c in fish.children]) == ("fish", "fins", ["eel"])  # type: ignore[union-attr]
        names = {c.id: c.name for c in study.coders()}
        found = [
            (study.text(document.id)[a.fragments[0][0] : a.fragments[0][1]], names[a.coder_id])
            for a in study.annotations()
        ]
        assert sorted(found) == [("The", "ben"), ("eel", "ada"), ("eel", "ada"), ("is", "Taguette")]
        assert [a.values for a in study.annotations() if a.layer == "uncoded"] == [{}]
        assert {a.created for a in study.annotations() if names[a.coder_id] == "ada"} == {"2031-01-02T03:04:05Z"}
        assert glad.label == "mood.glad"  # there is no tag `mood` that would say the rest


def test_several_projects_of_a_taguette_file_stay_told_apart(tmp_path: Path) -> None:
    more: dict[str, list[tuple[Any, ...]]] = {
        "projects": [(2, "Sea", "", "")],
        "documents": [(2, "Tide", "", "tide.html", "", 2, "RIGHT_TO_LEFT", "<p>High.</p>")],
    }
    new_study_from(tmp_path / "s.annotator", taguette(tmp_path, more), "taguette")
    with Study.open(tmp_path / "s.annotator") as study:
        assert [d.tags for d in study.documents()] == [("River",), ("Sea",)]
        assert study.codebook.description == "River: talks by the river"


def test_tags_of_several_projects_and_tags_without_one_above_keep_their_whole_names(tmp_path: Path) -> None:
    more: dict[str, list[tuple[Any, ...]]] = {
        "projects": [(2, "Sea", "", "")],
        "documents": [(2, "Eel", "", "eel.html", "", 2, "LEFT_TO_RIGHT", f"<p>{TEXT}</p>")],
        "tags": [(4, 2, "fish", ""), (5, 2, "fish.big.eel", ""), (6, 2, "state.glad", "")],
        "highlights": [(4, 2, 4, 7, "eel")],
        "highlight_tags": [(4, 5)],
    }
    new_study_from(tmp_path / "s.annotator", taguette(tmp_path, more), "taguette")
    with Study.open(tmp_path / "s.annotator") as study:
        tree = study.codebook.layers[0].attributes[0]
        found = [(b.label, [c.label for c in b.children]) for b in tree.values]  # type: ignore[union-attr]
        assert found == [("fish", ["eel"]), ("mood.glad", []), ("fish", ["big.eel"]), ("state.glad", [])]
        assert len({d.id for d in study.documents()}) == 2  # the same words in two projects are two documents
        root = project_of(study, tmp_path / "out.qdpx")
    assert [c.get("name") for c in root.iter("{*}Code")] == [
        "fish", "eel", "mood.glad", "fish", "big.eel", "state.glad",
    ]  # fmt: skip


@pytest.mark.parametrize("without", ["projects", "commands"])
def test_taguette_files_of_other_versions_lack_tables(without: str, tmp_path: Path) -> None:
    result = as_json(new_study_from(tmp_path / "s.annotator", taguette(tmp_path, {}, without), "taguette"))
    assert result["annotations"]["added"] == 4


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ("<p>The eel</p>", "eel"),
        ("<p>The <b>eel</b></p>", "eel"),
        ("The eel", "eel"),
        ("<p>The </p><p>eel</p>", "eel"),
        ("<ul><li>The </li><li>eel</li></ul>", "eel"),
        ("<p>Thé eel</p>", "eel"),
        ("<p>T&amp;e eel</p>", "eel"),
        ("<p>The&nbsp;eel</p>", "eel"),
        ("<p>🐟: eel</p>", "eel"),
        ("<h1>The </h1><table><tr><td>eel</td></tr></table>", "eel"),
        ("<p>The <a href='x'>ee<i>l</i></a></p>", "eel"),
        ("<p>The <!-- not this -->eel</p>", "eel"),
    ],
)
def test_places_in_taguettes_html_are_bytes_of_its_words(contents: str, words: str, tmp_path: Path) -> None:
    from lxml import html

    for comment in (tree := html.fragment_fromstring(contents, create_parent="body")).xpath("//comment()"):
        comment.drop_tag()
    plain = "".join(tree.itertext())
    start = len(plain[: plain.index(words)].encode())
    tables = dict(TAGUETTE) | {
        "documents": (TAGUETTE["documents"][0], [(1, "E", "", "e.html", "", 1, "LEFT_TO_RIGHT", contents)]),
        "highlights": (TAGUETTE["highlights"][0], [(1, 1, start, start + len(words.encode()), words)]),
        "highlight_tags": (TAGUETTE["highlight_tags"][0], [(1, 1)]),
    }
    new_study_from(tmp_path / "s.annotator", database(tmp_path / "r.sqlite3", tables), "taguette")
    with Study.open(tmp_path / "s.annotator") as study:
        (one,) = study.annotations()
        text = study.text(one.document_id)
        assert [text[s:e] for s, e in one.fragments] == [words]
