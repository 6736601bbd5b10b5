"""What can be read and written, and what each form cannot carry; help, README and dialogs are made from this list.

Other packages add a form by an entry point of the group ``annotator.formats`` that names a `Format`; its module has
``write(dataset, out, losses)`` and ``read(path)`` as the modules beside this one have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from annotator.domain.errors import AnnotatorError, BadInput
from annotator.formats.features import all_but, carrying
from annotator.formats.features import loses as words_lost

if TYPE_CHECKING:
    from annotator.formats.dataset import Dataset, Losses
    from annotator.formats.incoming import Incoming

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
                f"the form {self.name} needs the package {error.name}",
                remedy=f"install it: pip install 'annotator[{self.extra}]'",
            ) from error
        return found


_REGISTER = ("register", "entity_values")
_TABLE_LOSSES = ("texts", *_REGISTER, "codebook")
BUILT_IN = (
    Format(
        "jsonl",
        "Annotation records (JSON lines)",
        ".jsonl",
        True,
        True,
        all_but("texts", "metadata", *_REGISTER, "codebook"),
        module="annotator.formats.annotation_lines",
    ),
    Format(
        "csv",
        "One row an annotation (CSV)",
        ".csv",
        False,
        True,
        all_but(*_TABLE_LOSSES, "metadata", "entity_roles"),
        ("types of entities",),
        module="annotator.formats.annotation_rows",
    ),
    Format(
        "statements",
        "One row a statement and target (CSV)",
        ".csv",
        False,
        True,
        carrying("spans", "metadata", "coders", "overlaps", "discontinuous", "values", "several", "entities", "links")
        | carrying("link_values", "entity_roles", "empty_roles", "ids"),
        ("labels outside statements",),
        module="annotator.formats.statement_rows",
    ),
    Format(
        "brat",
        "brat standoff (folder)",
        "",
        True,
        True,
        all_but(),
        module="annotator.formats.brat",
        folder=True,
    ),
    Format(
        "cas-xmi",
        "UIMA CAS XMI for INCEpTION (folder)",
        "",
        True,
        True,
        all_but(),
        module="annotator.formats.cas_xmi",
        folder=True,
    ),
    Format(
        "qdpx",
        "REFI-QDA project",
        ".qdpx",
        True,
        True,
        all_but(),
        ("for programs other than this one: roles of links, doubts, reasons for empty roles",),
        module="annotator.formats.qdpx",
    ),
    Format(
        "webanno-tsv",
        "WebAnno TSV 3.3 (folder)",
        "",
        True,
        True,
        all_but(),
        ("for programs other than this one: pieces of a passage smaller than its tokens, labels of whole articles",),
        module="annotator.formats.webanno_tsv",
        folder=True,
    ),
    Format(
        "w3c",
        "Web annotations (W3C, JSON-LD)",
        ".jsonld",
        True,
        True,
        all_but(*_REGISTER),
        module="annotator.formats.web_annotations",
    ),
    Format(
        "doccano",
        "doccano (JSON lines, a file a coder)",
        "",
        True,
        True,
        all_but(*_REGISTER),
        ("what doccano shows are labels and arrows; the rest comes back to this program only",),
        module="annotator.formats.doccano",
        folder=True,
    ),
    Format(
        "label-studio",
        "Label Studio (JSON with its labelling interface)",
        "",
        True,
        True,
        all_but(*_REGISTER),
        ("what Label Studio shows are labels, their values and arrows; the rest comes back to this program only",),
        module="annotator.formats.label_studio",
        folder=True,
    ),
    Format(
        "prodigy",
        "Prodigy (JSON lines)",
        ".jsonl",
        True,
        True,
        all_but(*_REGISTER, "codebook"),
        ("what Prodigy shows are labels and arrows; the rest comes back to this program only",),
        module="annotator.formats.prodigy",
    ),
    Format(
        "xlsx",
        "Workbook with the codebook as a sheet (XLSX)",
        ".xlsx",
        False,
        True,
        all_but("texts", "entity_roles"),
        ("more than 32,767 characters in a cell", "characters that XML forbids"),
        module="annotator.formats.workbook",
    ),
    Format(
        "parquet",
        "One row an annotation (Parquet)",
        ".parquet",
        False,
        True,
        all_but(*_TABLE_LOSSES, "metadata", "entity_roles"),
        ("types of entities",),
        module="annotator.formats.parquet",
        extra="tables",
    ),
    Format(
        "spss",
        "One row an annotation, answers with value labels (SPSS)",
        ".sav",
        False,
        True,
        all_but(*_TABLE_LOSSES, "metadata", "entity_roles"),
        ("texts of more than 32,767 bytes", "types of entities"),
        module="annotator.formats.spss",
        extra="tables",
    ),
    Format(
        "huggingface",
        "Hugging Face dataset with a card (Parquet)",
        "",
        False,
        True,
        all_but(),
        module="annotator.formats.hugging_face",
        extra="tables",
        folder=True,
    ),
    Format(
        "spacy",
        "spaCy DocBin, a span group a coder and layer",
        ".spacy",
        False,
        True,
        carrying("spans", "texts", "coders", "overlaps", "discontinuous", "values", "several", "entities", "links")
        | carrying("link_values", "entity_roles", "empty_roles", "document_values", "doubts", "memos", "ids", "times"),
        ("words are split where a label begins or ends within one",),
        module="annotator.formats.doc_bin",
        extra="nlp",
    ),
    Format(
        "conll",
        "CoNLL, a BIO column a coder and layer",
        ".conll",
        False,
        True,
        carrying("spans", "texts", "coders"),
        (
            "of labels that overlap within a column the longer one stays, of equal ones the first",
            "words are split where a label begins or ends within one",
        ),
        module="annotator.formats.conll",
    ),
)
READ_ONLY = tuple(
    Format(name, label, suffix, True, False, carries, limits, f"annotator.formats.{module}")
    for name, label, suffix, module, carries, limits in (
        (
            "dna",
            "Discourse Network Analyzer 2 and 3",
            ".dna",
            "discourse_network_analyzer",
            carrying("spans", "texts", "metadata", "coders", "overlaps", "values", "entities", "register"),
            ("links between statements", "rights of coders", "search patterns"),
        ),
        (
            "qualcoder",
            "QualCoder project",
            ".qda",
            "qualcoder",
            carrying("spans", "texts", "coders", "overlaps", "values", "document_values", "memos", "codebook"),
            ("cases", "pictures, sound and film", "annotations without a code"),
        ),
        (
            "taguette",
            "Taguette project (SQLite)",
            ".sqlite3",
            "taguette",
            carrying("spans", "texts", "overlaps", "values", "codebook"),
            ("layout", "highlights without a tag"),
        ),
        (
            "spreadsheet",
            "Spreadsheet of codings (CSV, TSV, XLSX) with a mapping of its columns",
            ".csv",
            "sheets",
            carrying("spans", "coders", "overlaps", "discontinuous", "values", "several", "entities", "links", "ids")
            | carrying("link_values", "empty_roles", "document_values", "doubts", "memos", "times"),
            ("articles must be in the study already",),
        ),
    )
)
ARCHIVE = Format(
    "archive",
    "Citable archive: data, codebook, agreement, checksums (ZIP)",
    ".zip",
    False,
    True,
    all_but(),
)
NETWORKS = tuple(
    Format(
        name,
        f"Network of actors and concepts ({label})",
        suffix,
        False,
        True,
        carrying("entities", "links") | carries,
        (f"everything but who says what how often{' and what is known of them' if carries else ''}",),
        module="annotator.formats.network_files",
        function=name,
    )
    for name, label, suffix, carries in (
        ("graphml", "GraphML", ".graphml", carrying("entity_values")),
        ("gexf", "GEXF", ".gexf", carrying("entity_values")),
        ("pajek", "Pajek", ".net", carrying()),
        ("edges", "CSV edge list", ".csv", carrying()),
    )
)
INTAKE = tuple(
    Format(name, label, suffix, True, False, limits=limits, kind="articles")
    for name, label, suffix, limits in (
        ("plain", "Plain text", ".txt", ()),
        ("scrape", "Scraped page dump", ".txt", ()),
        ("html", "Saved web page", ".html", ("layout", "pictures")),
        ("csv-articles", "Table of articles (CSV)", ".csv", ("columns it does not know",)),
        ("jsonl-articles", "Table of articles (JSON lines)", ".jsonl", ("fields it does not know",)),
        ("docx", "Word document", ".docx", ("layout", "pictures", "footnotes")),
        ("pdf", "PDF with text", ".pdf", ("layout", "pictures")),
    )
)


@cache
def formats() -> tuple[Format, ...]:
    """Every form of annotations: our own, then those of other packages that are installed.

    A package that cannot be loaded is passed over: it must not keep the others from working.
    """
    found = {f.name: f for f in (*BUILT_IN, *NETWORKS, ARCHIVE, *READ_ONLY)}
    for point in entry_points(group="annotator.formats"):
        try:
            made = point.load()
        except Exception:
            continue
        if isinstance(made, Format):
            found.setdefault(made.name, made)
    return tuple(found.values())


def writable(name: str) -> Format:
    """The form of this name that can be written; raises BadInput."""
    return _named(name, "written", [f for f in formats() if f.writes])


def readable(name: str) -> Format:
    """The form of annotations of this name that can be read; raises BadInput."""
    return _named(name, "read", [f for f in formats() if f.reads])


def _named(name: str, done: str, among: list[Format]) -> Format:
    for format in among:
        if format.name == name:
            return format
    raise BadInput(f"the format `{name}` cannot be {done}", remedy=f"use one of {', '.join(f.name for f in among)}")
