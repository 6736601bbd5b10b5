#!/usr/bin/env bash
# Test modules on Windows' own Python under Wine: tests.sh FOLDER [ARGUMENTS OF PYTEST…]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(cd "$here/../../.." && pwd)
to=$(cd "${1:?the folder of setup.sh}" && pwd); shift
w=$to/root/w
mkdir -p "$w/program"
for part in annotator resources schemas tests docs packaging .github pyproject.toml mkdocs.yml Makefile \
    README.md CHANGELOG.md CONTRIBUTING.md CITATION.cff LICENSE SECURITY.md CODE_OF_CONDUCT.md; do
    rm -rf "${w:?}/program/$part"; [ -e "$top/$part" ] && cp -r "$top/$part" "$w/program/"
done
# Python under Wine wants pipes, not files, for its standard streams
chroot "$to/root" bash -c '. /w/env.sh; cd /w/program; (echo | timeout "$1" wine /w/python/python.exe -X utf8 -m pytest -q -p no:cacheprovider "${@:2}") 2>&1 | cat' \
    tests "${LIMIT:-3000}" "$@"
