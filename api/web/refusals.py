"""What the edge turns away by itself, before it asks the domain: codes with data, as in the domain."""

from collections.abc import Iterable
from typing import Any

from api.web.answers import Headers
from domain.errors import Fault


def _challenge(words: str) -> Headers:
    return ((b"www-authenticate", words.encode("latin-1")),)


class EdgeError(Exception):
    """A refusal of the protocol's own: its status, a code that is stable for ever, facts, header fields."""

    status: int
    code: str

    def __init__(self, *, faults: Iterable[Fault] = (), headers: Headers = (), **facts: Any) -> None:
        super().__init__(self.code)
        self.faults = tuple(faults)
        self.headers = headers
        self.facts = facts


class BadRequest(EdgeError):
    """The request can't be read. Subclasses say what is wrong with it."""

    status = 400


class BodyMissing(BadRequest):
    """A body was expected and none came."""

    code = "body_missing"


class MalformedJson(BadRequest):
    """The body is not JSON as RFC 8259 has it. Facts: line, column."""

    code = "malformed_json"


class NotUtf8(BadRequest):
    """The body is not UTF-8."""

    code = "not_utf8"


class TooDeep(BadRequest):
    """The body is nested deeper than any of our documents. Facts: limit."""

    code = "too_deep"


class TooManyValues(BadRequest):
    """The body holds more values than any of our documents. Facts: limit."""

    code = "too_many_values"


class DuplicateKey(BadRequest):
    """An object of the body names the same key twice: which of them is meant?"""

    code = "duplicate_key"


class InvalidNumber(BadRequest):
    """A number of the body is none (NaN, Infinity), too large (1e400) or beyond 64 bits."""

    code = "invalid_number"


class InvalidText(BadRequest):
    """A text holds what can't be stored: half a surrogate pair, NUL, or a control character."""

    code = "invalid_text"


class UnknownParameter(BadRequest):
    """A query parameter that this operation doesn't have. Facts: parameter."""

    code = "unknown_parameter"


class InvalidParameter(BadRequest):
    """A query parameter with a value that it can't have. Facts: parameter."""

    code = "invalid_parameter"


class CursorInvalid(BadRequest):
    """A cursor that we didn't give out, or gave out for another list."""

    code = "cursor_invalid"


class HeaderInvalid(BadRequest):
    """A header field that can't be read. Facts: header."""

    code = "header_invalid"


class Unauthenticated(EdgeError):
    """Nobody is signed in; the challenge says how to sign in (RFC 6750)."""

    status = 401
    code = "unauthenticated"

    def __init__(self, challenge: str = 'Bearer realm="plf"') -> None:
        super().__init__(headers=_challenge(challenge))


class TokenNotAccepted(EdgeError):
    """A token that gives nobody access: invalid or expired (401), or its client isn't enrolled (403)."""

    status = 401
    code = "token_invalid"

    def __init__(
        self, code: str, status: int = 401, challenge: str = 'Bearer realm="plf", error="invalid_token"'
    ) -> None:
        super().__init__(headers=_challenge(challenge) if status == 401 else ())
        self.code = str(code)
        self.status = status


class MethodNotAllowed(EdgeError):
    """There is something here, but not for this method; Allow names all that there are (RFC 9110 §15.5.6)."""

    status = 405
    code = "method_not_allowed"

    def __init__(self, allowed: Iterable[str]) -> None:
        allow = ", ".join(sorted(allowed))
        super().__init__(headers=((b"allow", allow.encode("ascii")),), allowed=allow)


class NotAcceptable(EdgeError):
    """The client takes none of the media types that this operation gives. Facts: available."""

    status = 406
    code = "not_acceptable"


class BodyTooLarge(EdgeError):
    """The body is larger than this operation reads. Facts: limit (bytes)."""

    status = 413
    code = "body_too_large"


class UnsupportedMediaType(EdgeError):
    """The body comes as a type, or in an encoding, that this operation doesn't read. Facts: accepted."""

    status = 415
    code = "unsupported_media_type"

    def __init__(self, accepted: str, *, header: bytes = b"accept") -> None:
        super().__init__(headers=((header, accepted.encode("ascii")),), accepted=accepted)


class Internal(EdgeError):
    """Our fault: something broke that should not; the trace id finds it in the log."""

    status = 500
    code = "internal"


class Unavailable(EdgeError):
    """Not just now: the database or another part is away or overloaded. Facts: seconds (to wait)."""

    status = 503
    code = "unavailable"

    def __init__(self, seconds: int = 1) -> None:
        super().__init__(headers=((b"retry-after", b"%d" % seconds),), seconds=seconds)


class TimedOut(EdgeError):
    """It took longer than we let a request take; nothing was changed."""

    status = 504
    code = "timeout"
