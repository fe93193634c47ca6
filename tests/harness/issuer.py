"""An OpenID issuer as a test needs it: one key, any claims."""

import time
import uuid

from joserfc import jwt
from joserfc.jwk import RSAKey

ISSUER = "https://login.test.example"
AUDIENCE = "https://api.test.example"


class Issuer:
    """Signs access tokens (RFC 9068) for any subject and tenant."""

    def __init__(self) -> None:
        self._key = RSAKey.generate_key(2048, parameters={"kid": "test", "alg": "RS256", "use": "sig"})

    def jwks(self) -> dict:
        return {"keys": [self._key.as_dict(private=False)]}

    def token(self, subject: str, tenant: str, now: float | None = None, **claims) -> str:
        issued = int(now if now is not None else time.time())
        payload = {
            "iss": ISSUER,
            "sub": subject,
            "aud": AUDIENCE,
            "client_id": "tests",
            "tenant": tenant,
            "iat": issued,
            "exp": issued + 3600,
            "jti": uuid.uuid4().hex,
            **claims,
        }
        return jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": "test"}, payload, self._key)
