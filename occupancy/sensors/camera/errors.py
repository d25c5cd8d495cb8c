"""The errors of the camera agent.

Errors::

    CameraError (OccupancyError)
    ├── RegionError      a region that is none; `code` says how: text, corners, outside, crosses, flat
    ├── SourceError      no pictures from there; `code` says how: missing, unreadable, empty, lost
    ├── TaughtError      hand counts that can't be meant; `code`: text, count, second, many
    └── DetectorError    the detector file is not one that this library reads
"""

from __future__ import annotations

from occupancy.reading import OccupancyError


class CameraError(OccupancyError):
    """Root of what the agent raises. `code` is for whoever words it, `detail` for a log."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class RegionError(CameraError, ValueError):
    """A region that is none."""


class SourceError(CameraError):
    """No pictures come from there."""


class TaughtError(CameraError, ValueError):
    """Hand counts that can't be meant."""


class DetectorError(CameraError):
    """A detector file that can't be used."""
