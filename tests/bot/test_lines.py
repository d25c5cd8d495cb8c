"""The console's protocol: strict in, complete out."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messenger import Button, Chat, Outgoing, PushFacts, Reply, Update, VerdictFacts, Why
from bot.messengers.lines import BadLine, Control, parse, render

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def line(**fields):
    return json.dumps(fields, ensure_ascii=False)


def test_a_message_in_a_channel_is_read():
    update = parse(line(id=2, user="kim", chat="총무과", mention=True, text="구독 재난안전"), NOW)

    assert update == Update("console", "kim", NOW, chat="총무과", text="구독 재난안전", mention=True, reference=2)


def test_a_shared_point_keeps_every_mark():
    point = {"lat": 35.2279, "lon": 128.6811, "accuracy_m": 12, "live": False, "forwarded": True, "venue": False}
    update = parse(line(id=3, user="kim", location=point, sent_at="2026-11-23T11:30:00+09:00", edit=True), NOW)

    assert isinstance(update, Update)
    assert update.location is not None
    assert (update.location.forwarded, update.location.edited, update.location.accuracy_m) == (True, True, 12.0)
    assert update.sent_at == NOW


def test_files_are_read_whole(tmp_path):
    path = tmp_path / "그림.png"
    path.write_bytes(b"bytes")

    update = parse(line(id=4, user="lee", text="검증", files=[str(path)]), NOW)

    assert isinstance(update, Update)
    assert [(file.name, file.data) for file in update.files] == [("그림.png", b"bytes")]


def test_controls_are_read():
    assert parse(line(id=7, control="advance", seconds=3600), NOW) == Control(7, "advance", seconds=3600.0)
    assert parse(line(control="sensor", sensor="cam1", silent=True), NOW) == Control(
        None, "sensor", sensor="cam1", silent=True
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "object"),
        (line(id=1, text="식당"), "user"),
        (line(id=1, user="kim"), "text"),
        (line(id=1, user="", text="식당"), "user"),
        (line(id=1, user="kim", text=3), "text"),
        (line(id=1, user="kim", txt="식당"), "unknown: txt"),
        (line(id=True, user="kim", text="식당"), "id"),
        (line(id=1, user="kim", location={"lat": "x", "lon": 1}), "lat"),
        ('{"id": 1, "user": "kim", "location": {"lat": NaN, "lon": 1}}', "lat"),
        (line(id=1, user="kim", text="식당", sent_at="어제"), "sent_at"),
        (line(id=1, user="kim", text="식당", sent_at="2026-11-23T11:30:00"), "zone"),
        (line(id=1, user="kim", files=["/no/such/file"]), "files"),
        (line(id=1, user="kim", files=["x"] * 21), "files"),
        (line(id=1, control="stop"), "control"),
        (line(id=1, control="advance"), "seconds"),
        (line(id=1, control="advance", seconds=-1), "seconds"),
        ("x" * (4 * 2**20 + 1), "characters"),
    ],
)
def test_a_bad_line_is_an_error_that_names_what_is_wrong(text, says):
    with pytest.raises(BadLine, match=says):
        parse(text, NOW)


def test_a_bad_line_keeps_its_id():
    with pytest.raises(BadLine) as caught:
        parse(line(id=41, user="kim"), NOW)

    assert caught.value.reference == 41


_VALUES = st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5)


@given(st.text() | _VALUES.map(json.dumps))
def test_nothing_but_bad_line_is_ever_raised(text):
    with contextlib.suppress(BadLine):
        parse(text, NOW)


def outgoing(reply, kind="reply", **more):
    return Outgoing("gyeongnam", Chat("console", "dm:kim", private=True), "m17", reply, kind=kind, **more)


def test_a_push_says_why():
    facts = PushFacts("s1", 1, "견본도청", "http://x/1", Why(0.71, ("재난",), "재난안전"))
    shown = json.loads(render(outgoing(Reply("글", facts=facts), "instant"), None, None))

    assert shown["kind"] == "instant"
    assert shown["in_reply_to"] is None
    assert shown["why"] == {"score": 0.71, "words": ["재난"], "subscription": "재난안전"}
    assert (shown["story"], shown["step"], shown["source"], shown["url"]) == ("s1", 1, "견본도청", "http://x/1")


def test_a_reply_has_every_field_of_the_protocol():
    reply = Reply("글", alt="그림 설명", buttons=(Button("동의", "consent:yes"),), facts=VerdictFacts("유효", ()))
    shown = json.loads(render(outgoing(reply, reference=4, edits="m3"), "/abs/x.png", None))

    assert shown == {
        "in_reply_to": 4,
        "institution": "gyeongnam",
        "chat": "dm:kim",
        "thread": None,
        "message": "m17",
        "edits": "m3",
        "deletes": None,
        "text": "글",
        "alt": "그림 설명",
        "image": "/abs/x.png",
        "file": None,
        "buttons": [{"label": "동의", "press": "consent:yes"}],
        "verdict": "유효",
        "flags": [],
    }


@given(st.text(), st.binary(), st.text())
def test_a_reply_survives_the_outbox(text, image, word):
    push = PushFacts("s", 2, "기관", "http://x", Why(0.5, (word,), "구독"))
    reply = Reply(text, alt=word, image=image, buttons=(Button("가", "b"),), facts=push)

    assert Reply.from_json(reply.to_json()) == reply
