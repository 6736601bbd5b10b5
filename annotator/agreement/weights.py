"""Agreement weights: (q, q), 1 on the diagonal, less where two categories are farther apart.

Source: Gwet, Handbook of Inter-Rater Reliability (4th ed. 2014), section 3.5.
"""

from __future__ import annotations

import numpy as np

from annotator.agreement.estimate import Floats


def identity(q: int) -> Floats:
    """Only the same category agrees."""
    return np.eye(q)


def linear(x: Floats) -> Floats:
    """1 - |x_k - x_l| / range; x: the categories' ranks or numbers."""
    span = float(x.max() - x.min()) if x.size else 0.0
    away = np.abs(x[:, None] - x[None, :])
    return 1.0 - away / span if span > 0 else np.ones_like(away)


def quadratic(x: Floats) -> Floats:
    """1 - (x_k - x_l)^2 / range^2; x: the categories' ranks or numbers."""
    away = 1.0 - linear(x)
    return 1.0 - away**2


def ordinal(q: int) -> Floats:
    """Gwet's ordinal weights 1 - C(|k-l|+1, 2) / C(q, 2); not Krippendorff's ordinal metric."""
    steps = np.abs(np.subtract.outer(np.arange(q), np.arange(q))).astype(np.float64)
    most = q * (q - 1) / 2
    return 1.0 - (steps + 1) * steps / 2 / most if most > 0 else np.ones((q, q))


def ranks(q: int) -> Floats:
    """0, 1, … in the declared order."""
    return np.arange(q, dtype=np.float64)
