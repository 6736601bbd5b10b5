#!/usr/bin/env bash
# A place in which the Windows build can be run on Debian, for tests alone: Debian 13 with Wine in a folder (about 3 GB,
# as root), Windows' own Python and the wheels of the tests. Nothing of it is shipped. Usage: setup.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(cd "$here/../../.." && pwd)
to=${1:?a folder}; mkdir -p "$to"; to=$(cd "$to" && pwd); root=$to/root; w=$root/w
if ! command -v debootstrap >/dev/null || ! command -v x86_64-w64-mingw32-gcc >/dev/null; then
    apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap gcc-mingw-w64-x86-64 unzip >/dev/null
fi
mounts() { for m in proc dev sys; do mountpoint -q "$root/$m" || mount --bind "/$m" "$root/$m"; done; }

if [ ! -e "$root/.whole" ]; then
    mirror=$(grep -h '^URIs' /etc/apt/sources.list.d/*.sources | head -n 1 | awk '{print $2}')
    debootstrap --variant=minbase trixie "$root" "$mirror" >"$to/debootstrap.log"
    cp /etc/apt/apt.conf.d/99* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    mounts
    chroot "$root" bash -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wine wine64 xvfb xdotool imagemagick' >"$to/wine.log" 2>&1
    touch "$root/.whole"
fi
mounts
mkdir -p "$w" "$to/cache"

# what the build made of Python and the wheels, and the tests' own wheels beside them
stage=$top/build/windows/stage
[ -e "$stage/python/python.exe" ] || { echo "setup.sh: run make windows first" >&2; exit 1; }
rm -rf "$w/python"; cp -r "$stage/python" "$w/python"
rm -rf "$w/packages"; cp -r "$stage/packages" "$w/packages"
rm -rf "$w"/packages/pygments* # the tests bring it whole
rm -f "$w/python/_wmi.pyd" # Wine 10 lacks what it calls; `platform` does without
printf 'python313.zip\r\n.\r\n..\\packages\r\n..\\tests\r\n..\\program\r\nimport site\r\n' >"$w/python/python313._pth"
if [ ! -e "$w/tests/.whole" ]; then
    windows_wheels() {
        "$top/.venv/bin/python" -m pip install -q --upgrade --target "$w/tests" --platform win_amd64 --python-version 3.13 \
            --implementation cp --only-binary=:all: "$@"
    }
    windows_wheels pytest pytest-qt pytest-timeout hypothesis jsonschema networkx pygments python-docx pypdf dkpro-cassis
    # what figures are held against, with the SciPy of the build
    pinned() { grep -o "^$1==[^ ]*" "$here/../requirements.txt"; }
    windows_wheels "$(pinned numpy)" "$(pinned scipy)" "pandas<3" pingouin statsmodels scikit-learn krippendorff
    windows_wheels --no-deps irrcac # it asks for an older SciPy
    touch "$w/tests/.whole"
fi
cp -rn "$w/tests/scipy/." "$w/packages/scipy/" # what the tests' libraries need of it, and the program does not
# Qt's module for tests of windows is no part of the build
if [ ! -e "$w/packages/PySide6/QtTest.pyd" ]; then
    version=$(sed -n 's/^pyside6-essentials==\([^ ]*\).*/\1/p' "$here/../requirements.txt")
    "$top/.venv/bin/python" -m pip download -q --no-deps -d "$to/cache" --platform win_amd64 --python-version 3.13 \
        --only-binary=:all: "pyside6-essentials==$version"
    unzip -q -o -j "$to/cache/pyside6_essentials-$version"*.whl 'PySide6/QtTest.pyd' 'PySide6/Qt6Test.dll' -d "$w/packages/PySide6"
fi

# Wine's prefix, and what Wine 10 lacks: complex functions (NumPy, SciPy) and Windows' ICU (Qt)
cat >"$w/env.sh" <<'S'
export WINEPREFIX=/w/prefix WINEDEBUG=-all HOME=/w/home WINEARCH=win64 WINEDLLOVERRIDES='mscoree,mshtml=;ucrtbase=n,b' DISPLAY=${DISPLAY:-:90}
mkdir -p "$HOME"
S
if [ ! -e "$w/prefix/drive_c/windows/system32/ucrtwine.dll" ]; then
    chroot "$root" env WINEPREFIX=/w/prefix WINEDEBUG=-all HOME=/w/home WINEARCH=win64 WINEDLLOVERRIDES=mscoree,mshtml= timeout 300 wineboot -i >/dev/null 2>&1 || true
    cp "$w/prefix/drive_c/windows/system32/ucrtbase.dll" "$w/prefix/drive_c/windows/system32/ucrtwine.dll"
fi
sys32=$w/prefix/drive_c/windows/system32; work=$to/cache/dll; mkdir -p "$work"
if [ ! -e "$w/shims/ucrtbase.dll" ]; then
    mkdir -p "$w/shims"
    x86_64-w64-mingw32-objdump -p "$sys32/ucrtwine.dll" | awk '/\[Ordinal\/Name Pointer\] Table/{p=1;next} p&&NF==0{p=0} p{print $NF}' >"$work/names.txt"
    (cd "$work" && python3 "$here/complex_functions.py" && x86_64-w64-mingw32-gcc -O1 -shared -static -o "$w/shims/ucrtbase.dll" ucrt.c ucrt.def -lm)
    x86_64-w64-mingw32-gcc -shared -o "$sys32/icuuc.dll" "$here/icuuc.c"
fi
cp "$w/shims/ucrtbase.dll" "$w/python/"

if ! [ -e "$to/xvfb.pid" ] || ! kill -0 "$(cat "$to/xvfb.pid")" 2>/dev/null; then
    mkdir -p "$root/tmp/.X11-unix"
    chroot "$root" Xvfb :90 -screen 0 1440x900x24 >"$to/xvfb.log" 2>&1 &
    echo $! >"$to/xvfb.pid"; sleep 2
fi
