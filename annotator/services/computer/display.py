"""Whether a window can be shown here, and what it lacks where it cannot: asked before Qt is, which ends the process."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path

from annotator.domain.errors import AnnotatorError
from annotator.domain.words import say

UNSEEN = ("offscreen", "minimal", "vnc")
_ALWAYS = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
_FOR_X11 = {
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""Library -> the package of Debian and Ubuntu that has it."""
PACKAGES = tuple({**_ALWAYS, **_FOR_X11}.values())
"""All of them; a package of the program depends on these."""
_NO_DISPLAY = "there is no display to show a window on"
Loads = Callable[[str], bool]


def _loads(library: str) -> bool:
    for place in (_beside_the_program(library), library):
        try:
            ctypes.CDLL(place)
        except OSError:
            continue
        return True
    return False


def _beside_the_program(library: str) -> str:
    """A packaged program brings some libraries along."""
    folder = getattr(sys, "_MEIPASS", "")
    return str(Path(folder) / library) if folder else library


def missing_libraries(x11: bool, loads: Loads = _loads) -> dict[str, str]:
    """Libraries of the system that Qt needs and that are not here, each with its package; only on Linux."""
    if not sys.platform.startswith("linux"):
        return {}
    wanted = _ALWAYS | _FOR_X11 if x11 else _ALWAYS
    return {library: package for library, package in wanted.items() if not loads(library)}


def need_libraries(unseen: bool = False, loads: Loads = _loads) -> None:
    """Name what is missing; raises AnnotatorError. unseen: for a picture or a PDF, with no display."""
    x11 = not unseen and bool(os.environ.get("DISPLAY")) and not _wayland()
    if missing := missing_libraries(x11, loads):
        raise AnnotatorError(
            say("libraries of the system that the window needs are missing: {names}", names=", ".join(missing)),
            remedy=say("as an administrator: apt-get install {packages}", packages=" ".join(missing.values())),
        )


def need_display() -> None:
    """What a window on the screen needs; raises AnnotatorError with what is missing."""
    if _platform() in UNSEEN or not sys.platform.startswith("linux"):
        need_libraries(unseen=True)
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or _platform()):
        raise AnnotatorError(_NO_DISPLAY, "DISPLAY", "log in to a desktop, or use the commands: --help")
    need_libraries()
    if os.environ.get("DISPLAY") and not _platform() and not _wayland() and not _x11_answers():
        raise AnnotatorError(
            say("the display does not answer"),
            f"DISPLAY={os.environ['DISPLAY']}",
            "log in to a desktop, or allow this user on it (xauth); the commands work without: --help",
        )


def has_display() -> bool:
    """Whether a person could see a window here."""
    if _platform() in UNSEEN:
        return False
    try:
        need_display()
    except AnnotatorError:
        return False
    return True


def _platform() -> str:
    return os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]


def _wayland() -> bool:
    """Whether Qt comes in by Wayland and asks for no X11."""
    name = os.environ.get("WAYLAND_DISPLAY")
    if _platform() not in ("", "wayland") or not name:
        return False
    if os.environ.get("DISPLAY") and os.environ.get("XDG_SESSION_TYPE") != "wayland":
        return False
    return (Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / name).exists()


def _x11_answers() -> bool:
    """Whether a server answers at DISPLAY; asked of libxcb, since Qt ends the process where none does."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    xcb.xcb_connection_has_error.argtypes = (ctypes.c_void_p,)
    xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(None, None)
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed
