"""In whose name articles are changed."""

from __future__ import annotations

from annotator.domain.annotations import Coder
from annotator.domain.errors import BadInput
from annotator.domain.words import by_door, say
from annotator.services.study import Study
from annotator.store import people

SUPERVISOR = "Supervisor"


def steward(study: Study, by: str | None) -> str:
    """The id of the person who changes articles: the one named, whose login it is, or the study's one supervisor.

    Where the study has no supervisor yet, one is entered. Raises BadInput where it is not plain who it is.
    """
    if by is not None:
        return study.person(by).id
    if study.file.login_coder is not None:
        return study.file.login_coder
    found = [c for c in study.coders() if c.role == "supervisor"]
    if len(found) > 1:
        names = ", ".join(c.name for c in found)
        raise BadInput(
            "the study has several supervisors",
            names,
            by_door("name who changes it with --by NAME", say("choose who works here")),
        )
    if found:
        return found[0].id
    with study.file.transaction() as connection:
        coder = Coder(study.ids(), SUPERVISOR, "supervisor")
        people.add_coder(connection, coder, study.clock())
    return coder.id
