"""The shipped catalogue: data that anybody may add to, so everything a reviewer would ask of an entry is asked here.

The names expected below are written from the organisation of the State in November 2026, not from the data.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib.resources import files
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawlers.article import SourceError
from crawlers.sources import LEVELS, Source, catalogue, source_from


def names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MINISTRIES = names(
    "재정경제부 과학기술정보통신부 교육부 외교부 통일부 법무부 국방부 행정안전부 국가보훈부 문화체육관광부 "
    "농림축산식품부 산업통상부 보건복지부 기후에너지환경부 고용노동부 성평등가족부 국토교통부 해양수산부 중소벤처기업부"
)
OFFICES = names("기획예산처 인사혁신처 법제처 식품의약품안전처 국가데이터처 지식재산처")
AGENCIES = names(
    "국세청 관세청 조달청 우주항공청 재외동포청 공소청 병무청 방위사업청 경찰청 소방청 중대범죄수사청 국가유산청 "
    "농촌진흥청 산림청 질병관리청 기상청 행정중심복합도시건설청 새만금개발청 해양경찰청"
)
COMMISSIONS = names(
    "공정거래위원회 국민권익위원회 금융위원회 개인정보보호위원회 원자력안전위원회 방송미디어통신위원회 국가인권위원회 "
    "국가교육위원회 중앙선거관리위원회"
)
ABOVE = names("청와대 감사원 국가정보원 국무조정실 고위공직자범죄수사처")
CENTRAL = (*MINISTRIES, *OFFICES, *AGENCIES, *COMMISSIONS, *ABOVE)
PROVINCES = names(
    "서울특별시 부산광역시 대구광역시 인천광역시 대전광역시 울산광역시 세종특별자치시 경기도 강원특별자치도 충청북도 "
    "충청남도 전북특별자치도 전남광주통합특별시 경상북도 경상남도 제주특별자치도"
)
UNITED = ("광주광역시", "전라남도")  # until 2026-06-30; with them the seventeen of before
GYEONGNAM = {
    "city": names("창원특례시 진주시 통영시 사천시 김해시 밀양시 거제시 양산시"),
    "county": names("의령군 함안군 창녕군 고성군 남해군 하동군 산청군 함양군 거창군 합천군"),
}
BODIES = names(
    "한국개발연구원 한국행정연구원 국토연구원 산업연구원 경남연구원 국회입법조사처 한국은행 한국보건산업진흥원 "
    "한국토지주택공사 한국농어촌공사 중소벤처기업진흥공단 소상공인시장진흥공단 한국지능정보사회진흥원 한국인터넷진흥원"
)
FORMER = names("기획재정부 환경부 산업통상자원부 여성가족부 통계청 특허청 방송통신위원회 문화재청")
# Other rooms and settings name these; an id that was shipped never means something else.
SHIPPED_IDS = names(
    "mofe-press fsc-press moel-notice moel-policy mss-press mss-notice mcst-press mafra-press bok-press molit-press "
    "gyeongnam-press changwon-notice gimhae-notice haman-notice uiryeong-notice"
)
OFFICIAL = (".go.kr", ".or.kr", ".re.kr", "korea.kr", "kepco.co.kr", "gndc.co.kr", "korail.com", "nipa.kr")
SECRETS = re.compile(r"(?i)^(service|api|auth|access|crtfc|secret|app)[_-]?(key|token)$|^(token|passw|sid$|phpsessid)")


def entries() -> list[dict[str, object]]:
    found = [one for one in files("crawlers").iterdir() if re.fullmatch(r"sources\w*\.toml", one.name)]
    return [entry for one in found for entry in tomllib.loads(one.read_text(encoding="utf-8"))["source"]]


def named(agency: str) -> list[Source]:
    return [source for source in catalogue() if source.agency == agency]


def faults_of(url: str) -> list[str]:
    """What is wrong with an address that stands in the catalogue."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    queries = parse_qsl(parts.query, keep_blank_values=True)
    asked = {
        "scheme": parts.scheme in {"http", "https"},
        "host": any(host == end.lstrip(".") or host.endswith(f".{end.lstrip('.')}") for end in OFFICIAL),
        "bare host": host not in {"go.kr", "or.kr", "re.kr"},
        "authority": parts.netloc == host,  # no user, no port, no capitals
        "path": parts.path.startswith("/"),
        "fragment": not parts.fragment,
        "characters": re.fullmatch(r"[!-~]+", url) is not None and not set(url) & set('"<>\\^`{|}'),
        "session": "jsessionid" not in url.lower() and "csrf" not in url.lower(),
        "key": not any(SECRETS.search(name) for name, _ in queries),
        "long value": all(len(value) < 40 for _, value in queries),
    }
    return [name for name, good in asked.items() if not good]


def test_every_entry_is_valid_and_the_catalogue_is_all_of_them() -> None:
    faults = []
    for entry in entries():
        try:
            source_from(entry)
        except SourceError as error:
            faults.append((entry.get("id"), error.code, error.detail))

    assert faults == []
    assert len(entries()) == len(catalogue()) >= 300


def test_an_id_names_one_entry_and_stays() -> None:
    ids = Counter(source.id for source in catalogue())

    assert [one for one, times in ids.items() if times > 1] == []
    assert [one for one in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", one) or len(one) > 40] == []
    assert set(SHIPPED_IDS) <= set(ids)


def test_no_two_entries_read_the_same_address() -> None:
    urls = Counter(source.url for source in catalogue() if source.url)

    assert [url for url, times in urls.items() if times > 1] == []


def test_nothing_runs_before_somebody_checked_it() -> None:
    assert {source.state for source in catalogue()} <= {"unverified", "dead"}
    assert not any(source.on for source in catalogue())


def test_each_address_has_evidence_that_names_its_source() -> None:
    pointer = re.compile(r"\[id \d{6,12}\]|[\w.-]+/[\w.-]+|data\.go\.kr|notice newsId=")

    assert [source.id for source in catalogue() if len(source.evidence) < 20] == []
    assert [source.id for source in catalogue() if source.url and not pointer.search(source.evidence)] == []


def test_an_empty_address_is_off_and_says_why() -> None:
    why = re.compile(r"substantiated|404|redirected|no list page|found only")
    empty = [source for source in catalogue() if not source.url]

    assert empty
    assert [source.id for source in empty if not why.search(source.evidence)] == []


def test_addresses_are_official_and_carry_neither_session_nor_key() -> None:
    faults = {source.id: faults_of(source.url) for source in catalogue() if source.url}

    assert {one: wrong for one, wrong in faults.items() if wrong} == {}


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("ftp://www.a.go.kr/list.do", "scheme"),
        ("https://www.a.go.kr.evil.com/list.do", "host"),
        ("https://evilgo.kr/list.do", "host"),
        ("https://go.kr/list.do", "bare host"),
        ("https://user@www.a.go.kr/list.do", "authority"),
        ("https://www.a.go.kr:8443/list.do", "authority"),
        ("https://www.a.go.kr/list.do;jsessionid=AB12.portal1", "session"),
        ("https://www.a.go.kr/list.do?_csrf=1", "session"),
        ("https://apis.data.go.kr/x?serviceKey=abc", "key"),
        ("https://www.a.go.kr/x?crtfcKey=abc", "key"),
        ("https://www.a.go.kr/x?enc=" + "Zm5jdDF8" * 6, "long value"),
        ("https://www.a.go.kr/고시.do", "characters"),
        ("https://www.a.go.kr/list.do#list/1", "fragment"),
        ("https://www.a.go.kr", "path"),
    ],
)
def test_a_doubtful_address_would_be_found(url: str, fault: str) -> None:
    assert fault in faults_of(url)


def test_a_board_key_is_no_api_key() -> None:
    assert faults_of("https://www.mpva.go.kr/mpva/selectBbsNttList.do?bbsNo=16&key=77") == []


@pytest.mark.parametrize("agency", CENTRAL)
def test_the_state_is_complete(agency: str) -> None:
    found = named(agency)

    assert any(source.state == "unverified" for source in found)
    assert {source.level for source in found} == {"central"}
    assert {source.region for source in found} == {""}


@pytest.mark.parametrize("agency", PROVINCES)
def test_each_province_has_its_press_board_and_its_notices(agency: str) -> None:
    found = [source for source in named(agency) if source.level == "province" and source.state == "unverified"]

    assert {source.region for source in found} == {agency}
    assert {source.id.split("-")[1] for source in found if source.url} >= {"press", "notice"}


@pytest.mark.parametrize("agency", UNITED)
def test_the_two_that_became_one_are_remembered_as_dead(agency: str) -> None:
    assert {source.state for source in named(agency)} == {"dead"}


@pytest.mark.parametrize(("level", "agency"), [(level, name) for level, all_ in GYEONGNAM.items() for name in all_])
def test_each_city_and_county_of_gyeongnam_has_press_notices_and_news(level: str, agency: str) -> None:
    found = named(agency)

    assert {source.level for source in found} == {level}
    assert {source.region for source in found} == {"경상남도"}
    assert {source.id.split("-")[1] for source in found if source.url} >= {"press", "notice", "news"}
    assert len({source.id.split("-")[0] for source in found}) == 1


@pytest.mark.parametrize("agency", BODIES)
def test_the_institutes_and_bodies_that_offices_read_are_there(agency: str) -> None:
    assert {source.level for source in named(agency)} <= {"institute", "public"}
    assert named(agency)


def test_there_are_enough_institutes_and_bodies_with_an_address() -> None:
    reachable = {source.agency for source in catalogue() if source.level in {"institute", "public"} and source.url}

    assert len(reachable) >= 30


@pytest.mark.parametrize("agency", FORMER)
def test_no_agency_stands_under_a_name_it_gave_up(agency: str) -> None:
    assert named(agency) == []


def test_levels_are_told_and_known() -> None:
    assert {source.level for source in catalogue()} <= set(LEVELS) - {"district"}


def test_the_portal_s_services_carry_no_key() -> None:
    services = [source for source in catalogue() if source.kind == "openapi"]

    assert {urlsplit(source.url).path.rsplit("/", 1)[1] for source in services} >= {
        "pressReleaseList",
        "policyNewsList2",
    }
    assert all(not urlsplit(source.url).query and source.state == "unverified" for source in services)


def test_a_licence_is_told_only_with_the_page_that_says_so() -> None:
    told = [source for source in catalogue() if source.licence]

    assert told
    assert [source.id for source in told if not re.search(r"\[id \d+\]|/", source.kogl)] == []
