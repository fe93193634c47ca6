"""What every request shares: the pool, the reader, tokens, tenants, the clock and the settings."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from api.identity.bindings import Bindings, IssuerBinding
from api.identity.keys import Keys
from api.identity.tenants import Tenant
from api.identity.tokens import Identity, Tokens
from api.postgres.asker import Asker
from api.postgres.pool import Pool
from api.reading.reader import Reader
from api.web.cors import CorsPolicy
from domain.localisation import asked_for, fallback_chain

QUARTER = 15 * 60
"""Seconds; in every zone of our time, days begin on a quarter of an hour of UTC."""


@dataclass
class Service:
    """The parts of one running service. `tenants` is replaced as a whole when the global tables change."""

    base_url: str
    pool: Pool
    reader: Reader
    keys: Keys
    tokens: Tokens
    tenants: Mapping[str, Tenant]
    clock: Callable[[], datetime]
    cursor_key: bytes
    cors: CorsPolicy
    draining: bool = False
    bindings: tuple[IssuerBinding, ...] = ()

    def use(self, bindings: Iterable[IssuerBinding]) -> None:
        """Go on with these issuer bindings; tokens that were judged by others are forgotten if they differ."""
        given = tuple(bindings)
        if given != self.bindings:
            self.bindings = given
            self.tokens.replace(Bindings(given))

    def issuers(self) -> tuple[str, ...]:
        """Whose tokens are accepted."""
        return Bindings(self.bindings).issuers

    def asker(self, identity: Identity, languages: bytes | None) -> Asker:
        """Who asks, as statements know them. Raises KeyError for a tenant that is not (or no longer) here."""
        tenant_id = str(identity.tenant_id)
        tenant = self.tenants[tenant_id]
        now = self.clock()
        asked = None if languages is None else asked_for(languages)
        return Asker(
            tenant_id,
            identity.issuer,
            identity.subject,
            now,
            day(now, tenant.zone),
            tenant.country,
            tenant.zone,
            tenant.locale,
            fallback_chain(asked or tenant.locale),
            chosen=asked is not None,
            client=identity.client_id,
        )


def day(moment: datetime, zone: str) -> date:
    """The date of a moment where the tenant is."""
    return _day(int(moment.timestamp()) // QUARTER, zone)


@lru_cache(maxsize=1024)
def _day(quarter: int, zone: str) -> date:
    return datetime.fromtimestamp(quarter * QUARTER, ZoneInfo(zone)).date()
