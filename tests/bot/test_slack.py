"""The Slack adapter's pure parts: what was written, what will be shown, what a payload is, what an answer means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messenger import Button
from bot.messengers.slack import blocks, forms, make
from bot.messengers.slack.answers import CallFailedError, code_of, result, unreached, wait_of
from bot.messengers.slack.calls import Calls
from bot.messengers.slack.incoming import Me, foreign, update_of
from bot.messengers.slack.written import names, plain
from bot.messengers.tools import Tools
from bot.platforms import Ambiguous, Content, Gone, Rejected, Retry
from bot.settings import MessengerAccount, Secret
from bot.wording.forms import FORMS
from tests.conformance.slack import rules
from tests.conformance.slack.workspace import BOT, BOT_ID, GROUP, TEAM, Workspace, escaped

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
ME = Me(BOT, BOT_ID, TEAM)

HOSTILE = (
    "<!channel> <!here> <@U0KIM> <#C0GENERAL|general> <https://example.go.kr|여기>",
    "&lt;!everyone&gt; &amp;lt; & < > &quot; &#39;",
    "*bold* _it_ ~no~ `code` ```block``` > quote",
    ":smile: :+1: :skin-tone-3:",
    "@channel @here @kim #general http://example.go.kr/a?b=1&c=2 kim@example.go.kr 010-1234-5678",
    "\u202eمرحبا\u202c RTL \u200b너비\u200d 없음\u2060 \ufeff",
    "줄\n\n\n빈 줄 셋\n    들여쓰기\t탭",
    "👨‍👩‍👧‍👦🇰🇷é한글",
)


class TestWritten:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_what_was_typed_comes_back_as_it_was_typed(self, text: str) -> None:
        assert plain(escaped(text), BOT) == text.strip()

    @given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
    def test_so_does_any_text(self, text: str) -> None:
        assert plain(escaped(text), BOT) == text.strip()

    @pytest.mark.parametrize(
        ("raw", "said"),
        [
            ("<@U0DOBI> 식당", "식당"),
            ("<@U0DOBI|도비>   식당", "식당"),
            ("인수인계 <@U0LEE|이주무관>", "인수인계 @이주무관"),
            ("인수인계 <@U0LEE>", "인수인계 @U0LEE"),
            ("<#C1|총무과> 구독", "#총무과 구독"),
            ("<!here> <!subteam^S1|@당직>", "@here @당직"),
            ("<http://data.go.kr|data.go.kr>", "data.go.kr"),
            ("<mailto:a@b.kr|a@b.kr>", "a@b.kr"),
            ("<https://naver.me/x1|지도>", "지도 https://naver.me/x1"),
            ("<https://map.example/?a=1&amp;b=2>", "https://map.example/?a=1&b=2"),
            ("<!date^1700000000^{date}|오늘>", "오늘"),
            ("a <unclosed", "a <unclosed"),
        ],
    )
    def test_marks_become_words(self, raw: str, said: str) -> None:
        assert plain(raw, BOT) == said

    def test_only_a_mention_of_dobi_addresses_it(self) -> None:
        assert names("<@U0DOBI> 안녕", BOT)
        assert names("안녕 <@U0DOBI|도비>", BOT)
        assert not names("<@U0DOBIX> U0DOBI &lt;@U0DOBI&gt;", BOT)


class TestBlocks:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_a_person_reads_what_was_written(self, text: str) -> None:
        made = blocks.message(text)

        rules.check_message("", made)
        assert rules.read(made, "") == text

    @given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=300).filter(str.strip))
    def test_so_with_any_text(self, text: str) -> None:
        assert rules.read(blocks.message(text), "") == text

    @pytest.mark.parametrize("char", ["&", "<", "가", "😀", "a "])
    def test_the_longest_text_stays_within_slacks_limits(self, char: str) -> None:
        most = blocks.MAX_TEXT // (len(char.encode("utf-16-le")) // 2)
        text = (char * most)[: blocks.MAX_TEXT].strip()

        made = blocks.message(text, [Button("가" * 40, "x" * 64)] * 5)

        rules.check_message("", made)
        assert rules.read(made, "").replace("\n", "").replace(" ", "") == text.replace(" ", "")

    def test_a_long_text_is_cut_at_its_lines(self) -> None:
        text = "\n".join(["&" * 200] * 12)  # 12,000 characters once escaped

        made = blocks.message(text)

        rules.check_message("", made)
        assert len(made) > 1
        assert rules.read(made, "") == text

    @pytest.mark.parametrize(
        "text",
        [
            "[도청] 새 소식 · 13:42\n기한 11. 30.\n원문: https://example.go.kr/a_b?x=1&y=*2*",
            "https://a.kr/_x_\n\nhttps://b.kr/%EA%B0%80\n끝",
            "\n원문: http://a.kr",
            "1. 제목 *굵게*\nhttps://a.kr\n2. 둘째\nhttps://b.kr",
            "https://a.kr/|x>\n<https://b.kr|여기>\n_원문_: https://c.kr\n:smile: https://d.kr",
            "https://a.kr 뒤\n앞 https://a.kr",
            "\n".join(f"{n}. 제목\nhttps://example.go.kr/{n}?a=1&b=2" for n in range(40)),
        ],
    )
    def test_an_address_reads_as_it_was_written(self, text: str) -> None:
        made = blocks.message(text)

        rules.check_message("", made)
        assert rules.read(made, "") == text

    def test_a_line_that_is_an_address_can_be_followed(self) -> None:
        made = blocks.message("새 소식 *굵게*\n원문: https://example.go.kr/a?x=1&y=2")

        assert [one["text"]["type"] for one in made] == ["plain_text", "mrkdwn"]
        assert made[1]["text"]["text"] == "원문: <https://example.go.kr/a?x=1&amp;y=2>"

    @given(
        st.lists(
            st.one_of(
                st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
                st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20).map("https://{}".format),
                st.sampled_from(["", "https://a.kr/x?y=1&z=2", "원문: https://a.kr", "<!here>", "*a*", "> q"]),
            ),
            max_size=12,
        )
    )
    def test_lines_of_any_kind_read_as_they_were_written(self, lines: list[str]) -> None:
        text = "\n".join(lines)
        made = blocks.message(text)

        if text.strip():
            rules.check_message("", made)
        assert rules.read(made, "") == (text if text.strip() else "")

    def test_buttons_have_names_of_their_own_and_carry_any_press(self) -> None:
        presses = [f"p:{char}" for char in "가&<>%\"'\\"] + ["&amp;", "%26", "x" * 64]

        made = blocks.message("고르십시오", [Button("말", press) for press in presses])

        rules.check_message("", made)
        values = [button["value"] for block in made[1:] for button in block["elements"]]
        assert [blocks.pressed(value) for value in values] == presses
        assert all(rules.unescaped(value) == value for value in values)

    def test_a_long_label_is_cut_and_says_so(self) -> None:
        label = blocks.message("", [Button("&" * 80, "p")])[0]["elements"][0]["text"]

        assert rules.shown(label).endswith("…")
        assert rules.check_text(label, 75) <= 75

    def test_nothing_to_say_is_no_block(self) -> None:
        assert blocks.message("") == []
        assert blocks.message(" \n") == []


class TestIncoming:
    """Payloads as Slack's documentation shows them; the peer plays the usual ones, these are the strange."""

    @staticmethod
    def event(event: dict[str, Any]) -> Any:
        return update_of({"type": "event_callback", "event_id": "Ev1", "event": event}, ME, NOW)

    def test_a_message_and_its_mention_are_one_update(self) -> None:
        space = Workspace(lambda: NOW)
        payloads = space.said("U0KIM", "식당", space.channels[GROUP], mention=True)

        told = [update_of(payload, ME, NOW) for payload in payloads]

        assert len({one.id for one in told if one}) == 1
        assert [one.text for one in told if one] == ["식당", "식당"]
        assert all(one is not None and one.mention and one.chat == GROUP for one in told)

    @pytest.mark.parametrize(
        "more",
        [
            {"bot_id": "B1"},
            {"user": BOT},
            {"user": "USLACKBOT"},
            {"user": None},
            {"subtype": "bot_message"},
            {"subtype": "channel_join"},
            {"subtype": "channel_topic"},
            {"subtype": "message_deleted"},
            {"subtype": "reminder_add"},
        ],
    )
    def test_what_no_person_says_is_nothing(self, more: dict[str, Any]) -> None:
        said = {"type": "message", "user": "U0KIM", "text": "식당", "ts": "1700000000.000100", "channel": "D1"}

        assert self.event(said) is not None
        assert self.event(said | more) is None

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"type": "event_callback"},
            {"type": "event_callback", "event": "x"},
            {"type": "event_callback", "event_id": "E", "event": {"type": "message"}},
            {"type": "event_callback", "event": {"type": "message", "user": "U1", "ts": "soon", "channel": "D1"}},
            {"type": "event_callback", "event": {"type": "message", "user": "U1", "ts": "1e999", "channel": "D1"}},
            {"type": "event_callback", "event": {"type": "message", "user": "U1", "ts": "1", "channel": 7}},
            {"type": "event_callback", "event": {"type": "message", "subtype": "message_changed", "channel": "D1"}},
            {"type": "block_actions", "actions": []},
            {"type": "block_actions", "actions": [{"type": "datepicker"}]},
            {"type": "view_submission", "view": {"callback_id": "foreign", "id": "V1"}, "user": {"id": "U1"}},
            {"type": "view_submission"},
            {"command": "/dobi"},
            {"type": "workflow_step_edit"},
        ],
    )
    def test_a_shape_that_slack_does_not_send_is_nothing(self, body: dict[str, Any]) -> None:
        assert update_of(body, ME, NOW) is None

    @pytest.mark.parametrize(
        ("body", "elsewhere"),
        [
            ({"type": "event_callback", "event": {"type": "message", "team": "T2"}}, True),
            ({"type": "event_callback", "event": {"type": "message", "team": "T1", "user_team": "T2"}}, True),
            ({"type": "event_callback", "event": {"type": "message", "message": {"source_team": "T2"}}}, True),
            ({"type": "event_callback", "event": {"type": "message", "message": "x", "team": "T1"}}, False),
            ({"type": "event_callback", "event": {"type": "message", "team": "E1"}}, False),
            ({"type": "event_callback", "team_id": "T2", "event": {"type": "member_joined_channel"}}, False),
            ({"type": "event_callback", "event": "x"}, False),
            ({"command": "/dobi", "team_id": "T2"}, True),
            ({"command": "/dobi", "team_id": "T1"}, False),
            ({"type": "block_actions", "user": {"id": "U1", "team_id": "T2"}, "team": {"id": "T1"}}, True),
            ({"type": "view_submission", "user": {"id": "U1"}}, False),
            ({}, False),
        ],
    )
    def test_another_organisations_people_are_told_apart(self, body: dict[str, Any], elsewhere: bool) -> None:
        assert foreign(body, Me(BOT, "B1", "T1", "E1")) is elsewhere
        assert not foreign(body, Me(BOT, "B1", ""))

    def test_files_that_lie_elsewhere_are_left_there(self) -> None:
        file = {"id": "F1", "name": "a.pdf", "size": 10, "mode": "hosted"}
        files = [file, file | {"mode": "external"}, file | {"mode": "tombstone"}, file | {"mode": "hidden_by_limit"}]
        told = self.event(
            {"type": "message", "subtype": "file_share", "user": "U1", "ts": "1.1", "channel": "D1", "files": files}
        )

        assert [ref.native for ref in told.refs] == ["F1"]

    def test_a_text_is_bounded_before_it_is_an_update(self) -> None:
        told = self.event({"type": "message", "user": "U1", "ts": "1.1", "channel": "D1", "text": "가" * 900_000})

        assert len(told.text) == 40_000


class TestForms:
    def test_every_form_is_one_that_slack_opens(self) -> None:
        for form in FORMS:
            rules.check_modal(forms.view(form, GROUP))

    def test_a_foreign_form_says_nothing(self) -> None:
        assert forms.said({"callback_id": "other", "state": {"values": {}}}) is None


class TestAnswers:
    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (CallFailedError("ratelimited", status=429, after_s=7), Retry(timedelta(seconds=7), "chat", flood=True)),
            (CallFailedError("ratelimited", status=429), Retry(timedelta(seconds=1), "chat", flood=True)),
            (CallFailedError("service_unavailable", status=503), Retry(timedelta())),
            (CallFailedError("no_connection", status=0, left=False), Retry(timedelta(seconds=2), "whole")),
            (CallFailedError("no_answer", status=0, left=True), Ambiguous("no_answer")),
            (CallFailedError("unknown_error", status=500), Ambiguous("unknown_error")),
            (CallFailedError("internal_error"), Ambiguous("internal_error")),
            (CallFailedError("is_archived"), Gone("is_archived")),
            (CallFailedError("channel_not_found"), Gone("channel_not_found")),
            (CallFailedError("user_not_found"), Gone("user_not_found")),
            (CallFailedError("not_in_channel"), Gone("not_in_channel")),
            (CallFailedError("invalid_auth"), Retry(timedelta(minutes=5), "whole")),
            (CallFailedError("account_inactive"), Retry(timedelta(minutes=5), "whole")),
            (CallFailedError("msg_too_long"), Rejected("msg_too_long")),
            (CallFailedError("msg_blocks_too_long"), Rejected("msg_blocks_too_long")),
            (CallFailedError("missing_scope"), Rejected("missing_scope", "missing_scope")),
            (CallFailedError("missing_scope", needed="files:write"), Rejected("missing_scope", "files:write")),
            (
                CallFailedError("missing_scope", needed="chat:write"),
                Retry(timedelta(minutes=5), "whole", permission="chat:write"),
            ),
        ],
        ids=lambda one: getattr(one, "code", "") + str(getattr(one, "status", "")),
    )
    def test_each_answer_has_its_result(self, error: CallFailedError, expected: object) -> None:
        assert result(error, chat=True) == expected

    def test_a_limit_that_is_no_chats_own_stops_all(self) -> None:
        told = result(CallFailedError("ratelimited", status=429, after_s=3), chat=False)

        assert told == Retry(timedelta(seconds=3), "whole", flood=True)

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            ("30", 30.0),
            ("0.5", 0.5),
            ("", None),
            (None, None),
            ("soon", None),
            ("-4", 0.0),
            ("9e9", 3600.0),
            ("nan", None),
        ],
    )
    def test_a_wait_is_bounded(self, header: str | None, seconds: float | None) -> None:
        assert wait_of(header) == seconds

    def test_only_a_code_becomes_a_reason(self) -> None:
        assert code_of("is_archived") == "is_archived"
        assert code_of("the text was: 비밀 회의") == "unknown_error"
        assert code_of(None) == "unknown_error"

    def test_a_connection_that_was_never_made_did_nothing(self) -> None:
        refused = aiohttp.ClientConnectorError(None, OSError(111, "refused"))  # type: ignore[arg-type]

        assert unreached(refused).left is False
        assert unreached(aiohttp.ConnectionTimeoutError()).left is False
        assert unreached(aiohttp.ServerDisconnectedError()).left is True
        assert unreached(TimeoutError()).left is True


class TestAccount:
    @staticmethod
    def account(**secrets: str) -> MessengerAccount:
        return MessengerAccount("slack", {name: Secret(value, "test") for name, value in secrets.items()})

    @staticmethod
    def tools() -> Tools:
        return Tools(lambda: NOW, lambda _: None, None)  # type: ignore[arg-type, return-value]

    def test_an_account_says_what_it_lacks_without_its_secrets(self) -> None:
        with pytest.raises(ValueError, match="app_token") as caught:
            make(self.account(bot_token="xoxb-secret"), self.tools())
        assert "xoxb" not in str(caught.value)
        http = replace(self.account(bot_token="xoxb-secret", app_token="xapp"), options={"mode": "http"})
        with pytest.raises(ValueError, match="signing_secret"):
            make(http, self.tools())

    def test_a_foreign_messenger_carries_no_points_unless_told(self) -> None:
        account = self.account(bot_token="xoxb-1", app_token="xapp-1")

        assert make(account, self.tools()).capabilities.content is Content.OFFICE
        assert make(replace(account, content=Content.PLACE), self.tools()).capabilities.content is Content.PLACE

    @pytest.mark.parametrize(
        ("url", "own"),
        [
            ("https://files.slack.com/files-pri/T1-F1/a.pdf", True),
            ("https://slack-files.com/T1-F1", True),
            ("http://files.slack.com/files-pri/T1-F1/a.pdf", False),
            ("https://files.slack.com.example.go.kr/a.pdf", False),
            ("https://evilslack.com/a.pdf", False),
            ("https://files.slack.com@example.go.kr/a.pdf", False),
            ("https://files.slack.com:8443/a.pdf", False),
            ("file:///etc/passwd", False),
            ("", False),
        ],
    )
    def test_the_token_is_shown_to_slack_alone(self, url: str, own: bool) -> None:
        assert Calls("xoxb-1")._own(url) is own
