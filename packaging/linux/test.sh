#!/usr/bin/env bash
# The package and the archive of build.sh in a Debian 12 with nothing in it (debootstrap, as root): test.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(cd "$here/../.." && pwd); out=$top/dist/linux
to=${1:?a folder}; mkdir -p "$to"; to=$(cd "$to" && pwd); root=$to/root
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$top/annotator/__init__.py")
deb=$(ls "$out"/annotator_"$version"_*.deb); archive=$(ls "$out"/annotator-"$version"-linux-*.tar.xz)

command -v debootstrap >/dev/null || apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
if [ ! -e "$to/bare/.whole" ]; then
    mirror=$(grep -h '^URIs' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1 | awk '{print $2}')
    rm -rf "$to/bare"
    debootstrap --variant=minbase bookworm "$to/bare" "${mirror:?no mirror of Debian is set up on this machine}" >"$to/debootstrap.log"
    cp /etc/apt/apt.conf.d/99* "$to/bare/etc/apt/apt.conf.d/" 2>/dev/null || true
    touch "$to/bare/.whole"
fi
down() { for m in dev sys proc; do mountpoint -q "$root/$m" && umount "$root/$m"; done; true; }
down; trap down EXIT
rm -rf "$root"; cp -a "$to/bare" "$root"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
for m in proc dev sys; do mount --bind "/$m" "$root/$m"; done
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/home/coder LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
step() { printf '== %s\n' "$*"; }
holds() { grep -qF -- "$2" "$1" || { echo "test.sh: “$2” is not in:"; cat "$1"; exit 1; }; }
mkdir -p "$root/home/coder" "$root/t"

step "the archive, where no library of a window is: commands work, and the program names what is missing"
tar -xJf "$archive" -C "$root/home/coder"; folder=/home/coder/$(basename "$archive" .tar.xz)
inside "$folder/annotator" --version
inside "$folder/annotator" new /home/coder/s.annotator --quiet
inside "$folder/annotator" list /home/coder/s.annotator coders --json >"$to/coders.json"
code=0; inside DISPLAY=:5 "$folder/annotator" >"$to/bare.txt" 2>&1 || code=$?
[ $code = 1 ]; cat "$to/bare.txt"
holds "$to/bare.txt" libxcb-cursor.so.0; holds "$to/bare.txt" "apt-get install"; holds "$to/bare.txt" libegl1
[ "$(wc -l <"$to/bare.txt")" = 1 ]
inside "$folder/annotator" doctor >"$to/doctor.txt"; holds "$to/doctor.txt" libxcb-cursor0

step "the package with what it depends on, and nothing that is only recommended"
cp "$deb" "$root/t/annotator.deb"
inside apt-get update -qq >/dev/null
inside apt-get install -y -qq --no-install-recommends /t/annotator.deb >"$to/install.txt" 2>&1 || { tail -20 "$to/install.txt"; exit 1; }
inside annotator --version
inside annotator doctor --json --quiet >"$to/doctor.json"
if grep -n '"not here"' "$to/doctor.json"; then echo "test.sh: the program does not know the versions above"; exit 1; fi
data=$root/usr/lib/annotator/_internal/annotator/_data
for page in $(grep -oE '[a-z0-9/-]+\.md' "$data/docs/mkdocs.yml"); do [ -s "$data/docs/$page" ] || { echo "test.sh: the manual has no $page"; exit 1; }; done
for picture in $(grep -rhoE 'pictures/[a-z-]+\.png' "$data/docs" --include=*.md | sort -u); do [ -s "$data/docs/$picture" ] || { echo "test.sh: the manual has no $picture"; exit 1; }; done
for font in SourceSansPro-Regular SourceSerifPro-Regular; do [ -s "$data/resources/fonts/$font.ttf" ] || { echo "test.sh: $font is missing"; exit 1; }; done
inside sh -c 'ls /usr/share/applications/annotator.desktop /usr/share/bash-completion/completions/annotator /usr/share/doc/annotator/copyright'

step "one missing library is named"
mv "$root"/usr/lib/*/libxcb-cursor.so.0 "$root/t/"
code=0; inside DISPLAY=:5 annotator >"$to/one.txt" 2>&1 || code=$?
[ $code = 1 ]; cat "$to/one.txt"; holds "$to/one.txt" "missing: libxcb-cursor.so.0; as an administrator: apt-get install libxcb-cursor0"
mv "$root/t/libxcb-cursor.so.0" "$root"/usr/lib/*-linux-gnu/
code=0; inside DISPLAY=:5 annotator >"$to/none.txt" 2>&1 || code=$?
[ $code = 1 ]; holds "$to/none.txt" "the display does not answer"

step "the demo study unseen, exports, report, the check"
inside annotator demo --at /home/coder/demo >"$to/demo.txt" 2>&1 || { cat "$to/demo.txt"; exit 1; }
inside annotator check /home/coder/demo/demo.annotator
for format in jsonl csv xlsx; do
    inside annotator export /home/coder/demo/demo.annotator --format $format -o "/home/coder/out.$format" 2>>"$to/demo.txt"
done
inside annotator agreement /home/coder/demo/demo.annotator --bootstrap 200 -o /home/coder/report.pdf 2>>"$to/demo.txt"
inside sh -c 'ls -l /home/coder/demo /home/coder/report.pdf /home/coder/out.*'

step "the window on a display"
inside apt-get install -y -qq --no-install-recommends xvfb xdotool imagemagick shared-mime-info desktop-file-utils xdg-utils >"$to/x.txt" 2>&1
cat >"$root/t/window.sh" <<'S'
set -eu
Xvfb :91 -screen 0 1280x800x24 >/dev/null 2>&1 & x=$!
trap 'kill $x' EXIT
export DISPLAY=:91
for _ in $(seq 50); do xdotool getdisplaygeometry >/dev/null 2>&1 && break; sleep 0.2; done
annotator open --inside /home/coder/demo/demo.annotator >/t/window.txt 2>&1 & p=$!
for _ in $(seq 150); do w=$(xdotool search --pid $p --onlyvisible --name 'Annotator' 2>/dev/null | head -n 1) && [ -n "$w" ] && break; sleep 0.2; done
[ -n "$w" ]; sleep 3
xdotool getwindowname "$w"
import -window root /t/window.png
xdotool windowfocus "$w"; sleep 1; xdotool key F1 # the manual, where one is; nothing here has a connection
m=; for _ in $(seq 100); do m=$(xdotool search --onlyvisible --name '^Manual$' 2>/dev/null | head -n 1) && [ -n "$m" ] && break; sleep 0.2; done
[ -n "$m" ] || { echo "F1 opened no manual" >&2; exit 1; }
sleep 2; import -window "$m" /t/manual.png
xdotool windowfocus "$m"; sleep 1; xdotool key Escape
for _ in $(seq 50); do xdotool search --onlyvisible --name '^Manual$' >/dev/null 2>&1 || break; sleep 0.2; done
xdotool windowfocus "$w"; sleep 1; xdotool key ctrl+q # no window manager gives it the keys
for _ in $(seq 100); do kill -0 $p 2>/dev/null || break; sleep 0.2; done
if kill -0 $p 2>/dev/null; then kill $p; echo "the window did not close" >&2; exit 1; fi
wait $p
S
inside sh /t/window.sh
cp "$root/t/window.png" "$root/t/manual.png" "$to/"; [ "$(stat -c %s "$to/manual.png")" -gt 10000 ]; [ "$(stat -c %s "$to/window.png")" -gt 10000 ]
inside sh -c 'cat /home/coder/.local/state/annotator/log/annotator.log'
inside update-mime-database /usr/share/mime
inside grep -q ':application/vnd.annotator.study:\*.annotator$' /usr/share/mime/globs2
inside grep -q ':application/vnd.annotator.package:\*.annotator-package$' /usr/share/mime/globs2
inside desktop-file-validate /usr/share/applications/annotator.desktop

step "removed: the program goes, studies stay"
inside apt-get purge -y -qq annotator >"$to/purge.txt" 2>&1
[ ! -e "$root/usr/lib/annotator" ] && [ ! -e "$root/usr/bin/annotator" ]
[ -e "$root/home/coder/demo/demo.annotator" ]
echo "all of it passed; a picture of the window is $to/window.png"
