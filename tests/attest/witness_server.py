"""A witness for tests: it remembers the largest tree of each log that it cosigned, and cosigns what grew out of it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from aiohttp import web

from attest import checkpoint, merkle
from attest.crypto import PublicKeys, SigningKey
from attest.witness import Witness, message

NAME = "witness.example"


@dataclass
class LocalWitness:
    """add-checkpoint of c2sp.org/tlog-witness for the logs whose keys it is given; `spoil` makes it misbehave."""

    keys: PublicKeys
    tenant: str
    seconds: int
    signer: SigningKey = field(default_factory=lambda: SigningKey.generate(NAME))
    size: int = 0
    root: bytes = merkle.EMPTY_ROOT
    asked: int = 0
    spoil: str = ""

    @property
    def witness(self) -> Witness:
        return Witness(NAME, self.signer.public)

    async def add_checkpoint(self, request: web.Request) -> web.Response:
        self.asked += 1
        head, _, note = (await request.text()).partition("\n\n")
        first, *lines = head.split("\n")
        old, proof = int(first.removeprefix("old ")), [base64.b64decode(line, validate=True) for line in lines if line]
        point = checkpoint.parse(note)
        if not checkpoint.is_signed(point, self.tenant, self.keys):
            return web.Response(status=403)
        if self.spoil == "busy":
            return web.Response(status=503)
        if old != self.size:
            return web.Response(status=409, text=f"{self.size}\n", content_type="text/x.tlog.size")
        same = old == point.size and point.root == self.root
        if old and not same and not merkle.consistent(old, self.root, point.size, point.root, proof):
            return web.Response(status=422)
        self.size, self.root = point.size, point.root
        return web.Response(text=self._line(point))

    def _line(self, point: checkpoint.Checkpoint) -> str:
        signature = self.signer.sign(message(point, self.seconds + (self.spoil == "time")))
        raw = self.witness.kid + self.seconds.to_bytes(8, "big") + signature
        return f"— {NAME} {base64.b64encode(raw).decode()}\n"
