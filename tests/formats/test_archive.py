"""The citable archive: complete, checkable, the same on every run, and without text where asked for."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

from annotator.domain.codebook.reading import codebook_from_json
from annotator.domain.json_forms import as_json
from annotator.services.exchange.exporting import export
from tests.codebooks import everything
from tests.formats.test_exports import coded


def archive(tmp_path: Path, name: str = "a", **options: bool) -> bytes:
    with coded(tmp_path / f"{name}.annotator") as study:
        manifest = as_json(export(study, "archive", tmp_path / f"{name}.zip", **options))  # type: ignore[arg-type]
        assert manifest["counts"]["rows"] == 6
    return (tmp_path / f"{name}.zip").read_bytes()


def test_every_file_is_there_and_fits_its_checksum(tmp_path: Path) -> None:
    data = archive(tmp_path)
    assert archive(tmp_path, "b") == data
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        names = set(found.namelist())
        assert names == {
            "README.md",
            "SHA256SUMS",
            "agreement.html",
            "codebook.json",
            "data/annotations.csv",
            "data/annotations.jsonl",
            "data/articles.csv",
            "data/entities.csv",
            "data/statements.csv",
            "texts/00001.txt",
            "texts/00002.txt",
        }
        sums = dict(reversed(x.split("  ")) for x in found.read("SHA256SUMS").decode().splitlines())
        assert set(sums) == names - {"SHA256SUMS"}
        assert all(hashlib.sha256(found.read(n)).hexdigest() == s for n, s in sums.items())
        assert codebook_from_json(found.read("codebook.json").decode()) == everything()
        records = [json.loads(x) for x in found.read("data/annotations.jsonl").splitlines()]
        text = found.read("texts/00001.txt").decode()
        for r in records:
            assert r.get("text", "") == " … ".join(text[s:e] for s, e in r.get("fragments", []))
        readme = found.read("README.md").decode()
        assert "2 articles coded by 2 coders (Ada, Ben)" in readme


def test_without_text_no_word_of_the_articles_is_in_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive(tmp_path, without_text=True))) as found:
        assert not [n for n in found.namelist() if n.startswith("texts/")]
        for name in found.namelist():
            content = found.read(name).decode()
            assert not [w for w in ("it will pay", "must not", "fishers") if w in content], name
