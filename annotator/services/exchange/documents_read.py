"""“Read, and found nothing”: what an import says of articles in which a coder labelled nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotator.domain.annotations import Document
from annotator.domain.commands import Batch, SetDocumentState
from annotator.domain.errors import BadInput
from annotator.domain.words import by_door, say
from annotator.formats.annotation_records import DocumentRef, Problem
from annotator.formats.documents_read import DocumentsRead
from annotator.services.study import Study


def resolved(
    study: Study, source: str, lines: Sequence[DocumentsRead], coder: str | None, override: bool = False
) -> tuple[dict[str, list[str]], list[Problem]]:
    """(coder's name -> ids of articles read; problems). coder: who read where nobody is named; override: and else."""
    copies = study.hidden_repeats()
    documents = [d for d in study.documents() if d.id not in copies] if lines else []
    read: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for line in lines:

        def problem(what: str, where: str = line.where) -> None:
            problems.append({"source": source, "where": where, "what": what})

        said = line.coder and (line.coder.name or line.coder.id)
        name = coder if override and coder else said or coder
        if not name:
            problem(
                say(
                    "it is not known who read these articles; {remedy}",
                    remedy=by_door("name a coder with --coder", say("name a coder")),
                )
            )
            continue
        read.setdefault(name, [])
        for ref in line.documents:
            found = [d for d in documents if _is(ref, d)]
            if not found and ref.id:  # of another study, whose ids are not this one's
                found = [d for d in documents if _is(ref.model_copy(update={"id": None, "number": None}), d)]
            if len(found) == 1:
                read[name].append(found[0].id)
                continue
            told = ", ".join(f"{k} {v}" for k, v in ref.model_dump(exclude_none=True).items())
            problem(
                say("no article of the study matches: {told}", told=told)
                if not found
                else say("{n} articles match: {told}", n=len(found), told=told)
            )
    return read, problems


def _is(ref: DocumentRef, d: Document) -> bool:
    asked = ref.model_dump(exclude_none=True)
    return bool(asked) and all(getattr(d, key) == value for key, value in asked.items())


def every_article(study: Study, refs: Sequence[str]) -> list[str]:
    """Ids of the articles that `--read` names: `all`, or ids, numbers and titles. Raises NotFound."""
    copies = study.hidden_repeats()
    if list(refs) == ["all"]:
        return [d.id for d in study.documents() if d.id not in copies]
    return [study.document(ref).id for ref in refs]


def mark_read(study: Study, read: Mapping[str, Sequence[str]], dry_run: bool = False) -> dict[str, int]:
    """Coder's name -> how many articles are newly marked as read; articles that were are left as they are."""
    told: dict[str, int] = {}
    for name, ids in read.items():
        known = [c for c in study.coders() if name in (c.name, c.id)]
        if len(known) > 1:
            raise BadInput(say("{n} coders have this name", n=len(known)), name, "name one by id")
        done = study.document_states(known[0].id) if known else {}
        fresh = [d for d in dict.fromkeys(ids) if done.get(d) != "done"]
        told[name] = len(fresh)
        if dry_run or not fresh:
            continue
        coder = known[0] if known else study.ensure_coder(name)
        steps = tuple(SetDocumentState(coder_id=coder.id, document_id=d, state="done") for d in fresh)
        study.coding.apply(Batch(coder_id=coder.id, name="ImportAnnotations", commands=steps))
    return told
