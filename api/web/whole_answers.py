"""Answers that leave whole: uvicorn writes head and body one after the other, and every write is a packet.

A client that is woken by the head alone is woken twice, and each packet costs the kernel as much as the answer to a
small question costs us.
"""

import asyncio
from collections.abc import Iterable
from typing import Any


class Whole:
    """Stands before a transport: what is first written in a step of the loop waits for what follows in that step."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Hold the first bytes until the step ends; the next ones take them along."""
        if not data:  # the body of an answer without one
            return
        if self._held:
            held, self._held = self._held, b""
            self._transport.writelines([held, data])
        else:
            self._held = data
            self._loop.call_soon(self._release)

    def writelines(self, parts: Iterable[bytes]) -> None:
        """Write them as one."""
        self.write(b"".join(parts))

    def abort(self) -> None:
        """Close at once; what waits is dropped."""
        self._held = b""
        self._transport.abort()

    def close(self) -> None:
        """Close once everything is written."""
        self._release()
        self._transport.close()

    def get_write_buffer_size(self) -> int:
        """What the client hasn't taken yet, in bytes."""
        waiting: int = self._transport.get_write_buffer_size()
        return waiting + len(self._held)

    def _release(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)
