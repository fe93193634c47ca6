"""Issuers, clocks and tokens for the identity tests: real keys, real signatures, no network."""

import asyncio
import copy
import html
import re
from dataclasses import dataclass, field
from uuid import UUID

import httpx
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette

from api.demo.provider import FRONTEND, DemoPerson, Provider, frontend, integration, signing_key
from api.identity.bindings import Bindings, IssuerBinding
from api.identity.fetching import FetchFailed
from api.identity.keys import Keys
from api.identity.refusals import TokenRefused
from api.identity.tokens import Tokens

NOW = 1_800_000_000
API = "https://api.example/"
ISSUER = "https://login.example"
LIER = UUID("11111111-1111-4111-8111-111111111111")
ODENSE = UUID("22222222-2222-4222-8222-222222222222")
CLAIMS = {
    "iss": ISSUER,
    "aud": API,
    "iat": NOW,
    "exp": NOW + 3600,
    "sub": "anna",
    "client_id": "frontend",
    "jti": "j-1",
    "scope": "openid plf",
}

DEMO = "http://127.0.0.1:8000/demo/op"
PEOPLE = (
    DemoPerson("lier-anna", "Anna <Ås>", "Lier & Co", "Principal", LIER),
    DemoPerson("lier-ola", "Ola \"Nordmann'", "Lier & Co", "Teacher", LIER),
    DemoPerson("odense-bo", "Bo", "Odense", "Teacher <script>alert(1)</script>", ODENSE),
)
ASK = {
    "response_type": "code",
    "client_id": FRONTEND,
    "redirect_uri": "http://localhost:5173/callback",
    "scope": "openid profile plf",
    "state": "s & t",
    "nonce": "n-1",
    "code_challenge": create_s256_code_challenge("v" * 64),
    "code_challenge_method": "S256",
}


@dataclass
class Clock:
    """Seconds that only pass when a test says so."""

    seconds: float = NOW

    def __call__(self):
        return self.seconds


@dataclass
class Web:
    """Documents by address, with a count of the looks at each; what is not there can't be fetched."""

    documents: dict = field(default_factory=dict)
    looks: list = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def __call__(self, url):
        self.looks.append(url)
        if self.gate is not None:
            await self.gate.wait()
        if url not in self.documents:
            raise FetchFailed("nobody there")
        return copy.deepcopy(self.documents[url])


@dataclass
class Mint:
    """An issuer's own desk: signs what it is told to, and publishes its keys."""

    issuer: str = ISSUER
    key: object = None
    alg: str = "RS256"

    def token(self, claims=None, *, without=(), header=None, key=None, **more):
        merged = {**CLAIMS, "iss": self.issuer, **(claims or {}), **more}
        body = {name: value for name, value in merged.items() if name not in without}
        key = key or self.key
        head = {"alg": self.alg, "kid": key.kid, "typ": "at+jwt", **(header or {})}
        head = {name: value for name, value in head.items() if value is not None}
        return jwt.encode(head, body, key, [head["alg"]], default_type=None)

    def publish_as(self, web, issuer):
        """The same documents, speaking in this name: how Entra publishes its shared set."""
        web.documents[f"{self.issuer}/.well-known/openid-configuration"]["issuer"] = issuer

    def publish(self, web, *keys):
        web.documents[f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"] = {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer.rstrip('/')}/keys",
        }
        web.documents[f"{self.issuer.rstrip('/')}/keys"] = {
            "keys": [key.as_dict(private=False) for key in (keys or (self.key,))]
        }


def rsa(kid):
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


@pytest.fixture(scope="session")
def rsa_keys():
    """Made once: one is the issuer's, one its next, one a stranger's."""
    return [rsa("one"), rsa("two"), rsa("one")]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def web():
    return Web()


@pytest.fixture
def mint(rsa_keys, web):
    desk = Mint(key=rsa_keys[0])
    desk.publish(web)
    return desk


@pytest.fixture
def binding():
    """Makes a binding; what is not said is as usual."""

    def make(**said):
        return IssuerBinding(**{"tenant_id": LIER, "issuer": ISSUER, "audiences": (API,), **said})

    return make


@pytest.fixture
def tokens_of(web, clock):
    """A validator over these bindings, asking the test's web by the test's clock."""

    def make(*bindings, **said):
        return Tokens(Bindings(bindings), Keys(web, now=clock), now=clock, **said)

    return make


@pytest.fixture
def tokens(tokens_of, binding):
    return tokens_of(binding())


@pytest.fixture
def make_mint(web):
    """Another issuer, published at once."""

    def make(issuer, key, alg="RS256"):
        desk = Mint(issuer=issuer, key=key, alg=alg)
        desk.publish(web)
        return desk

    return make


@pytest.fixture
def refusal():
    """Validates a token that must be refused, and gives the refusal."""

    async def refused_by(tokens, token):
        with pytest.raises(TokenRefused) as refused:
            await tokens.validate(token)
        return refused.value

    return refused_by


@pytest.fixture(scope="session")
def demo_key():
    return signing_key()


@pytest.fixture
def provider(demo_key, clock):
    clients = [frontend(("https://app.example/cb",)), integration("a secret of the demo", LIER)]
    return Provider(
        issuer=DEMO,
        audience="http://127.0.0.1:8000/",
        people=lambda: PEOPLE,
        key=demo_key,
        clients=clients,
        now=clock,
    )


@pytest.fixture
async def browser(provider):
    app = Starlette()
    app.mount("/demo/op", provider.app)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=f"{DEMO}/") as client:
        yield client


@pytest.fixture
def ask_for():
    """A good authorization request."""
    return dict(ASK)


@pytest.fixture
def choose(browser, ask_for):
    """Opens the page and presses a person's button; changes are to the authorization request."""

    async def press(person, **changes):
        page = await browser.get("authorize", params=ask_for | changes)
        assert page.status_code == 200, page.text
        action = html.unescape(re.search('action="([^"]+)"', page.text)[1])
        ticket = re.search('name="ticket" value="([^"]+)"', page.text)[1]
        return await browser.post(f"authorize{action}", data={"ticket": ticket, "person": person})

    return press
