"""Rotating and revoking keys, each with its leaf in the log.

A revocation first takes the key out of use, then takes its leaf, whose place among the receipts is what protects the
past, then names that leaf in the list of keys. The same call again mends what a crash left between.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attest.crypto import KeyStore, PublicKey
from attest.errors import KeyListError
from attest.log import ReceiptLog


class KeyCare:
    """Key care for the institutions of one key store and one log."""

    def __init__(self, keys: KeyStore, log: ReceiptLog, now: Callable[[], datetime]) -> None:
        self._keys = keys
        self._log = log
        self._now = now

    async def rotate(self, tenant: str) -> PublicKey:
        """A new key for receipts from now on; the old ones still verify."""
        key = self._keys.rotate(tenant, self._now())
        await self._log.append(tenant, "key_added", {"kid": key.kid, "key": key.key}, f"added:{key.kid.hex()}")
        return key

    async def revoke(self, tenant: str, kid: bytes) -> PublicKey:
        """The key, revoked: its receipts logged before this moment stay valid with the log at hand; twice is once.

        Raises:
            KeyListError: this institution has no such receipt key.
        """
        if not any(key.institution == tenant for key in self._keys.public_keys(tenant).find(kid, "receipt")):
            raise KeyListError(f"{tenant} has no receipt key {kid.hex()}")
        self._keys.revoke(tenant, kid, self._now())
        entry = await self._log.append(tenant, "key_revoked", {"kid": kid}, f"revoked:{kid.hex()}")
        return self._keys.revoke(tenant, kid, self._now(), entry.index)
