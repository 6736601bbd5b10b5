"""Reading REFI-QDA projects: our own whole as long as nobody changed them, others by their codes and selections."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from annotator.domain.bounds import LARGEST_FILE
from annotator.domain.errors import BadInput
from annotator.domain.fragments import Fragment
from annotator.domain.identity import is_uuid
from annotator.domain.words import say
from annotator.formats.annotation_records import CoderRef, DocumentRef, PersonRef, read_records
from annotator.formats.drafts import Draft, add_drafts, check_ids
from annotator.formats.foreign_times import told_time
from annotator.formats.incoming import Declared, Incoming, IncomingDocument
from annotator.formats.offsets import LineEnds, Offsets, Unit
from annotator.formats.refi_back import CASE, MEMO
from annotator.formats.refi_codes import FORM, OF, CodeReader
from annotator.formats.refi_elements import local, sound_guid, xml_of
from annotator.formats.refi_kept import (
    KeptArticle,
    KeptSelection,
    coding_record,
    elements_by_guid,
    free_notes,
    made_by,
    note_refs,
)
from annotator.formats.sidecar import NAME, Arrivals, read_sidecar, xml_text
from annotator.formats.untrusted import Tree, opened, parse_xml

PROJECT = "project.qde"
LABELS = "labels.jsonl"
_SPACE = re.compile(r"urn:QDA-XML:project:\d+(\.|:)\d+$")
_CODES = re.compile(r"urn:QDA-XML:codebook:\d+(\.|:)\d+$")
_NUMBER = re.compile(r"-?\d{1,12}$")
_FACTS = {"published", "publisher", "author", "url", "language", "tags"}


def read(path: Path) -> Incoming:  # noqa: C901 - a branch for each part of a project
    """A ``.qdpx`` file, the folder that it was unpacked to, or a codebook (``.qdc``)."""
    if path.is_file() and (data := _plain_xml(path)) is not None:
        return _read_codes(data, path.name)
    with opened(path) as tree:
        project = _project_in(tree)
        data = tree.read(project)
        beside = None
        losses = []
        if NAME in tree and LABELS in tree:
            beside = read_sidecar(tree.read(NAME), f"{tree.name}: {NAME}")
            if beside.beside != hashlib.sha256(data).hexdigest():
                beside = None
                losses.append(say("Annotator's notes beside the project: the project was changed since then"))
        arrivals = Arrivals(beside)
        incoming = arrivals.incoming
        for what in losses:
            incoming.losses.lose(what)
        if beside is not None:
            incoming.attached = beside.attached
            for guid in beside.documents:
                name = f"Sources/{guid}.txt"
                if name not in tree:
                    raise BadInput("the text of a source is missing", f"{tree.name}: {name}")
                arrivals.article(guid, tree.text(name), f"{guid}.txt")
                if incoming.losses.counts:
                    raise BadInput("the text of a source was changed since the project was written", name)
            records, problems = read_records(tree.read(LABELS), tree.name)
            incoming.problems += [{**p, "where": f"{LABELS} {p['where']}"} for p in problems]
            for n, record in records:
                who = record.coder and PersonRef(**record.coder.model_dump())  # of two with one name the id says who
                where = say("{labels} line {n}", labels=LABELS, n=n)
                incoming.records.append((where, record.model_copy(update={"coder": who})))
            return incoming
        root = parse_xml(data, f"{tree.name}: {project}")
        name = etree.QName(root)
        if name.localname != "Project" or not _SPACE.match(name.namespace or ""):
            raise BadInput("it is not a REFI-QDA project", f"{tree.name}: {project}")
        _Reader(tree, project, root, incoming).read()
        check_ids(incoming, tree.name)
        return incoming


_NO_TEXT = {
    "PictureSource": say("the picture"),
    "AudioSource": say("the sound recording"),
    "VideoSource": say("the film"),
}
_AND = "; "
"""Between what several cases say of one source."""
_MOST_TOLD = 50
"""So many sources of a kind are told by name, the rest is counted."""


def read_codes(path: Path) -> Incoming:
    """The codes alone of a codebook (``.qdc``) or of a project; raises BadInput where there are none."""
    data = _plain_xml(path) if path.is_file() else None
    if data is not None:
        return _read_codes(data, path.name)
    with opened(path) as tree:
        name = _project_in(tree)
        return _read_codes(tree.read(name), f"{tree.name}: {name}")


def _read_codes(data: bytes, where: str) -> Incoming:
    root = parse_xml(data, where)
    name = etree.QName(root)
    space = name.namespace or ""
    if name.localname not in ("CodeBook", "Project") or not (_CODES.match(space) or _SPACE.match(space)):
        raise BadInput("it is not a REFI-QDA codebook", where, "export the codes as a REFI-QDA codebook again")
    incoming = Incoming()
    reader = _Reader(None, where, root, incoming)
    if name.localname == "Project":
        incoming.losses.lose(say("sources of a project whose codes alone were asked for"), reader.sources())
    reader.read_codes()
    if not incoming.codes:
        raise BadInput("there are no codes in it", where, "choose a codebook or a project with codes")
    return incoming


def _plain_xml(path: Path) -> bytes | None:
    """The bytes of a file that is XML itself and no archive; None for others."""
    with path.open("rb") as file:
        head = file.read(64)
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<" or head[:2] in (b"\xff\xfe", b"\xfe\xff")
    if plain and path.stat().st_size > LARGEST_FILE:
        raise BadInput(say("the file is larger than {most} MB", most=LARGEST_FILE >> 20), path.name)
    return path.read_bytes() if plain else None


def _project_in(tree: Tree) -> str:
    found = [n for n in tree.names if n.lower() == PROJECT]
    found = found or [n for n in tree.names if n.lower().endswith(".qde")]
    if len(found) != 1:
        raise BadInput("it does not hold one project.qde", tree.name, "export it as a REFI-QDA project again")
    return found[0]


@dataclass
class _Selection:
    """One selection. remark: its description and notes."""

    element: Any
    start: int
    end: int
    name: str
    labels: list[Draft] = field(default_factory=list)


# Longer than 300 lines: one walk through one project. Sources, codings, links, cases and sets name each other by ids
# that only this walk knows (codes, drafts, articles), and each fills what the next one reads.
class _Reader:
    """Walks through a project of another program."""

    def __init__(self, tree: Tree | None, file: str, root: Any, incoming: Incoming) -> None:
        self._tree = tree
        self._file = file
        self._root = root
        self._incoming = incoming
        self._codes = CodeReader(incoming, self._remarks)
        self._told_of: dict[str, int] = {}
        self._drafts: list[Draft] = []
        self._by_guid: dict[str, list[Draft]] = {}
        self._lower = {n.lower(): n for n in tree.names} if tree is not None else {}
        self._notes = {_guid(n): n for n in self._all("Notes/Note")}
        self._articles: list[tuple[dict[str, Any], KeptArticle]] = []
        self._article_of: dict[int, KeptArticle] = {}

    def read(self) -> None:
        """Everything."""
        self._users = {_guid(u): u.get("name") or u.get("id") or _guid(u) for u in self._all("Users/User")}
        self._codes.take(self._all("CodeBook/Codes/Code"))
        told = [self._root.findtext("{*}Description"), *self._remarks(self._root)]
        self._incoming.description = "\n".join(t.strip() for t in told if t and t.strip())
        self._incoming.title = " ".join((self._root.get("name") or "").split())
        self._sets()
        self._variables = {_guid(v): v.get("name", "") for v in self._all("Variables/Variable")}
        self._cases()
        for source in self._all("Sources/*"):
            kind = local(source)
            text = source if kind == "TextSource" else source.find("{*}Representation") if kind == "PDFSource" else None
            if text is not None:
                try:
                    self._source(text, source)
                except BadInput as error:  # one that cannot be read: the others can
                    self._problem(source, say("{name}: {what}", name=source.get("name") or "", what=error.what))
            else:
                self._pass_over(source, kind)
        for _ in self._root.iter("{*}PDFSelection"):
            self._lose(say("selections on pages of a PDF"))
        for one in self._all("Links/Link"):
            self._link(one)
        add_drafts(self._incoming, self._drafts)
        if not self._incoming.codes and not self._incoming.records:  # the layer that no codebook is without
            self._incoming.declared[self._codes.layer("Passage")] = Declared("span")
            self._incoming.written_as["passage"] = {FORM: ""}
        self._keep()

    def _keep(self) -> None:
        """Note down what has no place here, for the way back; what nobody sees here is told."""
        for told, article in self._articles:
            told.update(article.record())
        kept = kept_of(self._root, self._note_text)
        joined = {one["label"] for _, article in self._articles for one in article.links}
        links = {_guid(one): one for one in self._all("Links/Link")}
        kept["links"] = {k: x for k, x in kept["links"].items() if k not in joined}
        self._incoming.attached = {key: value for key, value in kept.items() if value}
        waiting = self._incoming.losses.lose
        waiting(say("links that do not join two labels of one coder, kept for REFI-QDA"), len(links) - len(joined))
        waiting(say("graphs, kept for REFI-QDA"), len(kept["graphs"]))
        for key in kept["free"]:
            note = self._notes.get(key)
            name = "" if note is None else str(note.get("name") or "")
            waiting(say("notes that belong to nothing else, kept for REFI-QDA"), 1, name)
        for note in self._notes.values():
            waiting(say("codings of notes, kept for REFI-QDA"), sum(1 for _ in note.iter("{*}Coding")))
            waiting(say("layout of notes"), int(bool(note.get("richTextPath"))))

    def _all(self, path: str) -> list[Any]:
        return list(self._root.findall("/".join("*" if p == "*" else f"{{*}}{p}" for p in path.split("/"))))

    def _where(self, element: Any) -> str:
        return say("{file} line {line}", file=self._file, line=element.sourceline)

    def _problem(self, element: Any, what: str) -> None:
        self._incoming.problem(self._tree.name if self._tree is not None else self._file, self._where(element), what)

    def _lose(self, what: str, example: str = "") -> None:
        self._incoming.losses.lose(what, 1, example)

    def _pass_over(self, source: Any, kind: str) -> None:
        """Tell a source that is no text by its name, with how many codings are left with it."""
        what = _NO_TEXT.get(kind, say("source of the kind {kind}", kind=kind))
        name, n = source.get("name") or _guid(source), sum(1 for _ in source.iter("{*}Coding"))
        self._told_of[kind] = self._told_of.get(kind, 0) + 1
        if self._told_of[kind] <= _MOST_TOLD:
            self._lose(say("{what} “{name}” with {n} codings", what=what, name=name[:80], n=n))
        else:
            self._lose(say("further sources that are not text"), name)
            self._incoming.losses.lose(say("codings on further sources that are not text"), n)

    def sources(self) -> int:
        """How many sources there are."""
        return len(self._all("Sources/*"))

    def read_codes(self) -> None:
        """The codes of a codebook or project, with what is said of them; sets of codes are told in its description."""
        self._codes.take(self._all("Codes/Code" if local(self._root) == "CodeBook" else "CodeBook/Codes/Code"))
        told = [(self._root.findtext("{*}Description") or "").strip()]
        sets = [s for path in ("Sets/Set", "CodeBook/Sets/Set") for s in self._all(path)]
        for one in sets:
            found = (self._codes.get(_target(m)) for m in one.findall("{*}MemberCode"))
            names = ", ".join(c.path[-1] for c in found if c is not None)
            if names:
                told.append(f"{one.get('name') or 'Set'}: {names}")
        self._incoming.description = "\n".join(t for t in told if t)

    def _sets(self) -> None:
        """A set of sources is a tag on each of them; sets of other things wait for the way back."""
        self._tags: dict[str, list[str]] = {}
        for one in self._all("Sets/Set"):
            members = one.findall("{*}MemberSource")
            for member in members:
                self._tags.setdefault(_target(member), []).append(one.get("name") or _guid(one))
            if not members or one.find("{*}MemberCode") is not None or one.find("{*}MemberNote") is not None:
                self._lose(say("sets of codes and notes, kept for REFI-QDA"), one.get("name") or "")

    def _cases(self) -> None:
        """Variables of a case hold for each of its sources; of several cases of one source each is said."""
        self._case_values: dict[str, dict[str, str]] = {}
        for case in self._all("Cases/Case"):
            values = self._values(case)
            if name := case.get("name"):
                values = {CASE: name, **values}
            refs = case.findall("{*}SourceRef")
            passages = case.findall("{*}SelectionRef")
            if not refs and not passages:
                self._lose(say("cases without a source, kept for REFI-QDA"), case.get("name") or "")
            self._incoming.losses.lose(
                say("passages that belong to a case, kept for REFI-QDA"), len(passages), case.get("name") or ""
            )
            for ref in refs:
                held = self._case_values.setdefault(_target(ref), {})
                for key, said in values.items():
                    before = held.get(key, "").split(_AND) if key in held else []
                    held[key] = _AND.join(dict.fromkeys((*before, said)))

    def _values(self, element: Any) -> dict[str, str]:
        result: dict[str, str] = {}
        for value in element.findall("{*}VariableValue"):
            ref = value.find("{*}VariableRef")
            said = next((c.text for c in value if isinstance(c.tag, str) and c is not ref and c.text), None)
            name = self._variables.get(_target(ref)) if ref is not None else None
            if said and name:
                result[name] = said
        return result

    def _source(self, source: Any, owner: Any) -> None:  # noqa: C901 - a branch for each kind of source
        raw = self._text(source)
        if raw is None:
            return
        selections = self._selections(source)
        text, fragments = _placed(raw, selections)
        if fragments is None:
            faults = {id(s): fault for s in selections if (fault := _fault(s, len(raw)))}
            for s in selections:
                if id(s) in faults:
                    self._problem(s.element, faults[id(s)])
            selections = [s for s in selections if id(s) not in faults]
            text, fragments = _placed(raw, selections)
        if fragments is None:  # each of them may be at fault
            for s in selections:
                self._problem(s.element, say("positions of selections do not fit the text"))
            text, fragments, selections = *_placed(raw, []), []
            assert fragments is not None, "no selections fit any text"
        by_case = self._case_values.get(_guid(owner), {})
        own = {**self._values(source), **(self._values(owner) if owner is not source else {})}
        values: dict[str, Any] = {**by_case, **own}
        facts = {k.lower(): values.pop(k) for k in list(values) if k.lower() in _FACTS}
        said = [t.strip() for t in facts.pop("tags", "").split(";") if t.strip()]
        tags = tuple(dict.fromkeys((*said, *self._tags.get(_guid(owner), ()))))
        both = [source] if source is owner else [source, owner]
        about = [words for x in both for words in (x.findtext("{*}Description"), *self._remarks(x))]
        if memo := "\n".join(w.strip() for w in about if w and w.strip()):
            values[MEMO] = memo
        name = owner.get("name") or _guid(owner)
        key = _guid(owner) or None
        record: dict[str, Any] = {}
        document = IncomingDocument(
            name, text, owner.get("name"), **facts, tags=tags, extra=values, id=key, kept=record
        )
        article = KeptArticle(sound_guid(owner.get("guid") or ""))
        article.facts = {
            "by": made_by(owner),
            "notes": [n for x in both for n in note_refs(x)],
            "values": [w for x in both for v in x.findall("{*}VariableValue") if (w := xml_of(v))],
            "facts": {**facts, **({"tags": said} if said else {})},
            "own": sorted(own),
            "case": by_case,
        }
        ref = self._incoming.meet(document)
        self._articles.append((record, article))
        self._article_of[ref.met] = article
        if source is not owner:
            self._lose(say("pages of PDFs, whose text was imported"), name)
        for s, fragment in zip(selections, fragments, strict=True):
            self._labels(s.element, ref, fragment, article)
        for element in both:
            self._whole(element, ref, article)

    def _text(self, source: Any) -> str | None:
        inline = source.find("{*}PlainTextContent")
        if inline is not None:
            return str(inline.text or "")
        path = source.get("plainTextPath")
        if not path:
            self._lose(say("texts that have only their layout"), source.get("name") or "")
            return None
        if not path.startswith("internal://"):
            self._lose(say("texts that lie outside of the project"), source.get("name") or "")
            return None
        inside = path.removeprefix("internal://")
        name = self._lower.get(f"sources/{inside}".lower()) or self._lower.get(inside.lower())
        if name is None:
            self._problem(source, say("there is no {path} in the project", path=path[:80]))
            return None
        assert self._tree is not None, "names are those of a tree"
        return self._tree.text(name)

    def _selections(self, source: Any) -> list[_Selection]:
        found: list[_Selection] = []
        for element in source.findall("{*}PlainTextSelection"):
            start, end = element.get("startPosition", ""), element.get("endPosition", "")
            if not (_NUMBER.match(start) and _NUMBER.match(end)):
                self._problem(
                    element, say("the positions {start!r} and {end!r} are not numbers", start=start[:40], end=end[:40])
                )
            elif start == end:
                self._lose(say("selections without any text"), self._where(element))
            else:
                found.append(_Selection(element, int(start), int(end), element.get("name") or ""))
        return found

    def _labels(self, element: Any, ref: DocumentRef, fragment: Fragment, article: KeptArticle) -> None:
        kept = KeptSelection(
            sound_guid(element.get("guid") or ""), element.get("name"), made_by(element), note_refs(element)
        )
        made = self._codings(element, ref, fragment, "", article, kept.codings)
        if not made:
            layer = self._codes.layer("Passage")
            made = [self._draft(element, layer, ref, self._coder(element), fragment)]
            article.makers[made[0].id] = made[0].coder.name or "" if made[0].coder else ""
            if (layer, "", "") not in self._codes.placed:
                self._incoming.written_as[layer] = {FORM: ""}  # no code of the source: none goes back
        self._by_guid[_guid(element)] = made
        remark = [element.findtext("{*}Description"), *self._remarks(element)]
        made[0].memo[:0] = [r.strip() for r in remark if r and r.strip()]
        kept.labels = [d.id for d in made]
        article.selections.append(kept)

    def _whole(self, element: Any, ref: DocumentRef, article: KeptArticle) -> None:
        """Codings of a whole source: labels of a layer of their own, which knows whose codes it has."""
        for draft in self._codings(element, ref, None, " (article)", article, article.codings):
            of = self._codes.layer(self._incoming.labels[draft.layer].removesuffix(" (article)"))
            self._incoming.written_as[draft.layer] = {OF: of}

    def _codings(
        self,
        element: Any,
        ref: DocumentRef,
        fragment: Fragment | None,
        suffix: str,
        article: KeptArticle,
        kept: list[dict[str, Any]],
    ) -> list[Draft]:
        """One label for each top-level code and coder among the codings of a selection or a whole source."""
        made: dict[tuple[str, str, bool], Draft] = {}
        for coding in element.findall("{*}Coding"):
            target = coding.find("{*}CodeRef")
            code = self._codes.get(_target(target)) if target is not None else None
            if code is None:
                self._problem(coding, say("the coding names a code that is not there"))
                continue
            coder = self._coder(coding) or self._coder(element)
            # a code and one right under it are two labels: which of them was given is to be seen again
            under = len(code.path) > 1 and not code.grouped
            key = (code.path[0], coder.id or coder.name or "" if coder else "", under)
            if key not in made:
                layer = self._codes.layer(code.path[0] + suffix)
                made[key] = self._draft(coding, layer, ref, coder, fragment, element)
            draft = made[key]
            article.makers[draft.id] = coder.name or "" if coder else ""
            self._by_guid.setdefault(_guid(coding), []).append(draft)
            draft.memo += self._remarks(coding)
            kept.append(coding_record(coding, code.guid, draft.id, note_refs(coding)))
            if len(code.path) > 1:
                attribute, value = self._codes.place(draft.layer, code)
                draft.values[attribute].append(value)
        return list(made.values())

    def _draft(
        self,
        element: Any,
        layer: str,
        ref: DocumentRef,
        coder: CoderRef | None,
        fragment: Fragment | None,
        around: Any = None,
    ) -> Draft:
        made = Draft(self._where(element), _guid(element) or f"{self._where(element)}", layer, ref, coder)
        made.fragments += [fragment] if fragment else []
        around = element if around is None or fragment is None else around
        made.created = told_time(
            element.get("creationDateTime") or around.get("creationDateTime"), self._incoming.losses
        )
        changed = told_time(around.get("modifiedDateTime"), self._incoming.losses)
        made.updated = changed if changed and (not made.created or changed > made.created) else None
        self._drafts.append(made)
        return made

    def _coder(self, element: Any) -> CoderRef | None:
        user = _plain_guid(element.get("creatingUser") or "")
        name = self._users.get(user, user)
        return None if not user else PersonRef(id=user, name=name) if is_uuid(user) else CoderRef(name=name)

    def _remarks(self, element: Any) -> list[str]:
        """The words of the notes that an element names."""
        found = (self._notes.get(_target(ref)) for ref in element.findall("{*}NoteRef"))
        return [words for note in found if note is not None and (words := self._note_text(note))]

    def _note_text(self, note: Any) -> str:
        plain = note.get("plainTextPath") or note.find("{*}PlainTextContent") is not None
        text = self._text(note) if plain else note.findtext("{*}Description")
        return LineEnds(text).text.strip() if text else ""

    def _link(self, link: Any) -> None:
        ends = [self._by_guid.get(_plain_guid(link.get(key) or "")) for key in ("originGUID", "targetGUID")]
        if not (ends[0] and ends[1]):
            return
        origin, target = ends[0][0], ends[1][0]
        if (origin.document, origin.coder) != (target.document, target.coder):
            return
        words = (link.get("name") or "Link").split(":")[0].strip() or "Link"
        layer = self._codes.layer(f"{words} (link)")
        made = self._draft(link, layer, origin.document, origin.coder, None)
        made.memo += self._remarks(link)
        made.filled(self._codes.key(made.layer, "Origin"), origin.id)
        made.filled(self._codes.key(made.layer, "Target"), target.id)
        article = self._article_of.get(getattr(origin.document, "met", -1))
        if article is not None:
            article.makers[made.id] = origin.coder.name or "" if origin.coder else ""
            ends_here = {"origin": origin.id, "target": target.id}
            article.links.append({"label": made.id, "xml": xml_of(link), "notes": note_refs(link), **ends_here})


def kept_of(root: Any, text_of: Callable[[Any], str]) -> dict[str, Any]:
    """What the study keeps of a project for the way back; text_of: the words of a note, wherever they stand."""

    def under(path: str) -> list[Any]:
        return list(root.findall("/".join(f"{{*}}{p}" for p in path.split("/"))))

    notes = []
    for note in under("Notes/Note"):
        if note.get("plainTextPath") and note.find("{*}PlainTextContent") is None:
            inline = etree.Element(etree.QName(etree.QName(note).namespace, "PlainTextContent"))
            inline.text = xml_text(text_of(note))
            note.append(inline)
        notes.append(note)
    project = {key: root.get(key) for key in _PROJECT if root.get(key)}
    return {
        "project": {**project, "notes": note_refs(root)},
        "users": elements_by_guid(under("Users/User")),
        "variables": elements_by_guid(under("Variables/Variable")),
        "cases": elements_by_guid(under("Cases/Case")),
        "notes": elements_by_guid(notes),
        "sets": elements_by_guid(under("Sets/Set")),
        "links": elements_by_guid(under("Links/Link")),
        "graphs": elements_by_guid(under("Graphs/Graph")),
        "free": free_notes(root),
    }


_PROJECT = ("creatingUserGUID", "creationDateTime", "modifyingUserGUID", "modifiedDateTime")


def _placed(raw: str, selections: list[_Selection]) -> tuple[str, list[Fragment] | None]:
    """(the text with LF, each selection in its code points), None where no way of counting fits all selections.

    Programs count code points or UTF-16 units, and a line end of two characters as two or as one; the names that
    many give to selections are the passages, and tell which.
    """
    lines = LineEnds(raw)
    best: tuple[int, list[Fragment]] | None = None
    for text, place in ((raw, lines.place), (lines.text, _same)):
        offsets = Offsets(text)
        units: Iterable[Unit] = ("code points", "utf-16")
        for unit in units:
            try:
                found = [(offsets.from_(unit, s.start), offsets.from_(unit, s.end)) for s in selections]
            except ValueError:
                continue
            if any(s >= e for s, e in found):
                continue
            told = sum(_names(s.name, text[f[0] : f[1]]) for s, f in zip(selections, found, strict=True))
            if best is None or told > best[0]:
                best = (told, [(place(s), place(e)) for s, e in found])
    return lines.text, best[1] if best else None


def _same(offset: int) -> int:
    return offset


def _names(name: str, passage: str) -> bool:
    """Whether a selection's name is its passage, or how this begins."""
    said = " ".join(name.rstrip(".…").split())
    return len(said) > 1 and " ".join(passage.split()).startswith(said)


def _fault(s: _Selection, length: int) -> str:
    if s.start < 0 or s.end > length:
        return say(
            "the selection from {start} to {end} lies outside the text of {length} characters",
            start=s.start,
            end=s.end,
            length=length,
        )
    return say("the selection from {start} to {end} is empty", start=s.start, end=s.end) if s.start >= s.end else ""


def _plain_guid(text: str) -> str:
    return text.strip().strip("{}").lower()


def _guid(element: Any) -> str:
    return _plain_guid(element.get("guid") or "")


def _target(element: Any) -> str:
    return _plain_guid(element.get("targetGUID") or "")
