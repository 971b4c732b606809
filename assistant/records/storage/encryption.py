"""Encryption at rest: AES-256-GCM for what is personal, and a blind index to find a contact.

A stored value is `key id (4 bytes) ‖ nonce (12) ‖ ciphertext and tag` (NIST SP 800-38D). The
column's name is authenticated with it, so that a value copied into another column is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, Engine, LargeBinary
from sqlalchemy.types import TypeDecorator

_ID_BYTES = 4
_NONCE_BYTES = 12  # 96 random bits: safe for 2^32 values under one key (SP 800-38D, 8.3)


class DecryptionError(Exception):
    """A stored value that none of the keys opens, or that was changed or moved."""


@dataclass(frozen=True, slots=True)
class _Key:
    id: bytes
    cipher: AESGCM
    index: bytes

    @classmethod
    def of(cls, secret: bytes) -> _Key:
        return cls(
            hashlib.sha256(b"key id" + secret).digest()[:_ID_BYTES],
            AESGCM(_derived(secret, b"encryption")),
            _derived(secret, b"blind index"),
        )


class Keyring:
    """The data keys: the first encrypts, each decrypts, so that keys can be changed."""

    def __init__(self, text: str) -> None:
        """`text` is DATA_KEY: 32 bytes in URL-safe base64 each, the newest first, with commas.

        Raises ValueError.
        """
        self._keys = {key.id: key for key in map(_Key.of, map(_decoded, text.split(",")))}
        self._first = next(iter(self._keys.values()))

    def encrypt(self, text: str, context: str) -> bytes:
        """Return `text` encrypted for the place that `context` names."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._first.cipher.encrypt(nonce, text.encode(), context.encode())
        return self._first.id + nonce + sealed

    def decrypt(self, stored: bytes, context: str) -> str:
        """Return the text of a stored value; raises DecryptionError."""
        key = self._keys.get(stored[:_ID_BYTES])
        if key is None:
            raise DecryptionError("DATA_KEY lacks the key of a stored value: add the older key.")
        nonce = stored[_ID_BYTES : _ID_BYTES + _NONCE_BYTES]
        try:
            opened = key.cipher.decrypt(nonce, stored[_ID_BYTES + _NONCE_BYTES :], context.encode())
        except InvalidTag:
            raise DecryptionError(f"A stored value of {context} was changed or moved.") from None
        return opened.decode()

    def digest(self, text: str, context: str) -> str:
        """Return the blind index of `text`: 32 hex digits of HMAC-SHA256 under the first key."""
        return _digest(self._first, text, context)

    def digests(self, text: str, context: str) -> list[str]:
        """Return the blind index of `text` under every key, to search by."""
        return [_digest(key, text, context) for key in self._keys.values()]


class EncryptedText(TypeDecorator[str]):
    """A text that only holders of DATA_KEY can read; `context` is its `table.column`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _KEYRINGS[dialect].encrypt(value, self.context)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _KEYRINGS[dialect].decrypt(bytes(value), self.context)


# A column type is handed nothing but its engine's dialect, so the keys are looked up by that.
_KEYRINGS: WeakKeyDictionary[Dialect, Keyring] = WeakKeyDictionary()


def install(engine: Engine, keyring: Keyring) -> None:
    """Let the encrypted columns of this engine use these keys."""
    _KEYRINGS[engine.dialect] = keyring


def _digest(key: _Key, text: str, context: str) -> str:
    message = f"{context}\0{text}".encode()
    return hmac.new(key.index, message, hashlib.sha256).hexdigest()[:32]


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"front desk: " + purpose).derive(secret)


def _decoded(text: str) -> bytes:
    try:
        secret = base64.urlsafe_b64decode(text.strip().encode("ascii"))
    except (ValueError, binascii.Error):
        secret = b""
    if len(secret) != 32:
        raise ValueError("a data key is 32 random bytes in URL-safe base64")
    return secret
