"""Tokens that have been found valid, by their hash: the next request with one costs a few microseconds."""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Generic, TypeVar

LONGEST = 3600.0
"""Seconds after which even a valid token is looked at again: as often as its issuer's keys are."""

T = TypeVar("T")


class TokenCache(Generic[T]):
    """Bounded, least recently used out first; holds hashes, never tokens."""

    __slots__ = ("_found", "_now", "_size")

    def __init__(self, size: int, now: Callable[[], float]) -> None:
        self._found: OrderedDict[bytes, tuple[T, float]] = OrderedDict()
        self._size = size
        self._now = now

    def __len__(self) -> int:
        return len(self._found)

    def get(self, token: bytes) -> T | None:
        """What was found for exactly these bytes, as long as it holds; never waits."""
        name = blake2b(token).digest()
        held = self._found.get(name)
        if held is None:
            return None
        if held[1] <= self._now():
            del self._found[name]
            return None
        self._found.move_to_end(name)
        return held[0]

    def put(self, token: bytes, found: T, *, until: float) -> None:
        """Keep it until then (in the clock's seconds), or for LONGEST if that is sooner."""
        self._found[blake2b(token).digest()] = (found, min(until, self._now() + LONGEST))
        if len(self._found) > self._size:
            self._found.popitem(last=False)

    def clear(self) -> None:
        """Forget everything: keys or bindings have changed."""
        self._found.clear()
