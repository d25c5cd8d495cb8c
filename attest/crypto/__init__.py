"""Keys, signatures and seals: the only importer of `cryptography` in the house.

`primitives` holds the algorithms of both suites, `keys` private keys in this process, `public` the list of public keys
that a checker needs, `sealed` what only the audit office reads, `ports` the place for a cryptographic module, `files`
and `store` the private keys of an institution. It decides no policy: when a key fits a receipt is `verify`'s business.
"""

from attest.crypto.files import FileKeeper
from attest.crypto.keys import OpeningKey, SigningKey, load_opening_key
from attest.crypto.locked import Locked, Locking
from attest.crypto.opening import OpeningKeys
from attest.crypto.ports import Keeper, Opener, Signer
from attest.crypto.primitives import verify_signature
from attest.crypto.public import PublicKey, PublicKeys, key_id_of, key_name
from attest.crypto.sealed import open_sealed, open_with, seal_for, seal_letter
from attest.crypto.store import KeyStore

__all__ = [
    "FileKeeper",
    "Keeper",
    "KeyStore",
    "Locked",
    "Locking",
    "Opener",
    "OpeningKey",
    "OpeningKeys",
    "PublicKey",
    "PublicKeys",
    "Signer",
    "SigningKey",
    "key_id_of",
    "key_name",
    "load_opening_key",
    "open_sealed",
    "open_with",
    "seal_for",
    "seal_letter",
    "verify_signature",
]
