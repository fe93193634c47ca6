"""The application behind a real socket on loopback, for clients that are programs of their own."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn

from api.app import Application


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The test run keeps its own signals."""
        yield


@contextlib.asynccontextmanager
async def listening(app: Application) -> AsyncIterator[str]:
    """Its address, for as long as the block lasts; the application itself has to be running."""
    # Named as TCP, because asyncio turns Nagle off only for sockets that say so: 40 ms an answer.
    with socket.socket(proto=socket.IPPROTO_TCP) as bound:
        bound.bind(("127.0.0.1", 0))
        server = _Server(uvicorn.Config(app, lifespan="off", log_level="warning", access_log=False))
        task = asyncio.create_task(server.serve([bound]))
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
