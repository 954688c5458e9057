"""Encryption of what the database keeps secret. Every use has its own key, derived from the one root secret."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class SecretUnreadable(ValueError):
    def __init__(self) -> None:
        super().__init__("A stored secret cannot be read: AWNING_SECRET_KEY is not the one it was written with.")


def derived_key(root: str, purpose: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"awning/{purpose}".encode()).derive(root.encode())


class Cipher:
    def __init__(self, root: str, purpose: str) -> None:
        self._aead = AESGCM(derived_key(root, purpose))

    def sealed(self, text: str, belongs_to: str) -> bytes:
        """`belongs_to` is bound to the secret: moved to another row it no longer opens."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, text.encode(), belongs_to.encode())

    def opened(self, sealed: bytes, belongs_to: str) -> str:
        from cryptography.exceptions import InvalidTag

        try:
            return self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], belongs_to.encode()).decode()
        except InvalidTag as problem:
            raise SecretUnreadable() from problem
