"""An institution with its own keys, a share, and a receipt under published test keys that everybody knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio

from attest.crypto import KeyStore, OpeningKey, PublicKey, PublicKeys, SigningKey, key_name
from attest.evidence import Challenge, grade
from attest.issue import Issued, Issuer
from attest.receipt import Holder, Point, Share

# RFC 8032 §7.1, test 1, and the X25519 key of an RFC 9180 vector: published, worthless, for tests only
TEST_SIGNING_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
TEST_OPENING_SEED = bytes.fromhex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d")
GOLDEN = (
    "RRQ+D9 60CO08OQ-*G8CKJ1JD70H00PE4XS8-.CDF3XK0R25IB3/D5S798JJGXNO2SKCW:XOBLN GM5W58469%6*96DL6:S00445KCFO821D Y"
    "0NLNM/9HKEVRN:WHO80G61DMQCUTMSA9BH7-VRQD-3FA8V3/I.+UKWP*O2WZ557J%LMOGDXKCNRIKCN*N7ZG9T63*V69 FFLV%SVQOFHAUVQMS"
    "Q1C5KKMIE-BRCA0Q6 GK6H4%KQP$E898%PKHS9DL3 FO/GAJBL$:41H5%ONVQA1-A+9SS%8M4S-TC:+MWVK5M6CZF37L$GD53CQE2SP50M7A/C"
    ".43EQR:J1:OMAAR10"
)


@dataclass(frozen=True)
class Published:
    """The test keys and a receipt under them."""

    signer: SigningKey
    opener: OpeningKey
    keys: PublicKeys
    token: str


@pytest.fixture(scope="session")
def published() -> Published:
    signer = SigningKey.from_seed(key_name("gyeongnam"), TEST_SIGNING_SEED)
    public = PublicKey(
        signer.kid, "receipt", "gyeongnam", "시험", signer.public, datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 12, 1, tzinfo=UTC),
    )  # fmt: skip
    return Published(signer, OpeningKey.from_seed(TEST_OPENING_SEED), PublicKeys((public,)), GOLDEN)


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys")


@pytest.fixture
def issuer(database: redis.asyncio.Redis, keys: KeyStore, clock: Callable[[], datetime]) -> Issuer:
    return Issuer(database, keys, clock)


@pytest.fixture
def share(clock: Callable[[], datetime]) -> Callable[..., Share]:
    def build(lat: float = 35.180123, lon: float = 128.107654, accuracy_m: float | None = 12, **more: Any) -> Share:
        times = {"sent_at": clock(), "received_at": clock()}
        return Share(Point(lat, lon, accuracy_m), **(times | more))

    return build


@pytest.fixture
def issue(issuer: Issuer, share: Callable[..., Share], clock: Callable[[], datetime]) -> Callable[..., Any]:
    """Issues one receipt after a challenge; each argument has a plain default."""

    async def one(
        key: str = "m1", *, tenant: str = "gyeongnam", holder: Holder | None = None, document: str = "총무과-1234",
        given: Share | None = None,
    ) -> Issued:  # fmt: skip
        holder = holder or Holder("kim", "김하나", "총무과")
        given = given or share(messenger="console", message="u9")
        evidence = grade(given, Challenge(clock() - timedelta(seconds=20)))
        return await issuer.issue(tenant, "경상남도", holder, given, evidence, document, key)

    return one
