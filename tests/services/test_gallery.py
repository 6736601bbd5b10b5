"""The gallery: every codebook is sound, has a coded article that is complete under it, and prints as a manual."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from annotator.cli.app import run
from annotator.data import resource_path, resource_text
from annotator.domain.codebook.owners import open_questions, owners
from annotator.domain.errors import BadInput, NotFound
from annotator.services.codebooks import chosen_codebook
from annotator.services.codebooks import manual as manual_module
from annotator.services.codebooks.gallery import add_example, example_of, gallery, gallery_codebook
from annotator.services.codebooks.manual import manual, write_manual
from annotator.services.study import Study
from annotator.services.study.integrity import check

NAMES = [g.name for g in gallery()]


def test_the_gallery_has_what_the_field_uses() -> None:
    assert set(NAMES) == {
        "statements",
        "claims",
        "political_claims",
        "attribution",
        "quotation",
        "frames",
        "topics",
    }
    assert {p.stem for p in resource_path("codebooks/examples").glob("*.yaml")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_its_key_is_its_name_and_its_links_belong_to_somebody(name: str) -> None:
    codebook = gallery_codebook(name)
    assert codebook.key == name
    assert codebook.description
    assert not open_questions(codebook)
    assert not owners(codebook).loose


@pytest.mark.parametrize("name", NAMES)
def test_its_example_is_coded_completely(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.annotator"
    with Study.create(path, gallery_codebook(name), "") as study:
        labels = add_example(study, name)
        assert check(study) == []
        (document,) = study.documents()
        text = study.text(document.id)
        assert text.startswith(example_of(name)["title"])
        for found in study.annotations(document.id):
            layer = study.codebook.layer(found.layer)
            asked = [a.key for a in layer.attributes if a.required and a.when is None]
            assert set(asked) <= set(found.values), found
            assert all(not text[s].isspace() for s, _ in found.fragments)
    connection = sqlite3.connect(path)
    (counted,) = connection.execute("SELECT count(*) FROM annotation").fetchone()
    connection.close()
    assert counted == labels == len(example_of(name)["labels"])


@pytest.mark.parametrize("name", NAMES)
def test_its_manual_says_all_of_it(name: str) -> None:
    codebook = gallery_codebook(name)
    told = re.sub(r"\s+", " ", manual(codebook))
    assert "A coded article" in told
    plain = re.sub(r"<[^>]+>", "", told).replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")
    for rule in codebook.rules:
        assert rule.text in plain
    for layer in codebook.layers:
        for words in (layer.label, layer.definition, *layer.include, *layer.exclude, *(e.text for e in layer.examples)):
            assert words in plain
        for a in layer.attributes:
            assert a.label in plain
            assert a.definition in plain
            for answer in (*getattr(a, "values", ()), *getattr(a, "points", ()), *a.off_scale):
                assert answer.label in plain
                assert answer.definition in plain


def test_a_manual_holds_no_markup_of_the_codebook() -> None:
    codebook = gallery_codebook("topics").model_copy(update={"title": "<script>x</script>"})
    assert "<script>" not in manual(codebook)


def test_a_codebook_is_chosen_by_name_or_file(tmp_path: Path) -> None:
    assert chosen_codebook("frames").key == "frames"
    with pytest.raises(NotFound, match="choose one of attribution"):
        gallery_codebook("../claims")
    with pytest.raises(BadInput, match="no such file"):
        chosen_codebook(tmp_path / "frames.yaml")


def test_a_manual_is_html_or_pdf(tmp_path: Path) -> None:
    codebook = gallery_codebook("topics")
    write_manual(codebook, tmp_path / "a.html", lambda *_: b"", "My study", 3)
    assert "version 3 in the study “My study”" in (tmp_path / "a.html").read_text("utf-8")
    write_manual(codebook, tmp_path / "a.pdf", lambda html, title: f"%PDF {title}".encode())
    assert (tmp_path / "a.pdf").read_bytes() == b"%PDF Policy topics"
    with pytest.raises(BadInput, match=r"use \.html, \.pdf"):
        write_manual(codebook, tmp_path / "a.docx", lambda *_: b"")


def test_a_manual_speaks_german_where_that_is_asked_for(tmp_path: Path) -> None:
    """Every word of the program's own has a translation; the codebook's words stay."""
    code = Path(manual_module.__file__).read_text("utf-8")
    template = resource_text("reports/codebook.html")
    asked = set(re.findall(r'\bt\(\s*f?"([^"]+)"', code + template)) - {"Selections snap to whole {layer.snap}s"}
    asked |= {*manual_module._KINDS.values(), *manual_module._LAYERS.values(), *manual_module._OVERLAP.values()}
    asked |= {f"Selections snap to whole {x}s" for x in ("word", "sentence")} | {"yes", "no", "title", "body"}
    german = json.loads(resource_text("reports/codebook.de.json"))
    assert asked == set(german)
    for key, words in german.items():
        assert set(re.findall(r"{(\w+)}", key)) == set(re.findall(r"{(\w+)}", words)), key
    book = gallery_codebook("claims")
    told = manual(book, "Hafen", 2, "de")
    assert "Handbuch für Codierende." in told
    assert "Version 2 in der Studie „Hafen“" in told
    assert "Manual for coders" not in told
    assert all(x.label in told for x in book.layers)
    with pytest.raises(BadInput, match="no manual in the language `fr`"):
        write_manual(book, tmp_path / "m.html", lambda *_: b"", language="fr")
    assert not list(tmp_path.iterdir())
    window = SimpleNamespace(pdf=lambda *_: b"")
    call = ["codebook", "print", "claims", "-o", str(tmp_path / "m.html"), "--language", "de"]
    assert run(call, window) == 0  # type: ignore[arg-type]
    assert (tmp_path / "m.html").read_text("utf-8") == manual(book, language="de")
