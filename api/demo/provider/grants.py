"""The ways to a token: a code with PKCE, or a client's own credentials; what is general is Authlib's."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core import OpenIDCode
from authlib.oidc.rpinitiated import EndSessionEndpoint
from joserfc.jwk import KeySet

from api.demo.provider.clients import DemoClient
from api.demo.provider.codes import Codes, IssuedCode
from api.demo.provider.people import DemoPerson
from api.demo.provider.signing import ALGORITHM

# Authlib ships without type hints, so every class built on one of its own needs `type: ignore[misc]`.


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """Authorization code for public clients; the server that it belongs to holds the codes."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

    @property
    def codes(self) -> Codes:
        codes: Codes = self.server.codes
        return codes

    def save_authorization_code(self, code: str, request: Any) -> None:
        asked = request.payload.data
        issued = IssuedCode(
            client_id=request.client.client_id,
            redirect_uri=self.redirect_uri,
            scope=request.scope,
            person=request.user,
            nonce=asked.get("nonce"),
            code_challenge=asked["code_challenge"],
            code_challenge_method=asked["code_challenge_method"],
            signed_in=int(self.codes.now()),
        )
        self.codes.put(code, issued)

    def query_authorization_code(self, code: str, client: DemoClient) -> IssuedCode | None:
        return self.codes.take(code, client.client_id)

    def delete_authorization_code(self, authorization_code: IssuedCode) -> None:
        """Nothing to do: asking for a code has already used it up."""

    def authenticate_user(self, authorization_code: IssuedCode) -> DemoPerson:
        return authorization_code.person


class CredentialsGrant(ClientCredentialsGrant):  # type: ignore[misc]
    """Client credentials, the secret in the header or in the body."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")


class RequiredS256(CodeChallenge):  # type: ignore[misc]
    """PKCE as RFC 9700 wants it: always, and never `plain`; Authlib itself lets a code without it pass."""

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE is required: code_challenge with code_challenge_method S256")
        super().validate_code_challenge(grant, redirect_uri)


class IdTokens(OpenIDCode):  # type: ignore[misc]
    """ID tokens for those who ask for the scope openid."""

    def __init__(self, issuer: str, keys: KeySet) -> None:
        super().__init__(require_nonce=False)
        self.issuer = issuer
        self.keys = keys

    def exists_nonce(self, nonce: str, request: Any) -> bool:  # noqa: ARG002 - Authlib's signature
        """Never: a code works once, and comparing the nonce is the client's part."""
        return False

    def resolve_client_private_key(self, client: DemoClient) -> KeySet:  # noqa: ARG002 - Authlib's signature
        return self.keys

    def get_client_claims(self, client: DemoClient) -> dict[str, Any]:
        return {"iss": self.issuer, "aud": client.client_id}

    def generate_user_info(self, user: DemoPerson, scope: str) -> dict[str, str]:
        return person_claims(user, scope)


class AccessTokens(JWTBearerTokenGenerator):  # type: ignore[misc]
    """Access tokens as RFC 9068 describes them, for one API, with the tenant as a claim."""

    def __init__(self, issuer: str, audience: str, keys: KeySet, seconds: int) -> None:
        super().__init__(issuer, alg=ALGORITHM, expires_generator=seconds)
        self.audience = audience
        self.keys = keys

    def get_jwks(self) -> KeySet:
        return self.keys

    def get_audiences(self, client: DemoClient, user: Any, scope: str) -> str:  # noqa: ARG002 - Authlib's signature
        return self.audience

    def get_extra_claims(
        self,
        client: DemoClient,
        grant_type: str,  # noqa: ARG002 - Authlib's signature
        user: DemoPerson | None,
        scope: str,  # noqa: ARG002 - Authlib's signature
    ) -> dict[str, str]:
        return {"tenant": str(client.tenant_id if user is None else user.tenant_id)}


class EndSession(EndSessionEndpoint):  # type: ignore[misc]
    """RP-initiated logout; there is no session here to end, so all it does is lead back."""

    def get_server_jwks(self) -> KeySet:
        keys: KeySet = self.server.keys
        return keys

    def get_algorithms(self) -> list[str]:
        return [ALGORITHM]

    def end_session(self, end_session_request: Any) -> None:
        """Nothing to do: signing in always asks anew who it is."""


def person_claims(person: DemoPerson, scope: str) -> dict[str, str]:
    """What a client learns of a person: a name only with the scope profile, and never an e-mail address."""
    name = {"name": person.name} if "profile" in scope.split() else {}
    return {"sub": person.subject, **name}
