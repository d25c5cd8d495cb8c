"""What is said about NAVER WORKS' account, to the operator."""

from __future__ import annotations

from collections.abc import Sequence

NO_KEY = (
    "private_key가 개인키(PEM)가 아닙니다. Developer Console에서 받은 private_….key 파일의 내용 전체를 넣어 주십시오."
)


def missing(names: Sequence[str]) -> str:
    """What an account lacks."""
    return f"{', '.join(names)}가 비어 있습니다. NAVER WORKS Developer Console의 값을 넣어 주십시오."
