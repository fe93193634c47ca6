"""The demo provider as one object: what to mount, what to trust, and tokens for the command line."""

import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from authlib.common.security import is_secure_transport
from starlette.types import ASGIApp

from api.demo.provider.clients import FRONTEND, DemoClient
from api.demo.provider.endpoints import Endpoints
from api.demo.provider.people import People, named
from api.demo.provider.server import Server
from api.demo.provider.signing import ALGORITHM, SigningKey
from api.demo.provider.tickets import Tickets
from api.identity.bindings import Bindings, IssuerBinding
from api.identity.fetching import Fetcher
from api.identity.keys import Keys
from api.identity.tokens import Tokens

TENANT_CLAIM = "tenant"
NOBODY = UUID(int=0)


class Provider:
    """An OpenID provider for fictional people; mount `app` where `issuer` says.

    `issuer` is the full address without a trailing slash, `audience` the API's own identifier. Codes and
    tickets live in this process: one provider, one process. Raises ValueError when the issuer is neither
    https nor on this machine.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        people: People,
        key: SigningKey,
        clients: Sequence[DemoClient],
        now: Callable[[], float] = time.time,
    ) -> None:
        if not is_secure_transport(issuer) or issuer.endswith("/"):
            raise ValueError(f"the demo provider needs https or loopback and no trailing slash, not {issuer}")
        self.issuer = issuer
        self.audience = audience
        self._people = people
        self._key = key
        self._server = Server(issuer=issuer, audience=audience, key=key, clients=clients, now=now)
        tickets = Tickets(urlsplit(issuer).path or "/", secure=issuer.startswith("https:"))
        self.app: ASGIApp = Endpoints(issuer, self._server, people, tickets, self._own_tokens(), self.jwks()).router()

    def enrol(self, client: DemoClient) -> None:
        """Know this client from now on, instead of any of its name before."""
        self._server.clients[client.client_id] = client

    def jwks(self) -> dict[str, Any]:
        """The public keys, for Keys.preload: the API does not ask itself over HTTP."""
        return self._key.jwks()

    def binding(self, tenant_id: UUID) -> IssuerBinding:
        """How one tenant trusts this provider: the token's claim `tenant` picks it."""
        return IssuerBinding(
            tenant_id=tenant_id,
            issuer=self.issuer,
            audiences=(self.audience,),
            algorithms=(ALGORITHM,),
            tenant_claim=TENANT_CLAIM,
            tenant_value=str(tenant_id),
        )

    def issue_token(self, subject: str) -> str:
        """An access token as if this person had signed in to the frontend; LookupError for a stranger."""
        person = named(self._people(), subject)
        if person is None:
            raise LookupError(f"nobody in the demo is called {subject}")
        client = self._server.clients[FRONTEND]
        token = self._server.generate_token("authorization_code", client, user=person, scope=" ".join(client.scopes))
        return str(token["access_token"])

    def _own_tokens(self) -> Tokens:
        """For /userinfo: the API's own validator, any tenant, keys at hand and nothing to fetch."""
        keys = Keys(Fetcher())
        keys.preload(self.issuer, self.jwks())
        anywhere = IssuerBinding(tenant_id=NOBODY, issuer=self.issuer, audiences=(self.audience,))
        return Tokens(Bindings([anywhere]), keys)
