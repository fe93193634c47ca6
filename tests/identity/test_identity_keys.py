"""Keys are fetched once, renewed behind the scenes, and never because a stranger keeps asking."""

import asyncio
import base64
import json
import warnings

import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, RSAKey

from api.identity.bindings import KeySource
from api.identity.discovery import jwks_uri
from api.identity.fetching import FetchFailed
from api.identity.keyring import read_set
from api.identity.keys import Keys
from api.identity.refusals import Refusal, TokenRefused

NOW = 1_800_000_000
ISSUER = "https://login.example"
JWKS = f"{ISSUER}/keys"
SOURCE = KeySource(ISSUER, ISSUER)


async def settled():
    """Let what was started behind the scenes come to its end."""
    for _ in range(10):
        await asyncio.sleep(0)


def at(mint, clock, **more):
    """A token issued just now by the test's clock."""
    seconds = int(clock())
    return mint.token(iat=seconds, exp=seconds + 3600, **more)


async def test_a_rotated_key_is_found_at_the_next_request(tokens, mint, web, rsa_keys, clock, refusal):
    old = mint.token()
    await tokens.validate(old)
    mint.publish(web, rsa_keys[1])
    assert (await tokens.validate(mint.token(key=rsa_keys[1]))).subject == "anna"
    assert web.looks.count(JWKS) == 2
    # what the old key had vouched for is forgotten, and the old key vouches no longer
    assert tokens.cached(old.encode()) is None
    assert (await refusal(tokens, old)).code is Refusal.TOKEN_INVALID


async def test_an_unchanged_set_keeps_what_is_remembered(tokens, mint, web, clock):
    token = mint.token()
    await tokens.validate(token)
    clock.seconds += 3540
    later = at(mint, clock)
    await tokens.validate(later)
    clock.seconds += 61
    await tokens.validate(at(mint, clock, jti="2"))
    await settled()
    assert web.looks.count(JWKS) == 2
    assert tokens.cached(later.encode()) is not None


async def test_ten_thousand_random_key_ids_cost_two_fetches(tokens, mint, web, clock):
    body = mint.token().split(".")[1]

    async def ask(number):
        header = base64.urlsafe_b64encode(json.dumps({"alg": "RS256", "typ": "at+jwt", "kid": f"k{number}"}).encode())
        with pytest.raises(TokenRefused):
            await tokens.validate(f"{header.decode().rstrip('=')}.{body}.AAAA")

    for batch in range(100):
        await asyncio.gather(*(ask(batch * 100 + number) for number in range(100)))
    assert web.looks.count(JWKS) == 2
    clock.seconds += 59
    await ask("late")
    assert web.looks.count(JWKS) == 2
    clock.seconds += 1
    await asyncio.gather(*(ask(f"later{number}") for number in range(100)))
    assert web.looks.count(JWKS) == 3


async def test_many_first_requests_share_one_fetch(tokens, mint, web):
    web.gate = asyncio.Event()
    asked = [asyncio.create_task(tokens.validate(mint.token(jti=str(number)))) for number in range(50)]
    await settled()
    asked[0].cancel()  # who gives up does not take the fetch away from the others
    web.gate.set()
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert all(identity.subject == "anna" for identity in found[1:])
    assert web.looks.count(JWKS) == 1


async def test_keys_are_renewed_after_an_hour_without_waiting(tokens, mint, web, clock):
    await tokens.validate(mint.token())
    clock.seconds += 3600
    web.gate = asyncio.Event()
    assert (await tokens.validate(at(mint, clock))).subject == "anna"  # while the issuer has not answered
    await settled()
    assert web.looks.count(JWKS) == 2
    web.gate.set()
    await settled()
    await tokens.validate(at(mint, clock, jti="3"))
    await settled()
    assert web.looks.count(JWKS) == 2


async def test_an_issuer_that_is_down_is_believed_for_a_day(tokens, mint, web, clock, refusal):
    await tokens.validate(mint.token())
    web.documents.clear()
    clock.seconds += 24 * 3600 - 1
    assert (await tokens.validate(at(mint, clock))).subject == "anna"
    await settled()
    clock.seconds += 11
    refused = await refusal(tokens, at(mint, clock, jti="2"))
    assert (refused.code, refused.status, refused.error) == (Refusal.ISSUER_UNAVAILABLE, 503, None)
    mint.publish(web)
    clock.seconds += 10
    assert (await tokens.validate(at(mint, clock, jti="2"))).subject == "anna"


async def test_an_issuer_that_was_never_reached_is_asked_every_ten_seconds(tokens, mint, web, clock, refusal):
    web.documents.clear()
    for _ in range(20):
        assert (await refusal(tokens, mint.token())).status == 503
    once = len(web.looks)
    clock.seconds += 10
    await refusal(tokens, mint.token())
    assert len(web.looks) == 2 * once


@pytest.mark.parametrize("document", [{}, [], None, {"keys": []}, {"keys": {}}, {"keys": [1, "x", {"kty": "PQ"}]}])
async def test_a_useless_set_does_not_replace_a_good_one(document, tokens, mint, web, clock):
    await tokens.validate(mint.token())
    web.documents[JWKS] = document
    clock.seconds += 3600
    await tokens.validate(at(mint, clock))
    await settled()
    assert (await tokens.validate(at(mint, clock, jti="2"))).subject == "anna"


async def test_local_keys_need_no_fetch(web, clock, mint):
    keys = Keys(web, now=clock)
    keys.preload(ISSUER, {"keys": [mint.key.as_dict(private=False)]})
    assert [key.kid for key in await keys.find(SOURCE, ISSUER, "one", "RS256")] == ["one"]
    with pytest.raises(TokenRefused):
        await keys.find(SOURCE, ISSUER, "two", "RS256")
    assert web.looks == []


async def test_a_token_without_a_key_id_needs_a_set_of_one(web, clock, mint, tokens, rsa_keys, refusal):
    token = mint.token(header={"kid": None})
    assert (await tokens.validate(token)).subject == "anna"
    keys = Keys(web, now=clock)
    mint.publish(web, rsa_keys[0], rsa_keys[1])
    with pytest.raises(TokenRefused):
        await keys.find(SOURCE, ISSUER, None, "RS256")


def test_keys_of_one_id_are_told_apart_by_kind(rsa_keys):
    curve = ECKey.generate_key("P-256", {"kid": "one"})
    both = read_set({"keys": [curve.as_dict(private=False), rsa_keys[0].as_dict(private=False)]})
    assert [key.kty for key in both if key.fits("one", "RS256")] == ["RSA"]
    assert [key.kty for key in both if key.fits("one", "ES256")] == ["EC"]
    assert not any(key.fits("one", "ES384") or key.fits("one", "PS256") for key in both)


def test_unusable_keys_are_left_out(rsa_keys):
    public = rsa_keys[0].as_dict(private=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)  # making such a key warns; reading it must not
        weak = RSAKey.generate_key(1024, {"kid": "weak"}).as_dict(private=False)
    left_out = [
        {**public, "use": "enc"},
        {**public, "key_ops": ["encrypt"]},
        {**public, "n": "AQ"},
        {**public, "n": 7},
        {**public, "kty": ["RSA"]},
        rsa_keys[0].as_dict(private=True),
        OctKey.generate_key(256).as_dict(private=True),
        {"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"},
        weak,
    ]
    assert read_set({"keys": left_out}) == ()
    assert len(read_set({"keys": [*left_out, public]})) == 1


def test_a_shared_set_may_say_whose_a_key_is(rsa_keys):
    template = "https://login.microsoftonline.com/{tenantid}/v2.0"
    mine, other = (template.replace("{tenantid}", name) for name in ("mine", "other"))
    public = rsa_keys[0].as_dict(private=False)
    keys = read_set({"keys": [{**public, "issuer": owner} for owner in (template, mine, other)] + [public]})
    assert [key.belongs_to(template, mine) for key in keys] == [True, True, False, True]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"issuer": f"{ISSUER}/", "jwks_uri": JWKS}, "another issuer"),
        ({"issuer": "https://evil.example", "jwks_uri": JWKS}, "another issuer"),
        ({"jwks_uri": JWKS}, "another issuer"),
        ([], "another issuer"),
        ({"issuer": ISSUER}, "no key set"),
        ({"issuer": ISSUER, "jwks_uri": ["x"]}, "no key set"),
    ],
)
async def test_discovery_must_speak_for_the_issuer(document, why, web):
    web.documents[f"{ISSUER}/.well-known/openid-configuration"] = document
    with pytest.raises(FetchFailed, match=why):
        await jwks_uri(web, SOURCE)


async def test_discovery_falls_back_to_rfc_8414(web):
    source = KeySource(f"{ISSUER}/realms/a/", f"{ISSUER}/realms/a/")
    web.documents[f"{ISSUER}/.well-known/oauth-authorization-server/realms/a"] = {
        "issuer": f"{ISSUER}/realms/a/",
        "jwks_uri": JWKS,
    }
    assert await jwks_uri(web, source) == JWKS
    assert web.looks[0] == f"{ISSUER}/realms/a/.well-known/openid-configuration"
