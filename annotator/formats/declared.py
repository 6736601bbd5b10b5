"""What can be read and written, and what each form cannot carry; the manual and dialogs are made from this list.

Other packages add a form by an entry point of the group ``annotator.formats`` that names a `Format`; its module has
``write(dataset, out, losses)`` and ``read(path)`` as the modules beside this one have.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.words import Message, say
from annotator.formats.features import all_but, carrying
from annotator.formats.features import loses as words_lost

if TYPE_CHECKING:
    from annotator.formats.dataset import Dataset, Losses
    from annotator.formats.incoming import Incoming

ARCHIVE_NAME = "archive"
Write = Callable[["Dataset", Path, "Losses"], None]
Read = Callable[[Path], "Incoming"]


@dataclass(frozen=True, slots=True)
class Format:
    """One form of file.

    carries: keys of `features.FEATURES`. limits: rules that no feature says, in words. module: where it is written and
    read; function: what writes it there. extra: the optional part of this program that it needs, None for none.
    folder: it writes a folder.
    """

    name: str
    label: str
    suffix: str
    reads: bool
    writes: bool
    carries: frozenset[str] = frozenset()
    limits: tuple[str, ...] = ()
    module: str = ""
    extra: str | None = None
    folder: bool = False
    function: str = "write"
    kind: Literal["annotations", "articles"] = "annotations"
    second_readings: bool = False
    """It has a place for labels of second readings, marked as such."""
    origins: bool = False
    """It has a place for the suggestions that labels were accepted from."""
    takes: frozenset[str] = frozenset()
    """What its reader takes beside the path: ``by_folder``, whether sub-folders are coders; ``rest``, whether what is
    sound is to come though other lines are not; ``suggested``, whether predictions of models are wanted; ``coder``, who
    made what does not say it."""

    @property
    def holds_articles(self) -> bool:
        """Whether articles without a label are in it."""
        return "texts" in self.carries or self.name in ("xlsx", ARCHIVE_NAME)

    @property
    def loses(self) -> tuple[str, ...]:
        """What of a study the form cannot carry, in words."""
        return (*words_lost(self.carries), *self.limits) if self.kind == "annotations" else self.limits

    def writer(self) -> Write:
        """The function that writes it; raises AnnotatorError where an extra is not installed."""
        return self._function(self.function)

    def reader(self) -> Read:
        """The function that reads it; raises AnnotatorError where an extra is not installed."""
        return self._function("read")

    def _function(self, name: str) -> Callable[..., Any]:
        try:
            found: Callable[..., Any] = getattr(import_module(self.module), name)
        except ImportError as error:
            if self.extra is None:
                raise
            raise AnnotatorError(
                say("the form {form} needs the package {package}", form=self.name, package=error.name),
                remedy=say("install it: pip install 'annotator[{extra}]'", extra=self.extra),
            ) from error
        return found


_REGISTER = ("register", "entity_values")
_TABLE_LOSSES = ("texts", *_REGISTER, "codebook")
BUILT_IN = (
    Format(
        "jsonl",
        say("Annotation records (JSON lines)"),
        ".jsonl",
        True,
        True,
        all_but("texts", "metadata", *_REGISTER, "codebook"),
        module="annotator.formats.annotation_lines",
        second_readings=True,
        origins=True,
    ),
    Format(
        "csv",
        say("One row an annotation (CSV)"),
        ".csv",
        False,
        True,
        all_but(*_TABLE_LOSSES, "metadata", "entity_roles"),
        (say("types of entities"),),
        module="annotator.formats.annotation_rows",
        second_readings=True,
        origins=True,
    ),
    Format(
        "statements",
        say("One row a statement and target (CSV)"),
        ".csv",
        False,
        True,
        carrying("spans", "metadata", "coders", "overlaps", "discontinuous", "values", "several", "entities", "links")
        | carrying("link_values", "entity_roles", "empty_roles", "ids"),
        (say("labels outside statements"),),
        module="annotator.formats.statement_rows",
        second_readings=True,
    ),
    Format(
        "statement-lists",
        say("One row a statement, its targets as lists (CSV)"),
        ".csv",
        False,
        True,
        carrying("spans", "metadata", "coders", "overlaps", "discontinuous", "values", "several", "entities", "links")
        | carrying("link_values", "entity_roles", "empty_roles", "ids"),
        (say("labels outside statements"),),
        module="annotator.formats.statement_rows",
        second_readings=True,
        function="write_lists",
    ),
    Format(
        "brat",
        say("brat standoff (folder)"),
        "",
        True,
        True,
        all_but(),
        module="annotator.formats.brat",
        takes=frozenset(("by_folder", "rest")),
        folder=True,
    ),
    Format(
        "cas-xmi",
        say("UIMA CAS XMI for INCEpTION (folder; a CAS in JSON is read too)"),
        "",
        True,
        True,
        all_but(),
        (say("tokens and sentences of other programs, which are computed again"),),
        module="annotator.formats.cas_xmi",
        folder=True,
    ),
    Format(
        "qdpx",
        say("REFI-QDA project"),
        ".qdpx",
        True,
        True,
        all_but(),
        (
            say("for other programs: roles of links, doubts, reasons for empty roles"),
            say("pictures, sound and film"),
        ),
        module="annotator.formats.qdpx",
    ),
    Format(
        "webanno-tsv",
        say("WebAnno TSV 3.3 (folder)"),
        "",
        True,
        True,
        all_but(),
        (
            say("for other programs: pieces of a passage smaller than a token, labels of whole articles"),
            say("tokens and sentences of other programs, which are computed again"),
        ),
        module="annotator.formats.webanno_tsv",
        folder=True,
    ),
    Format(
        "w3c",
        say("Web annotations (W3C, JSON-LD)"),
        ".jsonld",
        True,
        True,
        all_but(*_REGISTER),
        module="annotator.formats.web_annotations",
    ),
    Format(
        "doccano",
        say("doccano (JSON lines, a file a coder)"),
        "",
        True,
        True,
        all_but(*_REGISTER),
        (say("doccano shows labels and arrows; only Annotator reads the rest"),),
        module="annotator.formats.doccano",
        takes=frozenset(("coder",)),
        folder=True,
    ),
    Format(
        "label-studio",
        say("Label Studio (JSON with its labelling interface)"),
        "",
        True,
        True,
        all_but(*_REGISTER),
        (say("Label Studio shows labels, their values and arrows; only Annotator reads the rest"),),
        module="annotator.formats.label_studio",
        takes=frozenset(("coder", "suggested")),
        folder=True,
    ),
    Format(
        "prodigy",
        say("Prodigy (JSON lines)"),
        ".jsonl",
        True,
        True,
        all_but(*_REGISTER, "codebook"),
        (say("Prodigy shows labels and arrows; only Annotator reads the rest"),),
        module="annotator.formats.prodigy",
        takes=frozenset(("coder",)),
    ),
    Format(
        "xlsx",
        say("Workbook with the codebook as a sheet (XLSX)"),
        ".xlsx",
        False,
        True,
        all_but("texts", "entity_roles"),
        (say("more than 32,767 characters in a cell"), say("characters that XML forbids")),
        module="annotator.formats.workbook",
        second_readings=True,
        origins=True,
    ),
    Format(
        "parquet",
        say("One row an annotation (Parquet)"),
        ".parquet",
        False,
        True,
        all_but(*_TABLE_LOSSES, "metadata", "entity_roles"),
        (say("types of entities"),),
        module="annotator.formats.parquet",
        extra="tables",
        origins=True,
    ),
    Format(
        "spss",
        say("One row an annotation, answers with value labels (SPSS)"),
        ".sav",
        False,
        True,
        all_but(*_TABLE_LOSSES, "metadata", "entity_roles"),
        (say("texts of more than 32,767 bytes"), say("types of entities")),
        module="annotator.formats.spss",
        extra="tables",
        origins=True,
    ),
    Format(
        "huggingface",
        say("Hugging Face dataset with a card (Parquet)"),
        "",
        False,
        True,
        all_but(),
        module="annotator.formats.hugging_face",
        extra="tables",
        folder=True,
        origins=True,
    ),
    Format(
        "spacy",
        say("spaCy DocBin, a span group a coder and layer"),
        ".spacy",
        False,
        True,
        carrying("spans", "texts", "coders", "overlaps", "discontinuous", "values", "several", "entities", "links")
        | carrying("link_values", "entity_roles", "empty_roles", "document_values", "doubts", "memos", "ids", "times"),
        (say("words are split where a label begins or ends within one"),),
        module="annotator.formats.doc_bin",
        extra="nlp",
    ),
    Format(
        "conll",
        say("CoNLL, a BIO column a coder and layer"),
        ".conll",
        False,
        True,
        carrying("spans", "texts", "coders"),
        (
            say("where labels overlap within a column, all but the longest (of equal ones, the first)"),
            say("words are split where a label begins or ends within one"),
        ),
        module="annotator.formats.conll",
    ),
)
READ_ONLY = tuple(
    Format(name, label, suffix, True, False, carries, limits, f"annotator.formats.{module}")
    for name, label, suffix, module, carries, limits in (
        (
            "dna",
            say("Discourse Network Analyzer 1 to 3"),
            ".dna",
            "discourse_network_analyzer",
            carrying("spans", "texts", "metadata", "coders", "overlaps", "values", "entities", "register"),
            (say("links between statements"), say("rights of coders"), say("search patterns")),
        ),
        (
            "qualcoder",
            say("QualCoder project"),
            ".qda",
            "qualcoder",
            carrying("spans", "texts", "coders", "overlaps", "values", "document_values", "memos", "times", "codebook"),
            (say("cases of parts of files"), say("pictures, sound and film"), say("graphs"), say("saved queries")),
        ),
        (
            "taguette",
            say("Taguette project (SQLite)"),
            ".sqlite3",
            "taguette",
            carrying("spans", "texts", "coders", "overlaps", "values", "times", "codebook"),
            (say("layout"), say("rights of members")),
        ),
        (
            "spreadsheet",
            say("Spreadsheet of codings (CSV, TSV, XLSX) with a mapping of its columns"),
            ".csv",
            "sheets",
            carrying("spans", "coders", "overlaps", "discontinuous", "values", "several", "entities", "links", "ids")
            | carrying("link_values", "empty_roles", "document_values", "doubts", "memos", "times"),
            (say("articles must be in the study already"),),
        ),
    )
)
ARCHIVE = Format(
    ARCHIVE_NAME,
    say("Citable archive: data, codebook, agreement, checksums (ZIP)"),
    ".zip",
    False,
    True,
    all_but(),
    second_readings=True,
)
NETWORKS = tuple(
    Format(
        name,
        say("Network of actors and concepts ({label})", label=label),
        suffix,
        False,
        True,
        carrying("entities", "links") | carries,
        (
            say("everything but who says what, how often, and the facts about them")
            if carries
            else say("everything but who says what, and how often"),
        ),
        module="annotator.formats.network_files",
        function=name,
    )
    for name, label, suffix, carries in (
        ("graphml", "GraphML", ".graphml", carrying("entity_values")),
        ("gexf", "GEXF", ".gexf", carrying("entity_values")),
        ("pajek", "Pajek", ".net", carrying()),
        ("dl", "UCINET DL", ".dl", carrying()),
        ("edges", say("CSV edge list"), ".csv", carrying()),
    )
)
INTAKE = tuple(
    Format(name, label, suffix, True, False, limits=limits, kind="articles")
    for name, label, suffix, limits in (
        ("plain", say("Plain text"), ".txt", ()),
        ("scrape", say("Scraped page dump"), ".txt", ()),
        ("html", say("Saved web page"), ".html", ("layout", "pictures")),
        ("csv-articles", say("Table of articles (CSV)"), ".csv", (say("columns it does not know"),)),
        ("jsonl-articles", say("Table of articles (JSON lines)"), ".jsonl", (say("fields it does not know"),)),
        ("json", say("Articles in JSON, one or a list"), ".json", (say("fields it does not know"),)),
        ("docx", say("Word document"), ".docx", ("layout", "pictures", "footnotes")),
        ("pdf", say("PDF with text"), ".pdf", ("layout", "pictures")),
        ("rtf", say("Rich text (RTF)"), ".rtf", ("layout", "pictures", "footnotes")),
        ("markdown", say("Markdown"), ".md", ("layout", "pictures")),
        ("eml", say("Mail (EML)"), ".eml", ("layout", "pictures", say("attached files"))),
        ("mht", say("Web page saved as one file (MHT, MHTML)"), ".mht", ("layout", "pictures")),
        ("tei", say("TEI (XML)"), ".xml", ("layout", "pictures", "footnotes")),
        ("srt", say("Subtitles (SRT, WebVTT)"), ".srt", (say("times"),)),
        ("nexis", say("Nexis Uni, LexisNexis (DOCX, RTF, TXT, HTML)"), ".docx", ("layout", "pictures")),
        ("factiva", say("Factiva (HTML, RTF)"), ".rtf", ("layout", "pictures")),
        ("europresse", say("Europresse (HTML)"), ".html", ("layout", "pictures")),
    )
)


_NOT_LOADED: dict[str, str] = {}
_faults = logging.getLogger("annotator.faults")


@cache
def formats() -> tuple[Format, ...]:
    """Every form of annotations: our own, then those of other packages that are installed.

    A package that cannot be loaded is passed over: it must not keep the others from working. It is told as a fault.
    """
    found = {f.name: f for f in (*BUILT_IN, *NETWORKS, ARCHIVE, *READ_ONLY)}
    for point in entry_points(group="annotator.formats"):
        try:
            made = point.load()
            if not isinstance(made, Format):
                raise TypeError(f"{point.value} is a {type(made).__name__}, no Format")
        except Exception as error:
            _NOT_LOADED[point.name] = f"{point.value}: {type(error).__name__}: {error}"
            _faults.error("the form of files `%s` cannot be loaded from %s", point.name, point.value, exc_info=error)
        else:
            found.setdefault(made.name, made)
    return tuple(found.values())


def not_loaded() -> dict[str, str]:
    """Forms of other packages that cannot be loaded: name -> what it is and why."""
    formats()
    return dict(_NOT_LOADED)


def writable(name: str) -> Format:
    """The form of this name that can be written; raises BadInput."""
    return _named(say("the format `{name}` cannot be written", name=name), name, [f for f in formats() if f.writes])


def readable(name: str) -> Format:
    """The form of annotations of this name that can be read; raises BadInput."""
    return _named(say("the format `{name}` cannot be read", name=name), name, [f for f in formats() if f.reads])


def _named(fault: Message, name: str, among: list[Format]) -> Format:
    for format in among:
        if format.name == name:
            return format
    raise BadInput(
        fault,
        remedy=say("use one of {names}", names=", ".join(f.name for f in among)),
    )
