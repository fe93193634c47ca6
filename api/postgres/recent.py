"""Bounded memories: of what was used last, and of what was met at all."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps values whose weights add up to at most `most`; a value that is heavier alone isn't kept."""

    def __init__(self, most: int, weigh: Callable[[K, V], int]) -> None:
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._kept: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """What is kept under the key."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: K, value: V) -> V:
        """Keep it under a new key, and give it back."""
        self._kept[key] = value
        self._weight += self._weigh(key, value)
        while self._weight > self._most:
            self._weight -= self._weigh(*self._kept.popitem(last=False))
        return value


class Met:
    """Knows what it met before; after `most` different things it begins anew.

    What comes once and never again is not worth being kept, nor may it drive out what comes every day.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._hashes: set[int] = set()

    def again(self, thing: Hashable) -> bool:
        """Whether this was met before; from now on it was."""
        known = hash(thing) in self._hashes
        if not known:
            if len(self._hashes) >= self._most:
                self._hashes.clear()
            self._hashes.add(hash(thing))
        return known
