"""The global tables as they are now: tenants and issuer bindings, read once and again when they change."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from api.identity.bindings import IssuerBinding
from api.postgres.founding import CHANGED
from api.postgres.pool import Connection

LOG = logging.getLogger("plf.identity")
__all__ = ["CHANGED", "Tenant", "read_bindings", "read_tenants"]


@dataclass(frozen=True, slots=True)
class Tenant:
    """A school owner: how it is called, its language and its time zone."""

    id: str
    slug: str
    names: Mapping[str, str]
    country: str
    locale: str
    zone: str


async def read_tenants(connection: Connection) -> dict[str, Tenant]:
    """Every active tenant by its id."""
    records = await connection.fetch(
        "select id::text, slug, names::text as names, country, locale, zone from tenant where active"
    )
    return {r["id"]: Tenant(**{**r, "names": _names(r["names"])}) for r in records}


async def read_bindings(connection: Connection) -> list[IssuerBinding]:
    """Every active binding of an active tenant; an unsafe one is left out and logged, and stops nobody else."""
    records = await connection.fetch(
        "select b.tenant_id, b.issuer, b.audiences, b.dialect, b.algorithms, b.jwks_uri, b.tenant_claim, "
        "b.tenant_value, b.subject_claims, b.client_ids "
        "from issuer_binding b join tenant t on t.id = b.tenant_id where b.active and t.active"
    )
    return [binding for record in records if (binding := _binding(dict(record))) is not None]


def _binding(record: dict[str, Any]) -> IssuerBinding | None:
    values: Any = {k: tuple(v) if isinstance(v, list) else v for k, v in record.items()}
    try:
        return IssuerBinding(**values)
    except ValueError:
        LOG.exception("an issuer binding is unsafe and not used")
        return None


def _names(text: str) -> Mapping[str, str]:
    names: dict[str, str] = orjson.loads(text)
    return names
