"""The command line: what a wrong word, a missing file or a pasted text gives, as a person meets it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from attest.crypto import PublicKey, PublicKeys, SigningKey, key_name
from bot.__main__ import main

# the receipt of attest/FORMAT.md §7, under the published key of RFC 8032 §7.1 test 1
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
GOLDEN = (
    "RRQ+D9 60CO08OQ-*G8CKJ1JD70H00PE4XS8-.CDF3XK0R25IB3/D5S798JJGXNO2SKCW:XOBLN GM5W58469%6*96DL6:S00445KCFO821D Y"
    "0NLNM/9HKEVRN:WHO80G61DMQCUTMSA9BH7-VRQD-3FA8V3/I.+UKWP*O2WZ557J%LMOGDXKCNRIKCN*N7ZG9T63*V69 FFLV%SVQOFHAUVQMS"
    "Q1C5KKMIE-BRCA0Q6 GK6H4%KQP$E898%PKHS9DL3 FO/GAJBL$:41H5%ONVQA1-A+9SS%8M4S-TC:+MWVK5M6CZF37L$GD53CQE2SP50M7A/C"
    ".43EQR:J1:OMAAR10"
)


@pytest.fixture
def public_keys(tmp_path: Path) -> Path:
    signer = SigningKey.from_seed(key_name("gyeongnam"), SEED)
    begin, end = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    key = PublicKey(signer.kid, "receipt", "gyeongnam", "시험", signer.public, begin, end)
    path = tmp_path / "public.json"
    path.write_text(PublicKeys((key,)).to_json())
    return path


def verified(text: str, public_keys: Path) -> int:
    # a token may begin with a dash
    return main(["verify", "--keys", str(public_keys), "--", text])


@pytest.mark.parametrize("text", ["/nonexist.png", "foo.jpg", "hello", "-", "", "/tmp/" + "a" * 90, "가" * 400])
def test_what_is_no_receipt_is_unreadable_and_nobodys_forgery(text, public_keys, capsys):
    assert verified(text, public_keys) == 2
    assert "판독 불가" in capsys.readouterr().out


WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)} | {" ": "\u00a0"})


@pytest.mark.parametrize("text", [GOLDEN, f'"{GOLDEN}"', f" “{GOLDEN}”\n", GOLDEN.translate(WIDE)])
def test_a_receipt_is_read_as_it_was_pasted(text, public_keys, capsys):
    assert verified(text, public_keys) == 0
    assert "유효" in capsys.readouterr().out


@pytest.mark.parametrize("text", [GOLDEN[:-1] + "1", GOLDEN[:200], "RRQ/" + GOLDEN[4:], GOLDEN.lower()])
def test_a_changed_receipt_is_invalid(text, public_keys, capsys):
    assert verified(text, public_keys) == 1
    assert "무효" in capsys.readouterr().out
