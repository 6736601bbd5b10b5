"""Where scripts outside the repository import the check of a study from; it lives in `services.study.integrity`."""

from annotator.services.study.integrity import check as check
