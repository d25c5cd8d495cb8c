"""검증 and /verify: an auditor hands over a token, a picture or several; each gets one of four words.

Pictures are foreign bytes and are opened in the sandbox only. Every look at a receipt of the auditor's institution is a
leaf of its log with the auditor's name, written before the answer.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from attest import qr
from attest.claims import Claims
from attest.crypto import KeyStore, OpeningKeys
from attest.errors import AttestError, PictureRefusedError
from attest.log import ReceiptLog
from attest.places import by_code
from attest.receipt import ACCURACY_M, TOKEN_BYTES, looks_like_token
from attest.verify import SHORTEST, UNREADABLE, Finding, Verifier, as_typed, check, could_be_token
from bot.holdings import Holdings
from bot.messenger import InFile, Reply
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import receipts as words

T = TypeVar("T")
_MOST = 20
_PAPERS = (b"%PDF", b"PK\x03\x04")  # PDF and zip (also hwpx, docx): only pictures are read so far
_RUN = re.compile(rf"[0-9A-Z $%*+\-./:]{{{SHORTEST},}}")  # base45's alphabet (RFC 9285 §4.2)
_ANY_RUN = re.compile(_RUN.pattern, re.IGNORECASE)
_TOKEN_LENGTH = TOKEN_BYTES // 2 * 3 + 2  # characters of base45
_COMMAND = re.compile(r"^\s*(?:/?검증|/verify(?:@\w+)?)\b", re.IGNORECASE)


def _tokens(text: str) -> list[str | None]:
    """The receipts in a pasted text, whatever stands around them and wherever a mail program broke the line.

    Without any, the longest run of a receipt's letters, to be judged as it is; None where the text is none at all.
    """
    for joined in (text, text.replace("\r", "").replace("\n", ""), " ".join(text.split("\n"))):
        found = [run[at : at + _TOKEN_LENGTH] for run in _RUN.findall(joined) for at in _starts(run)]
        if found:
            return list(dict.fromkeys(found))[:_MOST]
    runs = _ANY_RUN.findall(text.replace("\r", "").replace("\n", ""))
    return [max(runs, key=len).strip()] if runs else [None]


def _starts(run: str) -> list[int]:
    return [at for at in range(len(run) - _TOKEN_LENGTH + 1) if looks_like_token(run[at : at + _TOKEN_LENGTH])]


class Sandbox(Protocol):
    """Runs a function on foreign bytes in a process that can be killed."""

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        """What the function returns; TimeoutError, MemoryError or ChildProcessError when it was stopped."""


@dataclass(frozen=True, slots=True)
class _Look:
    """One thing to check: where it came from, and the token found in it."""

    name: str
    token: str | None
    picture: bool = True


class Verification:
    """The auditor's conversation. `opening` are the audit office's keys where this process may open seals."""

    def __init__(
        self,
        tenancy: Tenancy,
        keys: KeyStore,
        log: ReceiptLog,
        claims: Claims,
        holdings: Holdings,
        sandbox: Sandbox,
        opening: OpeningKeys | None,
    ) -> None:
        self._tenancy = tenancy
        self._keys = keys
        self._log = log
        self._claims = claims
        self._holdings = holdings
        self._sandbox = sandbox
        self._opening = opening

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "verify",
                ("검증",),
                ("verify", "검증"),
                self.verify,
                about="감사",
                help="검증 글자열 — 출장 영수증을 확인합니다. QR 그림을 보내셔도 됩니다",
                sentences=(r"[0-9A-Z $%*+\-./:]{200}",),
                press="verify",
                roles=frozenset({Role.AUDITOR}),
                private=True,
                desk=True,
            ),
        )

    async def verify(self, request: Request) -> Sequence[Reply]:
        """A verdict for each token and picture."""
        looks = [look for file in request.update.files for look in await self._read(file)]
        pasted = as_typed(_COMMAND.sub("", request.update.text))
        if pasted and not (looks and len(pasted) < SHORTEST):  # a word beside a picture is no second receipt
            looks += [_Look("", token) for token in _tokens(pasted)]
        if not looks:
            return [words.how_to_verify()]
        return [
            words.verdict(await self._checked(request, number, look))
            if look.picture
            else words.only_pictures(look.name)
            for number, look in enumerate(looks)
        ]

    async def _read(self, file: InFile) -> list[_Look]:
        if file.data.startswith(_PAPERS):
            return [_Look(file.name, None, picture=False)]
        try:
            texts = await self._sandbox(qr.read, file.data)
        except (PictureRefusedError, TimeoutError, MemoryError, ChildProcessError):
            texts = []
        tokens = [text for text in texts if looks_like_token(text) or could_be_token(text)][:_MOST] or texts[:1]
        if len(tokens) > 1:
            return [_Look(f"{file.name} {number}번째 QR", token) for number, token in enumerate(tokens, 1)]
        return [_Look(file.name, token) for token in tokens] or [_Look(file.name, None)]

    async def _checked(self, request: Request, number: int, look: _Look) -> words.Checked:
        finding = UNREADABLE
        if look.token is not None and could_be_token(look.token):
            everyone = [one.id for one in self._tenancy.institutions()]
            verifier = Verifier(await asyncio.to_thread(self._keys.export, everyone))
            finding = await check(request.tenant, look.token, verifier, self._log, self._claims)
        await self._note(request, number, finding)
        return await self._words(request, look, finding)

    async def _note(self, request: Request, number: int, finding: Finding) -> None:
        """Writes the look down: in the log, and for the holder."""
        receipt = finding.receipt
        if receipt is None or receipt.institution != request.tenant:
            return
        key = f"looked:{request.update.adapter}:{request.update.id or secrets.token_hex(8)}:{number}"
        entry = await self._log.append(
            request.tenant,
            "looked",
            {"serial": receipt.serial, "by": request.person, "verdict": finding.verdict.value},
            key,
        )
        await self._holdings.looked(request.tenant, receipt.holder, entry.index)

    async def _words(self, request: Request, look: _Look, finding: Finding) -> words.Checked:
        receipt = finding.receipt
        if receipt is None:
            return words.Checked(look.name, finding.verdict.value, finding.flags, reason=finding.reason)
        own = receipt.institution == request.tenant
        return words.Checked(
            look.name,
            finding.verdict.value,
            finding.flags,
            reason=finding.reason,
            institution=self._tenancy.institution(receipt.institution).name,
            place=by_code(receipt.place).title,
            at=receipt.time,
            accuracy_m=ACCURACY_M[receipt.accuracy - 1] if 1 <= receipt.accuracy <= len(ACCURACY_M) else None,
            document=receipt.document,
            logged="log" in finding.checked,
            opened=await self._opened(finding) if own else (),
        )

    async def _opened(self, finding: Finding) -> tuple[str, ...]:
        """The traveller's name and department, where this process holds the audit office's key."""
        if self._opening is None or finding.receipt is None:
            return ()
        try:
            sealed = await asyncio.to_thread(self._opening.open, finding.receipt)
        except (AttestError, OSError):
            return ()
        return tuple(part for part in (sealed.name, sealed.department) if part)
