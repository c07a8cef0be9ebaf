"""One round as GPX 1.1 for a satellite receiver or a phone: waypoints and the way as a track.

Written here rather than by a library, so that nothing stands in it that was not meant to: the
order of elements, the range of degrees and times in UTC are those of the schema (Topografix, GPX
1.1 schema, www.topografix.com/GPX/1/1/gpx.xsd).
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from rightplace.briefing.routes.words import clock
from rightplace.briefing.text import clean

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.briefing.routes.sheet import RouteSheet

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="Rightplace">\n'
)


def route_gpx(sheet: RouteSheet) -> str:
    """Return a round as GPX 1.1.

    Waypoints are the base, each visit and the break, with the time at which it begins; the track
    is the whole way. No times stand on the track: it is a way to go, not a record.

    Parameters
    ----------
    sheet
        The round.
    """
    name = f"{sheet.crew_id}, {sheet.period}, {sheet.shift}"
    parts = [
        _HEAD,
        (
            f"<metadata><name>{_text(name)}</name><desc>{_text(sheet.stamp.notice)}</desc>"
            f"<time>{_utc(sheet.leaves)}</time></metadata>\n"
        ),
        _waypoint(sheet.base_lon, sheet.base_lat, sheet.leaves, name="Base", told=sheet.base),
    ]
    for line in sheet.lines:
        label = "Break" if line.number is None else f"{line.number} {line.place}"
        told = f"{clock(line.starts)} to {clock(line.ends)}. {line.way}"
        parts.append(_waypoint(line.lon, line.lat, line.starts, name=label, told=told))
    points = "".join(
        f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"/>' for lon, lat in sheet.path_degrees.tolist()
    )
    parts.append(
        f"<trk><name>{_text(name)}</name><desc>{_text(sheet.headline)}</desc>"
        f"<trkseg>{points}</trkseg></trk>\n</gpx>\n"
    )
    return "".join(parts)


def _waypoint(lon: float, lat: float, at: datetime, *, name: str, told: str) -> str:
    return (
        f'<wpt lat="{lat:.6f}" lon="{lon:.6f}"><time>{_utc(at)}</time><name>{_text(name)}</name>'
        f"<desc>{_text(told)}</desc></wpt>\n"
    )


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _text(words: str) -> str:
    return escape(clean(words))
