"""Asking an issuer for a document, within the limits that keep us from being sent elsewhere (AUTH-03)."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx
import orjson

SECONDS = 5.0
"""For the whole exchange, name look-up included."""

LIMIT = 512 * 1024
"""Bytes of a document; issuers' real key sets stay under 30 KiB."""

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
Fetch: TypeAlias = Callable[[str], Awaitable[Any]]
"""From an address to the parsed JSON of its document; raises FetchFailed."""

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class FetchFailed(Exception):
    """The document could not be had; the message names the cause for logs and the doctor, not for clients."""


async def resolve(host: str, port: int) -> list[str]:
    """The addresses behind a name, as the machine's own resolver sees them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 one wraps (mapped, 6to4, NAT64), so that wrapping hides nothing."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches JSON over https from public addresses only.

    `allow_loopback` also lets plain http through, to this machine alone: for tests and the demo.
    `allowed` lists the private networks of an operator whose issuers live there.
    """

    allow_loopback: bool = False
    allowed: tuple[Network, ...] = ()
    resolve: Resolve = resolve
    seconds: float = SECONDS
    verify: Any = True  # as httpx takes it: an ssl.SSLContext where issuers use the operator's own authority

    async def __call__(self, url: str) -> Any:
        """The parsed document; raises FetchFailed for every reason there is not to have it."""
        try:
            # No proxy and no certificate bundle from the environment: only what is configured here.
            async with httpx.AsyncClient(verify=self.verify, trust_env=False, timeout=self.seconds) as client:
                async with asyncio.timeout(self.seconds):
                    return orjson.loads(await self._tried(client, await self.requests(url)))
        except TimeoutError as error:
            raise FetchFailed("too slow") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise FetchFailed(f"{type(error).__name__}: {error}") from error

    async def requests(self, url: str) -> list[httpx.Request]:
        """One request an address behind the name, all checked: a second look-up could answer differently."""
        target = httpx.URL(url)
        if target.scheme not in {"http", "https"} or not target.host or target.userinfo or target.fragment:
            raise FetchFailed("not a web address")
        host = target.raw_host.decode("ascii")
        found = await self.resolve(host, target.port or (443 if target.scheme == "https" else 80))
        if not found or not all(self._may(address, target.scheme) for address in found):
            raise FetchFailed("the address is not public, or not https")
        headers = {"Host": target.netloc.decode("ascii"), "Accept-Encoding": "identity"}
        named = {"sni_hostname": host}  # TLS still verifies the name
        return [
            httpx.Request("GET", target.copy_with(host=address), headers=headers, extensions=named)
            for address in dict.fromkeys(found)
        ]

    def _may(self, text: str, scheme: str) -> bool:
        address = innermost(ipaddress.ip_address(text.partition("%")[0]))
        if address.is_loopback:
            return self.allow_loopback
        if scheme != "https":
            return False
        if address.is_global and not address.is_multicast:
            return True
        return any(address in network for network in self.allowed if network.version == address.version)

    async def _tried(self, client: httpx.AsyncClient, requests: list[httpx.Request]) -> bytes:
        """The document from the first address where anybody listens."""
        for request in requests[:-1]:
            with contextlib.suppress(httpx.ConnectError):
                return await self._read(client, request)
        return await self._read(client, requests[-1])

    async def _read(self, client: httpx.AsyncClient, request: httpx.Request) -> bytes:
        """The body of a plain 200, whole and within the limit; a redirect is not one."""
        answer = await client.send(request, stream=True, follow_redirects=False)
        async with contextlib.aclosing(answer):
            packed = answer.headers.get("Content-Encoding", "identity") != "identity"
            if answer.status_code != 200 or packed:
                raise FetchFailed(f"status {answer.status_code}, packed: {packed}")
            body = bytearray()
            async for part in answer.aiter_raw():
                body += part
                if len(body) > LIMIT:
                    raise FetchFailed("too large")
            return bytes(body)
