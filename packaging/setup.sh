#!/bin/sh
# Everything a fresh machine needs, done once: `setup.sh run` for the program, `setup.sh dev` for its tests as well.
# Uses python3.11 or newer; installs Qt's system libraries where that is allowed, and says what is missing where not.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}
venv=.venv

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1
    fi
}

install_packages() {
    command -v apt-get >/dev/null 2>&1 || return 1
    say "installing $*"
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 && return
    as_root apt-get update -qq >/dev/null 2>&1 || return 1
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3 python; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

python=$(find_python) || fail "Python 3.11 or newer is needed; install it, or name it: make PYTHON=/path/to/python3.11"

# --- system libraries -------------------------------------------------------------------------------------------------
missing_libraries() { # arguments: FILE=PACKAGE...; prints the packages whose file cannot be loaded
    "$python" - "$@" <<'PY'
import ctypes, sys
for pair in sys.argv[1:]:
    name, package = pair.split("=")
    try:
        ctypes.CDLL(name)
    except OSError:
        print(package)
PY
}

if [ "$(uname -s)" = Linux ]; then
    wanted="libGL.so.1=libgl1 libEGL.so.1=libegl1 libxkbcommon.so.0=libxkbcommon0 libdbus-1.so.3=libdbus-1-3
        libfontconfig.so.1=libfontconfig1 libglib-2.0.so.0=libglib2.0-0"
    if [ -n "${DISPLAY:-}" ]; then
        wanted="$wanted libxcb-cursor.so.0=libxcb-cursor0 libxcb-icccm.so.4=libxcb-icccm4
            libxcb-keysyms.so.1=libxcb-keysyms1 libxkbcommon-x11.so.0=libxkbcommon-x11-0 libX11-xcb.so.1=libx11-xcb1
            libxcb-xkb.so.1=libxcb-xkb1 libxcb-image.so.0=libxcb-image0 libxcb-render-util.so.0=libxcb-render-util0
            libxcb-randr.so.0=libxcb-randr0 libxcb-shape.so.0=libxcb-shape0 libxcb-sync.so.1=libxcb-sync1
            libxcb-xfixes.so.0=libxcb-xfixes0 libxcb-shm.so.0=libxcb-shm0 libxcb-render.so.0=libxcb-render0"
    fi
    # shellcheck disable=SC2086
    packages=$(missing_libraries $wanted | tr '\n' ' ')
    if [ -n "$packages" ]; then
        # shellcheck disable=SC2086
        install_packages $packages ||
            fail "Qt needs system libraries that are not here. As root: apt-get install $packages"
    fi
fi

# --- a database server for the tests of shared studies; they are skipped where there is none ---------------------------
if [ "$kind" = dev ] && ! command -v initdb >/dev/null 2>&1 && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    install_packages postgresql || say "no PostgreSQL here: tests of shared studies are skipped (apt-get install postgresql)"
fi

# --- virtual environment ----------------------------------------------------------------------------------------------
if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        install_packages "python$version-venv" ||
            fail "$python cannot make a virtual environment. As root: apt-get install python$version-venv"
        rm -rf "$venv"
        "$python" -m venv "$venv"
    fi
fi

sum=$("$venv/bin/python" -c 'import hashlib, pathlib
print(hashlib.sha256(pathlib.Path("pyproject.toml").read_bytes() + str(pathlib.Path.cwd()).encode()).hexdigest())')
stamp="$venv/.installed-$kind"
if [ "$(cat "$stamp" 2>/dev/null)" != "$sum" ]; then
    say "installing Annotator and what it needs into $venv (once; some minutes on a slow line)"
    "$venv/bin/python" -m pip install --quiet --upgrade 'pip>=25.1' # the first that reads dependency groups
    if [ "$kind" = dev ]; then
        "$venv/bin/python" -m pip install --quiet --editable . --group dev
    else
        "$venv/bin/python" -m pip install --quiet --editable .
    fi
    printf '%s' "$sum" >"$stamp"
fi
