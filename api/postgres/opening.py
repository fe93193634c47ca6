"""The first statement of a unit of work: sets the tenant, finds the actor, claims the key, and loads."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from api.postgres.statements import Statement, numbered
from api.postgres.validity import in_force
from domain.actors import Actor, HeldRole, Membership, Role, Scope
from domain.errors import Inactive, NotProvisioned
from domain.teams import Duty

_TENANT = "s as materialized (select set_config('app.tenant', :tenant::text, true) as tenant)"

_ASKER = """
a as materialized (
  select p.id, p.status, p.locale from s, lateral (
    select p.id, p.status, p.locale from person_identity i join person p on p.id = i.person_id
    where s.tenant is not null and i.issuer = :issuer::text and i.subject = :subject::text offset 0) p)"""

_CLAIM = """
k as (
  insert into idempotency_key
    (tenant_id, id, created_at, created_by, updated_at, revision, person_id, operation, key, fingerprint)
  select :tenant::text::uuid, :key_id::uuid, :now::timestamptz, a.id, :now::timestamptz, 1, a.id,
    :operation::text, :key::text, :fingerprint::text
  from a where a.status = 'active'
  on conflict (tenant_id, person_id, operation, key) do nothing returning id)"""

_ACTOR = f"""
  select json_build_object('id', a.id, 'status', a.status, 'locale', a.locale,
    'roles', (select json_agg(json_build_array(r.role, r.scope, r.organisation_id, r.team_id))
      from role_assignment r where r.person_id = a.id
      and {in_force("r")}),
    'memberships', (select json_agg(json_build_array(m.team_id, m.duty))
      from team_membership m where m.person_id = a.id
      and {in_force("m")}))
  from a"""


@dataclass(frozen=True, slots=True)
class Opened:
    """Who acts, in which language they like to be answered, and whether the key was free."""

    actor: Actor
    locale: str | None
    claimed: bool


@lru_cache(maxsize=512)
def open_statement(wanted: tuple[str, ...], *, keyed: bool) -> Statement:
    """The opening with its loads; what it locks is locked before the next statement looks at it."""
    parts = ", ".join([_TENANT, _ASKER, *([_CLAIM] if keyed else [])])
    claimed = "exists (select from k)" if keyed else "true"
    loads = "".join(f", case when s.tenant is not null then ({sql}) end" for sql in wanted)
    return numbered(f"with {parts} select ({_ACTOR}), {claimed}{loads} from s")


def opened(actor: bytes | None, claimed: bool) -> Opened:
    """Read the opening's answer. Raises NotProvisioned, Inactive."""
    if actor is None:
        raise NotProvisioned
    known = orjson.loads(actor)
    if known["status"] != "active":
        raise Inactive
    person = UUID(known["id"])
    return Opened(
        Actor(person, _roles(known["roles"] or ()), _memberships(known["memberships"] or ())),
        known["locale"],
        claimed,
    )


def _roles(rows: Sequence[Any]) -> tuple[HeldRole, ...]:
    return tuple(HeldRole(Role(role), Scope(scope), _uuid(unit), _uuid(team)) for role, scope, unit, team in rows)


def _memberships(rows: Sequence[Any]) -> tuple[Membership, ...]:
    return tuple(Membership(UUID(team), Duty(duty)) for team, duty in rows)


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
