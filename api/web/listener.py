"""What listens on the socket: uvicorn, as this service wants it."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from api.web.slow_clients import guarded


class Listener(uvicorn.Server):
    """Uvicorn, but it neither repeats a signal after it has stopped nor leaves others waiting for words: `begun` is
    called when it takes requests.
    """

    def __init__(self, application: Any, begun: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                http=guarded(),
                ws="none",  # a request for an upgrade is answered as what it is besides
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=10,
            )
        )
        self._begun = begun

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on Ctrl-C or SIGTERM, once."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take requests, then say so."""
        await super().startup(sockets)
        self._begun()
