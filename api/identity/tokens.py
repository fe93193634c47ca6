"""The one place where a token is decoded: from its bytes to an Identity, or a refusal."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError, UnsupportedAlgorithmError

from api.identity.bindings import Bindings, IssuerBinding
from api.identity.cache import TokenCache
from api.identity.dialects import client_in, scopes_in, subject_in
from api.identity.keys import Keys
from api.identity.refusals import Refusal, TokenRefused, invalid

LEEWAY = 30
"""Seconds by which clocks may differ (AUTH-13)."""

LIFETIME = 24 * 3600
"""Seconds between a token's issue and its end, at most."""

LARGEST = 16 * 1024
"""Bytes of a token: no more fits into the header that carries it."""

LONGEST = 255
"""Characters of a subject, a client id or a key id."""

ID_TOKEN_MARKS = frozenset({"nonce", "at_hash", "c_hash", "s_hash", "events"})
"""What ID tokens and logout tokens have and access tokens don't."""


class SignatureRules(jws.JWSRegistry):
    """joserfc's rules with room for certificate chains in the header, and no algorithm but the named ones.

    The library falls back to its recommended list, HS256 among them, when the list is empty, and warns
    of the name EdDSA (RFC 9864), which issuers go on using.
    """

    max_header_length = 8 * 1024
    max_payload_length = LARGEST

    def get_alg(self, name: str) -> Any:
        if name not in (self.allowed or ()) or name not in self.algorithms:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a valid token speaks for: a tenant, and a name that is stable at its issuer.

    `scopes` is what the client may ask for; what the person may do never comes from the token.
    """

    tenant_id: UUID
    issuer: str
    subject: str
    client_id: str | None
    scopes: frozenset[str]
    expires_at: datetime


class Tokens:
    """Validates bearer tokens against the bindings, and remembers the valid ones.

    `now` gives seconds since the epoch; `lifetime` caps what a token may claim, in seconds.
    """

    def __init__(
        self,
        bindings: Bindings,
        keys: Keys,
        *,
        now: Callable[[], float] = time.time,
        lifetime: int = LIFETIME,
        remembered: int = 10_000,
    ) -> None:
        self._bindings = bindings
        self._keys = keys
        self._now = now
        self._lifetime = lifetime
        self._cache: TokenCache[Identity] = TokenCache(remembered, now)
        self.cached = self._cache.get
        keys.on_change = self._cache.clear

    def replace(self, bindings: Bindings) -> None:
        """Go on with other bindings; what was decided with the old ones is forgotten."""
        self._bindings = bindings
        self._cache.clear()

    async def validate(self, token: str) -> Identity:
        """The identity behind an access token; raises TokenRefused, and nothing else, whatever is sent."""
        raw = token.encode("utf-8", "replace")
        known = self._cache.get(raw)
        if known is not None:
            return known
        header, claims = _peek(raw)
        bindings = self._bindings
        binding = bindings.choose(claims)
        _check_header(header, binding)
        await self._check_signature(raw, header, claims, binding)
        self._check_times(claims, binding)
        _check_claims(claims, binding)
        identity = _identity(claims, binding)
        if bindings is self._bindings:  # else it was judged, while keys were fetched, by rules that are gone
            self._cache.put(raw, identity, until=claims["exp"] + LEEWAY)
        return identity

    async def _check_signature(
        self, raw: bytes, header: dict[str, Any], claims: dict[str, Any], binding: IssuerBinding
    ) -> None:
        """Some fitting key signed exactly the claims that were looked at."""
        keys = await self._keys.find(binding.source, binding.token_issuer, header.get("kid"), header["alg"])
        for published in keys:
            try:
                decoded = jwt.decode(raw, published.key, registry=_rules(binding.algorithms))
            except (JoseError, ValueError, RecursionError):
                continue
            if decoded.claims == claims:
                return
        raise invalid("The signature does not verify.")

    def _check_times(self, claims: dict[str, Any], binding: IssuerBinding) -> None:
        """Registered claims by joserfc, required ones by dialect, and no token for ever (exp of 10^20)."""
        required: dict[str, Any] = {name: {"essential": True} for name in binding.shape.required}
        required["iss"] = {"essential": True, "value": binding.token_issuer}
        required["aud"] = {"essential": True, "values": list(binding.audiences)}
        try:
            jwt.JWTClaimsRegistry(now=int(self._now()), leeway=LEEWAY, **required).validate(claims)
        except ExpiredTokenError as error:
            raise TokenRefused(Refusal.TOKEN_EXPIRED, "The token has expired.") from error
        except JoseError as error:
            raise invalid("A claim is missing or is not what it must be.") from error
        if claims["exp"] - claims["iat"] > self._lifetime:
            raise invalid("The token lives longer than is allowed here.")


def _peek(raw: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, still unverified: only good for finding out by whose rules to verify."""
    try:
        if len(raw) > LARGEST:
            raise invalid("The token is too large.")
        looked = jws.extract_compact(raw, registry=_rules(()))
        header, claims = looked.headers(), orjson.loads(looked.payload)
    except (JoseError, ValueError, RecursionError) as error:
        raise invalid("This is not a signed token.") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise invalid("This is not a signed token.")
    return header, claims


def _check_header(header: dict[str, Any], binding: IssuerBinding) -> None:
    """Algorithm, type and key id, before any key is looked for; keys inside the header are never used."""
    if header.get("alg") not in binding.algorithms:
        raise invalid("The token's algorithm is not allowed.")
    kind = header.get("typ", "")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in binding.shape.types:
        raise invalid("This is not an access token of the expected type.")
    if "crit" in header or "b64" in header:
        raise invalid("The token demands an extension that is not known here.")
    if "kid" in header and not _plain(header["kid"]):
        raise invalid("The token's key id is malformed.")


def _check_claims(claims: dict[str, Any], binding: IssuerBinding) -> None:
    """What makes an access token one, as the dialect knows it."""
    shape, audience = binding.shape, claims["aud"]
    audiences = {audience} if isinstance(audience, str) else set(audience)
    if not ID_TOKEN_MARKS.isdisjoint(claims) or audiences & set(binding.client_ids) - set(binding.audiences):
        raise invalid("An ID token gives no access.")
    if "cnf" in claims:  # AUTH-15: without its proof such a token may be stolen
        raise invalid("The token is bound to a key and can't be used as a bearer token.")
    if any(claims.get(name, value) != value for name, value in shape.fixed):
        raise invalid("This is not an access token of the expected type.")


def _identity(claims: dict[str, Any], binding: IssuerBinding) -> Identity:
    """The names in the token, checked for what they are used for: keys in a database, lines in a log."""
    subject, client = subject_in(binding.subject_ways, claims), client_in(binding.shape, claims)
    if subject is None or not _plain(subject) or (client is not None and not _plain(client)):
        raise invalid("The token does not say for whom it speaks.")
    if binding.client_ids and client not in binding.client_ids:
        raise TokenRefused(Refusal.CLIENT_NOT_ENROLLED, "The client is not enrolled with the municipality.")
    scopes = frozenset(scope for scope in scopes_in(binding.shape, claims) if _plain(scope))
    return Identity(
        tenant_id=binding.tenant_id,
        issuer=binding.token_issuer,
        subject=subject,
        client_id=client,
        scopes=scopes,
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
    )


def _plain(text: object) -> bool:
    """A short text without control characters, lone surrogates and the like."""
    return isinstance(text, str) and 0 < len(text) <= LONGEST and text.isprintable()


@lru_cache(maxsize=64)
def _rules(algorithms: tuple[str, ...]) -> SignatureRules:
    return SignatureRules(algorithms=algorithms, strict_check_header=False)
