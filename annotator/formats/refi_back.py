"""What a study kept of REFI-QDA projects, written again: with what is still there, and counted where it is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from annotator.domain.annotations import Coder, Document
from annotator.domain.bounds import utc_time
from annotator.domain.words import say
from annotator.formats.cas_types import attribute, content
from annotator.formats.dataset import Dataset, Losses
from annotator.formats.refi_codes import FORM
from annotator.formats.refi_elements import BY, element_of, parted, prune, sound_guid, sound_time, xml_of
from annotator.formats.refi_kept import sound_article, sound_project
from annotator.formats.sidecar import xml_text

FACTS = ("published", "publisher", "author", "url", "language", "tags")
CASE, MEMO = "Case", "Memo"
"""Further facts of articles: the case that a source belongs to, and what is written about it."""


class Back:
    """Knows what is kept, and hears what is written: `known` are the guids that kept things may name."""

    def __init__(self, dataset: Dataset, losses: Losses) -> None:
        self._dataset = dataset
        self._losses = losses
        self._kept = sound_project(dataset.attached.get(FORM, {}))
        self._articles: dict[str, dict[str, Any]] = {}
        self._notes = {key: element_of(xml) for key, xml in self._group("notes").items()}
        self._texts = {key: _note_text(note) for key, note in self._notes.items()}
        self._named: set[str] = set(self._kept.get("free", ()))
        self.known: set[str] = set()
        users = self._group("users")
        self._user_names: dict[str, list[str]] = {}
        for key, xml in users.items():
            self._user_names.setdefault(element_of(xml).get("name") or "", []).append(key)
        self._sets = {key: element_of(xml) for key, xml in self._group("sets").items()}
        self._tags: dict[str, list[str]] = {}
        for one in self._sets.values():
            for member in one.iter("MemberSource"):
                self._tags.setdefault(member.get("targetGUID"), []).append(one.get("name") or "")

    def lose(self, what: str, count: int = 1) -> None:
        """Something that has no place in the file."""
        self._losses.lose(what, count)

    def _group(self, name: str) -> Mapping[str, str]:
        found: Mapping[str, str] = self._kept.get(name, {})
        return found

    def __bool__(self) -> bool:
        return bool(self._kept)

    def about(self, d: Document) -> Mapping[str, Any]:
        """What is kept with an article that came in such a project; nothing where texts are left out."""
        if d.id not in self._articles:
            self._articles[d.id] = sound_article(d.origin.get("kept")) if self._dataset.with_text else {}
        return self._articles[d.id]

    def user(self, coder: Coder) -> str | None:
        """The guid that a coder came with, where the id is not it: somebody who is known by the name alone."""
        if coder.id in self._group("users"):
            return coder.id
        found = self._user_names.get(coder.name, [])
        return found[0] if len(found) == 1 and found[0] not in self._dataset.coders else None

    def project(self) -> str:
        """Further attributes of the project."""
        told = self._kept.get("project", {})
        found = {k: (sound_time if k.endswith("Time") else sound_guid)(str(v)) for k, v in told.items() if k != "notes"}
        return "".join(f" {key}={attribute(value)}" for key, value in found.items() if value)

    def told(self, words: str, notes: Iterable[str]) -> tuple[str, list[str]]:
        """(the words as a description, the notes to name, whose words stand in them)."""
        rest, named = parted(words, [(n, self._texts[n]) for n in notes if n in self._texts])
        self._named.update(named)
        return rest, named

    def of_project(self, words: str) -> tuple[str, str]:
        """The same for the project, with references to the notes."""
        rest, named = self.told(words, self._kept.get("project", {}).get("notes", ()))
        return rest, refs_to(named)

    def users(self, written: Iterable[str]) -> Iterator[str]:
        """Those who are users of the project besides the coders that are written."""
        done = set(written)
        yield from (f"{xml}\n" for key, xml in self._group("users").items() if key not in done)
        self.known.update((*self._group("users"), *done))

    def user_element(self, guid: str, coder: Coder) -> str:
        """A coder as a user, with what is known of the user besides."""
        kept = self._group("users").get(guid)
        if kept is None:
            return f"<User guid={attribute(guid)} name={attribute(xml_text(coder.name))}/>\n"
        element = element_of(kept)
        element.set("name", xml_text(coder.name))
        return f"{xml_of(element)}\n"

    def variables(self) -> Mapping[str, str]:
        """Guid -> variable."""
        return self._group("variables")

    def cases(self) -> list[str]:
        """Every case, with the sources and passages that are still here."""
        return list(self._whole(element_of(xml) for xml in self._group("cases").values()))

    def tags(self, guid: str) -> list[str]:
        """The names of sets that a source came in."""
        return self._tags.get(guid, [])

    def sets(self, tagged: Mapping[str, Sequence[str]]) -> list[str]:
        """Every set; sources are in it as long as they have its name as a tag. tagged: guid of a source -> tags."""
        for one in self._sets.values():
            for member in one.findall("MemberSource"):
                tags = tagged.get(member.get("targetGUID"))
                if tags is not None and one.get("name") not in tags:  # a source that is no article is told as gone
                    one.remove(member)
        return list(self._whole(self._sets.values()))

    def links(self) -> list[str]:
        """Links of other things than labels, where both ends are still here."""
        found: list[str] = []
        for xml in self._group("links").values():
            link = element_of(xml)
            ends = [link.get("originGUID"), link.get("targetGUID")]
            if all(end is None or end in self.known or end in self._named for end in ends):
                found += self._whole([link])
                self.note_names(link)
            else:
                self._losses.lose(say("links kept for REFI-QDA whose ends no longer exist"), 1, link.get("name") or "")
        return found

    def graphs(self) -> list[str]:
        """Every graph, without the points that stand for what is gone."""
        return list(self._whole(element_of(xml) for xml in self._group("graphs").values()))

    def note_names(self, element: Any) -> None:
        """An element that is written names notes."""
        self._named.update(ref.get("targetGUID") for ref in element.iter("NoteRef"))

    def notes(self) -> list[str]:
        """The notes that something names which was written, and those that stand for themselves."""
        wanted = [key for key in self._notes if key in self._named]
        self.known.update(wanted)
        if gone := len(self._notes) - len(wanted):
            example = next(n.get("name") or "" for key, n in self._notes.items() if key not in self._named)
            self._losses.lose(say("notes kept for REFI-QDA whose words no longer exist here"), gone, example)
        return list(self._whole(self._notes[key] for key in wanted))

    def _whole(self, elements: Iterable[Any]) -> Iterator[str]:
        for element in elements:
            gone = prune(element, self.known)
            message = say("references kept for REFI-QDA to parts that no longer exist")
            self._losses.lose(message, gone, element.get("name") or "")
            for one in element.iter():
                if one.get("guid"):
                    self.known.add(one.get("guid"))
            yield f"{xml_of(element)}\n"


def refs_to(notes: Iterable[str]) -> str:
    """References to notes."""
    return "".join(f'<NoteRef targetGUID="{n}"/>' for n in notes)


def by_attributes(told: Mapping[str, str]) -> str:
    """Who made something and when, as attributes."""
    found = {key: (sound_time if key.endswith("Time") else sound_guid)(told[key]) for key in BY if told.get(key)}
    return "".join(f' {key}="{value}"' for key, value in found.items() if value)


def changed_since(told: Mapping[str, str], created: str, updated: str) -> bool:
    """Whether a label was changed after the last time that its source tells, or since it came in."""
    last = max((utc_time(told[k]) or "" for k in ("creationDateTime", "modifiedDateTime") if told.get(k)), default="")
    return updated > max(last, created)


class Values:
    """What is known of articles, as variables and their values: under the variables that it came with."""

    def __init__(self, dataset: Dataset, back: Back, guid_of: Any, document: Any) -> None:
        self._back = back
        self._guid_of = guid_of
        self._document = document
        self._kept = {key: element_of(xml) for key, xml in back.variables().items()}
        self._text_by_name = {
            v.get("name", "").lower(): key for key, v in self._kept.items() if v.get("typeOfVariable") == "Text"
        }
        self._names: dict[str, str] = {}
        self._came = any(back.about(d) for d in dataset.documents.values())
        self._of = {key: self._found(d) for key, d in dataset.documents.items()}

    def declared(self) -> Iterator[str]:
        """Every variable: those that came, all facts that articles have here, and what else is said of them."""
        yield from (f"{xml}\n" for xml in self._back.variables().values())
        facts = {self._guid_of("fact", fact): fact.capitalize() for fact in FACTS}
        for guid, name in {**({} if self._came else facts), **self._names}.items():
            yield variable(guid, name)
        self._back.known.update((*self._kept, *facts, *self._names))

    def of(self, d: Document) -> Iterator[str]:
        """The values of an article."""
        yield from self._of[d.id]

    def _found(self, d: Document) -> list[str]:
        kept = self._back.about(d)
        said, own = kept.get("facts", {}), {str(n).lower() for n in kept.get("own", ())}
        guid = self._document(d.id)
        now: dict[str, Any] = {fact: getattr(d, fact) for fact in FACTS}
        in_sets = self._back.tags(guid)
        tags = list(d.tags)
        same_tags = tags == list(dict.fromkeys((*said.get("tags", ()), *(t for t in in_sets if t in tags))))
        now["tags"] = said.get("tags", []) if same_tags else [t for t in tags if t not in in_sets]
        found: list[str] = []
        covered: set[str] = set()
        for xml in filter(None, kept.get("values", ())):
            name = self._name_of(xml)
            fact = name.lower()
            if fact not in FACTS:
                found.append(f"{xml}\n")
            elif _plain(now[fact]) == _plain(said.get(fact)):
                covered.add(fact)
                found.append(f"{xml}\n")
        for fact in FACTS:
            if fact in covered or not now[fact] or (fact not in own and said.get(fact) == now[fact]):
                continue
            found.append(self._value("fact", fact, fact.capitalize(), _plain(now[fact])))
        left = {*kept.get("own", ()), *kept.get("case", {}), CASE, MEMO} if kept else set()
        if d.origin.get("form") == FORM and not kept:
            left = {CASE, MEMO}
        for key, value in d.extra.items():
            if isinstance(value, (str, int, float)) and not (key in left and isinstance(value, str)):
                found.append(self._value("extra", key, key, str(value)))
        return found

    def _name_of(self, xml: str) -> str:
        ref = element_of(xml).find("VariableRef")
        variable = self._kept.get(ref.get("targetGUID")) if ref is not None else None
        return str(variable.get("name") or "") if variable is not None else ""

    def _value(self, kind: str, key: str, name: str, text: str) -> str:
        guid = self._text_by_name.get(key.lower() if kind == "fact" else name.lower())
        if guid is None:
            guid = self._guid_of(kind, key)
            self._names[guid] = name
        return value(guid, text)


def variable(guid: str, name: str) -> str:
    """A variable of the kind that takes every text."""
    return f'<Variable guid="{guid}" name={attribute(xml_text(name))} typeOfVariable="Text"/>\n'


def value(guid: str, text: str) -> str:
    """The value of such a variable."""
    inside = f'<VariableRef targetGUID="{guid}"/><TextValue>{content(xml_text(text))}</TextValue>'
    return f"<VariableValue>{inside}</VariableValue>\n"


def _plain(said: Any) -> str:
    return "; ".join(said) if isinstance(said, (list, tuple)) else str(said or "")


def _note_text(note: Any) -> str:
    inline = note.findtext("PlainTextContent")
    return str(inline if inline is not None else note.findtext("Description") or "").strip()
