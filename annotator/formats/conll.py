"""CoNLL: a word a line, a BIO (IOB2) column for each coder and layer, a blank line between sentences.

Of labels that overlap within a column the longer one stays, of equal ones the first; how many go is told. The pieces of
a discontinuous label are labels of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from annotator.domain.annotations import Annotation
from annotator.domain.passages import sentences
from annotator.domain.words import say
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.tokens import Tokens


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """Tab between columns; comments name the columns and each article."""
    layers = [x.key for x in dataset.codebook.span_layers]
    columns = [(c, layer) for c in dataset.coders for layer in layers]
    names = ["TOKEN", *(f"{dataset.coders[c].name}:{layer}".replace("\t", " ") for c, layer in columns)]
    count = 0
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write("# columns = " + "\t".join(names) + "\n")
        for article in dataset:
            borders = [i for a in article.annotations for f in a.fragments for i in f]
            tokens = Tokens(article.text, borders)
            tags = [_tags(article, tokens, c, layer, losses) for c, layer in columns]
            file.write(f"-DOCSTART-{chr(9)}{chr(9).join('O' for _ in columns)}\n")
            file.write(f"# doc_id = {article.document.id}\n# sha256 = {article.document.sha256}\n\n")
            for start, end in sentences(article.text, 0, len(article.text)):
                inside = tokens.within(start, end)
                for i in inside:
                    s, e = tokens.places[i]
                    file.write("\t".join([article.text[s:e], *(column[i] for column in tags)]) + "\n")
                    count += 1
                if inside:
                    file.write("\n")
    losses.rows = count


def _tags(article: Article, tokens: Tokens, coder_id: str, layer: str, losses: Losses) -> list[str]:
    found = ["O"] * len(tokens.places)
    for start, end in _chosen([a for a in article.annotations if (a.coder_id, a.layer) == (coder_id, layer)], losses):
        for number, i in enumerate(tokens.within(start, end)):
            found[i] = f"I-{layer}" if number else f"B-{layer}"
    return found


_COVERED = say("labels that overlap a longer one in their column")


def _chosen(labels: Sequence[Annotation], losses: Losses) -> list[tuple[int, int]]:
    """The pieces that stay, longest first."""
    pieces = [(f, place) for place, a in enumerate(labels) for f in a.fragments]
    kept: list[tuple[int, int]] = []
    shown: set[int] = set()
    for (start, end), place in sorted(pieces, key=lambda x: (x[0][0] - x[0][1], x)):
        if any(start < e and s < end for s, e in kept):
            losses.lose(_COVERED)
        else:
            kept.append((start, end))
            shown.add(place)
    for place, a in enumerate(labels):
        if place not in shown:
            losses.leave(a.layer, _COVERED)
    return kept
