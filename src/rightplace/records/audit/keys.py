"""Keys: one for each record, wrapped by a master key that is kept apart from the database.

What the audit chain holds of a record is sealed with the record's key. Destroying the key erases
it from every line, every copy and every backup that lacks the key, and alters no line.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rightplace.core.canonical import canonical_json
from rightplace.core.files import storage_faults, sync
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "master.key"
KEY_BYTES, NONCE_BYTES = 32, 12


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Keyring:
    """Two keys derived from the master key: one wraps records' keys, one signs notes kept apart."""

    wrapping: bytes
    signing: bytes

    @classmethod
    def from_master(cls, master: bytes) -> Keyring:
        """Return the keys that follow from a master key of 32 bytes (RFC 5869)."""
        return cls(
            wrapping=_derive(master, b"rightplace wrapping"),
            signing=_derive(master, b"rightplace signing"),
        )

    def wrap(self, key: bytes, *, key_id: str) -> bytes:
        """Return a record's key as the database may hold it."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.wrapping).encrypt(nonce, key, key_id.encode())

    def unwrap(self, wrapped: bytes, *, key_id: str) -> bytes:
        """Return a record's key.

        Raises
        ------
        BadInputError
            If it was wrapped by another master key, or altered.
        """
        nonce, content = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return AESGCM(self.wrapping).decrypt(nonce, content, key_id.encode())
        except InvalidTag as error:
            msg = "A record's key does not open with the master key held."
            remedy = "Put back the master key that belongs to this database."
            raise BadInputError(msg, value=key_id, remedy=remedy) from error

    def sign(self, facts: dict[str, Any]) -> str:
        """Return the signature of facts: HMAC with SHA-256, 64 hex digits."""
        return hmac.new(self.signing, canonical_json(facts).encode(), hashlib.sha256).hexdigest()

    def has_signed(self, facts: dict[str, Any], signature: str) -> bool:
        """Whether a signature is of these facts."""
        return hmac.compare_digest(self.sign(facts), signature)


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(master)


def read_keyring(apart: Path) -> Keyring:
    """Return the keys of the master key in a folder.

    Raises
    ------
    NotHeldError
        If there is none.
    BadInputError
        If it is not a key.
    """
    path = apart / FILE_NAME
    if not path.is_file():
        msg = "The master key of the records is missing."
        remedy = "Put it back from where it is kept safe; without it nothing sealed can be read."
        raise NotHeldError(msg, file=path, remedy=remedy)
    master = path.read_bytes()
    if len(master) != KEY_BYTES:
        msg = f"The master key has {len(master)} bytes, not {KEY_BYTES}."
        raise BadInputError(msg, file=path, remedy="Put back the key that was made.")
    return Keyring.from_master(master)


def make_master_key(apart: Path) -> Keyring:
    """Make a master key, readable by its owner alone, unless one is there; return its keys.

    The key of an earlier database stands: what it sealed would be lost with it. A refused write
    raises ``StorageError``.
    """
    path = apart / FILE_NAME
    if not path.is_file():
        with storage_faults(path):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(os.urandom(KEY_BYTES))
            sync(path)
            sync(apart)
    return read_keyring(apart)


def new_key() -> bytes:
    """Return a new key for one record."""
    return os.urandom(KEY_BYTES)


def seal(content: dict[str, Any], key: bytes, *, key_id: str) -> str:
    """Return content encrypted (AES-256-GCM, a nonce of its own), base 64."""
    nonce = os.urandom(NONCE_BYTES)
    hidden = AESGCM(key).encrypt(nonce, canonical_json(content).encode(), key_id.encode())
    return base64.b64encode(nonce + hidden).decode()


def unseal(sealed: str, key: bytes, *, key_id: str) -> dict[str, Any]:
    """Return what was sealed.

    Raises
    ------
    BadInputError
        If it was altered, or sealed with another key.
    """
    raw = base64.b64decode(sealed)
    try:
        opened = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], key_id.encode())
    except InvalidTag as error:
        msg = "What a line of the audit chain seals was altered."
        raise BadInputError(msg, value=key_id, remedy="Verify the chain.") from error
    content: dict[str, Any] = json.loads(opened)
    return content
