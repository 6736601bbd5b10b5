"""Why an archive cannot be read, in words for people; what the library says is for programmers."""

from __future__ import annotations

import zipfile
import zlib

from annotator.domain.words import Message, say


def archive_fault(error: BaseException) -> Message:
    """What is wrong with an archive, of what reading it raised."""
    if isinstance(error, zipfile.BadZipFile):
        if "not a zip file" in str(error):
            return say("it is no archive, or its end is missing")
        return say("what is in it is not what it says of itself")
    if isinstance(error, (EOFError, zlib.error)):
        return say("a part of it is missing or garbled")
    if isinstance(error, (NotImplementedError, RuntimeError)):
        return say("it is packed or locked in a way that is not read here")
    return say("its form is off")
