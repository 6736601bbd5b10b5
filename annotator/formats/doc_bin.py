"""spaCy's DocBin: a Doc an article, a span group for each coder and layer, all else as JSON in user data."""

from __future__ import annotations

import json
from pathlib import Path

from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.record_form import RecordForm
from annotator.formats.tokens import Tokens


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """Groups are called ``coder:layer``; a span's label is the layer, its id the label's. Text comes back whole."""
    vocab = Vocab()
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
    bin_ = DocBin(store_user_data=True, attrs=["ORTH", "SPACY"])
    count = 0
    for article in dataset:
        bin_.add(_doc(vocab, dataset, form, article))
        count += 1
    losses.rows = count
    out.write_bytes(bin_.to_bytes())


def _doc(vocab: Vocab, dataset: Dataset, form: RecordForm, article: Article) -> Doc:
    text = article.text
    words: list[str] = []
    spaces: list[bool] = []
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    first = {s for a in article.annotations for s, _ in a.fragments}
    last = {e for a in article.annotations for _, e in a.fragments}
    borders = first | last
    tokens = Tokens(text, borders)
    at = 0
    for start, end in [*tokens.places, (len(text), len(text))]:
        while at < start:  # spaces between words: one blank belongs to the word before, more are words of their own
            if text[at] == " " and words and not spaces[-1] and at not in first and at + 1 not in last:
                spaces[-1] = True
                at += 1
                continue
            piece = at + 1
            while piece < start and piece not in borders:
                piece += 1
            starts[at] = len(words)
            words.append(text[at:piece])
            spaces.append(False)
            ends[piece] = len(words)
            at = piece
        if start < end:
            starts[start] = len(words)
            words.append(text[start:end])
            spaces.append(False)
            ends[end] = len(words)
            at = end
    doc = Doc(vocab, words=words, spaces=spaces)
    groups: dict[str, list[Span]] = {}
    for a in article.annotations:
        for s, e in a.fragments:
            group = groups.setdefault(f"{dataset.coders[a.coder_id].name}:{a.layer}", [])
            group.append(Span(doc, starts[s], ends[e], label=a.layer, span_id=a.id))
    for name, spans in groups.items():
        doc.spans[name] = spans
    doc.user_data["document"] = json.dumps({"id": article.document.id, "sha256": article.document.sha256})
    records = [form.record(a, article.document, None) for a in article.annotations]
    doc.user_data["annotations"] = json.dumps(records, ensure_ascii=False)
    return doc
