"""The command line: `dobi COMMAND`. Parses words into a command, runs it, and turns its end into an exit status.

It composes nothing: each command does, and imports only what it needs.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from redis.exceptions import RedisError

from bot.commands import Refused
from bot.logs import to_stderr
from bot.schema import SchemaError
from crawlers.characters import line

Command = Callable[[argparse.Namespace], Awaitable[int]]

_LONGEST = 300

log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    args = _parser().parse_args(words)
    to_stderr(logging.INFO if args.verbose else logging.WARNING)
    module, _, name = args.command.partition(":")
    command: Command = getattr(import_module(f"bot.commands.{module}"), name)
    try:
        return asyncio.run(command(args))  # type: ignore[arg-type]
    except Refused as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except SchemaError as error:
        sys.stderr.write(f"자료를 열 수 없습니다: {error}\n")
        return 2
    except RedisError as error:
        return _stopped(error, f"저장 서버를 쓸 수 없습니다: {str(error).rstrip('.')}. 'dobi doctor'로 살펴 주십시오.")
    except OSError as error:
        if error.filename is None:
            raise
        return _stopped(error, f"파일이나 폴더를 쓸 수 없습니다: {error.filename!s}: {error.strerror}.")
    except KeyboardInterrupt:
        return 130


def _stopped(error: Exception, says: str) -> int:
    """What this machine lacks, in a line; where in the program it was met is told with `--verbose`."""
    sys.stderr.write(f"{line(says, _LONGEST)}\n")
    log.info("the command ended", exc_info=error)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dobi", description="도비(도청 비서): 공공기관 메신저 비서")
    parser.add_argument("--version", action="version", version=f"dobi {version('dobi')}", help="판을 알려 드립니다")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: str, says: str, under: argparse._SubParsersAction[argparse.ArgumentParser] = commands):  # type: ignore[no-untyped-def]
        one = under.add_parser(name, help=says, description=says)
        one.set_defaults(command=command)
        one.add_argument("--config", type=Path, help="설정 파일 (기본 dobi.toml)")
        one.add_argument("--data", type=Path, help="자료 폴더 (기본 ./data)")
        one.add_argument("--institution", help="기관 id")
        one.add_argument("--verbose", action="store_true", help="기록을 더 자세히")
        return one

    console = add("console", "console:run", "메신저 없이 대화합니다")
    console.add_argument("--demo", action="store_true", help="예시 자료로")
    console.add_argument("--json", action="store_true", help="스크립트용: 한 줄에 JSON 하나")
    console.add_argument("--virtual-clock", action="store_true", help="advance로만 가는 시계")
    console.add_argument("--at", help="시작 시각, 예: 2026-11-23T11:30")
    console.add_argument("--roles", help="이 프로세스의 역할, 쉼표로")
    add(
        "run",
        "operate:run",
        "모든 역할을 한 PC에서. 봉한 것을 여는 일(verify)만은 감사 열쇠 폴더와 암호를 따로 쓰는 자식 프로세스가 합니다",
    )
    work = add("work", "operate:work", "이름 붙은 역할만")
    work.add_argument("roles", nargs="+", metavar="ROLE")
    crawl = add("crawl", "operate:crawl", "때가 된 출처를 한 번 읽습니다")
    crawl.add_argument("--once", action="store_true", required=True)
    crawl.add_argument("--sources", type=Path, help="출처 목록 TOML")
    crawl.add_argument("--force", action="store_true", help="때가 안 되었어도")
    crawl.add_argument("--json", action="store_true")
    crawl.add_argument("--articles", action="store_true", help="새 글마다 한 줄")
    _sources(commands, add)
    _camera(commands, add)
    _counting(commands, add)
    _archive(add)
    _keeping(add)
    add("doctor", "health:doctor_page", "무엇이 준비되었고 무엇이 아픈지")
    verify = add("verify", "verify:verify", "영수증을 공개 열쇠만으로 확인합니다: 글자, 그림, PDF, zip, 목록, 폴더")
    verify.add_argument("token", metavar="TOKEN|FILE|DIR")
    verify.add_argument("--keys", type=Path, required=True)
    verify.add_argument("--open", type=Path, metavar="KEYFILE", help="감사 열쇠로 봉한 것도 엽니다")
    verify.add_argument("--passphrase", metavar="REF", help="그 열쇠의 암호가 있는 곳: env:이름 또는 file:경로")
    beside = verify.add_mutually_exclusive_group()
    beside.add_argument("--proof", type=Path, metavar="FILE", help="그 영수증의 증명 파일(.tlog-proof)")
    beside.add_argument("--log", type=Path, metavar="DIR", help="발급 기록의 사본(data/log 또는 그 안의 한 기관)")
    verify.add_argument("--json", action="store_true")
    log = add("log", "log:run", "영수증 기록을 처음부터 다시 셈하고, 증명 파일을 만듭니다")
    log.add_argument("act", choices=["check", "publish", "proof", "cosign", "stamp"])
    log.add_argument(
        "target",
        nargs="*",
        metavar="TOKEN FILE",
        help="proof: 영수증 글자와 쓸 파일. cosign: 서명된 글. stamp: 주소([timestamp]를 적었으면 없어도 됩니다)",
    )
    log.add_argument("--json", action="store_true")
    return parser


def _keeping(add: Callable[..., argparse.ArgumentParser]) -> None:
    keys = add("keys", "proof:keys", "열쇠를 내보내고 바꿉니다")
    keys.add_argument("act", choices=["export", "rotate", "revoke", "audit"])
    keys.add_argument(
        "target",
        nargs="?",
        metavar="FILE|KID|log",
        help="export: 내보낼 파일(.html이면 브라우저로 확인하는 쪽). revoke: 사용을 중지할 열쇠의 번호. "
        "rotate log: 기록 열쇠를 바꿈. audit: 감사 열쇠를 두고 그 공개 열쇠를 쓸 파일",
    )
    keys.add_argument("--enrol", type=Path, metavar="FILE", help="audit: 감사 부서가 준 공개 열쇠를 등록합니다")
    keys.add_argument(
        "--new", action="store_true", help="audit: 열쇠가 있어도 하나 더 만듭니다(예전 것은 그대로 둡니다)"
    )
    save = add("backup", "keep:save", "잃으면 안 되는 모든 것을 암호로 잠근 파일 하나로 만듭니다(감사 열쇠는 빼고)")
    save.add_argument("target", type=Path, metavar="FILE", help="쓸 파일")
    save.add_argument("--passphrase", metavar="REF", help="암호가 있는 곳: env:이름 또는 file:경로")
    save.add_argument("--to", type=Path, metavar="KEYS", help="암호 대신, 이 공개 열쇠 목록의 봉인 열쇠로 잠급니다")
    save.add_argument(
        "--days", type=int, choices=range(1, 3651), metavar="N", help="며칠 동안 되살릴 수 있게 (기본 30)"
    )
    back = add("restore", "keep:put_back", "백업에서 되살립니다. 파기할 날이 지난 것은 먼저 파기합니다")
    back.add_argument("target", type=Path, metavar="FILE", help="백업 파일")
    back.add_argument("--passphrase", metavar="REF", help="암호가 있는 곳: env:이름 또는 file:경로")
    back.add_argument("--key", type=Path, metavar="KEYFILE", help="공개 열쇠로 잠근 백업의 비밀 열쇠")
    back.add_argument("--replace", action="store_true", help="있는 자료를 백업의 것으로 바꿉니다")
    back.add_argument("--destroy-due", action="store_true", help="기한이 지난 백업도, 파기할 것을 파기하면서")


def _archive(add: Callable[..., argparse.ArgumentParser]) -> None:
    search = add("search", "search:search", "모아 둔 글을 낱말과 기간, 기관으로 찾습니다")
    search.add_argument("words", nargs="+", metavar="WORDS", help="예: 재난지원금 지난달")
    search.add_argument("--limit", type=int, default=20, help="많아야 몇 건 (기본 20)")
    search.add_argument("--json", action="store_true", help="글마다 한 줄에 JSON 하나")
    train = add("train", "train:train", "모아 둔 글로 언어 모델을 이어 가르치고, 더 나을 때만 바꿉니다")
    train.add_argument("--steps", type=int, default=150, help="몇 걸음 배울지 (기본 150, 몇 분)")
    train.add_argument("--back", action="store_true", help="내장 모델로 돌아갑니다")
    train.add_argument("--json", action="store_true", help="결과를 JSON 하나로 (진행은 표준 오류로)")
    compare = add("compare", "compare:compare", "지금 언어 모델과 다른 모델을 우리 기관의 의견과 글로 견줍니다")
    compare.add_argument("model", metavar="MODEL", help="모델 저장소의 이름이나 폴더. 내장 모델은 '내장'")
    compare.add_argument("--query-prompt", help="질문 앞에 둘 글. 없으면 모델이 정한 대로")
    compare.add_argument("--document-prompt", help="글 앞에 둘 글. 없으면 모델이 정한 대로")
    compare.add_argument("--json", action="store_true", help="결과를 JSON 하나로")


def _counting(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Callable[..., argparse.ArgumentParser]
) -> None:
    sensors = commands.add_parser("sensor", help="센서값을 보내거나 새 센서를 신청합니다").add_subparsers(
        required=True, metavar="ACT"
    )
    new = add("announce", "announce:announce", "새 센서를 신청하고 관리자의 승인을 기다립니다", sensors)
    new.add_argument("--server", required=True, metavar="URL", help="센서 입구의 주소")
    new.add_argument("--cafeteria", required=True, metavar="ID")
    new.add_argument("--sensor", required=True, metavar="ID", help="새 센서의 이름")
    new.add_argument("--kind", required=True, choices=["camera", "gate", "beam", "wifi"])
    new.add_argument("--line", metavar="ID", help="줄이 여럿이면 어느 줄인지")
    new.add_argument("--period", type=int, default=10, metavar="S", help="몇 초마다 보내는지 (기본 10)")
    new.add_argument("--code", required=True, help="관리자가 대화에서 받은 코드")
    new.add_argument("--key-file", required=True, metavar="FILE", help="열쇠를 둘 새 파일")
    sensor = add("send", "operate:sensor", "센서값 하나를 진짜 입구로 보냅니다", sensors)
    sensor.add_argument("--sensor", required=True)
    figure = sensor.add_mutually_exclusive_group(required=True)
    figure.add_argument("--count", type=int)
    figure.add_argument("--served", type=int)
    sensor.add_argument("--at")
    occupancy = commands.add_parser("occupancy", help="사람 수의 기록을 살핍니다").add_subparsers(
        required=True, metavar="ACT"
    )
    test = add("backtest", "backtest:backtest", "기록(CSV)의 뒤 30%를 앞의 것만 보고 맞혀 봅니다", occupancy)
    test.add_argument("csv", type=Path, metavar="CSV", help="시각과 사람 수가 있는 파일 (UTF-8, CP949)")
    test.add_argument(
        "--time", required=True, metavar="COL", help="시각 칸의 이름이나 번호. 날짜와 시각이 따로면 쉼표로"
    )
    test.add_argument("--value", required=True, metavar="COL", help="사람 수 칸의 이름이나 번호")
    test.add_argument("--horizon", required=True, type=float, metavar="MIN", help="몇 분 앞을 (하루는 1440)")
    test.add_argument("--json", action="store_true", help="결과를 JSON 하나로")


def _camera(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Callable[..., argparse.ArgumentParser]
) -> None:
    camera = commands.add_parser("camera", help="카메라로 줄 선 사람을 셉니다").add_subparsers(
        required=True, metavar="ACT"
    )
    region = '줄이 서는 곳, 화면에 대한 비율로: "0.1,0.4 0.9,0.4 0.9,1 0.1,1"'
    detector = "직접 받은 검출 모델(YOLOX 모양의 출력)"
    count = add("count", "camera:count", "영상이나 카메라에서 사람을 셉니다. 화면은 저장하지 않습니다", camera)
    count.add_argument("source", metavar="SOURCE", help="카메라 번호(0)나 /dev/video0, rtsp:// 주소, 영상 파일")
    count.add_argument("--region", help=f"{region}. 없으면 화면 전체")
    count.add_argument("--calibrate", metavar="SECOND=COUNT,…", help="손으로 센 사람 수 10~15개")
    count.add_argument("--detector", type=Path, metavar="ONNX", help=detector)
    count.add_argument("--every", type=_seconds, metavar="S", help="몇 초마다 (기본: 카메라 2초, 영상은 길이에 맞게)")
    count.add_argument("--json", action="store_true", help="한 줄에 JSON 하나")
    setup = add("setup", "camera:setup", "이 PC에서 줄 영역을 그리고 설정에 넣을 글을 써 드립니다", camera)
    setup.add_argument("source", metavar="SOURCE")
    setup.add_argument("--terminal", action="store_true", help="창 없이 글자 그림으로")
    setup.add_argument("--plain", action="store_true", help="색 없이")
    setup.add_argument("--region", help="그리지 않고 이 영역을 보여 드립니다")
    says = "사람 수를 세어 도비에게 보냅니다. 설정은 camera.toml의 [camera]나 선택으로"
    run = add("run", "camera_agent:agent", says, camera)
    for name in ("server", "cafeteria", "sensor", "key", "source", "serving", "memory"):
        run.add_argument(f"--{name}")
    run.add_argument("--region", help=region)
    run.add_argument("--detector", metavar="ONNX", help=detector)
    run.add_argument("--every", type=_seconds, metavar="S", help="몇 초마다 볼지 (기본 2)")
    run.add_argument("--post-every", type=_seconds, metavar="S", help="몇 초마다 보낼지 (기본 5)")


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.1 <= value <= 3600:
        raise ValueError(f"expected 0.1 to 3600 seconds, got {text}")
    return value


def _sources(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Callable[..., argparse.ArgumentParser]
) -> None:
    sources = commands.add_parser("sources", help="출처를 살펴보고 찾습니다").add_subparsers(
        required=True, metavar="ACT"
    )
    check = add("check", "sources:check", "출처마다 한 번 읽어 보고, 확인 전인 것은 읽히면 켭니다", sources)
    check.add_argument("ids", nargs="*", metavar="ID", help="출처 id. 없으면 켜진 것과 확인 전인 것 모두")
    check.add_argument("--json", action="store_true")
    find = add("discover", "sources:find", "주소에서 게시판과 RSS를 찾아 설정에 붙일 글을 써 드립니다", sources)
    find.add_argument("url", metavar="URL")
    find.add_argument("--json", action="store_true")


if __name__ == "__main__":
    sys.exit(main())
