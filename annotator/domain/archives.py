"""Why an archive cannot be read, in words for people instead of the library's."""

from __future__ import annotations

import zipfile
import zlib

from annotator.domain.words import Message, say


def archive_fault(error: BaseException) -> Message:
    """What is wrong with an archive, from the exception that reading it raised."""
    if isinstance(error, zipfile.BadZipFile):
        if "not a zip file" in str(error):
            return say("it is not an archive, or its end is missing")
        return say("its contents do not match its own directory")
    if isinstance(error, (EOFError, zlib.error)):
        return say("part of it is missing or damaged")
    if isinstance(error, (NotImplementedError, RuntimeError)):
        return say("it is compressed or encrypted in a way that Annotator cannot read")
    return say("it is malformed")
