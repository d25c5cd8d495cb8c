"""The log's signed head as text: a C2SP tlog-checkpoint in a C2SP signed note.

```
dobi/gyeongnam
3
<base64 of the root>

— dobi/gyeongnam <base64 of 4 bytes of key id and 64 of signature>
```
Anyone holding two of these can tell whether one log grew into the other. `parse` takes nothing but that exact form;
`from_paste` takes what a chat made of it, `with_cosignatures` what witnesses added.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from attest.crypto import PublicKeys, Signer, key_name, verify_signature
from attest.errors import LogCorruptError

_NOTE = re.compile(
    r"(?P<body>(?P<origin>\S+)\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n)"
    r"\n— (?P<name>\S+) (?P<line>[A-Za-z0-9+/=]{92})\n"
)
_PASTED = re.compile(
    r"(?P<origin>dobi/\S+)\s+(?P<size>0|[1-9][0-9]{0,15})\s+(?P<root>[A-Za-z0-9+/]{43}=)"
    r"\s+(?:[—–-]+\s+)?(?P=origin)\s+(?P<line>[A-Za-z0-9+/=]{92})(?![A-Za-z0-9+/=])"
)
_LINE = re.compile(r"— [^\s+]+ [A-Za-z0-9+/]{8,8192}={0,2}\n")
_MOST_LINES = 32  # a reader must accept 16 (c2sp.org/signed-note)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's size and root at one moment, with the signature over them."""

    origin: str
    size: int
    root: bytes
    kid: bytes
    signature: bytes

    @property
    def note(self) -> str:
        """The signed text."""
        line = base64.b64encode(self.kid + self.signature).decode()
        return f"{body(self.origin, self.size, self.root)}\n— {self.origin} {line}\n"


def body(origin: str, size: int, root: bytes) -> str:
    """The text that is signed."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def sign(key: Signer, size: int, root: bytes) -> Checkpoint:
    """The checkpoint of a tree, signed under the key's name as the log's origin."""
    return Checkpoint(key.name, size, root, key.kid, key.sign(body(key.name, size, root).encode()))


def parse(note: str) -> Checkpoint:
    """The checkpoint a note states; its signature is not checked.

    Raises:
        LogCorruptError: not exactly that form.
    """
    match = _NOTE.fullmatch(note)
    if match is None or match["name"] != match["origin"]:
        raise LogCorruptError("not a checkpoint")
    try:
        root, line = base64.b64decode(match["root"], validate=True), base64.b64decode(match["line"], validate=True)
    except binascii.Error as error:
        raise LogCorruptError("not a checkpoint") from error
    checkpoint = Checkpoint(match["origin"], int(match["size"]), root, line[:4], line[4:])
    if len(line) != 68 or checkpoint.note != note:
        raise LogCorruptError("not a checkpoint")
    return checkpoint


def from_paste(text: str) -> Checkpoint:
    """The checkpoint in a text that a messenger or a person has folded, wrapped or put words around.

    Raises:
        LogCorruptError: there is none, or the text was cut.
    """
    match = _PASTED.search(text)
    if match is None:
        raise LogCorruptError("not a checkpoint")
    origin, size, root, line = (match[name] for name in ("origin", "size", "root", "line"))
    return parse(f"{origin}\n{size}\n{root}\n\n— {origin} {line}\n")


def with_cosignatures(note: str) -> tuple[Checkpoint, tuple[str, ...]]:
    """The log's own checkpoint of a note, and the signature lines that others added to it; none is checked.

    Raises:
        LogCorruptError: not a signed note with a line of the log itself.
    """
    text, _, lines = note.partition("\n\n")
    origin = text.partition("\n")[0]
    signed = lines.splitlines(keepends=True)
    own = [line for line in signed if line.startswith(f"— {origin} ")]
    if len(own) != 1 or len(signed) > _MOST_LINES:
        raise LogCorruptError("not a checkpoint")
    others = tuple(line for line in signed if line not in own)
    if not all(_LINE.fullmatch(line) for line in others):
        raise LogCorruptError("not a checkpoint")
    return parse(f"{text}\n\n{own[0]}"), others


def is_signed(checkpoint: Checkpoint, tenant: str, keys: PublicKeys) -> bool:
    """Whether the log key of that institution signed it."""
    text = body(checkpoint.origin, checkpoint.size, checkpoint.root).encode()
    return checkpoint.origin == key_name(tenant) and any(
        verify_signature(key.key, checkpoint.signature, text)
        for key in keys.find(checkpoint.kid, "log")
        if key.institution == tenant
    )
