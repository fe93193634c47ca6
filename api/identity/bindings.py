"""Which issuers speak for which tenants: the table issuer_binding as an immutable index (AUTH-01)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from api.identity.dialects import DIALECTS, Dialect, claim, means
from api.identity.refusals import invalid

ALGORITHMS = frozenset(
    "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split()  # noqa: SIM905 - reads better
)
"""Every signature that a binding may allow (AUTH-10); HS… and none never."""

TEMPLATE = "{tenantid}"
"""What Entra's shared discovery document says in place of a tenant."""

HOME = "organizations"
"""The shared Entra endpoint of work and school accounts, where the document with the template lives."""


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where keys come from: discovery below `base`, whose document must name `issuer`; or this address."""

    base: str
    issuer: str
    jwks_uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerBinding:
    """One issuer speaking for one tenant; raises ValueError when it could never be safe.

    `tenant_claim`, `tenant_value`: needed where the issuer serves several tenants. `subject_claims`: empty
    for the dialect's own. `client_ids`: empty for every client that gets a token for our audience.
    """

    tenant_id: UUID
    issuer: str
    audiences: tuple[str, ...]
    dialect: str = "rfc9068"
    algorithms: tuple[str, ...] = ("RS256",)
    jwks_uri: str | None = None
    tenant_claim: str | None = None
    tenant_value: str | None = None
    subject_claims: tuple[str, ...] = ()
    client_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for broken, sentence in self._faults():
            if broken:
                raise ValueError(f"issuer binding of tenant {self.tenant_id}: {sentence}")

    def _faults(self) -> tuple[tuple[bool, str], ...]:
        multi = self.dialect == "entra-multi"
        return (
            (self.dialect not in DIALECTS, f"unknown dialect {self.dialect!r}"),
            (not self.algorithms, "no algorithm is allowed"),
            (not ALGORITHMS.issuperset(self.algorithms), "an algorithm that is never allowed"),
            (not all(self.audiences) or not self.audiences, "no audience"),
            ((self.tenant_claim is None) != (self.tenant_value is None), "half a tenant claim and value"),
            (self.tenant_value == "", "an empty tenant value"),
            (multi != (TEMPLATE in self.issuer), f"{TEMPLATE} and the dialect entra-multi need each other"),
            (multi and self.tenant_claim != "tid", "entra-multi picks the tenant by the claim tid"),
        )

    @property
    def token_issuer(self) -> str:
        """The exact `iss` of this tenant's tokens."""
        return self.issuer.replace(TEMPLATE, self.tenant_value or "")

    @property
    def source(self) -> KeySource:
        """Bindings of one issuer share their keys unless one names its own address for them."""
        return KeySource(self.issuer.replace(TEMPLATE, HOME), self.issuer, self.jwks_uri)

    @property
    def shape(self) -> Dialect:
        return DIALECTS[self.dialect]

    @property
    def subject_ways(self) -> tuple[str, ...]:
        return self.subject_claims or self.shape.subject

    def speaks_for(self, claims: dict[str, Any]) -> bool:
        """Whether the claims name this tenant; always, where the issuer serves only one."""
        if self.tenant_claim is None or self.tenant_value is None:
            return True
        return means(self.shape, claim(claims, self.tenant_claim), self.tenant_value)


class Bindings:
    """All active bindings by the exact issuer of their tokens: a trailing slash is significant."""

    __slots__ = ("_by_issuer",)

    def __init__(self, bindings: Iterable[IssuerBinding] = ()) -> None:
        index: dict[str, list[IssuerBinding]] = {}
        for binding in bindings:
            index.setdefault(binding.token_issuer, []).append(binding)
        self._by_issuer = {issuer: tuple(found) for issuer, found in index.items()}

    def replace(self, bindings: Iterable[IssuerBinding]) -> Self:
        """A new index; this one stays as it is for whoever still holds it."""
        return type(self)(bindings)

    @property
    def issuers(self) -> tuple[str, ...]:
        return tuple(sorted(self._by_issuer))

    def choose(self, claims: dict[str, Any]) -> IssuerBinding:
        """The one binding that the token's issuer and tenant claim point to; raises TokenRefused.

        Two tenants at once are nobody: the service never guesses, and never asks a header.
        """
        issuer = claims.get("iss")
        bound = self._by_issuer.get(issuer, ()) if isinstance(issuer, str) else ()
        if not bound:
            raise invalid("No municipality here trusts the token's issuer.")
        chosen = [binding for binding in bound if binding.speaks_for(claims)]
        if len(chosen) != 1:
            raise invalid("The token does not point to exactly one municipality.")
        return chosen[0]
