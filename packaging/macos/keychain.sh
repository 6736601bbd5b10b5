#!/usr/bin/env bash
# On a build server: the certificate and the notary's account out of secrets into a keychain of this run alone.
# Needs CERTIFICATE (base64 of a .p12), CERTIFICATE_PASSWORD, NOTARY_ID, NOTARY_TEAM, NOTARY_PASSWORD; does nothing without.
set -euo pipefail
[ -n "${CERTIFICATE:-}" ] || { echo "keychain.sh: no certificate: the bundle is signed ad hoc"; exit 0; }
keychain=$(mktemp -d)/build.keychain; password=$(uuidgen)
security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 3600 "$keychain"; security unlock-keychain -p "$password" "$keychain"
printf '%s' "$CERTIFICATE" | base64 --decode >"$keychain.p12"
security import "$keychain.p12" -k "$keychain" -P "$CERTIFICATE_PASSWORD" -T /usr/bin/codesign; rm -f "$keychain.p12"
security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null
security list-keychains -d user -s "$keychain" login.keychain
[ -z "${NOTARY_ID:-}" ] || xcrun notarytool store-credentials "${NOTARY_PROFILE:?}" --apple-id "$NOTARY_ID" --team-id "$NOTARY_TEAM" --password "$NOTARY_PASSWORD"
