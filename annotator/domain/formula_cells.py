"""Text in a table that a spreadsheet would calculate, made harmless so that it can be taken back.

Excel, LibreOffice and Google Sheets read a cell of a CSV file that begins with ``= + - @``, a tab or a line break as a
formula, quoted or not; no spelling of CSV says otherwise. So an apostrophe is put before it, as people do by hand. Text
that is a number stays as it is. Apostrophes that stand before such a sign already get one more, so that taking one away
always gives what was there.
"""

from __future__ import annotations

import re

_CALCULATED = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would calculate it."""
    return f"'{text}" if _CALCULATED.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and _CALCULATED.match(text) else text
