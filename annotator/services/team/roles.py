"""What a person does in a study."""

from __future__ import annotations

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.services.study import Study
from annotator.store import people

ROLES = ("coder", "trainee", "supervisor")
"""Only the window and the plans mind them: what a person coded counts whatever their role."""


def set_role(study: Study, name: str, role: str) -> None:
    """Give a person another role. Raises BadInput for one that there is not, and for the settled version."""
    person = study.coder(name)
    if role not in ROLES:
        raise BadInput(
            say("there is no role `{role}`", role=role), person.name, say("choose from {names}", names=", ".join(ROLES))
        )
    if person.role == "gold":
        raise BadInput("the settled version is nobody's", person.name, "choose a person")
    with study.file.transaction() as connection:
        people.set_role(connection, person.id, role)
