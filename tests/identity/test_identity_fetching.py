"""A document is fetched from a real server on this machine, or not at all."""

import asyncio
import contextlib
import ipaddress
import json

import pytest

from api.identity.fetching import LIMIT, Fetcher, FetchFailed

LOCAL = Fetcher(allow_loopback=True)
PUBLIC = "93.184.215.14"


def answer(status, body=b"", *lines):
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


@contextlib.asynccontextmanager
async def serving(reply, seen=None):
    """A server that says these bytes to everybody, or nothing at all when there are none."""

    async def talk(reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            if seen is not None:
                seen.append(head.decode())
            if reply is None:
                await reader.read()
            else:
                writer.write(reply)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def resolving(*addresses):
    async def resolve(host, port):
        return addresses

    return resolve


async def test_a_document_is_fetched():
    seen = []
    async with serving(answer(200, b'{"keys": []}'), seen) as origin:
        assert await LOCAL(f"{origin}/keys?x=1") == {"keys": []}
    assert seen[0].startswith("GET /keys?x=1 HTTP/1.1\r\n")
    assert f"host: {origin.removeprefix('http://')}" in seen[0].lower()


async def test_a_large_document_is_refused_and_one_at_the_limit_is_not():
    fits = json.dumps("x" * (LIMIT - 2)).encode()
    assert len(fits) == LIMIT
    async with serving(answer(200, fits)) as origin:
        assert len(await LOCAL(origin)) == LIMIT - 2
    async with serving(answer(200, b" " * 5_000_000 + b"{}")) as origin:
        with pytest.raises(FetchFailed, match="too large"):
            await LOCAL(origin)


async def test_a_slow_server_is_left():
    async with serving(None) as origin:
        with pytest.raises(FetchFailed, match="too slow"):
            await Fetcher(allow_loopback=True, seconds=0.5)(origin)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status):
    seen = []
    async with serving(answer(200, b"{}"), seen) as secret:
        moved = answer(status, b"", f"Location: {secret}/latest/meta-data")
        async with serving(moved) as origin:
            with pytest.raises(FetchFailed, match=f"status {status}"):
                await LOCAL(origin)
    assert seen == []


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (answer(404, b"{}"), "status 404"),
        (answer(500, b"{}"), "status 500"),
        (answer(200, b"{}", "Content-Encoding: gzip"), "packed"),
        (answer(200, b"<html>"), "JSONDecodeError"),
        (answer(200, b"[" * 100_000), "JSONDecodeError"),
        (b"SSH-2.0-OpenSSH\r\n", "ProtocolError"),
    ],
)
async def test_what_is_no_document_is_refused(reply, why):
    async with serving(reply) as origin:
        with pytest.raises(FetchFailed, match=why):
            await LOCAL(origin)


async def test_this_machine_is_out_of_bounds_unless_allowed():
    seen = []
    async with serving(answer(200, b"{}"), seen) as origin:
        for url in (
            origin,
            origin.replace("127.0.0.1", "localhost"),
            origin.replace("127.0.0.1", "2130706433"),
        ):
            with pytest.raises(FetchFailed):
                await Fetcher()(url)
    assert seen == []


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "127.8.8.8",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fc00::1",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:0a00:0001::1",
    ],
)
async def test_private_addresses_are_refused(address):
    for found in ([address], [PUBLIC, address]):
        with pytest.raises(FetchFailed, match="not public"):
            await Fetcher(resolve=resolving(*found))("https://login.example/keys")


async def test_plain_http_is_refused_away_from_this_machine():
    for fetcher in (
        Fetcher(resolve=resolving(PUBLIC)),
        Fetcher(allow_loopback=True, resolve=resolving(PUBLIC)),
    ):
        with pytest.raises(FetchFailed, match="not https"):
            await fetcher("http://login.example/keys")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "file:///etc/passwd",
        "https:///x",
        "https://u:p@a.example/",
        "keys",
        "https://a\x00b/",
        "https://[",
    ],
)
async def test_odd_addresses_are_refused(url):
    with pytest.raises(FetchFailed):
        await Fetcher(resolve=resolving(PUBLIC))(url)


async def test_a_name_is_looked_up_once_and_the_checked_address_is_used():
    """A resolver that changes its mind finds nobody asking again; the name stays in Host and in TLS."""
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])

    async def rebinding(host, port):
        assert host == "login.example"
        return next(answers)

    seen = []
    async with serving(answer(200, b"{}"), seen) as origin:
        port = origin.rpartition(":")[2]
        assert await Fetcher(allow_loopback=True, resolve=rebinding)(f"http://login.example:{port}/") == {}
    assert f"host: login.example:{port}" in seen[0].lower()
    assert next(answers) == ["169.254.169.254"]
    [request] = await Fetcher(resolve=resolving(PUBLIC)).requests("https://login.example/keys")
    assert (request.url.host, request.headers["host"]) == (PUBLIC, "login.example")
    assert request.extensions["sni_hostname"] == "login.example"


async def test_an_operators_own_network_can_be_allowed():
    inside = Fetcher(resolve=resolving("10.1.2.3"), allowed=(ipaddress.ip_network("10.1.0.0/16"),))
    assert [one.url.host for one in await inside.requests("https://login.example/")] == ["10.1.2.3"]
    with pytest.raises(FetchFailed, match="not public"):
        await Fetcher(resolve=resolving("10.2.2.3"), allowed=inside.allowed)("https://login.example/")


async def test_the_next_address_is_tried_where_nobody_listens():
    async with serving(answer(200, b"{}")) as origin:
        assert await Fetcher(allow_loopback=True, resolve=resolving("127.0.0.9", "127.0.0.1"))(origin) == {}


async def test_a_name_that_nobody_knows_is_a_failed_fetch():
    async def unknown(host, port):
        raise OSError("no such host")

    for resolve in (unknown, resolving()):
        with pytest.raises(FetchFailed):
            await Fetcher(resolve=resolve)("https://login.example/")
