"""Until somebody accepts them, suggestions change no export, figure, network, passage, view or count: to the byte."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.formats.declared import formats
from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.request import Question
from annotator.services.exchange.exporting import NETWORK_NAMES, export
from annotator.services.exchange.importing_suggestions import Request, import_suggestions
from annotator.services.exchange.records import RecordWriter
from annotator.services.networks.asking import Wanted
from annotator.services.networks.writing import write_network
from annotator.services.search.labelled import Asked, look
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.suggestions.report import report
from annotator.services.team.packing import pack
from annotator.services.team.progress import progress
from annotator.store.views import NAMES
from tests.formats.random_studies import Random, random_studies, study_of
from tests.studies import reopened

_FORMS = sorted(f.name for f in formats() if f.writes and f.name not in NETWORK_NAMES and f.extra is None)
_SKIPPED = frozenset({"archive"})
"""Made of the others, and slow."""


def suggested(made: Random, draw: Any) -> list[dict[str, Any]]:
    """Codings like those that coders made, some with other words, other people, or another answer."""
    lengths = {d.sha256: len(d.text) for d in made.documents}
    found = []
    for r in made.records:
        one = {k: v for k, v in r.items() if k not in ("coder", "created", "updated", "external_id")}
        one["coder"] = {"name": f"model {r['coder']['name']}"}
        if one.get("fragments") and draw(st.booleans()):
            start = draw(st.integers(0, lengths[r["document"]["sha256"]] - 1))
            one["fragments"] = [[start, start + 1]]
        if "who" in one["values"] and draw(st.booleans()):
            one["values"] = {"who": {"name": "Somebody new", "type": "person"}}
        if draw(st.booleans()):
            one["confidence"] = draw(st.floats(0, 1))
        found.append(one)
    return found


@given(random_studies(hard=False), st.data())
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_outputs_with_and_without_suggestions_are_the_same_bytes(made: Random, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder, "one"), Path(folder, "other")
        one.mkdir()
        other.mkdir()
        study_of(made, one / "s.annotator").close()
        shutil.copy(one / "s.annotator", other / "s.annotator")
        wanted = suggested(made, data.draw)
        with Study.open(other / "s.annotator") as study:
            file = other / "model.jsonl"
            file.write_text("".join(json.dumps(r) + "\n" for r in wanted), encoding="utf-8")
            told = as_json(import_suggestions(study, Request([file], "jsonl", rest=True)))
            held = sum(s.suggestions for s in report(study).sources)
            assert held == told["suggestions"]["added"]
            assert told["suggestions"]["added"] == told["account"]["here"]["suggestions"]
            assert check(study) == []
        before, after = outputs(one), outputs(other)
        assert [key for key in before if before[key] != after.get(key)] == []
        assert before.keys() == after.keys()


def outputs(folder: Path) -> dict[str, Any]:
    """All that leaves a study, as bytes or as what a person is told."""
    found: dict[str, Any] = {}
    with reopened(folder / "s.annotator", "same") as study:
        for form in _FORMS:
            if form in _SKIPPED:
                continue
            out = folder / f"out-{form}"
            try:
                found[form] = json.dumps(as_json(export(study, form, out)), sort_keys=True)
            except AnnotatorError as error:
                found[form] = str(error).replace(str(folder), "")
                continue
            files = sorted(p for p in out.rglob("*") if p.is_file()) if out.is_dir() else [out]
            found |= {f"{form} {p.name}": p.read_bytes() for p in files}
        try:
            out = folder / "network.csv"
            found["network"] = (
                json.dumps(write_network(study, Wanted(), out).as_json(), sort_keys=True),
                out.read_bytes(),
            )
        except AnnotatorError as error:
            found["network"] = str(error).replace(str(folder), "")
        found["documents"] = [(d, study.text(d.id)) for d in study.documents()]
        found["records"] = list(RecordWriter(study).records_as_json())
        found["entities"] = study.entities()
        found["progress"] = json.dumps(as_json(progress(study)), sort_keys=True)
        found["changes"] = study.changes()
        found["passages"] = str(look(study, Asked()))
        try:
            found["agreement"] = json.dumps(study_agreement(study, Question()), sort_keys=True)
        except AnnotatorError as error:
            found["agreement"] = str(error).replace(str(folder), "")
        with study.file.reading() as connection:
            for name in NAMES:
                found[f"view {name}"] = connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()
        for coder in study.coders():
            if study.annotations(coder_ids=[coder.id]):
                out = folder / "package"
                pack(study, coder.id, out, with_suggestions=False)
                found[f"package {coder.name}"] = out.read_bytes()
                out.unlink()
    return found
