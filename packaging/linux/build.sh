#!/usr/bin/env bash
# Builds dist/linux/annotator_VERSION_ARCH.deb and annotator-VERSION-linux-ARCH.tar.xz from this checkout.
# Runs on Debian 12 with Python 3.11 or newer that has a shared library; what is made runs where glibc is as new as here.
# PyInstaller's licence (GPL with an exception) allows shipping what it packs under any licence.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(cd "$here/../.." && pwd)
work=$top/build/linux; out=$top/dist/linux; mkdir -p "$work" "$out"
python=${PYTHON:-$(command -v python3.11 || command -v python3)}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$top" log -1 --format=%ct 2>/dev/null || date +%s)}
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$top/annotator/__init__.py")
machine=$(uname -m); case $machine in x86_64) arch=amd64 ;; aarch64) arch=arm64 ;; *) arch=$machine ;; esac
"$python" -c 'import sysconfig, sys; sys.exit(not sysconfig.get_config_var("Py_ENABLE_SHARED"))' ||
    { echo "build.sh: $python has no shared library; set PYTHON to one that has (Debian: apt-get install libpython3-dev)" >&2; exit 1; }

# LEVEL: how hard xz works, 0 to 9. REUSE=1: what PyInstaller packed the last time is taken once more.
level=${LEVEL:-6}
if [ -z "${REUSE:-}" ]; then
echo "build.sh: packing the program" >&2
[ -x "$work/venv/bin/python" ] || "$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --upgrade 'pyinstaller>=6.10,<7' "$top[database]"
(cd "$here" && "$work/venv/bin/python" -m PyInstaller -y --log-level ERROR --distpath "$work/dist" --workpath "$work/work" annotator.spec)
fi
program=$work/dist/annotator
[ "$("$program/annotator" --version)" = "annotator $version" ]
"$work/venv/bin/python" "$top/packaging/manpage.py" >"$work/annotator.1"
for shell in bash zsh fish; do
    "$work/venv/bin/python" -c 'import sys
from typer.completion import get_completion_script
print(get_completion_script(prog_name="annotator", complete_var="_ANNOTATOR_COMPLETE", shell=sys.argv[1]))' $shell >"$work/completion.$shell"
done
QT_QPA_PLATFORM=offscreen "$work/venv/bin/python" "$top/packaging/icon.py" "$work/icons" 16 32 48 64 128 256
bytes() { du -sk "$1" | cut -f1; }

echo "build.sh: the portable archive" >&2
folder=annotator-$version-linux-$machine; rm -rf "${work:?}/$folder"; mkdir -p "$work/$folder"
cp -a "$program" "$work/$folder/program"
cat >"$work/$folder/annotator" <<'S'
#!/bin/sh
# Starts Annotator from wherever this folder lies.
exec "$(dirname "$(readlink -f "$0")")/program/annotator" "$@"
S
chmod 755 "$work/$folder/annotator"
cp "$here/install.sh" "$here/annotator.desktop" "$here/annotator.xml" "$work/annotator.1" "$top/LICENSE" "$work/$folder/"
cp "$top/resources/icons/annotator.svg" "$work/$folder/"
cat >"$work/$folder/README" <<S
Annotator $version for Linux. Start it with ./annotator; ANNOTATOR=\$PWD/annotator ./install.sh enters it and its files
into your desktop's menu, ANNOTATOR=\$PWD/annotator ./install.sh remove takes them out. ./annotator doctor says what your
computer lacks.
S
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$folder" | xz -T0 "-$level" >"$out/$folder.tar.xz"

echo "build.sh: the Debian package" >&2
deb=$work/deb; rm -rf "$deb"
mkdir -p "$deb/DEBIAN" "$deb/usr/lib" "$deb/usr/bin" "$deb/usr/share/applications" "$deb/usr/share/mime/packages" \
    "$deb/usr/share/man/man1" "$deb/usr/share/doc/annotator" "$deb/usr/share/icons/hicolor/scalable/apps" \
    "$deb/usr/share/bash-completion/completions" "$deb/usr/share/zsh/vendor-completions" "$deb/usr/share/fish/vendor_completions.d"
cp -a "$program" "$deb/usr/lib/annotator"
ln -s ../lib/annotator/annotator "$deb/usr/bin/annotator"
cp "$here/annotator.desktop" "$deb/usr/share/applications/"
grep -q '^Icon=' "$here/annotator.desktop" || echo 'Icon=annotator' >>"$deb/usr/share/applications/annotator.desktop"
cp "$here/annotator.xml" "$deb/usr/share/mime/packages/annotator.xml"
cp "$top/resources/icons/annotator.svg" "$deb/usr/share/icons/hicolor/scalable/apps/annotator.svg"
for size in 16 32 48 64 128 256; do
    install -Dm644 "$work/icons/$size.png" "$deb/usr/share/icons/hicolor/${size}x$size/apps/annotator.png"
done
gzip -9nc "$work/annotator.1" >"$deb/usr/share/man/man1/annotator.1.gz"
gzip -9nc "$top/CHANGELOG.md" >"$deb/usr/share/doc/annotator/changelog.gz"
cp "$work/completion.bash" "$deb/usr/share/bash-completion/completions/annotator"
cp "$work/completion.zsh" "$deb/usr/share/zsh/vendor-completions/_annotator"
cp "$work/completion.fish" "$deb/usr/share/fish/vendor_completions.d/annotator.fish"
{ echo "Annotator, Copyright the Annotator developers; Apache License 2.0, see /usr/share/common-licenses/Apache-2.0."
  echo "It brings Python and libraries under their own licences; their names are in /usr/lib/annotator/_internal/*.dist-info."
  echo "Source Sans Pro and Source Serif Pro, Copyright Adobe: SIL Open Font License 1.1; the texts lie beside the fonts in"
  echo "/usr/lib/annotator/_internal/annotator/_data/resources/fonts."; } \
    >"$deb/usr/share/doc/annotator/copyright"
depends=$("$work/venv/bin/python" - <<'P'
import sys
from annotator.services.computer.display import PACKAGES
glibc = "libc6 (>= 2.36)"
print(", ".join([glibc, "libstdc++6", *("libglib2.0-0 | libglib2.0-0t64" if p == "libglib2.0-0" else p for p in PACKAGES)]))
P
)
cat >"$deb/DEBIAN/control" <<S
Package: annotator
Version: $version
Section: science
Priority: optional
Architecture: $arch
Maintainer: Annotator developers <annotator@localhost>
Installed-Size: $(bytes "$deb")
Depends: $depends
Recommends: fonts-dejavu-core | fonts-liberation, fonts-noto-core, shared-mime-info, desktop-file-utils, xdg-utils
Suggests: fonts-noto-cjk
Description: code news articles by hand
 Research teams label claims, speakers, targets and stance in news articles, offline, and learn how far their coders
 agree and how sure that figure is.
S
find "$deb" -type d -exec chmod 755 {} +; find "$deb/usr/share" -type f -exec chmod 644 {} +
find "$deb" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
(cd "$deb" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
dpkg-deb --root-owner-group -Zxz "-z$level" --build "$deb" "$out/annotator_${version}_$arch.deb" >&2
(cd "$out" && ls -l --block-size=M ./*"$version"*)
