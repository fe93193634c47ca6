"""Entity tags: what a client holds, and whether a change or a repeated read may build on it (RFC 9110)."""

import re
from dataclasses import dataclass

import orjson
from xxhash import xxh3_64_hexdigest

from api.web.refusals import HeaderInvalid
from domain.errors import PreconditionFailed, PreconditionRequired

LONGEST = 4096
ELEMENT = re.compile(rb'[ \t]*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|$)')
ALONE = re.compile(rb'"([0-9]{1,18})-[0-9a-f]{16}"')
OURS = re.compile(rb"([0-9]{1,18})-[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What If-Match said: the revisions that a change may start from, or any at all (`*`)."""

    revisions: frozenset[int]
    any: bool = False

    def require(self, revision: int) -> None:
        """Raise PreconditionFailed, with the current revision, unless the change was made from it."""
        if not self.any and revision not in self.revisions:
            raise PreconditionFailed(revision=revision)


ANY = Expectation(frozenset(), any=True)


def etag(revision: int | None, body: bytes) -> bytes:
    """The tag of a representation: `"<revision>-<16 hex digits>"`, or without the revision for a list.

    A quick hash is enough: documents carry their revision, and who made two lists alike on purpose would only keep
    colleagues from seeing their own change until the next one.
    """
    digest = xxh3_64_hexdigest(body)
    tag = f'"{digest}"' if revision is None else f'"{revision}-{digest}"'
    return tag.encode("ascii")


def etag_of_replay(body: bytes) -> bytes:
    """The tag that a stored answer went out with: its revision stands in the document itself."""
    document = orjson.loads(body)
    return etag(document.get("revision") if isinstance(document, dict) else None, body)


def expected_revision(if_match: bytes | None) -> Expectation:
    """What a change says it was made from.

    Only the revision counts, not the bytes: another language or selection of the same state is no conflict.
    Weak tags and foreign ones match nothing, so they end in PreconditionFailed (strong comparison).
    Raises PreconditionRequired without the header, HeaderInvalid when it can't be read.
    """
    if if_match is None:
        raise PreconditionRequired
    alone = ALONE.fullmatch(if_match)
    if alone:
        return Expectation(frozenset((int(alone[1]),)))
    if if_match.strip() == b"*":
        return ANY
    strong = (OURS.fullmatch(opaque) for weak, opaque in _elements("If-Match", if_match) if not weak)
    return Expectation(frozenset(int(ours[1]) for ours in strong if ours))


def not_modified(if_none_match: bytes | None, current: bytes) -> bool:
    """Whether a GET may be answered with 304: the client holds these very bytes (weak comparison)."""
    if if_none_match is None:
        return False
    if if_none_match == current or if_none_match.strip() == b"*":
        return True
    return any(b'"%b"' % opaque == current for _, opaque in _elements("If-None-Match", if_none_match))


def _elements(name: str, value: bytes) -> list[tuple[bool, bytes]]:
    """The tags of a list as (weak, opaque part); raises HeaderInvalid."""
    if len(value) > LONGEST:
        raise HeaderInvalid(header=name)
    elements: list[tuple[bool, bytes]] = []
    at = 0
    while at < len(value):
        match = ELEMENT.match(value, at)
        if match is None:
            raise HeaderInvalid(header=name)
        elements.append((match[1] is not None, match[2]))
        at = match.end()
    if not elements:
        raise HeaderInvalid(header=name)
    return elements
