"""Keeps one server alive: the thread that starts it stays with it, and starts it again when it dies."""

import logging
import os
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from api.postgres.embedded.errors import DatabaseUnavailable, in_plain_words
from api.postgres.embedded.process import Launch, start, stop, wait_until_ready

MOST_DEATHS = 5
WITHIN = 60.0  # seconds
GIVING_UP = 70  # EX_SOFTWARE: tells an orchestrator that the fault is inside
log = logging.getLogger("plf.postgres")


@contextmanager
def kept_alive(launch: Launch, on_lost: Callable[[str], None]) -> Iterator[None]:
    """A ready server for as long as the block lasts; raises DatabaseUnavailable when the first start fails.

    `on_lost` is called, from the watching thread, when the server died too often to go on.
    """
    watch = Watch(launch, on_lost)
    try:
        watch.begin()
        yield
    finally:
        watch.end()


def leave(reason: str) -> None:
    """The default for `on_lost`: a service without its database is better restarted than kept."""
    log.critical("%s", reason)
    os._exit(GIVING_UP)


def too_often(deaths: deque[float], now: float) -> bool:
    """Notes a death at `now` (monotonic seconds) and counts those of the last minute."""
    deaths.append(now)
    while deaths[0] <= now - WITHIN:
        deaths.popleft()
    return len(deaths) > MOST_DEATHS


def pause_after(deaths: int) -> float:
    """Seconds before the next start: none after a first death, then 0.2, 0.4, 0.8, 1.6."""
    return 0.0 if deaths <= 1 else 0.1 * 2 ** (deaths - 1)


class Watch:
    """The watching thread and what it shares with the service: two events, the process, a first refusal."""

    def __init__(self, launch: Launch, on_lost: Callable[[str], None]) -> None:
        self._launch = launch
        self._on_lost = on_lost
        self._child: subprocess.Popen[bytes] | None = None
        self._refusal: DatabaseUnavailable | None = None
        self._settled = Event()
        self._stopping = Event()
        # A daemon: an interpreter that ends without leaving the block must not wait for it.
        self._thread = Thread(target=self._watch, name="plf-postgres", daemon=True)

    def begin(self) -> None:
        self._thread.start()
        self._settled.wait()
        if self._refusal is not None:
            raise self._refusal

    def end(self) -> None:
        self._stopping.set()
        child = self._child
        if child is not None and child.returncode is None:
            stop(child, self._ended_within)
        self._thread.join()

    def _ended_within(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _watch(self) -> None:
        deaths: deque[float] = deque()
        while not self._stopping.is_set():
            reason = self._live_once()
            if self._refusal is not None or self._stopping.is_set():
                break
            log.error("%s", reason)
            if too_often(deaths, time.monotonic()):
                self._on_lost(f"{reason} It happened {len(deaths)} times in {WITHIN:.0f} s: giving up.")
                break
            self._stopping.wait(pause_after(len(deaths)))
        self._settled.set()

    def _live_once(self) -> str:
        """From a start to the end of the server; returns what to say about it."""
        try:
            with in_plain_words(self._launch.place.root):
                self._child = start(self._launch)
            self._accompany(self._child)
        except DatabaseUnavailable as problem:
            if not self._settled.is_set():
                self._refusal = problem
            return str(problem)
        return f"The database server ended (status {self._child.returncode})."

    def _accompany(self, child: subprocess.Popen[bytes]) -> None:
        try:
            wait_until_ready(self._launch, child, self._stopping)
            if not self._stopping.is_set():
                self._settled.set()
                child.wait()
        finally:
            if child.poll() is None:
                stop(child, lambda seconds: gone_within(child, seconds))


def gone_within(child: subprocess.Popen[bytes], seconds: float) -> bool:
    with suppress(subprocess.TimeoutExpired):
        child.wait(seconds)
    return child.returncode is not None
