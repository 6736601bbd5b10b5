#!/usr/bin/env bash
# The image of build.sh on a Mac: mounted, copied, started, a study opened by its kind of file, closed, removed.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
image=$(ls "$top"/dist/macos/Annotator-*.dmg | tail -n 1)
work=$(mktemp -d); place=$work/mount; apps=$work/Applications; mkdir -p "$place" "$apps"
trap 'hdiutil detach -quiet "$place" 2>/dev/null || true; rm -rf "$work"' EXIT
hdiutil attach -quiet -nobrowse -mountpoint "$place" "$image"
cp -R "$place/Annotator.app" "$apps/"; hdiutil detach -quiet "$place"
run=$apps/Annotator.app/Contents/MacOS/annotator; export ANNOTATOR_STATE=$work/state
"$run" --version
QT_QPA_PLATFORM=offscreen "$run" demo --at "$work/demo"
"$run" check "$work/demo/demo.annotator"
"$run" export "$work/demo/demo.annotator" --format csv -o "$work/out.csv"
"$run" doctor --json >"$work/doctor.json"
open -a "$apps/Annotator.app" "$work/demo/demo.annotator" # as a double click does: by an event
for _ in $(seq 60); do grep -q "window, Qt" "$work/state/log/annotator.log" 2>/dev/null && break; sleep 0.5; done || true
sleep 3; screencapture -x "${PICTURE:-$top/dist/macos/window.png}" || true
osascript -e 'tell application "Annotator" to quit' || true
echo "the image was opened, started and removed"
