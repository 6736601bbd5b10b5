#!/bin/sh
# Lets a double click open studies and packages, for this user alone: `install.sh`, or `install.sh remove`.
# Needs the command `annotator` on the PATH of the desktop, or the environment variable ANNOTATOR with its path.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
apps=$data/applications
mime=$data/mime

refresh() {
    if command -v update-mime-database >/dev/null 2>&1; then update-mime-database "$mime"; fi
    if command -v update-desktop-database >/dev/null 2>&1; then update-desktop-database "$apps"; fi
}

mkdir -p "$apps" "$mime/packages"
if [ "${1:-}" = remove ]; then
    rm -f "$apps/annotator.desktop" "$mime/packages/annotator.xml"
    refresh
    exit
fi
program=${ANNOTATOR:-$(command -v annotator || true)}
if [ -z "$program" ]; then
    echo "install.sh: there is no command \`annotator\`; install the program, or set ANNOTATOR to its path" >&2
    exit 1
fi
# in a desktop file, Exec is quoted, and a percent sign is doubled
quoted=$(printf '%s' "$program" | sed 's/%/%%/g; s/["`$\\]/\\&/g')
awk -v program="$quoted" '
    /^Exec=/ { print "Exec=\"" program "\" open --inside %f"; next }
    /^TryExec=/ { next }
    { print }' "$here/annotator.desktop" > "$apps/annotator.desktop"
cp "$here/annotator.xml" "$mime/packages/annotator.xml"
refresh
if command -v xdg-mime >/dev/null 2>&1; then
    xdg-mime default annotator.desktop application/vnd.annotator.study application/vnd.annotator.package || true
fi
echo "studies and packages open with $program"
