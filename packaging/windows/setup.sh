#!/bin/sh
# What a Debian machine needs to build Annotator for Windows: compiler, installer maker, signature and icon tools.
set -eu
need="gcc-mingw-w64-x86-64 nsis osslsigncode icoutils openssl unzip"
missing=""
for package in $need; do
    dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
[ -z "$missing" ] && exit
if [ "$(id -u)" != 0 ]; then
    echo "build for Windows: packages are missing. As root: apt-get install$missing" >&2
    exit 1
fi
apt-get update -qq >/dev/null
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
