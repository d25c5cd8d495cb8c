"""Keys, signatures and seals: the only importer of `cryptography` in the house.

`primitives` holds the algorithms of suite 1, `public` the list of public keys that a checker needs, `sealed` what
only the audit office reads, `store` the private keys of an institution on disk. It decides no policy: when a key
fits a receipt is `verify`'s business.
"""

from attest.crypto.primitives import OpeningKey, SigningKey, load_opening_key, verify_signature
from attest.crypto.public import PublicKey, PublicKeys, key_name
from attest.crypto.sealed import open_sealed, open_with, seal_for
from attest.crypto.store import KeyStore

__all__ = [
    "KeyStore",
    "OpeningKey",
    "PublicKey",
    "PublicKeys",
    "SigningKey",
    "key_name",
    "load_opening_key",
    "open_sealed",
    "open_with",
    "seal_for",
    "verify_signature",
]
