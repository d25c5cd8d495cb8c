"""The error tree of the package; the router turns what is left of it into one polite sentence.

```
AttestError
├── VerificationError          a receipt is refused
│   ├── MalformedError         not the one encoding of a receipt
│   ├── UnknownKeyError        its key id is not in the list of public keys
│   ├── BadSignatureError      the signature does not belong to these bytes
│   ├── OutsideKeyPeriodError  signed for a time at which the key was not in use
│   └── RevokedKeyError        signed by a key since revoked: only the log's order can tell when
├── SealError                  the sealed part can't be opened with this key
├── KeyFileError               a private key file is missing, unreadable or of another kind
├── KeyListError               a file is not a list of public keys
├── InvalidShareError          a value of a share, holder or document is out of range
├── EvidenceRefusedError       this share is no evidence at all (grade 0); `reason` is a flag-like word
├── LogError
│   ├── LogBusyError           too many others appended at the same moment: try again
│   ├── MarkTakenError         the mark that a leaf was to set has been set otherwise; `stored` is what it says
│   └── LogCorruptError        what is stored contradicts the last signed checkpoint: nothing more is signed
│       └── LogBehindError     a larger checkpoint of this log is known: it was set back, nothing more is signed
├── ProofError                 a proof file is damaged, of another receipt, or not signed by the log's key
├── TimestampError             not a time stamp of that checkpoint by a trusted authority (RFC 3161)
├── ReceiptDestroyedError      issued under this key once, and destroyed on its date
├── AlreadyClaimedError        the receipt was used or voided before
├── AuditClosedError           the audit has ended: nothing more is done under it
├── AskedTooLongAgoError       a request of another institution that nobody decided in its time
├── PictureRefusedError        not a picture, or one too large to open
└── PaperRefusedError          not a file that is read, or one too large to open; `reason` is one word
```
"""

from __future__ import annotations


class AttestError(Exception):
    """The root of what this package raises."""


class VerificationError(AttestError):
    """The receipt is refused."""


class MalformedError(VerificationError):
    """Not the one encoding of a receipt."""


class UnknownKeyError(VerificationError):
    """Signed under a key id that the list of public keys does not hold."""


class BadSignatureError(VerificationError):
    """The signature does not belong to these bytes."""


class OutsideKeyPeriodError(VerificationError):
    """Rightly signed, but for a time at which the key was not in use."""


class RevokedKeyError(VerificationError):
    """Rightly signed by a key that has since been revoked."""


class SealError(AttestError):
    """The sealed part can't be opened with this key."""


class KeyFileError(AttestError):
    """A key file is missing, unreadable or of another kind."""


class KeyListError(AttestError):
    """A file is not a list of public keys; the message says where."""


class InvalidShareError(AttestError):
    """A value of a share, holder or document lies outside its range."""


class EvidenceRefusedError(AttestError):
    """The share is no evidence at all; `reason` is forwarded, venue or via_bot."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LogError(AttestError):
    """The receipt log could not be read or written."""


class LogBusyError(LogError):
    """Too many others appended at the same moment."""


class LogCorruptError(LogError):
    """What is stored contradicts the last signed checkpoint."""


class LogBehindError(LogCorruptError):
    """The log is shorter than a signed checkpoint that is known: an older backup was restored."""

    def __init__(self, size: int, known: int) -> None:
        super().__init__(f"the log has {size} leaves, and a checkpoint of {known} is known")
        self.size = size
        self.known = known


class MarkTakenError(LogError):
    """A mark that was to be set with a leaf is set already: that `field`, and `stored` is its value."""

    def __init__(self, field: str, stored: bytes) -> None:
        super().__init__("the mark is set")
        self.field = field
        self.stored = stored


class ProofError(AttestError):
    """A proof file is damaged, belongs to another receipt, or no key of the list signed it."""


class TimestampError(AttestError):
    """Not a time stamp of that checkpoint by a trusted authority."""


class ReceiptDestroyedError(AttestError):
    """A receipt was issued for this request, and has since been destroyed on its date."""


class AlreadyClaimedError(AttestError):
    """The receipt was used or voided before; `sheet` is the number of the sheet that holds it, if one does."""

    def __init__(self, message: str = "", sheet: str = "") -> None:
        super().__init__(message)
        self.sheet = sheet


class AuditClosedError(AttestError):
    """The audit has ended."""


class AskedTooLongAgoError(AttestError):
    """The request of another institution is over; it may ask again."""


class PictureRefusedError(AttestError):
    """Not a picture, or one too large to open."""


class PaperRefusedError(AttestError):
    """A file is not read.

    `reason` is empty, too_large, bomb, password, broken, unsupported, nested, document, heic or avif.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LockError(AttestError):
    """A locked file does not open; `reason` is not_locked, needs_passphrase, needs_key, wrong_key, altered or cut."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
