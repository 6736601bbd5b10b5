#!/usr/bin/env bash
# The installer's whole life under Wine: silent installation, start from the Start menu, a package by its association,
# coding by mouse and key, export, report, uninstallation. Pictures land in FOLDER/pictures. Usage: life.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(cd "$here/../../.." && pwd)
to=$(cd "${1:?the folder of setup.sh}" && pwd); root=$to/root; w=$root/w
prefix=${PREFIX:-prefix} # another one than the suites use lets both run at once
c=$w/$prefix/drive_c; home=$c/users/root; app=$home/AppData/Local/Programs/Annotator; work=$c/coding
link="$home/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Annotator.lnk"
pictures=$to/pictures; mkdir -p "$pictures"
installer=$(ls "$top"/dist/windows/Annotator-*-setup.exe)

step() { printf '\n== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*"; picture failed; exit 1; }
inside() { chroot "$root" bash -c '. /w/env.sh; export WINEPREFIX=/w/'"$prefix; $1" inside "${@:2}"; }
wine_() { inside 'cd /w; (echo | timeout "${LIMIT:-240}" wine "$@") 2>&1 | cat; exit ${PIPESTATUS[0]}' "$@"; }
annotator() { wine_ 'C:\users\root\AppData\Local\Programs\Annotator\annotator.exe' "$@"; }
picture() { inside "import -window root /w/$1.png"; mv "$w/$1.png" "$pictures/"; echo "picture $1.png"; }
registry() { wineserver_flush; grep -c "$1" "$w/$prefix/user.reg" || true; }
wineserver_flush() { inside 'wineserver -w' 2>/dev/null || true; }
window() { # waits for a window of this title, gives its id
    for _ in $(seq 120); do
        found=$(inside 'xdotool search --onlyvisible --name "$1" | tail -n 1' "$1" 2>/dev/null || true)
        [ -n "$found" ] && { echo "$found"; return; }
        sleep 1
    done
    return 1
}
gone() { for _ in $(seq 60); do [ -z "$(inside 'xdotool search --onlyvisible --name Annotator' 2>/dev/null || true)" ] && return; sleep 1; done; return 1; }

rm -rf "$app" "$work"; mkdir -p "$work"

step "silent installation, without an administrator"
cp "$installer" "$w/setup.exe"
LIMIT=600 wine_ /w/setup.exe /S
[ -e "$app/annotatorw.exe" ] && [ -e "$link" ] || fail "program or Start menu link is missing"
[ "$(registry 'Annotator.Package\\\\shell\\\\open\\\\command')" -ge 1 ] || fail "packages are not associated"
[ "$(registry 'Uninstall.*Annotator')" -ge 1 ] || fail "it is not among installed programs"
du -sh "$app" | cut -f1
# Wine looks for associations under the machine alone, Windows under the person too: what the installer wrote is copied
for key in .annotator .annotator-package Annotator.Study Annotator.Package; do
    wine_ reg copy "HKCU\\Software\\Classes\\$key" "HKLM\\Software\\Classes\\$key" /s /f >/dev/null
done
cp "$w/shims/ucrtbase.dll" "$app/"; rm -f "$app/python/_wmi.pyd" # Wine's gaps; nothing of this is shipped

step "the command line: words and JSON into pipes and files"
annotator --version | tee "$w/version.txt"; grep -q '^annotator [0-9]' "$w/version.txt" || fail "no version"
annotator formats --json --quiet >"$w/formats.json"; python3 -c 'import json, sys; json.load(open(sys.argv[1], encoding="utf-8"))' "$w/formats.json" || fail "formats --json is no JSON in UTF-8"
study='C:\coding\Häfen & Straßen 1.annotator'
printf '%s\n' 'Der Hafen' '' 'The mayor said that the harbour “must grow”. “No,” the fishers said: it costs too much — 40 % more.' >"$work/Ünïcode.txt"
cp "$work/Ünïcode.txt" "$w/text.txt"
annotator new "$study" --title "Häfen" || fail "new"
annotator import "$study" 'C:\coding\Ünïcode.txt' --json --quiet >"$w/import.json" || { cat "$w/import.json"; fail "import"; }
annotator assign "$study" --coders Ada,Ben --overlap 2 --json --quiet >"$w/assign.json" || { cat "$w/assign.json"; fail "assign"; }
says() { python3 -c 'import json, sys; found = json.load(open(sys.argv[1], encoding="utf-8")); sys.exit(not eval(sys.argv[2]))' "$w/$1" "$2" || { cat "$w/$1"; fail "$3"; }; }
says import.json 'found["documents"]["added"] == 1' "one article should have come in"
says assign.json 'found["assigned"] == 2' "two coders should have one article each"
annotator doctor "$study" --json --quiet >"$w/doctor.json" || { cat "$w/doctor.json"; fail "doctor"; }
says doctor.json 'found["study"]["opens"] and "not here" not in found["versions"].values()' "doctor misses something"
annotator pack "$study" --coder Ada -o 'C:\coding\ada.annotator-package' || fail "pack"
annotator check "$study" || fail "check"

step "start from the Start menu"
inside 'cd /w; (echo | wine start /unix "$1") >/dev/null 2>&1 | cat' "${link#"$root"}"
id=$(window Annotator) || fail "no window"
sleep 4; picture start-menu
inside 'xdotool windowfocus "$1"; xdotool key alt+F4' "$id" || true
gone || fail "the window did not close"

step "a package by its association, coded by mouse and key"
inside 'cd /w; (echo | wine start "C:\\coding\\ada.annotator-package") >/dev/null 2>&1 | cat'
id=$(window 'fen.*Annotator|Annotator.*fen') || fail "no window with the package's study" # its title has the study's
sleep 12; picture package
mine=$(find "$work" -name '*.annotator' ! -name 'H*' | head -n 1)
[ -n "$mine" ] || fail "the package made no study"
inside 'xdotool windowfocus "$1"' "$id" || true
inside 'eval "$(xdotool getwindowgeometry --shell "$1")"; echo "$X $Y $WIDTH $HEIGHT"' "$id"
# two words of the first line of the text, then the key of the first kind of label
inside 'xdotool mousemove 560 305 click --repeat 2 --delay 60 1; sleep 1; xdotool key c; sleep 2; xdotool key 1; sleep 2'
picture coded
inside 'xdotool key alt+F4' || true
gone || fail "the window did not close after coding"
windows_path='C:\coding\'"$(basename "$mine")"
annotator list "$windows_path" annotations --json --quiet >"$w/labels.json" || fail "list"
says labels.json 'any(x["layer"] == "claim" and x["coder"]["name"] == "Ada" and x.get("text") and x["text"] in open(sys.argv[1].removesuffix("labels.json") + "text.txt", encoding="utf-8").read() for x in found)' "the label is not the one that was made by hand"
labels=$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1], encoding="utf-8"))))' "$w/labels.json")
echo "labels coded by hand: $labels"; [ "$labels" -ge 1 ] || fail "no label was coded"

step "exports and reports"
for form in jsonl csv statements; do annotator export "$windows_path" --format "$form" -o "C:\\coding\\out.$form" || fail "export $form"; done
grep -q '"claim"' "$work/out.jsonl" || fail "out.jsonl has no claim"
[ "$(wc -l <"$work/out.csv")" -ge 2 ] || fail "out.csv has no row"
head -n 1 "$work/out.statements" | grep -q . || fail "out.statements has no head"
if grep -l $'\r' "$work"/out.jsonl "$work"/out.*.manifest.json; then fail "line ends of Windows in what has the same bytes everywhere"; fi
annotator pack "$windows_path" --coder Ada -o 'C:\coding\back.annotator-package' || fail "pack the work"
annotator merge "$study" 'C:\coding\back.annotator-package' || fail "merge"
annotator list "$study" annotations --json --quiet >"$w/merged.json" || fail "list what was merged"
[ "$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1], encoding="utf-8"))))' "$w/merged.json")" = "$labels" ] || fail "labels were lost on the way"
annotator check "$study" || fail "check after merging"
# Wine hands no variable of Qt on, so one of Windows' own shells sets it
unseen='set QT_QPA_PLATFORM=offscreen&& C:\users\root\AppData\Local\Programs\Annotator\annotator.exe demo --at C:\coding\demo'
wine_ cmd /c "$unseen" || fail "the demo study, unseen"
for kind in html pdf xlsx; do
    annotator agreement 'C:\coding\demo\demo.annotator' --bootstrap 200 -o "C:\\coding\\report.$kind" || fail "agreement $kind"
done
annotator network 'C:\coding\demo\demo.annotator' --measures --json --quiet >"$w/network.json" || fail "network"
python3 -c 'import json, sys; json.load(open(sys.argv[1], encoding="utf-8"))' "$w/network.json" || fail "network --json is no JSON in UTF-8"
begins() { [ "$(head -c "${#2}" "$work/$1")" = "$2" ] || fail "$1 is no such file"; }
begins report.html '<!'; begins report.pdf '%PDF-'; begins report.xlsx PK
ls -la "$work"
left=$(find "$work" -name '*-wal' -o -name '*-shm'); [ -z "$left" ] || fail "a closed study left $left"

step "the portable form, from a folder with spaces and umlauts"
rm -rf "$c/Über all"; mkdir -p "$c/Über all"
(cd "$c/Über all" && unzip -q "$(ls "$top"/dist/windows/Annotator-*-portable.zip)")
portable=$(basename "$(ls -d "$c/Über all"/Annotator-*)"); cp "$w/shims/ucrtbase.dll" "$c/Über all/$portable/"; rm -f "$c/Über all/$portable/python/_wmi.pyd"
wine_ "C:\\Über all\\$portable\\annotator.exe" list "$windows_path" annotations --json --quiet >"$w/portable.json" || fail "the portable form"
cmp "$w/labels.json" "$w/portable.json" || fail "the portable form reads another study"
rm -rf "$c/Über all"

step "every module of the program finds what it imports"
cp "$w/shims/ucrtbase.dll" "$app/python/"
cat >"$w/modules.py" <<'PY'
import importlib, pkgutil
import annotator
extras = {"psycopg", "pyarrow", "pandas", "pyreadstat", "spacy", "polars"}
count = 0
for module in pkgutil.walk_packages(annotator.__path__, "annotator."):
    if ".migrations" in module.name or module.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        if error.name not in extras:
            raise
    count += 1
print(count, "modules")
from annotator.data import manual_contents, manual_path, resource_path
import re
pages = re.findall(r"[\w/-]+\.md", manual_contents())
assert len(pages) > 20 and all(manual_path(p).is_file() for p in pages), "pages of the manual are missing"
pictures = {x for p in pages for x in re.findall(r"pictures/[\w-]+\.png", manual_path(p).read_text("utf-8"))}
assert pictures and all(manual_path(p).is_file() for p in pictures), "pictures of the manual are missing"
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtWidgets import QApplication
from annotator.qt.toolkit.fonts import load_fonts
app = QApplication([])
fonts = load_fonts()
assert len(list(resource_path("fonts").glob("*.ttf"))) > 3 and fonts, "the fonts are missing"
print(len(pages), "pages and", len(pictures), "pictures of the manual; fonts:", ", ".join(sorted(fonts)))
PY
wine_ 'C:\users\root\AppData\Local\Programs\Annotator\python\python.exe' /w/modules.py || fail "a module is missing"
rm -f "$app/python/ucrtbase.dll"

step "uninstallation leaves studies alone"
wine_ 'C:\users\root\AppData\Local\Programs\Annotator\uninstall.exe' /S || true
rm -f "$app/ucrtbase.dll"
for _ in $(seq 40); do [ -e "$app/annotatorw.exe" ] || break; sleep 1; done
rmdir "$app" 2>/dev/null || true
if [ -e "$app" ]; then find "$app" | head -20; fail "program files were left"; fi
[ ! -e "$link" ] || fail "the Start menu link was left"
[ "$(registry 'Annotator.Package')" = 0 ] || fail "the association was left"
[ "$(registry 'Uninstall.*Annotator')" = 0 ] || fail "the entry among installed programs was left"
[ -e "$mine" ] || fail "a study was removed"
printf '\ninstaller: whole life passed\n'
