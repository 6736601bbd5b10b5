"""What of the tests only some systems can do."""

from __future__ import annotations

import os

import pytest

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no modes, limits, pipes or names like these")
