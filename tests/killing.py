"""Ending a program without a last word, on every system."""

from __future__ import annotations

import os
import signal

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows `os.kill` with it is TerminateProcess
KILLED = -KILL if os.name == "posix" else int(KILL)
"""The return code of such a program."""
