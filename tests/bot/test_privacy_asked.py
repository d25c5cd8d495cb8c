"""Questions about one's own words with Dobi are told from those about others, places and receipts; one's own file."""

import pytest

from bot.privacy_asked import privacy_asked, wants_file
from bot.trip_advice import topic


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("도비한테 쓴 얘기 과장님도 볼 수 있어요?", "written"),
        ("관리자가 제 대화 내용 볼 수 있나요", "written"),
        ("여기다 쓴거 다른 사람이 봐요?", "written"),
        ("우리 대화 비밀이죠?", "written"),
        ("내가 뭐 구독하는지 과장님이 알아요?", "written"),
        ("제가 여기 쓴 말은 얼마나 보관되나요", "written_kept"),
        ("채팅 내용 서버에 저장되나요", "written_kept"),
        ("내 검색 기록 남아요?", "written_kept"),
        ("출장 기록도 넘어가나요?", "handed"),
        ("인수인계하면 뭐가 넘어가나요", "handed"),
        ("인수인계에 위치도 포함되나요?", "handed"),
        ("제가 보낸 메시지 다들 읽었나요", ""),
        ("직원들 대화 내용 볼 수 있나요?", ""),
        ("제 위치 과장님이 볼 수 있어요?", ""),
        ("위치는 얼마나 보관하나요?", ""),
        ("부서가 바뀌면 구독도 넘어가나요", ""),
        ("출장이 다음 날로 넘어가나요?", ""),
        ("제 대화 지워주세요", ""),
        ("누가 봤나요", ""),
    ],
)
def test_what_is_asked_of_ones_own_words(said, about):
    assert privacy_asked(said) == about
    assert not about or topic(said) == about


@pytest.mark.parametrize(
    "said",
    [
        "제 자료는 따로 파일로 받고 싶은데요",
        "내 기록 엑셀로 받을 수 있나요",
        "제 정보 다운받고 싶어요",
        "엑셀로 내 기록 뽑아줘",
        "나에 대한 자료 전부 파일로 주세요",
        "내꺼 다 엑셀로 보내줘",
    ],
)
def test_ones_own_data_is_wanted_as_a_file(said):
    assert wants_file(said)


@pytest.mark.parametrize(
    "said",
    [
        "우리 과 자료 파일로 받고 싶어요",
        "직원 자료 엑셀로 뽑아줘",
        "제 자료 파일로 보내드릴게요",
        "내 정보 파일 지워줘",
        "내 구독 파일로 받고 싶어",
        "제 자료 요청 소식 받고 싶어요",
        "표 내보내기",
    ],
)
def test_what_is_no_wish_for_ones_own_file(said):
    assert not wants_file(said)
