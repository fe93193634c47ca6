"""The demo's clock: real time moved by an offset that `plf demo --now` keeps beside the data."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.settings import CENTURY

FILE = "demo-clock.json"
Clock = Callable[[], datetime]


def demo_clock(data_dir: Path, offset: float = 0.0) -> Clock:
    """Now, moved by what the file in `data_dir` says, else by `offset` (seconds); follows later changes."""
    path = data_dir / FILE
    seen: tuple[int, timedelta] = (-1, timedelta(seconds=offset))

    def now() -> datetime:
        nonlocal seen
        changed = _changed(path)
        if changed != seen[0]:
            seen = (changed, timedelta(seconds=_read(path, offset)))
        return datetime.now(UTC) + seen[1]

    return now


def set_clock(data_dir: Path, moment: datetime | None) -> None:
    """From now on the demo's clock reads `moment` and goes on from there; None: real time again."""
    path = data_dir / FILE
    if moment is None:
        path.unlink(missing_ok=True)
        return
    data_dir.mkdir(parents=True, exist_ok=True)
    offset = (moment - datetime.now(UTC)).total_seconds()
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"offset_seconds": offset}))
    draft.replace(path)


def _changed(path: Path) -> int:
    """Nanoseconds, or 0 without a file; one look at the folder a request."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _read(path: Path, offset: float) -> float:
    try:
        found = float(json.loads(path.read_text())["offset_seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        return offset
    return found if abs(found) <= CENTURY else offset
