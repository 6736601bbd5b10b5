#!/usr/bin/env bash
# Builds dist/macos/Annotator-VERSION-ARCH.dmg on a Mac; signs and notarises it where the environment says with what.
#   SIGNING_IDENTITY   name of a certificate “Developer ID Application: …” in the keychain
#   NOTARY_PROFILE     name under which `xcrun notarytool store-credentials` keeps the account
# Without them the bundle is signed for this machine alone (ad hoc): others open it by a right click › Open.
set -euo pipefail
[ "$(uname -s)" = Darwin ] || { echo "build.sh: this needs a Mac" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd); top=$(cd "$here/../.." && pwd)
work=$top/build/macos; out=$top/dist/macos; mkdir -p "$work" "$out"
VERSION=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$top/annotator/__init__.py"); export VERSION
arch=$(uname -m); app=$work/dist/Annotator.app; image=$out/Annotator-$VERSION-$arch.dmg

[ -x "$work/venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --upgrade 'pyinstaller>=6.10,<7' "$top[database]"

rm -rf "$work/annotator.iconset"; mkdir -p "$work/annotator.iconset"
QT_QPA_PLATFORM=offscreen "$work/venv/bin/python" "$top/packaging/icon.py" "$work/icons" 16 32 64 128 256 512 1024
for size in 16 32 128 256 512; do
    cp "$work/icons/$size.png" "$work/annotator.iconset/icon_${size}x$size.png"
    cp "$work/icons/$((size * 2)).png" "$work/annotator.iconset/icon_${size}x$size@2x.png"
done
iconutil -c icns -o "$work/annotator.icns" "$work/annotator.iconset"

(cd "$here" && "$work/venv/bin/python" -m PyInstaller -y --log-level ERROR --distpath "$work/dist" --workpath "$work/work" annotator.spec)
if [ -n "${SIGNING_IDENTITY:-}" ]; then
    codesign --force --deep --timestamp --options runtime --entitlements "$here/entitlements.plist" --sign "$SIGNING_IDENTITY" "$app"
else
    codesign --force --deep --sign - "$app"
fi
codesign --verify --deep --strict "$app"
[ "$("$app/Contents/MacOS/annotator" --version)" = "annotator $VERSION" ]

rm -rf "$work/image"; mkdir -p "$work/image"
cp -R "$app" "$work/image/"; ln -s /Applications "$work/image/Applications"; cp "$top/LICENSE" "$work/image/"
hdiutil create -quiet -ov -volname "Annotator $VERSION" -srcfolder "$work/image" -format UDZO "$image"
if [ -n "${SIGNING_IDENTITY:-}" ]; then codesign --timestamp --sign "$SIGNING_IDENTITY" "$image"; fi
if [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature "$image"
fi
ls -l "$image"
