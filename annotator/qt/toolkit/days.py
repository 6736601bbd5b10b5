"""Days and moments as people write them, in the program's language whatever the system's is."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

from annotator.qt.toolkit.words import tr

LANGUAGE = "annotator_language"
"""The property of the program that says which language it speaks."""


def day_words(day: date | str) -> str:
    """28 November 2026. A string is ISO's, a time behind the day is left out."""
    return _locale().toString(_day(day), tr("d MMMM yyyy"))


def weekday_words(day: date) -> str:
    """Saturday, 28 November 2026."""
    return _locale().toString(_day(day), tr("dddd, d MMMM yyyy"))


def moment_words(at: datetime) -> str:
    """28 Nov 2026, 16:05."""
    told = QDateTime(at.year, at.month, at.day, at.hour, at.minute, at.second)
    return _locale().toString(told, tr("d MMM yyyy, HH:mm"))


def _day(day: date | str) -> QDate:
    told = date.fromisoformat(day[:10]) if isinstance(day, str) else day
    return QDate(told.year, told.month, told.day)


def _locale() -> QLocale:
    app = QCoreApplication.instance()
    return QLocale(str(app.property(LANGUAGE) or "en") if app is not None else "en")
