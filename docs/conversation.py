"""Draws the README's picture: a real conversation with the demo, as Dobi answered it just now.

.venv/bin/python docs/conversation.py      → docs/conversation.png
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, MARGIN, GAP = 760, 24, 14
INK, PAPER, MINE, HERS, SOFT = "#1b2733", "#dfe6ec", "#fde68a", "#ffffff", "#5b6b7a"
LINES = [
    {"id": 1, "user": "kim", "text": "구독 소상공인"},
    {"id": 2, "control": "advance", "seconds": 120},
    {"id": 3, "user": "kim", "text": "출장 총무과-812"},
    {"id": 4, "user": "kim", "press": "consent:yes"},
    {"id": 5, "user": "kim", "location": {"lat": 35.1802, "lon": 128.1076, "accuracy_m": 12}},
    {"id": 6, "control": "advance", "seconds": 3180},
    {"id": 7, "user": "kim", "text": "식당"},
]
SHOWN = {1: "구독 소상공인", 5: "📍 위치를 보냈습니다", 7: "식당"}


def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    spec = find_spec("koreanize_matplotlib")
    folder = Path((spec.submodule_search_locations or [""])[0]) / "fonts"
    return ImageFont.truetype(folder / ("NanumGothicBold.ttf" if bold else "NanumGothic.ttf"), size)


TEXT, SMALL = font(19), font(15)


def talk() -> list[dict]:
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "bot", "console", "--json", "--demo", "--virtual-clock", "--data", data]
        given = "\n".join(json.dumps(line, ensure_ascii=False) for line in LINES)
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
        said = [json.loads(line) for line in done.stdout.splitlines()]
        for one in said:
            one["picture"] = Image.open(one["image"]).convert("RGB") if one.get("image") else None
        return said


def wrapped(text: str, width: int) -> list[str]:
    rows = []
    for line in text.split("\n"):
        row = ""
        for word in line.split(" "):
            longer = f"{row} {word}".strip()
            if TEXT.getlength(longer) > width and row:
                rows.append(row)
                row = word
            else:
                row = longer
        rows.append(row)
    return rows


def bubble(
    draw: ImageDraw.ImageDraw, canvas: Image.Image, top: int, text: str, *, mine: bool, buttons=(), picture=None
) -> int:
    rows = wrapped(text, WIDTH - 190)
    width = int(max(TEXT.getlength(row) for row in rows)) + 32
    if picture is not None:
        picture.thumbnail((360, 250))
        width = max(width, picture.width + 32)
    height = 28 * len(rows) + 20 + (picture.height + 10 if picture is not None else 0) + (38 if buttons else 0)
    left = WIDTH - MARGIN - width if mine else MARGIN
    if canvas is not None:
        draw.rounded_rectangle((left, top, left + width, top + height), 14, fill=MINE if mine else HERS)
        y = top + 10
        if picture is not None:
            canvas.paste(picture, (left + 16, y))
            y += picture.height + 10
        for row in rows:
            draw.text((left + 16, y), row, font=TEXT, fill=INK)
            y += 28
        x = left + 16
        for button in buttons:
            wide = int(SMALL.getlength(button)) + 24
            draw.rounded_rectangle((x, y + 2, x + wide, y + 30), 8, outline="#8aa0b4", width=2)
            draw.text((x + 12, y + 6), button, font=SMALL, fill=SOFT)
            x += wide + 8
    return top + height + GAP


def main() -> None:
    said = talk()
    first = {one["in_reply_to"]: one for one in said if one.get("text") and one.get("in_reply_to")}
    push = next(one for one in said if one.get("kind") == "instant")
    parts: list[tuple[dict, bool]] = []
    for number, words in SHOWN.items():
        parts += [({"text": words}, True), (first[number], False)]
        if number == 1:
            parts.append((push, False))
    tall = Image.new("RGB", (WIDTH, 4000), PAPER)
    draw, top = ImageDraw.Draw(tall), MARGIN
    for one, mine in parts:
        buttons = [button["label"] for button in one.get("buttons", ())]
        top = bubble(
            draw, tall, top, one["text"].replace("📍 ", ""), mine=mine, buttons=buttons, picture=one.get("picture")
        )
    tall.crop((0, 0, WIDTH, top + MARGIN - GAP)).quantize(64).save(
        Path(__file__).parent / "conversation.png", optimize=True
    )


if __name__ == "__main__":
    main()
