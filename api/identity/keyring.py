"""An issuer's published keys as we keep them, and which of them may verify a given token (AUTH-05)."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from api.identity.bindings import TEMPLATE

MOST = 100
"""Keys that are looked at in one set; real ones have fewer than 20."""

CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "EdDSA": "Ed25519", "Ed25519": "Ed25519"}
PRIVATE = frozenset("d p q dp dq qi oth k".split())  # noqa: SIM905 - reads better
LEAST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """One usable verification key. `owner`: the issuer named inside the key, as Entra's shared set does."""

    kid: str | None
    kty: str | None
    crv: str | None
    alg: str | None
    owner: str | None
    key: Key

    def fits(self, kid: str | None, alg: str) -> bool:
        """Same id where the token names one, the right kind of key, and no other algorithm claimed for it."""
        names = {alg, "EdDSA", "Ed25519"} if CURVES.get(alg) == "Ed25519" else {alg}
        right_kind = self.crv == CURVES[alg] if alg in CURVES else self.kty == "RSA"
        return right_kind and (kid is None or self.kid == kid) and (self.alg is None or self.alg in names)

    def belongs_to(self, template: str, issuer: str) -> bool:
        """False for a key that names another issuer; asked only where several tenants share a set."""
        return TEMPLATE not in template or self.owner in {None, template, issuer}


def read_set(document: Any) -> tuple[PublishedKey, ...]:
    """Every usable key of a JWKS; unknown kinds, encryption keys, secrets and weak keys are left out."""
    listed = document.get("keys") if isinstance(document, dict) else None
    return tuple(_usable(listed[:MOST])) if isinstance(listed, list) else ()


def _usable(listed: list[Any]) -> Iterator[PublishedKey]:
    for jwk in listed:
        if isinstance(jwk, dict) and _verifies(jwk):
            with contextlib.suppress(JoseError, ValueError, TypeError):
                key = JWKRegistry.import_key(jwk)
                _ = key.raw_value  # only now are the numbers looked at
                kid, kty, crv, alg, owner = (_text(jwk, name) for name in ("kid", "kty", "crv", "alg", "issuer"))
                yield PublishedKey(kid, kty, crv, alg, owner, key)


def _verifies(jwk: dict[str, Any]) -> bool:
    """A public signature key; a set that shows a private part has lost that key to everybody."""
    operations = jwk.get("key_ops")
    return (
        _text(jwk, "kty") in {"RSA", "EC", "OKP"}
        and jwk.get("use", "sig") == "sig"
        and (operations is None or (isinstance(operations, list) and "verify" in operations))
        and PRIVATE.isdisjoint(jwk)
        and (jwk["kty"] != "RSA" or len(_text(jwk, "n") or "") * 6 >= LEAST_RSA_BITS)  # 6 bits a character
    )


def _text(jwk: dict[str, Any], name: str) -> str | None:
    value = jwk.get(name)
    return value if isinstance(value, str) else None
