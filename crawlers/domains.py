"""What a host's name pretends to be: an official Korean domain, by its look. Pure; refuses to vouch for anybody.

    name → letters as the eye reads them (NFKC, confusables) → does it look like an official name without being one?

For addresses that people paste and for links that a search finds; whether a host may be talked to at all is the
guard's to say. `go.kr`, `mil.kr` and their like are given to public bodies only, so what ends in them is never flagged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from urllib.parse import urlsplit

from crawlers.identity import REGIONS, registrable
from crawlers.sources import catalogue

# Suffixes that the registry keeps for the State, and the State's own names
OFFICIAL = ("go.kr", "mil.kr", "gov.kr", "korea.kr")
_BEFORE_KR = {name.partition(".")[0] for name in OFFICIAL} | REGIONS | {"re", "or"}
# Letters that are read as Latin ones, from Unicode's confusables (UTS #39 §4), as far as Korean domains have them
_READ_AS = {
    "a": "аαɑᴀ", "b": "ьвβ", "c": "сϲᴄ", "d": "ԁđժ", "e": "еєеεҽᴇ", "f": "ғք", "g": "ɡցґ", "h": "һհћħ", "i": "іιıɩї",
    "j": "јȷյ", "k": "кκᴋқƙ", "l": "ӏłǀʟ", "m": "мᴍ", "n": "ոпηɴ", "o": "оοօσøᴏ", "p": "рρᴘ", "q": "ԛզ", "r": "гʀɾ",
    "s": "ѕꜱ", "t": "тτŧᴛ", "u": "սυμ", "v": "ѵνᴠ", "w": "ԝωшᴡ", "x": "хχ", "y": "уүγу", "z": "ᴢ", "": "·ㆍ",
}  # fmt: skip
_CONFUSABLE = str.maketrans({letter: latin for latin, letters in _READ_AS.items() for letter in letters})
_LOOKS = str.maketrans({"0": "o", "1": "l", "i": "l", "3": "e", "5": "s", "-": "", "_": ""})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_PLAIN = re.compile(r"[a-z0-9-]+")


def host_of(url: str) -> str:
    """The host of an address as the eye reads it, or ""."""
    try:
        return urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""


def lookalike(host: str) -> str | None:
    """How `host` pretends to be an official Korean domain; None where it does not.

    `suffix_inside`: an official ending stands elsewhere than at the end (`go.kr.evil.com`, `gov.kr.co`, `go-kr.com`).
    `homograph`: letters of another script, or figures, spell an official or a known name (`gо.kr` with a Cyrillic о).
    `mixed_script`: a part mixes scripts that nobody writes together. `bad_punycode`: an `xn--` part that says nothing.
    """
    host = unicodedata.normalize("NFKC", host).strip().strip(".").lower().replace("。", ".")
    shown = [_shown(label) for label in host.split(".")]
    if any(label is None for label in shown):
        return "bad_punycode"
    labels = [label for label in shown if label]
    plain = all(_PLAIN.fullmatch(label) for label in labels)
    if plain and is_official(host):
        return None
    if any(_mixed(label) for label in labels):
        return "mixed_script"
    read = [_read(label) for label in labels]
    if not plain and (_is_homograph(labels, read) or is_official(".".join(read))):
        return "homograph"
    if _suffix_inside(read):
        return "suffix_inside"
    site = registrable(".".join(labels))
    twins = _known().get(_skeleton(registrable(".".join(read))), frozenset())
    return "homograph" if twins and site not in twins else None


def disguise(url: str, allows: Callable[[str], bool]) -> str | None:
    """How the host of `url` pretends to be an official one; None where it does not, or `allows` lets it through."""
    host = host_of(url)
    return None if allows(host) else lookalike(host)


def is_official(host: str) -> bool:
    """Whether `host` lies under a name that only the State can hold."""
    host = host.lower().rstrip(".")
    return any(host == name or host.endswith(f".{name}") for name in OFFICIAL)


def _shown(label: str) -> str | None:
    if not label.startswith("xn--"):
        return label
    try:
        told = unicodedata.normalize("NFKC", label[4:].encode("ascii").decode("punycode")).lower()
    except UnicodeError:
        return None
    return told if told and not told.isascii() and told.isprintable() else None


def _script(char: str) -> str:
    if char.isascii() or not char.isalpha():
        return "" if not char.isalpha() else "LATIN"
    name = unicodedata.name(char, "UNKNOWN").split(" ", 1)[0]
    return {"CJK": "HAN", "HANGUL": "HAN", "HIRAGANA": "HAN", "KATAKANA": "HAN"}.get(name, name)


def _mixed(label: str) -> bool:
    """Whether a label mixes scripts, those of one Korean or Japanese line apart (UTS #39 §5.2, highly restrictive)."""
    scripts = {_script(char) for char in label} - {""}
    odd = any(unicodedata.category(char) in {"Cf", "Mn", "Me", "Cc", "Co", "Cn"} for char in label)
    return odd or len(scripts - {"HAN", "LATIN"}) > (0 if scripts & {"HAN", "LATIN"} else 1)


def _read(label: str) -> str:
    """`label` with each letter as the Latin one that it looks like."""
    label = label.translate(_CONFUSABLE)
    bare = "".join(char for char in unicodedata.normalize("NFKD", label) if not unicodedata.combining(char))
    composed = unicodedata.normalize("NFC", bare)  # Hangul back into syllables
    return composed.translate(_CONFUSABLE)


def _is_homograph(labels: list[str], read: list[str]) -> bool:
    """Whether a label of another script reads as a plain Latin one, all of it."""
    return any(
        any(_script(char) not in {"", "LATIN"} for char in one) and bool(_PLAIN.fullmatch(other))
        for one, other in zip(labels, read, strict=True)
    )


def _suffix_inside(labels: list[str]) -> bool:
    pieces: list[tuple[str, bool]] = []  # a word, and whether a dot stands behind it
    for label in labels:
        words = [word for word in re.split(r"[-_]+", label) if word]
        pieces += [(word, number == len(words) - 1) for number, word in enumerate(words)]
    for at, ((one, dotted), (other, _)) in enumerate(pairwise(pieces)):
        at_end = at == len(pieces) - 2 and dotted and labels[-2] == one
        if other == "kr" and one in _BEFORE_KR and not at_end:
            return True
    return any(re.fullmatch(r"[a-z0-9]*(?:go|gov)kr", label.replace("-", "")) for label in labels[:-1])


def _skeleton(name: str) -> str:
    told = name.translate(_LOOKS)
    for pair, letter in _PAIRS:
        told = told.replace(pair, letter)
    return told


@cache
def _known() -> dict[str, frozenset[str]]:
    """The sites of the shipped catalogue, by how they look."""
    found: dict[str, set[str]] = {}
    for host in (*OFFICIAL, *(host_of(source.url) for source in catalogue())):
        site = registrable(host)
        if site:
            found.setdefault(_skeleton(site), set()).add(site)
    return {look: frozenset(sites) for look, sites in found.items()}
