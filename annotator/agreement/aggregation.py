"""One answer from several coders' answers, with how sure it is and how each coder errs.

Dawid and Skene (1979), Applied Statistics 28, 20-28: each coder has a table of errors; maximum likelihood by EM from
the shares of votes. MACE (Hovy, Berg-Kirkpatrick, Vaswani and Hovy 2013, NAACL-HLT, 1120-1130): each coder either knows
the answer or draws from a distribution of the coder's own; variational Bayes, the best of several starts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import psi

from annotator.agreement.estimate import Floats

Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Aggregated:
    """probabilities: (units, categories), rows of units without a value are the shares of all. confusion: (coders,
    categories, categories), the share of the column given where the row is true; of coders without values uniform.
    trust: (coders,), how often a coder gives what is true, as far as the model knows. likelihood: the log of it."""

    probabilities: Floats
    confusion: Floats
    trust: Floats
    likelihood: float


def dawid_skene(codes: Codes, categories: int, steps: int = 1000, tolerance: float = 1e-8) -> Aggregated:
    """codes: (units, coders), -1 is missing."""
    hot = _hot(codes, categories)
    votes = hot.sum(axis=1)
    given = votes.sum(axis=1)
    posterior = _shares(votes)
    before = -np.inf
    prior, confusion = _maximised(hot, posterior, given)
    likelihood = before
    for _ in range(steps):
        posterior, likelihood = _expected(hot, prior, confusion)
        prior, confusion = _maximised(hot, posterior, given)
        if likelihood - before < tolerance:
            break
        before = likelihood
    trust = np.einsum("k,ckk->c", prior, confusion)
    return Aggregated(posterior, confusion, trust, likelihood)


def codes_of(rows: Sequence[Sequence[int]]) -> Codes:
    """Codes of units by coders, -1 for missing, as the models take them."""
    return np.array(rows, dtype=np.int32).reshape(len(rows), len(rows[0]) if rows else 0)


def in_canonical_order(model: Callable[[Codes, int], Aggregated], codes: Codes, categories: int) -> Aggregated:
    """What a model says, with units and coders handed to it in an order that comes of what was given alone, so that the
    order of coders and of units, and their names, have no part in it."""
    if not codes.size:
        return model(codes, categories)
    rows = [tuple(sorted(row)) for row in codes.tolist()]
    keys = [sorted(Counter((k, rows[i]) for i, k in enumerate(column)).items()) for column in codes.T.tolist()]
    columns = np.array(sorted(range(len(keys)), key=lambda c: keys[c]), dtype=np.intp)
    ordered = codes[:, columns]
    order = np.lexsort(ordered.T[::-1])
    found = model(ordered[order], categories)
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    home = np.empty_like(columns)
    home[columns] = np.arange(len(columns))
    return Aggregated(found.probabilities[back], found.confusion[home], found.trust[home], found.likelihood)


def _maximised(hot: Floats, posterior: Floats, given: Floats) -> tuple[Floats, Floats]:
    """(shares of the categories, each coder's table of errors)."""
    seen = given > 0
    prior = posterior[seen].mean(axis=0) if seen.any() else np.full(posterior.shape[1], 1 / posterior.shape[1])
    confusion = np.einsum("uk,ucl->ckl", posterior, hot)
    total = confusion.sum(axis=2, keepdims=True)
    uniform = np.full_like(confusion, 1.0 / confusion.shape[2])
    return prior, np.divide(confusion, total, out=uniform, where=total > 0)


def _expected(hot: Floats, prior: Floats, confusion: Floats) -> tuple[Floats, float]:
    with np.errstate(divide="ignore"):
        logs = np.maximum(np.log(confusion), -1e3)
        start = np.maximum(np.log(prior), -1e3)
    joint = start[None, :] + np.einsum("ucl,ckl->uk", hot, logs)
    most = joint.max(axis=1, keepdims=True)
    scaled = np.exp(joint - most)
    total = scaled.sum(axis=1, keepdims=True)
    return scaled / total, float((np.log(total) + most).sum())


def mace(codes: Codes, categories: int, restarts: int = 10, steps: int = 300, seed: int = 1) -> Aggregated:
    """As Hovy and others have it, with Beta(.5, .5) and Dirichlet(10) priors of the variational step."""
    hot = _hot(codes, categories)
    units, coders, q = hot.shape
    generator = np.random.default_rng(seed)
    best: tuple[float, Floats, Floats, Floats] | None = None
    for _ in range(max(restarts, 1)):
        spamming = 1.0 + generator.random((coders, 2))
        spamming /= spamming.sum(axis=1, keepdims=True)
        thetas = 1.0 + generator.random((coders, q))
        thetas /= thetas.sum(axis=1, keepdims=True)
        likelihood = -np.inf
        gold = np.zeros((units, q))
        for _step in range(steps + 1):
            gold, knowing, strategy, likelihood = _mace_expected(hot, spamming, thetas)
            if _step == steps:
                break
            spamming = _variational(np.stack([strategy.sum(axis=1), knowing], axis=1), 0.5)
            thetas = _variational(strategy, 10.0)
        if best is None or likelihood > best[0]:
            best = (likelihood, gold, spamming, thetas)
    assert best is not None
    likelihood, gold, spamming, thetas = best
    knows = spamming[:, 1] / spamming.sum(axis=1)
    guesses = thetas / thetas.sum(axis=1, keepdims=True)
    confusion = (1 - knows)[:, None, None] * guesses[:, None, :] + knows[:, None, None] * np.eye(q)[None]
    return Aggregated(gold, confusion, knows, likelihood)


def _mace_expected(hot: Floats, spamming: Floats, thetas: Floats) -> tuple[Floats, Floats, Floats, float]:
    """(posterior of each unit; expected times of knowing, (coders,); of each guess, (coders, q); log likelihood)."""
    q = hot.shape[2]
    guess = spamming[:, 0][:, None] * thetas
    # (units, coders, q): the chance of what was given, for each truth; 1 where nothing was given
    given = hot.sum(axis=2)
    of_guess = np.einsum("ucl,cl->uc", hot, guess)
    right = hot * spamming[:, 1][None, :, None]
    factor = np.where(given[:, :, None] > 0, of_guess[:, :, None] + right, 1.0)
    logs = np.log(np.maximum(factor, 1e-300)).sum(axis=1) - np.log(q)
    most = logs.max(axis=1, keepdims=True)
    scaled = np.exp(logs - most)
    total = scaled.sum(axis=1, keepdims=True)
    gold = scaled / total
    likelihood = float((np.log(total) + most).sum())
    at_given = np.einsum("uk,uck->uc", gold, hot)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(given > 0, spamming[:, 1] / (of_guess + spamming[:, 1]), 0.0)
    knowing_each = at_given * np.nan_to_num(share)
    guessing_each = (given > 0) - knowing_each
    return gold, knowing_each.sum(axis=0), np.einsum("uc,ucl->cl", guessing_each, hot), likelihood


def _variational(counts: Floats, prior: float) -> Floats:
    found = counts + prior
    return np.asarray(np.exp(psi(found) - psi(found.sum(axis=1, keepdims=True))))


def _hot(codes: Codes, categories: int) -> Floats:
    hot = np.zeros((*codes.shape, categories))
    rows, columns = np.nonzero(codes >= 0)
    hot[rows, columns, codes[rows, columns]] = 1.0
    return hot


def _shares(votes: Floats) -> Floats:
    total = votes.sum(axis=1, keepdims=True)
    everything = votes.sum(axis=0)
    overall = everything / everything.sum() if everything.sum() else np.full(votes.shape[1], 1 / votes.shape[1])
    return np.where(total > 0, votes / np.maximum(total, 1e-300), overall[None, :])
