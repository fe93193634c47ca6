"""What the client takes: media types (Accept) and languages (Accept-Language), by RFC 9110 §12.5."""

from functools import lru_cache

from api.web.refusals import NotAcceptable
from domain.localisation import negotiate

JSON_TYPES = ("application/json", "application/problem+json")
LONGEST = 1024
USUAL = frozenset({None, b"*/*", b"application/json", b"application/json, */*", b"application/json, text/plain, */*"})


def check_accept(accept: bytes | None, offered: tuple[str, ...] = JSON_TYPES) -> None:
    """Raise NotAcceptable when the client takes none of the media types offered; no header takes all."""
    if accept in USUAL and offered is JSON_TYPES:
        return
    if accept is not None and not _takes_any(accept[:LONGEST], offered):
        raise NotAcceptable(available=", ".join(offered))


@lru_cache(maxsize=256)
def liked(accept: bytes | None, offered: tuple[str, ...]) -> str:
    """Which of the types offered the client likes best; the first of those that it likes alike."""
    ranges = weighed((accept or b"*/*")[:LONGEST])
    return max(offered, key=lambda media_type: _quality(ranges, media_type))


@lru_cache(maxsize=256)
def _takes_any(accept: bytes, offered: tuple[str, ...]) -> bool:
    ranges = weighed(accept)
    return any(_quality(ranges, media_type) > 0 for media_type in offered)


def _quality(ranges: tuple[tuple[str, float], ...], media_type: str) -> float:
    """How much this type is liked; the most specific range that fits decides, so `;q=0` beats a wildcard."""
    family = media_type.partition("/")[0] + "/*"
    for fitting in (media_type, family, "*/*"):
        qualities = [quality for name, quality in ranges if name == fitting]
        if qualities:
            return max(qualities)
    return 0.0


@lru_cache(maxsize=256)
def weighed(value: bytes) -> tuple[tuple[str, float], ...]:
    """The elements of a list with quality values, in lower case, best first; empty ones are left out."""
    elements = (_element(part) for part in value[:LONGEST].decode("latin-1").lower().split(","))
    return tuple(sorted((element for element in elements if element), key=lambda pair: -pair[1]))


def _element(part: str) -> tuple[str, float] | None:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        if parameter.startswith("q="):
            quality = _quality_value(parameter[2:])
    return (name, quality) if name else None


def _quality_value(text: str) -> float:
    """Between 0 and 1; what is no quality value counts as 0: a typing error never widens the choice."""
    digits = text.replace(".", "", 1)
    return min(float(text), 1.0) if digits.isascii() and digits.isdigit() else 0.0


@lru_cache(maxsize=512)
def locale_of(accept_language: bytes | None, person: str | None = None, tenant: str | None = None) -> str:
    """The locale to answer in: what the header asks for, else the person's, else the tenant's, else en."""
    asked = None if accept_language is None else accept_language[:LONGEST].decode("latin-1")
    return negotiate(asked, person=person, tenant=tenant)
