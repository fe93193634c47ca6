"""The token shapes of the issuers we know, as a table: what must be there and what it is called (AUTH-11)."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

REALM = "@"
"""A tenant value that begins with this stands for every name of that realm: @oslo.kommune.no."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One token shape.

    `types` are the allowed `typ` headers, lower case, without "application/"; "" stands for a missing one.
    `client`, `scopes`: claims in which to look, the first present wins.
    `subject`: ways to name the person, the first complete one wins; "tid+oid" joins two claims with a colon.
    `fixed`: claims whose value is known; they are checked where present, `required` says which must be.
    `strip`: a prefix that tenant values may carry or not.
    """

    types: frozenset[str]
    required: tuple[str, ...]
    client: tuple[str, ...]
    scopes: tuple[str, ...]
    subject: tuple[str, ...]
    fixed: tuple[tuple[str, str], ...] = ()
    strip: str = ""


ALWAYS = ("iss", "aud", "exp", "iat")
PLAIN = frozenset({"", "jwt"})
LENIENT = frozenset({"", "jwt", "at+jwt"})
STRICT = frozenset({"at+jwt"})
FEIDE = "https://n.feide.no/claims/"

ENTRA_V2 = Dialect(
    types=PLAIN,
    required=(*ALWAYS, "sub", "oid", "tid", "ver", "azp"),
    client=("azp",),
    scopes=("scp", "roles"),  # app-only tokens have no scp: their application permissions stand in roles
    subject=("tid+oid",),
    fixed=(("ver", "2.0"),),
)

DIALECTS = MappingProxyType(
    {
        "rfc9068": Dialect(
            types=STRICT,
            required=(*ALWAYS, "sub", "client_id", "jti"),
            client=("client_id",),
            scopes=("scope",),
            subject=("sub",),
        ),
        "generic": Dialect(
            types=LENIENT,
            required=(*ALWAYS, "sub"),
            client=("client_id", "azp", "appid", "cid"),
            scopes=("scope", "scp"),
            subject=("sub",),
        ),
        "keycloak": Dialect(
            types=PLAIN,
            required=(*ALWAYS, "sub", "azp", "typ"),
            client=("azp",),
            scopes=("scope",),
            subject=("sub",),
            fixed=(("typ", "Bearer"),),  # Keycloak's ID and refresh tokens say ID and Refresh here
        ),
        "entra-v2": ENTRA_V2,
        "entra-multi": ENTRA_V2,
        "entra-v1": Dialect(
            types=PLAIN,
            required=(*ALWAYS, "sub", "oid", "tid", "ver", "appid"),
            client=("appid",),
            scopes=("scp", "roles"),
            subject=("tid+oid",),
            fixed=(("ver", "1.0"),),
        ),
        "feide-datasource": Dialect(
            types=LENIENT,
            required=(*ALWAYS, "sub", "client_id"),
            client=("client_id",),
            scopes=("scope",),
            subject=(f"{FEIDE}eduPersonPrincipalName", f"{FEIDE}userid_sec", "sub"),
        ),
        "maskinporten": Dialect(
            types=LENIENT,
            required=(*ALWAYS, "client_id", "consumer", "scope", "jti"),
            client=("client_id",),
            scopes=("scope",),
            subject=("client_id",),  # machines only: there is no sub
            strip="0192:",
        ),
        "idporten": Dialect(
            types=LENIENT,
            required=(*ALWAYS, "sub", "client_id", "jti", "acr"),
            client=("client_id",),
            scopes=("scope",),
            subject=("sub",),
        ),
    }
)


def claim(claims: dict[str, Any], name: str) -> Any:
    """The claim of exactly this name, else the one at this dotted path (consumer.ID), else None."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def scopes_in(dialect: Dialect, claims: dict[str, Any]) -> frozenset[str]:
    """The scopes, whether written as one string with spaces or as a list."""
    for name in dialect.scopes:
        value = claims.get(name)
        if isinstance(value, str):
            return frozenset(value.split())
        if isinstance(value, list):
            return frozenset(part for part in value if isinstance(part, str))
    return frozenset()


def client_in(dialect: Dialect, claims: dict[str, Any]) -> str | None:
    """The client that asked for the token."""
    values = (claims.get(name) for name in dialect.client)
    return next((value for value in values if isinstance(value, str) and value), None)


def subject_in(ways: tuple[str, ...], claims: dict[str, Any]) -> str | None:
    """The issuer's stable name for whom the token speaks (AUTH-20), or None where no way is complete."""
    for way in ways:
        parts = [_name_in(claims, part) for part in way.split("+")]
        if all(parts):
            return ":".join(part for part in parts if part)
    return None


def means(dialect: Dialect, claimed: Any, value: str) -> bool:
    """Whether a tenant claim, a string or a list of strings, stands for the tenant bound to `value`."""
    names = claimed if isinstance(claimed, list) else [claimed]
    wanted = value.removeprefix(dialect.strip)
    return any(isinstance(name, str) and _same(name.removeprefix(dialect.strip), wanted) for name in names)


def _same(name: str, wanted: str) -> bool:
    """Exact, or by realm: the part of the name from its last @ on."""
    if wanted.startswith(REALM):
        return REALM in name and name[name.rindex(REALM) :] == wanted
    return name == wanted


def _name_in(claims: dict[str, Any], name: str) -> str | None:
    """A string claim; of a list (userid_sec) the entry feide:…, whose rest is the eduPersonPrincipalName."""
    value = claim(claims, name)
    if isinstance(value, list):
        mine = (entry for entry in value if isinstance(entry, str) and entry.startswith("feide:"))
        return next((entry.removeprefix("feide:") for entry in mine), None)
    return value if isinstance(value, str) else None
