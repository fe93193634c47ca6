"""Log lines: one JSON object a line, and never a token, a query string, a name or a body."""

import asyncio
import logging
import sys
import time
import traceback
from collections.abc import Mapping
from functools import lru_cache
from threading import RLock
from types import MappingProxyType
from typing import IO, Any, Literal

import orjson

LogFormat = Literal["json", "text"]

ACCESS = logging.getLogger("plf.access")
FACTS = "facts"
"""The key of `extra` for what a line should say beside its message; `trace_id` alone is a key of its own."""

LATEST = 0.05
"""Seconds that an access line may wait for others to be written with: a write for each would cost more than it says."""

MOST_WAITING = 500

DIRECT: dict[str, "Lines"] = {}
"""Where access lines go past the logging machinery, once it is configured as JSON."""

QUIET: Mapping[str, int] = MappingProxyType({"uvicorn.access": logging.CRITICAL + 1, "httpx": logging.WARNING})
"""Loggers of libraries that write whole addresses: their query strings may hold codes and cursors."""


class Lines(logging.StreamHandler[IO[str]]):
    """Writes records as they come, and access lines a few at a time; both in order, and none is lost at the exit."""

    def __init__(self, stream: IO[str]) -> None:
        super().__init__(stream)
        self._waiting: list[str] = []
        self._due: asyncio.TimerHandle | None = None

    def soon(self, line: str) -> None:
        """Write the line within `LATEST`, or now where no event loop runs."""
        with self._held():
            self._waiting.append(line)
        if len(self._waiting) >= MOST_WAITING:
            self.flush()
        elif self._due is None:
            try:
                self._due = asyncio.get_running_loop().call_later(LATEST, self.flush)
            except RuntimeError:
                self.flush()

    def emit(self, record: logging.LogRecord) -> None:
        """Write what was told before, then the record."""
        self.flush()
        super().emit(record)

    def flush(self) -> None:
        """Write all that waits; `logging` asks for it at the exit."""
        with self._held():
            self._due = None
            if self._waiting:
                self.stream.write("".join(self._waiting))
                self._waiting.clear()
        super().flush()

    def _held(self) -> RLock:
        assert self.lock is not None  # noqa: S101 - handlers have one from their first breath on
        return self.lock


class JsonLines(logging.Formatter):
    """A record as one JSON line.

    Of an exception it tells the type and the places in the code, never the message: drivers and validators
    put values into it.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": _moment(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update(_facts(record))
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = told(record.exc_info[1])
        return orjson.dumps(line, default=repr).decode()


class TextLines(logging.Formatter):
    """The same for a person at a terminal, with exceptions in full: for one's own machine."""

    def format(self, record: logging.LogRecord) -> str:
        facts = " ".join(f"{name}={value}" for name, value in _facts(record).items())
        return f"{super().format(record)} {facts}".rstrip()


def configure_logging(level: str = "INFO", form: LogFormat = "json", stream: IO[str] | None = None) -> None:
    """Send all records to one stream (standard error unless given) and silence what would tell too much."""
    out = stream or sys.stderr
    handler = Lines(out)
    DIRECT.clear()
    if form == "json":
        DIRECT[ACCESS.name] = handler
    handler.setFormatter(JsonLines() if form == "json" else TextLines("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)


def access_line(method: str, route: str, status: int, seconds: float, trace_id: str) -> None:
    """Say that a request was answered; `route` is the operation's name or template, never the path itself.

    Written past the logging machinery where lines are JSON: every request pays for this one.
    """
    if not ACCESS.isEnabledFor(logging.INFO):
        return
    facts = {
        "method": method,
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 2),
        "trace_id": trace_id,
    }
    lines = DIRECT.get(ACCESS.name)
    if lines is None:
        ACCESS.info("request", extra={FACTS: facts})
        return
    line = {"at": _moment(time.time()), "level": "info", "logger": ACCESS.name, "message": "request", **facts}
    lines.soon(orjson.dumps(line).decode() + "\n")


def told(error: BaseException) -> dict[str, Any]:
    """The type of an exception, what it came from, and where: file, line and function, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames[-20:]]
    cause = error.__cause__ or error.__context__
    story: dict[str, Any] = {"type": f"{type(error).__module__}.{type(error).__qualname__}", "where": where}
    return {**story, "from": type(cause).__qualname__} if cause else story


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    facts: dict[str, Any] = getattr(record, FACTS, {})
    trace_id = getattr(record, "trace_id", None)
    return facts if trace_id is None else {"trace_id": trace_id, **facts}


def _short(filename: str) -> str:
    return "/".join(filename.split("/")[-3:])


def _moment(seconds: float) -> str:
    return f"{_second(int(seconds))}.{int(seconds % 1 * 1000):03d}Z"


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
