"""The articles of a shared database in a file of this computer, so that they are searched as a study file's are.

What is missing or was corrected is fetched, nothing else. The file goes when the program ends, and
holds no label.
"""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

from annotator.store import documents as document_rows
from annotator.store.opening import create_study_file, open_study_file
from annotator.store.places import DatabaseUrl

_AT_A_TIME = 200
_folders: dict[str, tempfile.TemporaryDirectory[str]] = {}
_lock = threading.Lock()


def articles_at_hand(url: DatabaseUrl) -> Path:
    """The file with all articles that the database has now."""
    with _lock:
        folder = _folders.setdefault(url.url, tempfile.TemporaryDirectory(prefix="annotator-articles-"))
        path = Path(folder.name) / "articles.annotator"
        here = open_study_file(path) if path.exists() else create_study_file(path)
        there = open_study_file(url)
        try:
            with here.reading() as connection:
                known = {d.id: d for d in document_rows.every(connection)}
            with there.reading() as connection:
                every = document_rows.every(connection)
            missing = [d for d in every if d.id not in known]
            other = [d for d in every if d.id in known and d != known[d.id]]
            for d in other:
                with there.reading() as connection:
                    text = document_rows.text(connection, d.id) or ""
                with here.transaction() as connection:
                    document_rows.renew(connection, d, text)
            for start in range(0, len(missing), _AT_A_TIME):
                group = missing[start : start + _AT_A_TIME]
                with there.reading() as connection:
                    texts = document_rows.texts_of(connection, [d.id for d in group])
                with here.transaction() as connection:
                    rows = [document_rows.NewDocument(d, texts[d.id], b"", "plain", "utf-8", [], "") for d in group]
                    document_rows.insert_many(connection, rows)
        finally:
            there.close()
            here.close()
    return path
