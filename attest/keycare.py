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
        self._recorded: set[tuple[str, bytes]] = set()

    async def rotate(self, tenant: str) -> PublicKey:
        """A new key for receipts from now on; the old ones still verify.

        Raises:
            LogError: the log is damaged or behind; no key was made.
        """
        await self._log.tip(tenant)
        key = self._keys.rotate(tenant, self._now())
        await self._added(tenant, key)
        return key

    async def rotate_log(self, tenant: str) -> PublicKey:
        """A new key for checkpoints from now on, which signs the leaf that names it; the old ones' still verify.

        Raises:
            LogError: the log is damaged or behind; no key was made.
        """
        await self._log.tip(tenant)
        key = self._keys.rotate_log(tenant, self._now())
        await self._added(tenant, key)
        return key

    async def enrol(self, tenant: str, public: bytes, institution_name: str) -> PublicKey:
        """The audit office's own key, to which everything is sealed from now on, with its leaf.

        Raises:
            KeyListError: no key that seals, or one that another has followed.
            LogError: the log is damaged or behind; the key is enrolled, its leaf follows (`record`).
        """
        key = self._keys.enrol_audit_key(tenant, public, self._now(), institution_name)
        await self._added(tenant, key)
        return key

    async def record(self, tenant: str) -> None:
        """Every receipt key has its leaf, those made by themselves at the turn of a month too; safe to repeat.

        So have the keys that followed a log's or an audit office's first, and a revocation that could not be logged.

        Raises:
            LogError: the log is damaged or behind.
        """
        known = self._keys.public_keys(tenant)
        for key in (*known.of(tenant, "receipt"), *known.of(tenant, "log")[1:], *known.of(tenant, "seal")[1:]):
            if (tenant, key.kid) not in self._recorded:
                await self._added(tenant, key)
                self._recorded.add((tenant, key.kid))
            if key.revoked_at is not None and key.revoked_index is None:
                await self.revoke(tenant, key.kid)

    async def _added(self, tenant: str, key: PublicKey) -> None:
        await self._log.append(tenant, "key_added", {"kid": key.kid, "key": key.key}, f"added:{key.kid.hex()}")

    async def revoke(self, tenant: str, kid: bytes) -> PublicKey:
        """The key, revoked: its receipts logged before this moment stay valid with the log at hand; twice is once.

        Raises:
            KeyListError: this institution has no such receipt key.
            LogError: the log is damaged or behind; the key is out of use, its leaf follows (`record`).
        """
        if not any(key.institution == tenant for key in self._keys.public_keys(tenant).find(kid, "receipt")):
            raise KeyListError(f"{tenant} has no receipt key {kid.hex()}")
        self._keys.revoke(tenant, kid, self._now())
        entry = await self._log.append(tenant, "key_revoked", {"kid": kid}, f"revoked:{kid.hex()}")
        return self._keys.revoke(tenant, kid, self._now(), entry.index)
