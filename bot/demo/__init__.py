"""The demo: invented agencies on loopback, a simulated cafeteria, and the settings that join them to the real house.

Everything here feeds the same entrances that real agencies, sensors and settings use; nothing of the house knows that
it is in a demo. Whatever is simulated says so (예시).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

_KEY = re.compile(r"\{key:([^}]+)\}")


def sensor_names() -> tuple[str, ...]:
    """The sensors that need a key, as "institution/sensor", in the order of the file."""
    return tuple(_KEY.findall(_template()))


def settings_text(site_url: str, sensor_keys: Mapping[str, str]) -> str:
    """The demo's dobi.toml for a site served at `site_url` ("http://127.0.0.1:40123").

    Args:
        site_url: base address of the sample site, without a slash at its end.
        sensor_keys: by "institution/sensor", one for each of `sensor_names()`; printable, without quotes.

    Raises:
        KeyError: for a sensor without a key.
    """
    return _KEY.sub(lambda found: sensor_keys[found[1]], _template().replace("{site}", site_url))


def _template() -> str:
    return (files(__package__) / "dobi.toml").read_text("utf-8")
