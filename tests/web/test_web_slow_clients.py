"""Slow clients are hung up on, and nobody else notices: on real sockets, with short deadlines."""

import asyncio
import contextlib
import socket
import time
from dataclasses import replace

import pytest
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.web import slow_clients
from api.web.slow_clients import Patience, guarded

SHORT = Patience(
    head_seconds=0.4,
    body_seconds=0.4,
    write_seconds=0.4,
    bytes_per_second=1000.0,
    linger_seconds=0.4,
    sweep_seconds=0.05,
)
GET = b"GET /small HTTP/1.1\r\nhost: x\r\n\r\n"


async def app(scope, receive, send):
    body = b"x" * 16_000_000 if scope["path"] == "/large" else b"ok"
    more = scope["method"] == "POST" and scope["path"] != "/early"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        more = message.get("more_body")
    start = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": start})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(params=[HttpToolsProtocol, H11Protocol])
def serve(request, monkeypatch):
    """A context manager that serves `app` with the patience given, over each of uvicorn's protocols."""
    monkeypatch.setattr(slow_clients, "_fastest", lambda: request.param)

    @contextlib.asynccontextmanager
    async def serving(patience=SHORT):
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(app, http=guarded(patience), ws="none", lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
            await asyncio.sleep(0.01)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await task

    return serving


async def until_closed(reader, limit=5.0):
    """All that still comes, and after how many seconds the server hung up."""
    began = time.monotonic()
    try:
        said = await asyncio.wait_for(reader.read(), limit)
    except ConnectionError:
        said = b""
    return said, time.monotonic() - began


async def asked(port, *chunks, pause=0.0):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for chunk in chunks:
        writer.write(chunk)
        await writer.drain()
        await asyncio.sleep(pause)
    return reader, writer


async def head_of(reader):
    return await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)


async def test_a_half_sent_head_ends_in_408(serve):
    async with serve() as port:
        reader, writer = await asked(port, b"GET / HTTP/1.1\r\nhost:")
        said, _ = await until_closed(reader)
        assert said.startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_head_that_trickles_in_gets_no_more_time(serve):
    async with serve() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def trickle():
            with contextlib.suppress(ConnectionError):
                for byte in b"GET / HTTP/1.1\r\nx-slow: " + b"a" * 500:
                    writer.write(bytes([byte]))
                    await asyncio.sleep(0.02)

        trickling = asyncio.create_task(trickle())
        said, took = await until_closed(reader)
        assert said.startswith(b"HTTP/1.1 408 ") or not said
        assert took < 5
        trickling.cancel()
        writer.close()


async def test_a_connection_that_says_nothing_is_closed_without_a_word(serve):
    async with serve() as port:
        reader, writer = await asked(port)
        assert (await until_closed(reader))[0] == b""
        writer.close()


async def test_a_second_request_has_its_deadline_too(serve):
    async with serve() as port:
        reader, writer = await asked(port, GET)
        assert (await head_of(reader)).startswith(b"HTTP/1.1 200 ")
        assert await reader.readexactly(2) == b"ok"
        writer.write(b"GET /small HT")
        said, _ = await until_closed(reader)
        assert said.startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_body_below_the_least_rate_is_ended(serve):
    async with serve() as port:
        head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5000\r\n\r\n"
        reader, writer = await asked(port, head, *[b"a"] * 10, pause=0.02)
        said, _ = await until_closed(reader)
        assert said.startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_body_above_the_least_rate_has_all_the_time_it_needs(serve):
    async with serve(replace(SHORT, body_seconds=0.2)) as port:
        head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 40000\r\n\r\n"
        reader, writer = await asked(port, head, *[b"a" * 2000] * 20, pause=0.05)
        assert (await head_of(reader)).startswith(b"HTTP/1.1 200 ")
        writer.close()


async def test_a_reader_that_doesnt_read_is_cut_off(serve):
    async with serve() as port:
        reader, writer = await asked(port, b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
        await head_of(reader)
        writer.transport.pause_reading()
        await asyncio.sleep(1.5)
        writer.transport.resume_reading()
        said, _ = await until_closed(reader)
        assert len(said) < 16_000_000
        writer.close()


async def test_a_reader_that_reads_gets_all_of_a_large_answer(serve):
    async with serve() as port:
        reader, writer = await asked(port, b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
        await head_of(reader)
        for _ in range(16):
            await reader.readexactly(1_000_000)
            await asyncio.sleep(0.05)
        writer.close()


async def test_the_rest_of_a_body_that_nobody_reads_is_not_waited_for(serve):
    async with serve() as port:
        reader, writer = await asked(port, b"POST /early HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\naaa")
        assert (await head_of(reader)).startswith(b"HTTP/1.1 200 ")
        assert (await until_closed(reader))[0] == b"ok"
        writer.close()


@pytest.mark.parametrize("piece", [1000, 30_000])
async def test_a_head_over_16_kib_is_refused(serve, piece):
    async with serve() as port:
        wide = b"x-wide: " + b"a" * 30_000
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(ConnectionError):
            for at in range(0, len(wide), piece):
                writer.write((b"" if at else b"GET / HTTP/1.1\r\n") + wide[at : at + piece])
                await writer.drain()
        said, _ = await until_closed(reader)
        assert said.startswith(b"HTTP/1.1 4") or not said
        writer.close()


async def test_a_large_body_right_behind_its_head_is_no_large_head(serve):
    async with serve() as port:
        body = b"a" * 200_000
        head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r"
        reader, writer = await asked(port, head, b"\n" + body, pause=0.1)
        assert (await head_of(reader)).startswith(b"HTTP/1.1 200 ")
        writer.close()


async def test_an_address_has_only_so_many_connections_and_gets_them_back(serve):
    async with serve(replace(SHORT, per_address=2)) as port:
        held = [await asked(port) for _ in range(2)]
        reader, writer = await asked(port)
        assert (await until_closed(reader))[0].startswith(b"HTTP/1.1 503 ")
        writer.close()
        for other, _ in held:
            await until_closed(other)
        reader, writer = await asked(port, GET)
        assert (await head_of(reader)).startswith(b"HTTP/1.1 200 ")
        writer.close()
        for _, other in held:
            other.close()


async def test_nobody_waits_while_a_hundred_are_slow(serve):
    async with serve(replace(SHORT, head_seconds=1.5)) as port:
        slow = [await asked(port, b"GET / HTTP/1.1\r\nx:") for _ in range(100)]
        for _ in range(20):
            reader, writer = await asked(port, GET)
            assert (await head_of(reader)).startswith(b"HTTP/1.1 200 ")
            writer.close()
        ends = await asyncio.gather(*(until_closed(reader) for reader, _ in slow))
        assert all(said.startswith(b"HTTP/1.1 408 ") for said, _ in ends)
        for _, writer in slow:
            writer.close()
