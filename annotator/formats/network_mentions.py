"""From statements to networks: which role is the actor, what is the concept, and which value qualifies it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any, Literal

from annotator.domain.codebook.model import Attribute, Codebook, LinkLayer
from annotator.domain.errors import BadInput
from annotator.domain.networks import Mention
from annotator.domain.statements import Statement, statements
from annotator.domain.words import say
from annotator.formats.csv_tables import cell
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.record_form import RecordForm


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """actor: ``link.role``. concept: ``link.role`` or ``layer.attribute``. qualifier: ``layer.attribute`` or None."""

    actor: str
    concept: str
    qualifier: str | None = None


def default_spec(codebook: Codebook) -> NetworkSpec:
    """The speaker on the target with the stance of their link; raises BadInput where no link can name an actor."""
    owned = [x for x in codebook.link_layers if x.per is not None]
    roles = [f"{x.key}.{r.key}" for x in owned for r in x.roles if x.per and r.key != x.per.role]
    if not roles:
        remedy = say("say --actor and --concept")
        raise BadInput("the codebook has no link that ties a claim to an actor", codebook.key, remedy)
    actor = roles[0]
    others = [r for r in roles[1:] if r.split(".")[0] != actor.split(".")[0]]
    owners = [k for x in owned if x.per for k in x.role(x.per.role).layers]
    closed = [
        f"{k}.{a.key}" for k in owners for a in codebook.layer(k).attributes if a.type in ("tree", "choice", "choices")
    ]
    concept = (others or closed or [""])[0]
    if not concept:
        raise BadInput("the codebook has nothing that could be a concept", codebook.key, "say --concept")
    link = concept.split(".")[0]
    scales = [f"{link}.{a.key}" for a in codebook.layer(link).attributes if a.type in ("scale", "boolean")]
    return NetworkSpec(actor, concept, scales[0] if scales else None)


def checked(codebook: Codebook, spec: NetworkSpec) -> NetworkSpec:
    """The same; raises BadInput or NotFound where the codebook has no such role or attribute."""
    _link_role(codebook, spec.actor)
    layer, _, name = spec.concept.partition(".")
    found = codebook.layer(layer)
    if not (isinstance(found, LinkLayer) and any(r.key == name for r in found.roles)):
        found.attribute(name)
    if spec.qualifier is not None:
        layer, _, name = spec.qualifier.partition(".")
        attribute = codebook.layer(layer).attribute(name)
        if attribute.type not in ("scale", "boolean", "number"):
            raise BadInput("a qualifier is a scale, a number, or yes and no", spec.qualifier, "name another attribute")
    return spec


def _link_role(codebook: Codebook, name: str) -> None:
    layer, _, role = name.partition(".")
    found = codebook.layer(layer)
    if not isinstance(found, LinkLayer):
        raise BadInput("an actor stands in the role of a link", name, "say it as LINK.ROLE")
    found.role(role)


def is_boolean(codebook: Codebook, spec: NetworkSpec) -> bool:
    """Whether the qualifier is yes or no."""
    if spec.qualifier is None:
        return False
    layer, _, name = spec.qualifier.partition(".")
    return codebook.layer(layer).attribute(name).type == "boolean"


def mentions(dataset: Dataset, spec: NetworkSpec, losses: Losses) -> Iterator[Mention]:
    """Every statement with an actor, a concept and, where one is asked for, a qualifier that is a number."""
    names = {e.id: e.name for e in dataset.register.every.values()}
    for article in dataset:
        for coder_id in article.coder_ids:
            for statement in statements(dataset.codebook, list(article.of(coder_id))):
                yield from _of(article, statement, spec, names, losses)


def _of(
    article: Article, statement: Statement, spec: NetworkSpec, names: dict[str, str], losses: Losses
) -> Iterator[Mention]:
    actors = list(dict.fromkeys(name for _, name in _filled(statement, spec.actor, names)))
    if not actors:
        losses.lose(say("statements without an actor"), example=article.quote(statement.owner)[:80])
        return
    link, _, _ = spec.concept.partition(".")
    if link in statement.ties:
        pairs = [(name, t.link.values) for t, name in _filled(statement, spec.concept, names)]
        if not pairs:
            pairs = [(c, t.link.values) for t in statement.ties[link] for c in _values(t.link.values, spec.concept)]
    else:
        pairs = [(concept, statement.owner.values) for concept in _values(statement.owner.values, spec.concept)]
    if not pairs:
        losses.lose(say("statements without a concept"), example=article.quote(statement.owner)[:80])
    day = _day(article.document.published)
    for actor, (concept, values) in product(actors, pairs):
        qualifier = _qualifier(statement, spec, values)
        if qualifier is None:
            losses.lose(say("statements whose qualifier is not a number"), example=article.quote(statement.owner)[:80])
            continue
        yield Mention(actor, concept, qualifier, article.document.id, day)


def _filled(statement: Statement, role: str, names: dict[str, str]) -> list[tuple[Any, str]]:
    link, _, key = role.partition(".")
    ties = [t for t in statement.ties.get(link, ()) if t.role == key and t.entity_id]
    return [(t, names.get(t.entity_id or "", t.entity_id or "")) for t in ties]


def _values(values: Any, name: str) -> list[str]:
    found = values.get(name.partition(".")[2])
    if found is None:
        return []
    return [cell(v) for v in found] if isinstance(found, list) else [cell(found)]


def _qualifier(statement: Statement, spec: NetworkSpec, values: Any) -> float | None:
    """The number; for a qualifier of the owner that of the owner; 1 where none is asked for."""
    if spec.qualifier is None:
        return 1.0
    layer, _, key = spec.qualifier.partition(".")
    found = statement.owner.values.get(key) if layer == statement.owner.layer else values.get(key)
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
            losses.lose(say("attributes of entities that are no nodes"), example=e.name)
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
