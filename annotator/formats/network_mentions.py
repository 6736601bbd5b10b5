"""From statements to networks: which role is the actor, what is the concept, and which value qualifies it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Any, Literal

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Attribute, ChoiceAttribute, Codebook, LinkLayer, Role
from annotator.domain.codebook.owners import Owning, owners
from annotator.domain.errors import BadInput
from annotator.domain.fragments import text_of
from annotator.domain.networks import Mention
from annotator.domain.statements import Statement, plain, statements
from annotator.domain.words import by_door, say
from annotator.formats.csv_tables import cell
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.record_form import RecordForm
from annotator.formats.statement_rows import OUTSIDE


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """What stands where in a network, each said as one of three.

    ``link.role``: whom the role names. ``link.role.attribute``: what is coded of the labels in the role.
    ``layer.attribute``: a value of the statement or of a link. qualifier: ``layer.attribute`` or None.
    """

    actor: str
    concept: str
    qualifier: str | None = None
    worth: tuple[tuple[str, float], ...] = ()
    """What each value of a qualifier that is a choice counts; a value that is not among them does not count."""


_CLOSED = ("tree", "choice", "choices")
_NUMBERS = ("scale", "boolean", "number")


def default_spec(codebook: Codebook) -> NetworkSpec:
    """The speaker on the target with the stance between them; raises BadInput where nothing can name an actor."""
    held = owners(codebook)
    owned = [x for x in held.by_link.values() if x.role is not None]
    for x in (owned, list(held.by_link.values())):
        found = _from_links(codebook, x)
        if found is not None:
            return found
    for key in held.flat:
        if (found := _from_values(codebook, key)) is not None:
            return found
    raise BadInput(
        "the codebook has nothing that ties an actor to a concept",
        codebook.key,
        say("choose what the actor and the concept are, or add a link or an attribute that names them to the codebook"),
    )


def _from_links(codebook: Codebook, links: Sequence[Owning]) -> NetworkSpec | None:
    told = [(x, r) for x in links for r in x.others]
    naming = [(x, r) for x, r in told if r.takes_entities or _naming(codebook, r)]
    if not naming:
        return None
    link, role = naming[0]
    actor = f"{link.link.key}.{role.key}"
    elsewhere = [(x, r) for x, r in told if x is not link] + [(x, r) for x, r in told if x is link and r is not role]
    concepts = [(x, name) for x, r in elsewhere if (name := _of_role(codebook, x, r))]
    roots = [k for k in owners(codebook).roots if k in {key for r in _owner_roles(links) for key in r.layers}]
    closed = [(None, f"{k}.{a.key}") for k in roots for a in codebook.layer(k).attributes if a.type in _CLOSED]
    on_links = [(x, f"{x.link.key}.{a.key}") for x in links for a in x.link.attributes if a.type in _CLOSED]
    found = next(iter([*concepts, *closed, *on_links]), None)
    if found is None:
        return None
    beside, concept = found
    layers = [beside.link.key] if beside is not None else concept.split(".")[:1]
    numbers = [f"{k}.{a.key}" for k in layers for a in codebook.layer(k).attributes if a.type in _QUALIFYING]
    return NetworkSpec(actor, concept, numbers[0] if numbers else None)


_QUALIFYING = ("scale", "boolean")
_CONCEPTS, _ACTORS = ("concept", "konzept", "category", "claim", "issue"), ("organi", "actor", "akteur")
"""Parts of words by which discourse networks name their variables."""


def _owner_roles(links: Sequence[Owning]) -> list[Role]:
    return [x.link.role(x.role) for x in links if x.role is not None]


def _naming(codebook: Codebook, role: Role) -> bool:
    """Whether labels that may stand in a role name anybody."""
    return any(a.type == "entity" for key in role.layers for a in codebook.layer(key).attributes)


def _of_role(codebook: Codebook, owning: Owning, role: Role) -> str | None:
    """What a role holds as nodes: whom it names, else what is coded of the labels in it."""
    base = f"{owning.link.key}.{role.key}"
    if role.takes_entities or _naming(codebook, role):
        return base
    closed = [a.key for key in role.layers for a in codebook.layer(key).attributes if a.type in _CLOSED]
    return f"{base}.{closed[0]}" if closed else None


def _from_values(codebook: Codebook, key: str) -> NetworkSpec | None:
    """Of a label that is a statement by itself: organisations first, as is usual with discourse networks."""
    layer = codebook.layer(key)
    named = [a for a in layer.attributes if a.type == "entity"]
    words = {a.key: f"{a.key} {a.label}".casefold() for a in layer.attributes}
    nodes = [a for a in layer.attributes if a.type in ("entity", *_CLOSED)]
    concepts = [a for a in nodes if any(w in words[a.key] for w in _CONCEPTS)]
    concept = next(iter(concepts or nodes[:0:-1]), None)
    if concept is None:
        return None
    actors = [a for a in named if a is not concept]
    if not actors:
        return None
    actor = next((a for a in actors if any(w in words[a.key] for w in _ACTORS)), actors[0])
    numbers = [a.key for a in layer.attributes if a.type in _QUALIFYING or (a.type == "number" and a.integer)]
    booleans = [a.key for a in layer.attributes if a.type == "boolean"]
    qualifier = next(iter(booleans or numbers), None)
    return NetworkSpec(f"{key}.{actor.key}", f"{key}.{concept.key}", f"{key}.{qualifier}" if qualifier else None)


def checked(codebook: Codebook, spec: NetworkSpec) -> NetworkSpec:
    """The same; raises BadInput or NotFound where the codebook has no such role or attribute."""
    for name in (spec.actor, spec.concept):
        _check_name(codebook, name)
    layer, _, name = spec.actor.partition(".")
    found = codebook.layer(layer)
    is_role = isinstance(found, LinkLayer) and any(r.key == name.partition(".")[0] for r in found.roles)
    if not is_role and found.attribute(name).type not in ("entity", "text"):
        raise BadInput(
            "an actor fills the role of a link, or is an entity",
            spec.actor,
            by_door("say it as LINK.ROLE or LAYER.ATTRIBUTE", say("choose another one from the list")),
        )
    if spec.qualifier is None:
        return spec
    layer, _, name = spec.qualifier.partition(".")
    attribute = codebook.layer(layer).attribute(name)
    if attribute.type in _NUMBERS and not spec.worth:
        return spec
    if not isinstance(attribute, ChoiceAttribute):
        raise BadInput(
            "a qualifier is a scale, a number, yes and no, or a choice",
            spec.qualifier,
            "name another attribute",
        )
    known = {v.key for v in attribute.values} | {v.key for v in attribute.off_scale}
    if unknown := [key for key, _ in spec.worth if key not in known]:
        raise BadInput(
            say("`{attribute}` has no value {values}", attribute=spec.qualifier, values=", ".join(unknown)),
            spec.qualifier,
            say("its values are {values}", values=", ".join(sorted(known))),
        )
    if spec.worth:
        return spec
    if len(attribute.values) != 2:
        example = ",".join(f"{v.key}={n}" for v, n in zip(attribute.values, (1, 0, -1), strict=False))
        raise BadInput(
            say("the {n} values of this choice have no weights", n=len(attribute.values)),
            spec.qualifier,
            by_door(f"say it, such as --worth {example}", say("take a scale, or a choice of two values")),
        )
    return replace(spec, worth=tuple(zip((v.key for v in attribute.values), _TWO, strict=True)))


_TWO = (1.0, -1.0)
"""What the first and the second value of a choice of two count, where nobody says otherwise."""


def _check_name(codebook: Codebook, name: str) -> None:
    key, _, rest = name.partition(".")
    layer = codebook.layer(key)
    part, _, attribute = rest.partition(".")
    if isinstance(layer, LinkLayer) and any(r.key == part for r in layer.roles):
        layers = [codebook.layer(x) for x in layer.role(part).layers]
        if attribute and not any(a.key == attribute for x in layers for a in x.attributes):
            raise BadInput("labels in this role are not asked for that", name, "name the role, or another attribute")
    else:
        layer.attribute(rest)


def is_boolean(codebook: Codebook, spec: NetworkSpec) -> bool:
    """Whether the qualifier is yes or no."""
    if spec.qualifier is None:
        return False
    layer, _, name = spec.qualifier.partition(".")
    return codebook.layer(layer).attribute(name).type == "boolean"


_WORDS = 200
"""Characters of a statement's words that a network keeps, to tell which it is."""
NO_ACTOR, NO_CONCEPT = say("statements without an actor"), say("statements without a concept")
NO_QUALIFIER = say("statements whose qualifier is not a number, or a value that counts")


def mentions(dataset: Dataset, spec: NetworkSpec, losses: Losses) -> Iterator[Mention]:
    """Every statement with an actor, a concept and, where one is asked for, a qualifier that is a number.

    losses: counts the statements that are left out, and each label that stands in none that is in.
    """
    names = {e.id: e.name for e in dataset.register.every.values()}
    for article in dataset:
        for coder_id in article.coder_ids:
            own = article.of(coder_id)
            layers = {a.id: a.layer for a in own}
            shown: set[str] = set()
            left: dict[str, str] = {}
            for statement in statements(dataset.codebook, own):
                found, why = _of(article, statement, spec, names, losses)
                parts = tuple((layers[key], key) for key in sorted(statement.parts))
                place = (statement.place[0][0], statement.place[-1][1]) if statement.place else None
                words = " ".join(text_of(article.text, statement.place).split())[:_WORDS]
                for m in found:
                    yield replace(
                        m, parts=parts, coder=coder_id, statement=statement.owner.id, place=place, words=words
                    )
                if found:
                    shown |= statement.parts
                else:
                    left.update(dict.fromkeys(statement.parts, why))
            for a in own:
                if a.id not in shown:
                    losses.leave(a.layer, left.get(a.id, OUTSIDE))


@dataclass(frozen=True, slots=True)
class _Node:
    """A name that a statement gives, with the link that it stands in, None where the statement itself says it."""

    name: str
    link: Annotation | None


def _of(
    article: Article, statement: Statement, spec: NetworkSpec, names: dict[str, str], losses: Losses
) -> tuple[list[Mention], str]:
    """The mentions of one statement, or why there are none."""
    actors, concepts = _nodes(statement, spec.actor, names), _nodes(statement, spec.concept, names)
    example = article.quote(statement.owner)[:80]
    for found, why in ((actors, NO_ACTOR), (concepts, NO_CONCEPT)):
        if not found:
            losses.lose(why, example=example)
            return [], why
    day = _day(article.document.published)
    made: dict[tuple[str, str, str], Mention] = {}
    for actor, concept in product(actors, concepts):
        if not _side_by_side(actor.link, concept.link):
            continue
        qualifier = _qualifier(statement, spec, actor, concept)
        if qualifier is None:
            losses.lose(NO_QUALIFIER, example=example)
            continue
        link = concept.link.id if concept.link is not None else ""
        made[actor.name, concept.name, link] = Mention(actor.name, concept.name, qualifier, article.document.id, day)
    return list(made.values()), NO_QUALIFIER


def _side_by_side(one: Annotation | None, other: Annotation | None) -> bool:
    """A link of many roles says who goes with what in it; other links of its layer say nothing of that."""
    return one is None or other is None or one.layer != other.layer or one.id == other.id


def _nodes(statement: Statement, name: str, names: Mapping[str, str]) -> list[_Node]:  # noqa: C901 - a branch for each kind of node
    key, _, rest = name.partition(".")
    if key == statement.owner.layer and key not in statement.ties:
        return [_Node(n, None) for n in _values(statement.owner.values.get(rest), names)]
    role, _, attribute = rest.partition(".")
    found: dict[tuple[str, str], _Node] = {}
    for tie in statement.ties.get(key, ()):
        if tie.role != role:
            continue
        if not attribute and tie.entities:
            for key_of in tie.entities:
                n = names.get(key_of, key_of)
                found[n, tie.link.id] = _Node(n, tie.link)
        elif attribute and tie.filler is not None:
            for n in _values(tie.filler.values.get(attribute), names):
                found[n, tie.link.id] = _Node(n, tie.link)
    if not found and not attribute:
        for link in statement.links(key):
            for n in _values(link.values.get(role), names):
                found[n, link.id] = _Node(n, link)
    return list(found.values())


def _values(found: Any, names: Mapping[str, str]) -> list[str]:
    """The names that a value gives: those of entities, else what stands in a cell."""
    if found is None:
        return []
    return [cell(plain(v, names)) for v in (found if isinstance(found, (list, tuple)) else [found])]


def _qualifier(statement: Statement, spec: NetworkSpec, actor: _Node, concept: _Node) -> float | None:
    """The number; 1 where none is asked for. Of a link it is that of the concept, of the actor, or the only one."""
    if spec.qualifier is None:
        return 1.0
    layer, _, key = spec.qualifier.partition(".")
    if layer == statement.owner.layer:
        found = statement.owner.values.get(key)
    else:
        beside = [x.link for x in (concept, actor) if x.link is not None and x.link.layer == layer]
        links = beside or list(statement.links(layer))
        found = links[0].values.get(key) if beside or len(links) == 1 else None
    if isinstance(found, str):
        return dict(spec.worth).get(found)
    return float(found) if isinstance(found, (bool, int, float)) else None


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


NodeKind = Literal["string", "double", "boolean"]


@dataclass(frozen=True, slots=True)
class Nodes:
    """What is known of nodes that are entities. types: name -> type. values: name -> column -> value.

    columns: keys of the attributes that any of them has a value of, in the codebook's order, with the kind of all
    their values.
    """

    types: Mapping[str, str]
    columns: Mapping[str, NodeKind]
    values: Mapping[str, Mapping[str, Any]]


def nodes_of(dataset: Dataset, names: Sequence[str], losses: Losses) -> Nodes:
    """Of the nodes with these names; what the register has of others is counted as lost."""
    wanted = set(names)
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
    held = dataset.register.all_values()
    types: dict[str, str] = {}
    values: dict[str, dict[str, Any]] = {}
    for e in dataset.register.living():
        if e.name in wanted:
            types[e.name], values[e.name] = e.type, form.values_of(e.type, held[e.id])
        elif held[e.id]:
            losses.lose(say("attributes of entities that are not nodes"), example=e.name)
    kinds: dict[str, set[NodeKind]] = {}
    for kind in dataset.codebook.entity_types:
        for a in kind.attributes:
            kinds.setdefault(a.key, set()).add(_kind(a))
    used = {key for found in values.values() for key in found}
    for name, found in values.items():  # kept from another codebook or type: nothing is known of its kind
        asked = {a.key for t in dataset.codebook.entity_types if t.key == types[name] for a in t.attributes}
        for key in found.keys() - asked:
            kinds.setdefault(key, set()).add("string")
    columns = {key: next(iter(k)) if len(k) == 1 else "string" for key, k in kinds.items() if key in used}
    return Nodes(types, columns, values)


def _kind(a: Attribute) -> NodeKind:
    if a.off_scale or a.type not in ("number", "boolean"):
        return "string"
    return "double" if a.type == "number" else "boolean"
