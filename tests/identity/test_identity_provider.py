"""The demo provider, used as a frontend and as an integration would use it."""

import base64
import json
import stat
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import OpenIDProviderMetadata

from api.demo.provider import FRONTEND, INTEGRATION, Provider, frontend, integration, signing_key
from api.identity.bindings import Bindings
from api.identity.keys import Keys
from api.identity.refusals import TokenRefused
from api.identity.tokens import Tokens

ISSUER = "http://127.0.0.1:8000/demo/op"
API = "http://127.0.0.1:8000/"
BACK = "http://localhost:5173/callback"
SECRET = "a secret of the demo"
VERIFIER = "v" * 64
CHALLENGE = create_s256_code_challenge(VERIFIER)
LIER = UUID("11111111-1111-4111-8111-111111111111")
ODENSE = UUID("22222222-2222-4222-8222-222222222222")


@pytest.fixture
def api(provider, web):
    """The API's own validator, with the provider's keys at hand: its web is empty."""
    keys = Keys(web)
    keys.preload(ISSUER, provider.jwks())
    return Tokens(Bindings([provider.binding(LIER), provider.binding(ODENSE)]), keys)


def answered(response):
    """The parameters with which the browser is sent back to the client."""
    assert response.status_code == 303, response.text
    parts = urlsplit(response.headers["location"])
    assert response.headers["location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


async def exchange(browser, taken, **changes):
    form = {
        "grant_type": "authorization_code",
        "code": taken,
        "redirect_uri": BACK,
        "client_id": FRONTEND,
        "code_verifier": VERIFIER,
        **changes,
    }
    return await browser.post("token", data={name: value for name, value in form.items() if value is not None})


def claims_of(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


async def test_discovery_says_the_issuer_and_is_valid_metadata(browser, provider):
    document = (await browser.get(".well-known/openid-configuration")).json()
    assert document["issuer"] == ISSUER == provider.binding(LIER).issuer
    assert document["code_challenge_methods_supported"] == ["S256"]
    OpenIDProviderMetadata(document).validate()
    for name in (
        "jwks_uri",
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "end_session_endpoint",
    ):
        assert document[name].startswith(f"{ISSUER}/")
    published = (await browser.get(document["jwks_uri"])).json()
    assert published == provider.jwks()
    assert set(published["keys"][0]) == {"kty", "n", "e", "kid", "use", "alg"}


async def test_signing_in_with_code_and_pkce(browser, api, choose):
    back = answered(await choose("odense-bo"))
    assert (back["state"], back["iss"]) == ("s & t", ISSUER)
    response = await exchange(browser, back["code"])
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    tokens = response.json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    identity = await api.validate(tokens["access_token"])
    assert (identity.tenant_id, identity.issuer, identity.subject) == (ODENSE, ISSUER, "odense-bo")
    assert (identity.client_id, identity.scopes) == (FRONTEND, {"openid", "profile", "plf"})
    known = claims_of(tokens["id_token"])
    assert (known["iss"], known["aud"], known["sub"], known["nonce"]) == (
        ISSUER,
        FRONTEND,
        "odense-bo",
        "n-1",
    )
    with pytest.raises(TokenRefused):
        await api.validate(tokens["id_token"])


async def test_userinfo_follows_the_scopes(browser, provider, choose):
    async def ask(token):
        return await browser.get("userinfo", headers={"Authorization": f"Bearer {token}"})

    assert (await ask(provider.issue_token("lier-anna"))).json() == {"sub": "lier-anna", "name": "Anna <Ås>"}
    back = answered(await choose("lier-ola", scope="openid"))
    token = (await exchange(browser, back["code"])).json()["access_token"]
    assert (await ask(token)).json() == {"sub": "lier-ola"}
    machine = await browser.post("token", data={"grant_type": "client_credentials"}, auth=(INTEGRATION, SECRET))
    assert (await ask(machine.json()["access_token"])).status_code == 403
    refused = await ask("nonsense")
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    assert (await browser.get("userinfo")).headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 64}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": CHALLENGE}, "invalid_grant"),
        ({"redirect_uri": "http://localhost:5173/other"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"client_id": INTEGRATION}, "invalid_client"),
        ({"client_id": "stranger"}, "invalid_client"),
        ({"code": "made-up"}, "invalid_grant"),
        ({"code": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "påssword"}, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_exchange_gives_nothing(changes, error, browser, choose):
    back = answered(await choose("lier-anna"))
    response = await exchange(browser, back["code"], **changes)
    assert response.status_code in {400, 401}
    assert response.json()["error"] == error
    assert "access_token" not in response.text


async def test_a_code_works_once_and_a_wrong_guess_uses_it_up(browser, choose):
    back = answered(await choose("lier-anna"))
    assert (await exchange(browser, back["code"])).status_code == 200
    assert (await exchange(browser, back["code"])).json()["error"] == "invalid_grant"
    back = answered(await choose("lier-anna"))
    assert (await exchange(browser, back["code"], code_verifier="w" * 64)).json()["error"] == "invalid_grant"
    assert (await exchange(browser, back["code"])).json()["error"] == "invalid_grant"


async def test_a_code_lasts_a_minute(browser, clock, choose):
    back = answered(await choose("lier-anna"))
    clock.seconds += 59
    assert (await exchange(browser, back["code"])).status_code == 200
    back = answered(await choose("lier-anna"))
    clock.seconds += 60
    assert (await exchange(browser, back["code"])).json()["error"] == "invalid_grant"


async def test_client_credentials(browser, api):
    form = {"grant_type": "client_credentials"}
    posted = form | {"client_id": INTEGRATION, "client_secret": SECRET}
    for response in (
        await browser.post("token", data=form, auth=(INTEGRATION, SECRET)),
        await browser.post("token", data=posted),
    ):
        identity = await api.validate(response.json()["access_token"])
        assert (identity.tenant_id, identity.subject, identity.scopes) == (LIER, INTEGRATION, {"plf"})


async def test_client_credentials_need_the_secret(browser):
    form = {"grant_type": "client_credentials"}
    for response in (
        await browser.post("token", data=form, auth=(INTEGRATION, "wrong")),
        await browser.post("token", data=form | {"client_id": INTEGRATION}),
        await browser.post("token", data=form | {"client_id": FRONTEND}),
        await browser.post("token", data=form | {"client_id": FRONTEND, "client_secret": ""}),
    ):
        assert response.status_code == 401
        assert response.json()["error"] == "invalid_client"
        assert response.headers["www-authenticate"].startswith("Basic")
    odd = base64.b64encode(b"\xff\xfe:x").decode()
    response = await browser.post("token", data=form, headers={"Authorization": f"Basic {odd}"})
    assert response.status_code == 400
    assert (await browser.post("token", content=b"grant_type=\xff")).status_code == 400
    assert (await browser.post("token", content="grant_type=client_credentials&grant_type=x")).status_code == 400
    assert (await browser.post("token", content=b"x" * 70_000)).status_code == 413
    with pytest.raises(ValueError, match="16 characters"):
        integration("short", LIER)


async def test_a_token_for_the_command_line(api, provider):
    assert (await api.validate(provider.issue_token("lier-ola"))).tenant_id == LIER
    with pytest.raises(LookupError):
        provider.issue_token("stranger")


async def test_logging_out_leads_back_with_an_id_token_only(browser, choose):
    back = answered(await choose("lier-anna"))
    id_token = (await exchange(browser, back["code"])).json()["id_token"]
    ask = {"id_token_hint": id_token, "post_logout_redirect_uri": BACK, "state": "x"}
    for response in (await browser.get("logout", params=ask), await browser.post("logout", data=ask)):
        assert (response.status_code, response.headers["location"]) == (303, f"{BACK}?state=x")
    evil = await browser.get("logout", params=ask | {"post_logout_redirect_uri": "https://evil.example/"})
    plain = await browser.get("logout", params={"post_logout_redirect_uri": BACK, "client_id": FRONTEND})
    for response in (evil, plain):
        assert (response.status_code, "location" in response.headers) == (200, False)
    assert (await browser.get("logout", params={"id_token_hint": "nonsense"})).status_code == 400


async def test_programs_in_browsers_may_read_all_but_the_page(browser, ask_for):
    asked = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
    assert (await browser.options("token", headers=asked)).headers["access-control-allow-origin"] == "*"
    page = await browser.get("authorize", params=ask_for, headers={"Origin": "http://localhost:5173"})
    assert "access-control-allow-origin" not in page.headers


def test_the_key_is_kept_and_private(tmp_path):
    path = tmp_path / "keys" / "demo.json"
    first = signing_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signing_key(path).jwks() == first.jwks()
    assert [entry.name for entry in path.parent.iterdir()] == ["demo.json"]
    assert "d" not in first.jwks()["keys"][0]
    assert json.loads(path.read_text())["d"] not in repr(first)
    path.chmod(0o640)
    with pytest.raises(PermissionError, match="0600"):
        signing_key(path)


@pytest.mark.parametrize("issuer", ["http://demo.example/op", f"{ISSUER}/", "ftp://127.0.0.1/"])
def test_an_issuer_in_the_open_is_refused(issuer, demo_key):
    with pytest.raises(ValueError, match="https or loopback"):
        Provider(issuer=issuer, audience=API, people=list, key=demo_key, clients=[frontend()])
