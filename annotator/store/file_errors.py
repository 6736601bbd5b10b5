"""What the database says, in words a person can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from annotator.domain.errors import StudyFileError
from annotator.domain.words import by_door, say
from annotator.store.places import Place

RESCUE = by_door(
    "restore a backup copy, or save what can be read: `annotator rescue FILE -o NEW`",
    say("go back to a backup copy, or have what can still be read rescued"),
)
"""What to do with a damaged file."""

DatabaseFault = SQLAlchemyError
"""What the database raises; handed on to services, which know no SQL."""


@contextmanager
def friendly_errors(path: Place) -> Iterator[None]:
    """What the database says, in words a person can act on."""
    try:
        yield
    except (JSONDecodeError, UnicodeDecodeError) as error:  # a damaged record
        raise StudyFileError(
            say("a record in the file is damaged ({reason})", reason=str(error)),
            str(path),
            by_door(
                "`annotator check` names it, `annotator rescue` saves the rest",
                say("go back to a backup copy, or have what can still be read rescued"),
            ),
        ) from error
    except OperationalError as error:
        raise _explained(str(error.orig), path) from error
    except sqlite3.OperationalError as error:
        raise _explained(str(error), path) from error
    except (DBAPIError, sqlite3.DatabaseError) as error:
        if isinstance(error, DBAPIError) and not isinstance(error.orig, sqlite3.DatabaseError):
            raise
        message = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        if "malformed" in message or "not a database" in message:
            raise StudyFileError("the file is damaged", str(path), RESCUE) from error
        raise


def _explained(message: str, path: Place) -> StudyFileError:
    where = str(path)
    if "full" in message:
        return StudyFileError(
            "the disk is full; this change was not saved, everything before it is safe",
            where,
            "free some space and try again",
        )
    if "locked" in message or "busy" in message:
        return StudyFileError("another program is writing to the study", where, "wait a moment and try again")
    if "readonly" in message or "read-only" in message:
        return StudyFileError("the file is read-only", where, "copy it to a folder you can write to")
    if "disk I/O error" in message:
        return StudyFileError(
            "the drive does not answer; the change was not saved and everything before it is safe",
            where,
            "connect the drive again and try once more",
        )
    if "unable to open" in message:
        return StudyFileError("the file cannot be opened", where, "check the folder and your rights to it")
    return StudyFileError(
        say("the file could not be used ({reason})", reason=message),
        where,
        by_door("run `annotator check` on it", say("check this study")),
    )
