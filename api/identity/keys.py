"""The keys of every issuer: fetched once, kept while they are good, never fetched because a stranger asks."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from api.identity.bindings import KeySource
from api.identity.discovery import jwks_uri
from api.identity.fetching import Fetch, FetchFailed
from api.identity.keyring import PublishedKey, read_set
from api.identity.refusals import Refusal, TokenRefused, invalid

REFRESH = 3600.0
"""Seconds after which a set is fetched anew, behind the request that noticed it (AUTH-04)."""

HARD_MAX = 24 * 3600.0
"""Seconds after which an issuer that can't be reached is believed no longer."""

PAUSE_UNKNOWN = 60.0
"""Seconds between two fetches that an unknown key id may cause, per issuer."""

PAUSE_FAILED = 10.0
"""Seconds after a failed fetch in which nobody waits for another."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Shelf:
    """What is known of one source, and when it was last asked."""

    keys: tuple[PublishedKey, ...] = ()
    prints: frozenset[str] = frozenset()
    address: str | None = None
    fetched: float = float("-inf")
    asked_for_unknown: float = float("-inf")
    failed: float = float("-inf")
    flight: asyncio.Task[None] | None = field(default=None, repr=False)


class Keys:
    """A cache of key sets by source; every source has at most one fetch in the air.

    `on_change` is called when a set has changed, so that nothing decided with the old one is kept.
    """

    def __init__(self, fetch: Fetch, *, now: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._now = now
        self._shelves: dict[KeySource, Shelf] = {}
        self._local: dict[str, tuple[PublishedKey, ...]] = {}
        self.on_change: Callable[[], None] = lambda: None

    def preload(self, issuer: str, jwks: Mapping[str, Any]) -> None:
        """Keys of an issuer inside this process (the demo's): nothing is ever fetched for it."""
        self._local[issuer] = read_set(jwks)
        self.on_change()

    async def find(self, source: KeySource, issuer: str, kid: str | None, alg: str) -> list[PublishedKey]:
        """The keys that may have signed the token, never empty; raises TokenRefused.

        401 when the issuer has no such key, 503 when the issuer's keys can't be had. A token without a
        key id is accepted where only one key fits.
        """
        if source.issuer in self._local:
            return _chosen(self._local[source.issuer], source, issuer, kid, alg) or _none()
        shelf = self._shelves.setdefault(source, Shelf())
        await self._fill(source, shelf)
        found = _chosen(shelf.keys, source, issuer, kid, alg)
        if not found and await self._asked_again(source, shelf):
            found = _chosen(shelf.keys, source, issuer, kid, alg)
        return found or _none()

    async def _fill(self, source: KeySource, shelf: Shelf) -> None:
        """Have keys that are young enough: wait where there are none, else refresh behind the scenes."""
        now = self._now()
        if now - shelf.fetched >= HARD_MAX:
            shelf.keys = ()
            if now - shelf.failed >= PAUSE_FAILED:
                await self._refresh(source, shelf)
            if not shelf.keys:
                raise TokenRefused(Refusal.ISSUER_UNAVAILABLE, "The issuer's keys can't be had right now.")
        elif now - shelf.fetched >= REFRESH and now - shelf.failed >= PAUSE_FAILED:
            self._start(source, shelf)

    async def _asked_again(self, source: KeySource, shelf: Shelf) -> bool:
        """Whether an unknown key id led to a look at the issuer: one already in the air, or one a minute."""
        now = self._now()
        if shelf.flight is None and now - shelf.asked_for_unknown < PAUSE_UNKNOWN:
            return False
        if shelf.flight is None:
            shelf.asked_for_unknown = now
        await self._refresh(source, shelf)
        return True

    async def _refresh(self, source: KeySource, shelf: Shelf) -> None:
        """Wait for the one fetch; a caller who gives up does not end it for the others."""
        await asyncio.shield(self._start(source, shelf))

    def _start(self, source: KeySource, shelf: Shelf) -> asyncio.Task[None]:
        if shelf.flight is None:
            shelf.flight = asyncio.create_task(self._fly(source, shelf))
        return shelf.flight

    async def _fly(self, source: KeySource, shelf: Shelf) -> None:
        try:
            address = shelf.address or await jwks_uri(self._fetch, source)
            keys = await self._at(address)
        except FetchFailed as error:
            # The address is forgotten too: the next attempt begins at discovery.
            shelf.failed, shelf.address = self._now(), None
            log.warning("keys of issuer %s can't be fetched: %s", source.issuer, error)
        else:
            self._keep(shelf, keys, address)
        finally:
            shelf.flight = None

    async def _at(self, address: str) -> tuple[PublishedKey, ...]:
        keys = read_set(await self._fetch(address))
        if not keys:
            raise FetchFailed("no usable key in the set")
        return keys

    def _keep(self, shelf: Shelf, keys: tuple[PublishedKey, ...], address: str) -> None:
        prints = frozenset(f"{key.kid}:{key.key.thumbprint()}" for key in keys)
        changed = prints != shelf.prints
        shelf.keys, shelf.prints, shelf.address, shelf.fetched = keys, prints, address, self._now()
        if changed:
            self.on_change()


def _chosen(
    keys: tuple[PublishedKey, ...], source: KeySource, issuer: str, kid: str | None, alg: str
) -> list[PublishedKey]:
    found = [key for key in keys if key.fits(kid, alg) and key.belongs_to(source.issuer, issuer)]
    return found if kid is not None or len(found) == 1 else []


def _none() -> list[PublishedKey]:
    raise invalid("The issuer has no key with which this token could be signed.")
