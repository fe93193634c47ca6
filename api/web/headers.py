"""Header fields: finding those of a request, and those that every answer carries."""

from api.web.answers import Header, Headers, Message, Scope, Send

NO_SNIFFING: Header = (b"x-content-type-options", b"nosniff")
NO_REFERRER: Header = (b"referrer-policy", b"no-referrer")
HSTS: Header = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
CLOSED_CSP: Header = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
"""For JSON: a browser that is tricked into showing it as a page loads and runs nothing."""

REVALIDATE: Header = (b"cache-control", b"private, no-cache")
"""The default: the asker's own cache may keep it, but asks (If-None-Match) before each use."""

FOR_FIVE_MINUTES: Header = (b"cache-control", b"private, max-age=300")
"""What ships with the code and is the same for all who read a language: asked for again soon after a new version."""

NO_STORE: Header = (b"cache-control", b"no-store")

ALWAYS: Headers = (NO_SNIFFING, NO_REFERRER)
UNLESS_SAID: Headers = (CLOSED_CSP, REVALIDATE)
USUAL: Headers = ALWAYS + UNLESS_SAID
OWN = frozenset(name for name, _ in UNLESS_SAID)


def header(scope: Scope, name: bytes) -> bytes | None:
    """The value of the first field of this name (in lower case), or None."""
    for field, value in scope["headers"]:
        if field == name:
            return bytes(value)
    return None


def headers(scope: Scope, name: bytes) -> bytes | None:
    """All fields of this name as one list, joined by commas (RFC 9110 §5.3), or None."""
    values = [value for field, value in scope["headers"] if field == name]
    return b", ".join(values) if values else None


def dressed(given: Headers, *, https: bool) -> Headers:
    """These fields and those that every answer carries; a CSP or Cache-Control of its own stays."""
    names = {name for name, _ in given}
    added = USUAL if names.isdisjoint(OWN) else ALWAYS + _unsaid(names)
    return given + added + (HSTS,) if https else given + added


def _unsaid(names: set[bytes]) -> Headers:
    return tuple(field for field in UNLESS_SAID if field[0] not in names)


def dressing(scope: Scope, send: Send) -> Send:
    """A `send` that dresses the start of an answer: for what our own dispatcher doesn't build itself."""
    https = scope["scheme"] == "https"

    async def dressed_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = tuple((name.lower(), value) for name, value in message.get("headers", ()))
            own = {name for name, _ in given}
            added = dressed(given, https=https)[len(given) :]
            message = {**message, "headers": [*given, *(field for field in added if field[0] not in own)]}
        await send(message)

    return dressed_send
