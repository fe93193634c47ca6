"""The two clients that the demo knows: a browser frontend without a secret, and an integration with one."""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

FRONTEND = "plf-demo-frontend"
INTEGRATION = "plf-demo-integration"
API_SCOPE = "plf"

# RFC 8252 §7.3: a program on the developer's own machine listens on any port. Only the characters that
# RFC 3986 allows in a path or query: no backslash, no user name, no fragment, nothing to misread.
LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?/[A-Za-z0-9._~!$&()*+,;=:@%/?-]*")


@dataclass(frozen=True, slots=True)
class Redirects:
    """Where a client may be sent back to: exactly the registered addresses, or anywhere on this machine."""

    registered: tuple[str, ...] = ()
    loopback: bool = True

    def __contains__(self, uri: object) -> bool:
        if not isinstance(uri, str):
            return False
        return uri in self.registered or (self.loopback and LOOPBACK.fullmatch(uri) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoClient:
    """A client in the words that Authlib asks for.

    A client with a secret speaks for itself, within one tenant; one without speaks for a person.
    """

    client_id: str
    grant: str
    scopes: tuple[str, ...]
    redirects: Redirects = Redirects((), loopback=False)
    secret: str | None = field(default=None, repr=False)
    tenant_id: UUID | None = None

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: every request names its own."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Of the wanted scopes the allowed ones; None, which is an error, when none is left."""
        wanted = scope.split() if scope else self.scopes
        return " ".join(name for name in wanted if name in self.scopes) or None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirects

    def check_client_secret(self, client_secret: str) -> bool:
        """Compared by hash, so that the time tells nothing of the secret or its length."""
        given, own = (sha256(text.encode()).digest() for text in (client_secret, self.secret or ""))
        return self.secret is not None and compare_digest(given, own)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002 - Authlib's signature
        return (method == "none") == (self.secret is None)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and self.grant == "authorization_code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == self.grant

    @property
    def client_metadata(self) -> dict[str, Redirects]:
        """Logging out leads back to the same places as signing in."""
        return {"post_logout_redirect_uris": self.redirects}


def frontend(registered: tuple[str, ...] = ()) -> DemoClient:
    """The public client; `registered` are redirect addresses besides those on the developer's machine."""
    return DemoClient(
        client_id=FRONTEND,
        grant="authorization_code",
        scopes=("openid", "profile", API_SCOPE),
        redirects=Redirects(registered),
    )


def integration(secret: str, tenant_id: UUID, client_id: str = INTEGRATION) -> DemoClient:
    """The confidential client of one municipality; raises ValueError for a secret that could be guessed."""
    if len(secret) < 16:
        raise ValueError("the demo integration's secret needs at least 16 characters")
    return DemoClient(
        client_id=client_id,
        grant="client_credentials",
        scopes=(API_SCOPE,),
        secret=secret,
        tenant_id=tenant_id,
    )
