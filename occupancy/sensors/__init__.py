"""The sensors: which kinds there are, what each gives, and one file per way in.

The port is the `Batch`: each way in turns foreign bytes into one, checked by that sensor's key, with readings that have
identities; whoever holds the store appends it to the sensor's line (`bot.sensing.Taking`), where each counts once.

    http, mqtt      parse(…, key, now, kind) -> Batch          signed posts; a broker's messages
    gate            read(path, ask) -> Sheet                   a folder's sheets; what is new of one becomes Batches
    chat            together(reports, trust, now) -> Glance    what people write; one reading of the source `chat`
    camera          counts, and speaks `http` through `sender`

Adding a kind is a row here and, where it has its own way in, a file beside `http`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from occupancy.reading import Kind


class Gives(StrEnum):
    """The one field a kind of sensor may fill."""

    COUNT = "count"
    SERVED = "served"


@dataclass(frozen=True, slots=True)
class Trait:
    """What a kind gives and how far a single count of it may be off: `noise` people plus `share` of the line."""

    gives: Gives
    noise: float = 0.0
    share: float = 0.0


# Camera: 1 person + 10 % of the line, our measurement on hand-counted clips (research note §2.1, §3.1).
# Beam and wifi: wider by judgement, since they drift or lag; a site's own calibration replaces them later.
KINDS: Mapping[Kind, Trait] = MappingProxyType(
    {
        Kind.CAMERA: Trait(Gives.COUNT, noise=1.0, share=0.10),
        Kind.GATE: Trait(Gives.SERVED),
        Kind.BEAM: Trait(Gives.COUNT, noise=2.0, share=0.15),
        Kind.WIFI: Trait(Gives.COUNT, noise=5.0, share=0.40),
        Kind.CHAT: Trait(Gives.COUNT, noise=5.0, share=0.30),
    }
)
