"""Slow and greedy clients: deadlines, a least rate and caps for connections, on uvicorn's own HTTP protocols.

Uvicorn waits for ever for half-sent headers and bodies and for readers that don't read; a few hundred such
connections stop a service. One sweep a second looks at all connections, so that a request pays for next to
nothing: no timer is set for it, and a received chunk costs one comparison.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

from api.web.whole_answers import Whole

REQUEST_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"

DRAINED = 48 * 1024
"""Between asyncio's high and low water marks: what has left the buffer when writing is resumed."""

Phase: TypeAlias = Literal["head", "body", "linger", "write"]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait, in seconds and bytes.

    A body has `body_seconds` and a second more for every `bytes_per_second` that came; a reader takes at
    least that rate over any `write_seconds`. `per_address` None is no cap (a proxy in front is one address).
    """

    head_seconds: float = 10.0
    body_seconds: float = 10.0
    write_seconds: float = 10.0
    bytes_per_second: float = 2048.0
    linger_seconds: float = 5.0
    linger_bytes: int = 16 * 1024 * 1024
    head_bytes: int = 16 * 1024
    per_address: int | None = 512
    sweep_seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Sight:
    """What the sweep saw of a connection, since when, and how far the bytes had come by then."""

    phase: Phase
    request: object
    since: float
    progress: int


@dataclass(slots=True)
class Watch:
    """All connections of one server and what was last seen of each; sweeps while there are any."""

    patience: Patience
    sights: dict["Guarded", Sight | None] = field(default_factory=dict)
    addresses: Counter[str] = field(default_factory=Counter)
    timer: asyncio.TimerHandle | None = None

    def admit(self, connection: "Guarded", address: str | None) -> bool:
        """Keep an eye on it; False when its address holds as many connections as one may."""
        self.sights[connection] = None
        if address is not None:
            self.addresses[address] += 1
        if self.timer is None:
            self._sweep_later(connection.loop)
        cap = self.patience.per_address
        return cap is None or address is None or self.addresses[address] <= cap

    def forget(self, connection: "Guarded", address: str | None) -> None:
        """It is gone; forgetting twice is harmless."""
        known = connection in self.sights
        self.sights.pop(connection, None)
        if known and address is not None:
            self.addresses[address] -= 1
            if not self.addresses[address]:
                del self.addresses[address]

    def _sweep_later(self, loop: asyncio.AbstractEventLoop) -> None:
        self.timer = loop.call_later(self.patience.sweep_seconds, self._sweep, loop)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for connection, sight in list(self.sights.items()):
            self.sights[connection] = connection.look(sight, now)
        self.timer = None
        if self.sights:
            self._sweep_later(loop)


class Guarded:
    """What both protocols of uvicorn get; stands before one of them in a class made by `guarded`."""

    watch: Watch
    loop: asyncio.AbstractEventLoop
    transport: Any
    cycle: Any
    flow: Any
    client: tuple[str, int] | None
    timeout_keep_alive_task: asyncio.TimerHandle | None

    received = 0
    unclaimed = 0
    """Bytes received that belong to no request yet: a head under way, or the rest of a body nobody reads."""

    taken = 0
    """Bytes that the client is known to have read: what the flow control saw leave the write buffer."""

    tail = b""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(Whole(transport, self.loop))  # type: ignore[misc]  # uvicorn's protocol stands behind
        if not self.watch.admit(self, self._address()):
            self.turn_away(TOO_MANY)

    def connection_lost(self, exc: Exception | None) -> None:
        self.watch.forget(self, self._address())
        super().connection_lost(exc)  # type: ignore[misc]  # uvicorn's protocol stands behind

    def resume_writing(self) -> None:
        self.taken += DRAINED
        super().resume_writing()  # type: ignore[misc]  # uvicorn's protocol stands behind

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        before = self.cycle
        claimed = before is not None and not before.response_complete
        if not claimed and self._unclaimed_too_much(data, before):
            return
        super().data_received(data)  # type: ignore[misc]  # uvicorn's protocol stands behind
        if self.cycle is not before:
            self.unclaimed, self.tail = 0, b""

    def _unclaimed_too_much(self, data: bytes, cycle: Any) -> bool:
        self.unclaimed += len(data)
        patience = self.watch.patience
        if self.unclaimed <= patience.head_bytes:
            self.tail = data[-3:]
            return False
        if cycle is not None and cycle.more_body:
            too_much = self.unclaimed > patience.linger_bytes
        else:
            too_much = (self.tail + data[: patience.head_bytes]).find(b"\r\n\r\n") < 0
        if too_much:
            self.turn_away(HEAD_TOO_LARGE)
        return too_much

    def _address(self) -> str | None:
        return self.client[0] if self.client else None

    def turn_away(self, words: bytes) -> None:
        """Say a last word, unless an answer is under way, and hang up."""
        if self.transport.is_closing():
            return
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            self.transport.write(words)
            self.transport.close()
        else:
            self.transport.abort()

    def phase(self) -> Phase | None:
        """What the client owes us: the rest of a head or body, or reading our answer; None when nothing."""
        if self.transport.get_write_buffer_size():
            return "write"
        if self.cycle is None:
            return "head"
        if not self.cycle.response_complete:
            return "body" if self.cycle.more_body and not self.flow.read_paused else None
        if self.cycle.more_body:
            return "linger"
        return "head" if self.timeout_keep_alive_task is None else None

    def look(self, sight: Sight | None, now: float) -> Sight | None:
        """What is to be remembered of this connection; hangs up when its time is over."""
        phase = self.phase()
        if phase is None:
            return None
        if sight is None or (sight.phase, sight.request) != (phase, self.cycle):
            return Sight(phase, self.cycle, now, self._progress(phase))
        if now - sight.since <= self._allowance(sight):
            return sight
        if phase == "write" and self._reads_fast_enough(sight, now):
            return Sight(phase, self.cycle, now, self._progress(phase))
        self._end(phase)
        return sight

    def _progress(self, phase: Phase) -> int:
        return self.taken - int(self.transport.get_write_buffer_size()) if phase == "write" else self.received

    def _reads_fast_enough(self, sight: Sight, now: float) -> bool:
        return self._progress("write") - sight.progress >= self.watch.patience.bytes_per_second * (now - sight.since)

    def _allowance(self, sight: Sight) -> float:
        patience = self.watch.patience
        if sight.phase == "body":
            return patience.body_seconds + (self.received - sight.progress) / patience.bytes_per_second
        if sight.phase == "linger":
            return patience.linger_seconds
        return patience.write_seconds if sight.phase == "write" else patience.head_seconds

    def _end(self, phase: Phase) -> None:
        if phase == "write":
            self.transport.abort()
        elif phase == "linger" or (phase == "head" and not self.unclaimed):
            self.transport.close()
        else:
            self.turn_away(REQUEST_TIMEOUT)


def guarded(patience: Patience | None = None) -> type[asyncio.Protocol]:
    """A protocol class for `uvicorn.Config(http=…)`: httptools where it is installed, else h11.

    Each call makes a class with a watch of its own, so use one for each server.
    """
    watch = Watch(patience or Patience())
    made = type("GuardedProtocol", (Guarded, _fastest()), {"watch": watch})
    return cast("type[asyncio.Protocol]", made)


def _fastest() -> type[asyncio.Protocol]:
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return H11Protocol
    return HttpToolsProtocol
