"""Whether near-duplicates are found and different documents kept apart: `python -m tests.bench.bench_near [RELEASES]`.

Recall on rewordings of the demo's own documents; false merges on templates of our own making and, where the file is
given, on real press releases (title and first sentences): distinct ones must not merge.
"""

# ruff: noqa: E501, ISC004, PERF401 - texts are read best as they are written

from __future__ import annotations

import gzip
import itertools
import json
import random
import statistics
import sys
import time
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from crawlers.near import ALIKE, Sketch, agree, alike, bands, pack, same, sketch

DAY = date(2026, 11, 23)
DEMO = Path(__file__).parents[2] / "bot" / "demo" / "documents"
CONTACT = "\n이 자료에 대하여 더욱 자세한 내용을 원하시면 견본시 안전정책과 담당자(☎ 055-123-4567, safe@sample.go.kr)에게 연락바랍니다."
Text = tuple[str, str]  # title, body


def documents() -> list[Text]:
    """The demo's documents, their moving dates written out."""
    found = []
    for path in sorted(DEMO.glob("*.toml")):
        for one in tomllib.loads(path.read_text("utf-8")).get("document", []):
            text = one.get("text", "").replace("{", "").replace("}", "").replace("date:", "12월 ")
            found.append((one["title"].replace("{", "").replace("}", ""), text))
    return found


def spaced(text: str) -> str:
    return "\n\n ".join(text.replace(" ", "  ").split("\n"))


def quoted(text: str) -> str:
    return text.replace('"', "“", 1).replace('"', "”").replace("·", "ㆍ").replace("'", "‘")


def one_changed(text: str) -> str:
    lines = [line for line in text.strip().split("\n") if line]
    at = max(range(len(lines)), key=lambda n: len(lines[n]) if not any(c.isdigit() for c in lines[n]) else 0)
    lines[at] = "□ 담당 부서는 앞으로도 현장의 의견을 들어 사업을 꾸준히 보완해 나갈 계획이라고 덧붙였다."
    return "\n".join(lines)


REWORDINGS: dict[str, Callable[[Text], Text]] = {
    "agency before the title": lambda one: ("견본도, " + one[0], one[1]),
    "agency after the title": lambda one: (one[0] + " - 견본시", one[1]),
    "lead before the text": lambda one: (one[0], "견본시는 관계 부처가 발표한 내용을 다음과 같이 알려 드립니다.\n" + one[1]),
    "contact added": lambda one: (one[0], one[1] + CONTACT),
    "contact and lead": lambda one: ("[견본시] " + one[0], "(견본시=보도자료)\n" + one[1] + CONTACT),
    "layout": lambda one: (one[0], spaced(one[1])),
    "quotes": lambda one: (quoted(one[0]), quoted(one[1])),
    "one sentence changed": lambda one: (one[0], one_changed(one[1])),
    "one sentence dropped": lambda one: (one[0], "\n".join(one[1].strip().split("\n")[:-1])),
}  # fmt: skip

PLACES = "창원시 김해시 진주시 양산시 거제시 통영시 사천시 밀양시 함안군 거창군 창녕군 고성군 남해군 하동군".split()  # noqa: SIM905
PEOPLE = "김민준 이서연 박도윤 최서준 정하은 강지호 조수아 윤시우 장예준 임채원".split()  # noqa: SIM905
DISHES = "미역국 된장찌개 제육볶음 고등어구이 시금치나물 잡채 돈가스 카레 콩나물국 김치찌개 두부조림 계란찜 멸치볶음 비빔밥".split()  # noqa: SIM905

TEMPLATES = {
    "부고": (
        "[부고] {person} 주무관 부친상",
        "삼가 고인의 명복을 빕니다.\n총무과 {person} 주무관의 부친께서 {month}월 {day}일 별세하셨기에 삼가 알려 드립니다.\n"
        "○ 빈소: {place}의료원 장례식장 {number}호실\n○ 발인: {month}월 {next}일 오전 {hour}시\n○ 장지: {place} 추모공원\n"
        "유족의 뜻에 따라 조화와 부의금은 정중히 사양하오니 널리 양해하여 주시기 바랍니다. 직원 여러분의 따뜻한 위로를 부탁드립니다.",
    ),
    "채용": (
        "{place} 기간제근로자 채용 공고",
        "{place} 기간제근로자를 다음과 같이 채용하고자 공고합니다.\n1. 채용인원: {number}명\n2. 근무기간: 2027. 1. 1. ~ 2027. 12. 31.\n"
        "3. 보수: 일급 {amount}원\n4. 접수기간: 2026. {month}. {day}. ~ {month}. {next}.\n5. 접수방법: 방문 또는 우편 접수(마감일 18시까지 도착분에 한함)\n"
        "6. 제출서류: 응시원서, 이력서, 자기소개서, 개인정보 수집·이용 동의서 각 1부\n7. 기타사항: 제출된 서류는 반환하지 않으며, 허위사실이 발견되면 "
        "합격을 취소할 수 있습니다. 그 밖의 자세한 사항은 담당 부서로 문의하시기 바랍니다.",
    ),
    "식단": (
        "주간 식단표",
        "이번 주 구내식당 식단을 알려 드립니다.\n월요일: {dish}, {dish2}, 배추김치, 쌀밥\n화요일: {dish3}, {dish4}, 깍두기, 쌀밥\n수요일: {dish5}, {dish6}, "
        "배추김치, 잡곡밥\n식단은 식재료 수급 사정에 따라 바뀔 수 있습니다. 식사 시간은 오전 11시 30분부터 오후 1시까지이며, 잔반 줄이기에 함께하여 주시기 바랍니다. "
        "알레르기 유발 식품은 식당 입구 게시판에서 확인하실 수 있습니다.",
    ),
    "특보": (
        "{place} 한파주의보 발표",
        "기상청은 {month}월 {day}일 {hour}시를 기해 {place}에 한파주의보를 발표하였습니다. 아침 최저기온이 전날보다 10도 이상 떨어져 평년보다 3도 낮을 것으로 "
        "예상되오니, 노약자는 바깥 활동을 삼가고 수도관 동파와 농작물 냉해에 미리 대비하여 주시기 바랍니다. 난방기 사용에 따른 화재에도 유의하시고, 도로가 얼 수 있으니 "
        "차량 운행 시 감속하여 주시기 바랍니다. 문의: 재난안전상황실.",
    ),
    "입찰": (
        "{place} 도로 정비공사 입찰 공고",
        "공사 입찰 공고 제2026-{number}{day}호\n1. 공사명: {place} 도로 정비공사\n2. 기초금액: 금 {amount}000원(부가가치세 포함)\n3. 입찰서 접수: 2026. {month}. {day}. "
        "10:00 ~ {month}. {next}. 10:00\n4. 개찰일시: {month}. {next}. 11:00\n5. 입찰참가자격: 건설산업기본법에 따른 포장공사업 등록업체로서 주된 영업소가 도내에 있는 업체\n"
        "6. 낙찰자 결정: 예정가격 이하로서 낙찰하한율 이상 최저가격으로 입찰한 자부터 적격심사를 거쳐 결정\n7. 입찰의 무효: 국가를 당사자로 하는 계약에 관한 법률 시행령에 따름",
    ),
}  # fmt: skip


def filled(template: Text, rng: random.Random, fixed: dict[str, str]) -> Text:
    """A template filled in at random; what is in `fixed` stays."""
    day = rng.randint(1, 24)
    dishes = rng.sample(DISHES, 6)
    values = {
        "place": rng.choice(PLACES), "person": rng.choice(PEOPLE), "month": str(rng.randint(11, 12)), "day": str(day),
        "next": str(day + rng.randint(2, 5)), "hour": str(rng.randint(6, 10)), "number": str(rng.randint(1, 19)),
        "amount": f"{rng.randint(80, 99)},{rng.randint(100, 999)}",
        "dish": dishes[0], "dish2": dishes[1], "dish3": dishes[2], "dish4": dishes[3], "dish5": dishes[4], "dish6": dishes[5],
    } | fixed  # fmt: skip
    return template[0].format(**values), template[1].format(**values)


def differing(rng: random.Random) -> list[tuple[str, Text, Text]]:
    """Pairs of one template that differ in all, or in one thing alone."""
    pairs = []
    fields = {"부고": "place person day number", "채용": "place amount number day", "식단": "dish", "특보": "place day hour", "입찰": "place amount day"}  # fmt: skip
    for name, template in TEMPLATES.items():
        for _ in range(40):
            pairs.append((name, filled(template, rng, {}), filled(template, rng, {})))
        for only in fields[name].split():
            for _ in range(15):
                same_seed = rng.randint(0, 10**9)
                one = filled(template, random.Random(same_seed), {})
                other = filled(template, random.Random(same_seed), {only: _other(only, rng)})
                pairs.append((f"{name}, only {only}", one, other))
    return [(name, one, other) for name, one, other in pairs if one != other]


def _other(field: str, rng: random.Random) -> str:
    choices = {"place": PLACES, "person": PEOPLE, "dish": DISHES}
    return rng.choice(choices[field]) if field in choices else str(rng.randint(101, 999))


def drawn(name: str, text: Text) -> Sketch | None:
    return sketch(name, text[0], text[1], DAY)


def recall() -> None:
    told = [(f"d{n}", one) for n, one in enumerate(documents())]
    sketches = {name: made for name, one in told if (made := drawn(name, one))}
    print(f"{len(sketches)} of {len(told)} own documents are long enough to compare")
    for what, reword in REWORDINGS.items():
        pairs = [(sketches[name], made) for name, one in told if name in sketches and (made := drawn("x", reword(one)))]
        hit = sum(same(*pair) and bool(set(bands(pair[0])) & set(bands(pair[1]))) for pair in pairs)
        likeness = statistics.median(alike(*pair) for pair in pairs)
        print(
            f"  {what:26} found {hit}/{len(pairs)}  median likeness {likeness:.2f}  low {min(alike(*p) for p in pairs):.2f}"
        )


def false_merges() -> None:
    rng = random.Random(3)
    total: dict[str, list[int]] = {}
    for name, one, other in differing(rng):
        left, right = drawn("a", one), drawn("b", other)
        counted = total.setdefault(name, [0, 0, 0])
        counted[0] += 1
        if left and right:
            counted[1] += alike(left, right) >= ALIKE
            counted[2] += same(left, right)
            if same(left, right) and "-v" in sys.argv:
                print("    MERGED", one, other)
    for name, (count, near, merged) in total.items():
        print(f"  template {name:16} pairs {count:3}  alike {near:3}  merged {merged}")
    own = [made for n, one in enumerate(documents()) if (made := drawn(f"d{n}", one))]
    print(f"  own documents merged: {sum(same(*pair) for pair in itertools.combinations(own, 2))}")


def releases(path: Path) -> None:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    started = time.perf_counter()
    made = [
        one
        for row in rows
        if (one := sketch(row["id"], row["title"], row["lead"], date.fromisoformat(row["approved_at"][:10])))
    ]
    spent = (time.perf_counter() - started) / len(rows) * 1000
    buckets: dict[bytes, list[Sketch]] = {}
    for one in made:
        for band in bands(one):
            buckets.setdefault(band, []).append(one)
    candidates = {
        tuple(sorted((a.key, b.key))): (a, b) for group in buckets.values() for a, b in itertools.combinations(group, 2)
    }
    merged = [pair for pair in candidates.values() if same(*pair)]
    every = sum(alike(a, b) >= ALIKE for a, b in itertools.combinations(made, 2))
    print(
        f"{len(rows)} real releases: {len(made)} sketches, {spent:.2f} ms each, {statistics.mean(len(pack(one)) for one in made):.0f} bytes"
    )
    print(
        f"  pairs that share a band {len(candidates)}, alike {every}, alike but not in agreement {sum(not agree(*p) for p in candidates.values() if alike(*p) >= ALIKE)}, merged {len(merged)}"
    )
    titles = {row["id"]: f"{row['title']} ({row['agency']}) {row['lead'][:80]}" for row in rows}
    for a, b in merged:
        print("   ", titles[a.key], "|", titles[b.key])
    # the body alone, as if all had one title
    untitled = [sketch(row["id"], "", row["lead"], DAY) for row in rows]
    pairs = itertools.combinations([one for one in untitled if one], 2)
    print(f"  merged without looking at titles: {sum(same(*pair) for pair in pairs)}")


if __name__ == "__main__":
    recall()
    false_merges()
    for argument in sys.argv[1:]:
        if not argument.startswith("-"):
            releases(Path(argument))
    one = documents()[0]
    longest = (one[0], one[1] * 4)
    times = []
    for _ in range(50):
        start = time.perf_counter()
        drawn("x", longest)
        times.append((time.perf_counter() - start) * 1000)
    print(
        f"a sketch of {len(longest[1])} characters: {statistics.median(times):.1f} ms; window {timedelta(days=30).days} days"
    )
