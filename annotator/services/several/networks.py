"""One network of several studies."""

from __future__ import annotations

from annotator.services.networks.asking import Wanted
from annotator.services.networks.looking import Look, look
from annotator.services.networks.reading import material_of
from annotator.services.several.folder import Gathered


def of_several(found: Gathered, wanted: Wanted) -> Look:
    """A network of the statements of all these studies; who has one name in several is one node."""
    return look([material_of(study, wanted, path) for path, study in found.studies], wanted)
