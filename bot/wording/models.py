"""What is said of embedding models: why one can't be had, how far the move to another is. It decides nothing."""

from __future__ import annotations

from datetime import timedelta

from bot.messenger import Reply
from nlp.adopted import Progress
from nlp.comparing import Figure
from nlp.weighing import Weight

_BUILT_IN = "설정 파일에서 그 줄을 지우시면 내장 모델로 시작합니다."

# ModelError.cause → what happened, and what to do
_CAUSES: dict[str, tuple[str, str]] = {
    "extra": (
        "이 모델을 쓰는 데 필요한 부가 프로그램이 설치되어 있지 않습니다",
        "make extra EXTRA=transformers로 설치하신 뒤 다시 시작해 주십시오.",
    ),
    "folder": ("그 폴더가 없습니다", "경로를 보아 주십시오. 상대 경로는 도비를 시작한 폴더에서 셉니다."),
    "unknown": (
        "모델 저장소에 그런 이름이 없거나 공개되어 있지 않습니다",
        "'만든이/모델' 꼴의 이름이 맞는지 보아 주십시오. 내려받아 둔 폴더를 적으셔도 됩니다.",
    ),
    "offline": (
        "이 PC에 없는 모델인데 모델 저장소에 연결되지 않습니다",
        "인터넷이 되는 PC에서 내려받은 폴더를 옮겨 두고 그 경로를 적어 주십시오(docs/models.md).",
    ),
    "broken": ("모델 파일이 빠졌거나 깨져 있습니다", "폴더를 통째로 다시 옮겨 주십시오."),
}
_UNKNOWN = ("불러오지 못했습니다", "같은 고장이 이어지면 이 글을 도비 담당자에게 보내 주십시오.")

_KIWI = (
    "낱말 나누기를 Kiwi로 하도록 정하셨으나 Kiwi가 설치되어 있지 않습니다.",
    'make extra EXTRA=kiwi로 설치하시거나, 설정 파일의 words = "kiwi"를 지우시면 기본 방식으로 시작합니다.',
)


def no_model(name: str, cause: str) -> tuple[str, str]:
    """Why the model can't be had, and what to do."""
    says, hint = _CAUSES.get(cause, _UNKNOWN)
    return f"언어 모델 '{name}': {says}.", f"{hint} {_BUILT_IN}"


def no_kiwi() -> tuple[str, str]:
    """That Kiwi isn't installed, and what to do."""
    return _KIWI


def begun(model: str, total: int, left: timedelta) -> Reply:
    """To the operators: another model is at work, and the past is being read again."""
    return Reply(
        f"언어 모델을 바꾸었습니다: {called(model)}. 새 글과 검색에는 바로 씁니다.\n"
        f"지난 글 {total:,}건은 뒤에서 다시 읽습니다. {_about(left)} 걸립니다. 그동안 지난 글은 낱말로 찾습니다.\n"
        "어디까지 했는지는 '언어 모델'이라고 물어보십시오."
    )


def ended(model: str, total: int) -> Reply:
    """To the operators: the past is read."""
    return Reply(f"지난 글 {total:,}건을 모두 새 언어 모델로 다시 읽었습니다: {called(model)}.")


def state(model: str, progress: Progress | None) -> Reply:
    """Which model is at work, and how far the past is."""
    rows = [f"언어 모델: {called(model)}"]
    if progress is None or progress.model != model:
        rows.append("지난 글을 이 모델로 옮기는 일은 아직 시작하지 않았습니다.")
    else:
        if progress.keywords:
            rows.append(keywords_left(progress.keywords))
        rows.append(
            "지난 글을 모두 이 모델로 읽었습니다."
            if progress.done >= progress.total
            else moving(progress.done, progress.total, progress.left)
        )
    return Reply("\n".join(rows))


def called(model: str) -> str:
    """A model's name without what tells its weights apart."""
    name = model.rpartition("@")[0] or model
    if not name.startswith("dobi-ko"):
        return name
    return "도비 내장 모델(이 도비의 글로 이어 배움)" if "+" in name else "도비 내장 모델"


def comparison(present: str, candidate: str, opinions: Figure | None, titles: Figure | None) -> list[str]:
    """Two models on the installation's own opinions and documents: figures with their n, and what they allow to say."""
    rows = [f"지금 모델: {present}", f"견줄 모델: {candidate}", ""]
    rows += _figure("의견(원하신 글이 아닌 글보다 위에 온 비율)", opinions, "사람", "의견")
    rows += _figure("제목으로 본문 찾기(뜻으로만, nDCG@10)", titles, "글", "글")
    return [*rows, "", verdict(opinions, titles)]


def _figure(name: str, found: Figure | None, groups: str, what: str) -> list[str]:
    if found is None:
        return [f"{name}: 견줄 것이 없습니다."]
    counted = f"{what} {found.n:,}건" + (f", {groups} {found.groups:,}명" if groups != what else "")
    return [
        f"{name}: 지금 {found.present:.3f} · 견줄 모델 {found.candidate:.3f} ({counted})",
        f"    차이 {found.difference:+.3f}, 95 % 범위 {found.low:+.3f}~{found.high:+.3f}"
        + ("" if found.enough else ". 수가 적어 믿을 수 없습니다"),
    ]


def verdict(opinions: Figure | None, titles: Figure | None) -> str:
    """One honest sentence: by opinions where there are enough, else by titles, else that nothing can be said."""
    if opinions is not None and opinions.enough:
        return f"판단(의견): {_SAYS[opinions.verdict]}"
    few = "의견이 적어(사람 5명, 의견 60건부터) 의견으로는 말할 수 없습니다."
    if titles is not None and titles.enough:
        return f"판단(글): {few} 글만 보면 {_SAYS[titles.verdict]}"
    return f"판단: {few} 글도 적어(50건부터) 아직 아무 말도 할 수 없습니다."


_SAYS = {
    "better": "견줄 모델이 낫습니다.",
    "worse": "지금 모델이 낫습니다.",
    "open": "어느 쪽이 낫다고 할 수 없습니다.",
}


def weight(present: Weight, candidate: Weight) -> list[str]:
    """What each costs on this machine."""
    return [
        f"{name}: 불러오기 {one.load_s:.1f}초, 기억 {one.memory_mb:,.0f} MB, "
        f"1초에 {one.passages_per_s:,.0f}토막(보도자료 하나에 6토막까지), 낱말 하나 {one.keyword_ms:.1f} ms"
        for name, one in (("지금 모델", present), ("견줄 모델", candidate))
    ]


def moving(done: int, total: int, left: timedelta | None) -> str:
    """How far the documents of the past are moved to the present model."""
    span = f" {_about(left)} 남았습니다." if left is not None else ""
    return f"지난 글 {total:,}건 가운데 {done:,}건을 새 언어 모델로 옮겼습니다.{span}"


def keywords_left(count: int) -> str:
    """How many keywords have no vector yet; until then new documents wait."""
    return f"구독 낱말 {count:,}개를 새 언어 모델로 읽는 중입니다. 새 글은 그동안 기다립니다."


def _about(span: timedelta) -> str:
    minutes = span / timedelta(minutes=1)
    if minutes < 1.5:
        return "1분쯤"
    if minutes < 90:
        return f"{round(minutes)}분쯤"
    hours = minutes / 60
    return f"{round(hours)}시간쯤" if hours < 36 else f"{round(hours / 24)}일쯤"
