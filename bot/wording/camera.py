"""Words of the camera agent, for whoever stands at the camera's own PC."""

from __future__ import annotations

from collections.abc import Sequence

_REGION = {
    "text": "영역은 '0.1,0.4 0.9,0.4 0.9,1 0.1,1'처럼 화면에 대한 비율로 써 주십시오.",
    "corners": "영역은 꼭짓점 3개에서 64개까지입니다.",
    "outside": "영역이 화면 밖으로 나갑니다. 비율은 0에서 1까지입니다.",
    "crosses": "영역의 변이 서로 엇갈립니다. 꼭짓점을 둘레를 따라 차례로 써 주십시오.",
    "flat": "영역의 넓이가 거의 없습니다. 꼭짓점을 다시 보아 주십시오.",
}
_CORNERS = "모서리는 'B3 F3 G9 A9'처럼 글자(A~Q)와 번호(1~13)로 써 주십시오."
_SOURCE = {
    "missing": "카메라나 파일이 없습니다: {name}. "
    "카메라는 번호(0)나 /dev/video0, 영상은 파일, 망 카메라는 rtsp:// 주소로 써 주십시오.",
    "unreadable": "영상을 열지 못했습니다: {name}. "
    "파일이 깨졌거나, 카메라가 꺼졌거나, 다른 프로그램이 쓰고 있는지 보아 주십시오.",
    "empty": "화면을 한 장도 읽지 못했습니다: {name}. 파일이 깨졌는지 보아 주십시오.",
}
_TAUGHT = {
    "text": "센 사람 수는 '12=3, 30=7'처럼 초=명으로 써 주십시오.",
    "count": "센 사람 수는 0명에서 1000명까지입니다.",
    "second": "센 사람 수의 초가 맞지 않습니다. 0 이상이고, 한 초에 한 번만 써 주십시오.",
    "many": "센 사람 수는 200번까지입니다.",
}
_DETECTOR = {
    "missing": "검출 모델 파일이 없거나 200 MB를 넘습니다.",
    "unreadable": "읽을 수 없는 검출 모델입니다. 출력이 YOLOX 모양인 ONNX 파일이어야 합니다.",
}
FAULTS = {
    "frozen": "화면이 멈췄습니다. 카메라의 선을 뺐다 꽂아 주십시오.",
    "looped": "같은 장면이 되풀이됩니다. 녹화 화면이 아닌지 보아 주십시오.",
    "black": "화면이 검습니다. 불이 꺼졌는지 보아 주십시오.",
    "covered": "카메라 앞이 가려졌습니다.",
    "blurred": "화면이 흐립니다. 렌즈를 닦아 주십시오.",
}


def region(code: str) -> str:
    """What is wrong with a region."""
    return _REGION.get(code, _REGION["text"])


def corners(code: str) -> str:
    """What is wrong with corners typed on the grid."""
    return _CORNERS if code == "text" else region(code)


def source(code: str, name: str) -> str:
    """Why no pictures come."""
    return _SOURCE.get(code, _SOURCE["unreadable"]).format(name=name)


def taught(code: str) -> str:
    """What is wrong with hand counts."""
    return _TAUGHT.get(code, _TAUGHT["text"])


def detector(code: str) -> str:
    """What is wrong with a detector file."""
    return _DETECTOR.get(code, _DETECTOR["unreadable"])


def counted(second: float, count: int | None, confidence: float, fault: str | None) -> str:
    """A reading for people."""
    told = "알 수 없음" if count is None else f"{count}명"
    if fault is not None:
        return f"{second:8.1f}초  {told} (옛 값)  {FAULTS[fault]}"
    return f"{second:8.1f}초  {told}  믿음 {confidence:.2f}"


def untaught(beyond: Sequence[float]) -> str:
    """Hand counts whose second the recording does not have."""
    return f"영상에 없는 초라서 쓰지 못했습니다: {', '.join(f'{one:g}' for one in beyond)}"


ENDED = "영상이 끝났습니다."
LEARNING = "빈 방을 배우고 있습니다(사람이 없는 화면 30장, 약 1분). 그동안은 보내지 않습니다."
READY = "빈 방을 배웠습니다. 이제 사람 수를 보냅니다. 화면은 저장하지도 보내지도 않습니다."
DRAW = (
    "줄이 서는 곳의 모서리를 둘레를 따라 차례로 써 주십시오(예: B3 F3 G9 A9). "
    "글자는 세로줄, 번호는 가로줄입니다. 그만두려면 빈 줄."
)
WINDOW = "줄 영역: 왼쪽 단추로 모서리, 엔터로 마침, 백스페이스로 하나 지움"
AGAIN = "노란 선(색이 없으면 O) 안이 줄 영역입니다. 맞으면 엔터, 고치려면 모서리를 다시 써 주십시오."
NOT_DRAWN = "영역을 정하지 않았습니다."


def lost(wait_s: float) -> str:
    """The camera is gone for now."""
    return f"카메라에서 화면이 오지 않습니다. {wait_s:.0f}초 뒤에 다시 이어 보겠습니다."


def refused() -> str:
    """The house does not take this sensor's posts."""
    return "받는 쪽이 이 센서를 모릅니다. 기관·식당·센서 이름과 열쇠를 보아 주십시오."


def later() -> str:
    """The house can't be reached."""
    return "받는 쪽에 닿지 못했습니다. 값을 모아 두었다가 다시 보내겠습니다."


def again() -> str:
    """Posts arrive again."""
    return "다시 보내고 있습니다."


def lines(text: str, name: str) -> str:
    """What to write into the agent's settings file, and how to try it."""
    return (
        f'영역입니다. 시험: dobi camera count {name} --region "{text}"\n'
        "설정 파일(camera.toml)에 넣을 글:\n"
        "[camera]\n"
        f'source = "{name}"\n'
        f'region = "{text}"\n'
        'server = "http://도비가 도는 PC:8700"\n'
        'institution = "기관 id"\n'
        'cafeteria = "main"\n'
        'sensor = "cam1"\n'
        'key = "env:CAM1_KEY"\n'
        'serving = "11:20-13:10"'
    )


def lacking(names: Sequence[str]) -> str:
    """What the agent's settings lack."""
    return f"빠진 것이 있습니다: {', '.join(names)}. camera.toml의 [camera]나 같은 이름의 --선택으로 적어 주십시오."


def strange(names: Sequence[str]) -> str:
    """Keys that no agent has."""
    return f"[camera]에 모르는 이름이 있습니다: {', '.join(names)}."


def unreadable(path: str) -> str:
    """A settings file that is none."""
    return f"설정 파일을 읽지 못했습니다: {path}"


def serving() -> str:
    """Serving hours that are none."""
    return "serving은 '11:20-13:10'처럼 시작과 끝을 써 주십시오."


def key() -> str:
    """A key that is not where it should be."""
    return '센서의 열쇠가 없습니다. key = "env:CAM1_KEY" 또는 "file:경로"(모드 600)로 적어 주십시오.'
