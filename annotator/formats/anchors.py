"""Where a link stands in a text, for forms in which everything stands somewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotator.domain.annotations import Annotation
from annotator.domain.fragments import Fragments


def anchored(annotations: Sequence[Annotation], kinds: Mapping[str, str]) -> dict[str, Fragments]:
    """Id -> where it stands: a passage itself, or the first passage that a link holds, maybe through other links.

    Left out are labels of whole articles, links of which no role holds a passage, and what names such a link.
    """
    held = {a.id: a.fragments for a in annotations if a.fragments and kinds.get(a.layer) == "span"}
    links = [a for a in annotations if kinds.get(a.layer) == "link"]
    named = {a.id: [f.annotation for fillers in a.roles.values() for f in fillers if f.annotation] for a in links}
    found = True
    while found:
        found = False
        for a in links:
            if a.id not in held and named[a.id] and all(n in held for n in named[a.id]):
                held[a.id] = held[str(named[a.id][0])]
                found = True
    return held
