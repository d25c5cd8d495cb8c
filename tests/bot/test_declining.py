"""What is taken for a secret that belongs in no chat, and what only looks like one."""

from __future__ import annotations

import pytest

from bot.declining import secret_written

TOKEN = "RRQ+D9 60CO02T9N558CKJ1JD70DHPHHMS/BS*KDF3XK0R25IB3/D5I69/V7FPF*3B957:XOBLN GM4W52W6UZ3/7B8GQUULM16U"


@pytest.mark.parametrize("said", ["비밀번호는 abc1234", "OTP 123456", "제 CVC: 9123", "주민번호 900101-1234567"])
def test_a_secret_is_one(said):
    assert secret_written(said)


@pytest.mark.parametrize("spelt", ["OTP7VH6DR", "CVC 12345", "PASSWORD9A", "4111-2222-3333-4444"])
def test_whatever_a_receipts_letters_spell_is_no_secret(spelt):
    assert not secret_written(f"검증 {TOKEN}{spelt}.GL7NIDZOZ8I:TSMB8056+FPW0V/RT +VZC840")
    assert not secret_written(f"https://map.example.kr/?a={spelt.replace(' ', '')}")
