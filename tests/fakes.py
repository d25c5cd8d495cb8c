"""Hand-written fakes that obey the ports."""

from __future__ import annotations

from bot.messenger import Outgoing, Plain, Receive
from bot.platforms import Capabilities, SendResult, Sent


class FakeMessenger(Plain):
    """A messenger that remembers what was sent; `results` are given out before plain success."""

    name = "console"

    def __init__(self, *, edit: bool = True, idempotent: bool = True) -> None:
        self.capabilities = Capabilities(
            location_in=True, image_out=True, buttons=True, edit=edit, idempotent_send=idempotent, max_text=4096
        )
        self.sent: list[Outgoing] = []
        self.results: list[SendResult] = []

    async def run(self, receive: Receive) -> None:
        raise NotImplementedError

    async def send(self, message: Outgoing) -> SendResult:
        self.sent.append(message)
        return self.results.pop(0) if self.results else Sent(f"native-{message.message}")
