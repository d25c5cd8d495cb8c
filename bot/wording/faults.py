"""What the crawl's codes mean in plain words, and what to do about each. Pure tables; nothing here decides."""

from __future__ import annotations

import re

_WORKS = "기관 누리집은 열리는지 보아 주십시오. 열린다면 우리 쪽 방화벽을 보아 주십시오."
_WAIT = "기관 서버의 사정일 수 있어 간격을 늘려 계속 시도합니다."
_LAYOUT = "게시판 모양이 바뀐 듯합니다. 고칠 방법을 찾으면 제안해 드립니다."
_ADDRESS = "기관 누리집에서 게시판의 새 주소를 찾아 '이 게시판 추가 주소'라고 보내 주십시오."
_KEY = "설정 파일의 공공데이터포털 인증키를 보아 주십시오. 새로 받은 키는 한 시간쯤 뒤에 쓰입니다."
_NEW_KEY = "data.go.kr에서 활용 신청을 하고 받은 인증키를 설정 파일의 [openapi]에 적어 주십시오."
_TELL = "이어지면 이 글을 도비 담당자에게 보내 주십시오."
_NEVER = "허용하지 않는 것을 피해 읽지는 않습니다. 기관에 수집 허용을 요청하시거나 '출처 끄기'로 꺼 주십시오."

# code of the crawl → what happened, and what to do. tests/bot/test_wording_sources.py holds that none is missing.
FAULTS: dict[str, tuple[str, str]] = {
    "bad_http": ("서버의 답이 규격에 맞지 않습니다", _WAIT),
    "bomb": ("압축을 풀면 지나치게 커지는 답입니다", "기관 누리집이 고쳐질 때까지 읽지 않습니다."),
    "connect": ("서버에 연결되지 않습니다", _WORKS),
    "crashed": ("목록을 읽다가 멈추었습니다", _TELL),
    "dns": ("누리집 이름을 찾지 못합니다", _WORKS),
    "empty": ("목록이 비어 있습니다", _ADDRESS),
    "fewer_rows": ("보이는 글이 평소의 절반보다 적습니다", _LAYOUT),
    "gone": ("기관이 없앤 주소입니다", _ADDRESS),
    "guard": ("도비가 열지 않는 주소입니다", "공개된 기관 누리집의 주소인지 보아 주십시오."),
    "held": ("서버가 기다려 달라고 했습니다", "그 시간이 지나면 다시 읽습니다."),
    "internal": ("도비에 고장이 났습니다", _TELL),
    "key_missing": ("공공데이터포털 인증키가 없습니다", _NEW_KEY),
    "key_refused": ("공공데이터포털이 인증키를 받아 주지 않습니다", _KEY),
    "look_alike": (
        "다른 기관처럼 꾸민 주소로 이어집니다",
        "그 주소는 열지 않았습니다. 기관 누리집의 주소가 맞는지 보아 주십시오.",
    ),
    "markup": ("읽을 수 없는 모양의 답입니다", _LAYOUT),
    "memory": ("목록이 너무 커서 읽지 못했습니다", _TELL),
    "missing": ("주소에 글이 없습니다", _ADDRESS),
    "moved_away": ("다른 누리집으로 옮겨 갔습니다", _ADDRESS),
    "no_address": ("게시판 주소를 아직 모릅니다", _ADDRESS),
    "no_rows": ("글 목록이 보이지 않습니다", _LAYOUT),
    "parser_died": ("답을 읽던 도비가 멈추었습니다", _TELL),
    "parser_failed": ("답을 읽던 도비에 고장이 났습니다", _TELL),
    "parser_memory": ("답이 너무 복잡하여 읽지 못했습니다", _TELL),
    "parser_timeout": ("답이 너무 복잡하여 시간 안에 읽지 못했습니다", _TELL),
    "quota": ("공공데이터포털의 하루 호출 한도를 다 썼습니다", "밤 12시가 지나면 다시 읽습니다."),
    "redirects": ("주소가 계속 바뀌어 끝나지 않습니다", _ADDRESS),
    "robots": ("기관이 자동 수집을 허용하지 않습니다(robots.txt)", _NEVER),
    "request": ("공공데이터포털이 요청을 알아듣지 못했습니다", _TELL),
    "service_down": ("공공데이터포털이 오류를 답합니다", _WAIT),
    "service_gone": ("공공데이터포털에 없는 서비스입니다", "data.go.kr에서 서비스의 새 주소를 보아 주십시오."),
    "stale": ("새 글이 평소보다 훨씬 오래 없습니다", "누리집에 새 글이 있는지 보아 주십시오. 있다면 " + _ADDRESS),
    "timeout": ("시간 안에 답이 없습니다", _WAIT),
    "tls": ("보안 연결(인증서)이 맞지 않습니다", "기관 누리집의 인증서가 끝났는지 기관에 물어보아 주십시오."),
    "too_large": ("답이 너무 큽니다", _ADDRESS),
    "unsupported": ("아직 읽을 줄 모르는 종류입니다", "다른 주소가 있으면 '이 게시판 추가 주소'라고 보내 주십시오."),
    "window": ("한 번에 물은 날이 너무 많다고 합니다", _TELL),
    "wrong_kind": ("글 목록이 아닌 다른 것을 답했습니다", _ADDRESS),
    "blocked": ("사람이 보는지 묻는 화면이 나옵니다", _NEVER),
    "frame": ("글 목록이 다른 화면 안에 들어 있습니다", "그 안의 목록만 따로 열어 그 주소를 보내 주십시오."),
    "script_only": (
        "화면을 움직이는 프로그램으로만 목록을 보여 줍니다",
        "RSS나 다른 목록 주소가 있으면 보내 주십시오.",
    ),
    "no_reply": ("살펴보다가 시간이 다 되었습니다", "10분 뒤에 다시 말씀해 주십시오."),
}
_BUSY = ("status_429", "status_403")


def cause(code: str) -> str:
    """What happened, as a sentence without its full stop."""
    if code.startswith("status_"):
        number = code.removeprefix("status_")
        if code in _BUSY:
            return f"서버가 접속을 막았습니다({number})"
        return f"서버가 오류를 답합니다({number})" if number[:1] == "5" else f"주소에 글이 없습니다({number})"
    return FAULTS.get(code, ("읽지 못했습니다", ""))[0]


def advice(code: str) -> str:
    """What to do about it."""
    if code in _BUSY:
        return "막은 것을 피해 읽지는 않습니다. 4시간 쉬고 다시 묻습니다. 이어지면 기관에 수집 허용을 요청해 주십시오."
    if code.startswith("status_"):
        return _WAIT if code.startswith("status_5") else _ADDRESS
    return FAULTS.get(code, ("", _TELL))[1]


def brief_cause(code: str) -> str:
    """The same for a row of a list: `글 목록이 보이지 않음`."""
    told = cause(code).replace("입니다", "").replace("습니다", "음")
    # 합니다 → 함: the final ㅂ becomes ㅁ, one code point below (Unicode 3.12)
    return re.sub("([가-힣])니다", lambda found: chr(ord(found[1]) - 1), told)
