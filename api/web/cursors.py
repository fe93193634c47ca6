"""Page cursors that a client can carry but neither read into nor forge."""

import base64
import binascii
import hmac
from hashlib import blake2b
from typing import TypeAlias

import orjson

from api.web.refusals import CursorInvalid

Place: TypeAlias = list[str | int | None]
"""Where a page ended: the values of its order columns, in order."""

SEAL_BYTES = 16
LONGEST = 2048


def seal(key: bytes, purpose: bytes, values: Place) -> str:
    """The values as an opaque text (base64url), good for this key and purpose only.

    `purpose` names all that the cursor must not be carried away from: tenant, route, filters, order.
    The seal is keyed BLAKE2b of 128 bits.
    """
    payload = orjson.dumps(values)
    sealed = _seal_of(key, purpose, payload) + payload
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


def open_cursor(key: bytes, purpose: bytes, text: str) -> Place:
    """The values that were sealed; raises CursorInvalid for what `seal` didn't write for this purpose."""
    sealed = opened(text)
    given, payload = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
    if not hmac.compare_digest(given, _seal_of(key, purpose, payload)):
        raise CursorInvalid
    values: Place = orjson.loads(payload)
    return values


def _seal_of(key: bytes, purpose: bytes, payload: bytes) -> bytes:
    framed = len(purpose).to_bytes(4, "big") + purpose + payload
    return blake2b(framed, key=key, digest_size=SEAL_BYTES).digest()


def opened(text: str) -> bytes:
    """What base64url holds; one spelling only, so that a cursor compares equal to itself and to nothing else."""
    if len(text) > LONGEST:
        raise CursorInvalid
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise CursorInvalid from error
    if base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii") != text:
        raise CursorInvalid
    return sealed
