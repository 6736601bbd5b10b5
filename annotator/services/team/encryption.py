"""Packages under a password: scrypt makes the key, AES-256-GCM encrypts and guards every byte, names included."""

from __future__ import annotations

import os

from annotator.domain.errors import BadInput

MAGIC = b"ANNOTATOR-SEALED/1\n"
_SALT, _CHECK, _NONCE = 16, 16, 12
_HEAD = len(MAGIC) + _SALT + _CHECK + _NONCE
_COST = {"n": 1 << 16, "r": 8, "p": 1}
"""RFC 7914; 64 MB of memory for one guess. Part of the form: another cost needs another number in MAGIC."""


class PasswordNeeded(BadInput):
    """The package is encrypted, and no password, or a wrong one, was given."""


def is_sealed(head: bytes) -> bool:
    """Whether a file that begins so is an encrypted package."""
    return head.startswith(MAGIC)


def seal(data: bytes, password: str) -> bytes:
    """Encrypt; the same data twice gives different bytes. Raises BadInput for an empty password."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if not password:
        raise BadInput("a password needs characters", remedy="choose one, or leave the package unencrypted")
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    key, check = _derived(password, salt)
    head = MAGIC + salt + check + nonce
    return head + AESGCM(key).encrypt(nonce, data, head)


def unseal(data: bytes, password: str | None, where: str) -> bytes:
    """What was sealed. Raises PasswordNeeded, and BadInput where a byte was changed or is missing."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives import constant_time
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(data) < _HEAD:
        raise BadInput("the package is damaged (it ends too early)", where, "ask for the package again")
    if password is None:
        raise PasswordNeeded("the package is encrypted", where, "give its password")
    head = data[:_HEAD]
    salt, check, nonce = head[len(MAGIC) : -28], head[-28:-_NONCE], head[-_NONCE:]
    key, expected = _derived(password, salt)
    if not constant_time.bytes_eq(check, expected):
        raise PasswordNeeded("the password is wrong", where, "check it, capitals and spaces included")
    try:
        return AESGCM(key).decrypt(nonce, data[_HEAD:], head)
    except InvalidTag as error:
        raise BadInput(
            "the package is damaged (bytes were changed or are missing)", where, "ask for the package again"
        ) from error


def _derived(password: str, salt: bytes) -> tuple[bytes, bytes]:
    """(the key, what tells a wrong password from a damaged package)."""
    import unicodedata

    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    plain = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    made = Scrypt(salt=salt, length=32 + _CHECK, **_COST).derive(plain)
    return made[:32], made[32:]
