"""Which other origins a browser may call us from: exactly those of the setting, spelled out."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.settings import origin as exact_origin
from api.web.answers import Answer, Header, Headers, Scope
from api.web.headers import header

EXPOSED = b"ETag, Location, Link, Idempotency-Replayed, Content-Language, Retry-After"
ACCEPTED = b"Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Accept-Language, DPoP"
VARY: Header = (b"vary", b"Origin")


@dataclass(frozen=True, slots=True)
class CorsPolicy:
    """The origins that may call, and what a browser is told; without origins CORS is silent."""

    origins: frozenset[bytes] = frozenset()
    credentials: bool = False
    max_age: int = 600


def cors_policy(origins: Iterable[str], *, credentials: bool = False, max_age: int = 600) -> CorsPolicy:
    """The policy for a setting; raises ValueError for anything but full origins like https://plan.fjordby.example.

    `*`, `null`, patterns and paths are refused at start-up: an origin is compared letter by letter, so that
    https://evil-fjordby.example and https://fjordby.example.evil.example never pass for a neighbour.
    """
    exact = frozenset(exact_origin(each).encode("ascii") for each in origins)
    return CorsPolicy(exact, credentials, max_age)


def cors_headers(policy: CorsPolicy, scope: Scope) -> Headers:
    """What an answer says to the browser of this request; nothing but Vary to an origin that isn't listed."""
    if not policy.origins:
        return ()
    origin = header(scope, b"origin")
    if origin is None or origin not in policy.origins:
        return (VARY,)
    return (*_granted(policy, origin), (b"access-control-expose-headers", EXPOSED), VARY)


def preflight(policy: CorsPolicy, scope: Scope, methods: Iterable[str]) -> Answer | None:
    """The answer to a browser's question before the request, or None when this isn't one.

    `methods` are those of the path. An origin that isn't listed gets 204 without a grant: its browser
    refuses.
    """
    if scope["method"] != "OPTIONS" or not policy.origins:
        return None
    origin = header(scope, b"origin")
    if origin is None or header(scope, b"access-control-request-method") is None:
        return None
    if origin not in policy.origins:
        return Answer(204, headers=(VARY,))
    asked: Headers = (
        (b"access-control-allow-methods", ", ".join(sorted(methods)).encode("ascii")),
        (b"access-control-allow-headers", ACCEPTED),
        (b"access-control-max-age", b"%d" % policy.max_age),
    )
    return Answer(204, headers=(*_granted(policy, origin), *asked, VARY))


def _granted(policy: CorsPolicy, origin: bytes) -> Headers:
    granted: Header = (b"access-control-allow-origin", origin)
    return (granted, (b"access-control-allow-credentials", b"true")) if policy.credentials else (granted,)
