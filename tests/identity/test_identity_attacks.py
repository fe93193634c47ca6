"""Attacks on the token itself: algorithms, keys, headers, shapes, and what the refusal gives away."""

import base64
import hashlib
import hmac
import json
import re
import warnings
from pathlib import Path

import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey

from api.identity.bindings import ALGORITHMS
from api.identity.refusals import Refusal

ISSUER = "https://login.example"
UNSIGNED = "This is not a signed token."
UNKNOWN = "The issuer has no key with which this token could be signed."


def part(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def test_alg_none_is_refused(tokens, mint, refusal):
    body = mint.token().split(".")[1]
    for name in ("none", "None", "NONE", "nOnE"):
        header = part({"alg": name, "typ": "at+jwt", "kid": "one"})
        for signature in ("", "AAAA"):
            refused = await refusal(tokens, f"{header}.{body}.{signature}")
            assert refused.description == "The token's algorithm is not allowed."


async def test_hs256_signed_with_the_public_key_is_refused(tokens, mint, refusal):
    signed = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': 'one'})}.{mint.token().split('.')[1]}"
    for secret in (mint.key.as_pem(private=False), json.dumps(mint.key.as_dict(private=False)).encode()):
        signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        refused = await refusal(tokens, f"{signed}.{part(signature)}")
        assert refused.description == "The token's algorithm is not allowed."


@pytest.mark.parametrize("alg", sorted(ALGORITHMS))
async def test_every_allowed_algorithm_works_and_only_when_named(alg, make_mint, rsa_keys, tokens_of, binding, refusal):
    curve = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}.get(alg)
    if alg.startswith("E"):
        key = ECKey.generate_key(curve, {"kid": "k"}) if curve else OKPKey.generate_key("Ed25519", {"kid": "k"})
    else:
        plain = {k: v for k, v in rsa_keys[0].as_dict(private=True).items() if k != "alg"}
        key = type(rsa_keys[0]).import_key(plain)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)  # the signing side warns of the name EdDSA; ours must not
        token = make_mint(ISSUER, key, alg).token()
    assert (await tokens_of(binding(algorithms=(alg,))).validate(token)).subject == "anna"
    others = tuple(sorted(ALGORITHMS - {alg}))
    refused = await refusal(tokens_of(binding(algorithms=others)), token)
    assert refused.description == "The token's algorithm is not allowed."


async def test_a_strangers_signature_is_refused_even_under_a_known_key_id(tokens, mint, rsa_keys, refusal):
    stranger = rsa_keys[2]
    assert stranger.kid == mint.key.kid
    refused = await refusal(tokens, mint.token(key=stranger))
    assert refused.description == "The signature does not verify."


async def test_a_key_inside_the_header_is_not_believed(tokens, mint, rsa_keys, refusal):
    stranger = rsa_keys[2]
    for header in ({"jwk": stranger.as_dict(private=False)}, {"jku": "https://evil.example/keys"}):
        refused = await refusal(tokens, mint.token(key=stranger, header=header))
        assert refused.description == "The signature does not verify."
    assert (await tokens.validate(mint.token(header={"jku": "https://evil.example/keys"}))).subject == "anna"


async def test_changed_claims_are_refused(tokens, mint, refusal):
    header, body, signature = mint.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    refused = await refusal(tokens, f"{header}.{part({**claims, 'sub': 'admin'})}.{signature}")
    assert refused.description == "The signature does not verify."


@pytest.mark.parametrize(
    "kid",
    ["../../../../dev/null", "' or 1=1 --", "x" * 256, "a\u0000b", "\ud800", "", 7, ["one"], {"a": 1}, None],
)
async def test_odd_key_ids_end_in_401(kid, tokens, mint, refusal):
    header = part({"alg": "RS256", "typ": "at+jwt", "kid": kid})
    refused = await refusal(tokens, f"{header}.{mint.token().split('.')[1]}.AAAA")
    assert refused.status == 401
    assert refused.description in {UNKNOWN, UNSIGNED, "The token's key id is malformed."}


BODY = part({"iss": ISSUER})
NAN = b'{"exp": NaN}'
ODD = {
    "nothing": "",
    "words": "let me in",
    "two parts": "a.b",
    "an encrypted token": "a.b.c.d.e",
    "header no JSON": f"{part(b'{')}.{BODY}.AAAA",
    "header a list": f"{part(['alg'])}.{BODY}.AAAA",
    "header a text": f"{part('alg')}.{BODY}.AAAA",
    "header a number": f"{part(1)}.{BODY}.AAAA",
    "algorithm a list": f"{part({'alg': ['RS256']})}.{BODY}.AAAA",
    "claims a list": f"{part({'alg': 'RS256'})}.{part([1])}.AAAA",
    "claims no UTF-8": f"{part({'alg': 'RS256'})}.{part(bytes([0xFF]))}.AAAA",
    "claims with NaN": f"{part({'alg': 'RS256'})}.{part(NAN)}.AAAA",
    "claims very deep": f"{part({'alg': 'RS256'})}.{part(b'[' * 5000)}.AAAA",
    "header very deep": f"{part(b'[' * 5000)}.{BODY}.AAAA",
    "header too long": f"{part({'alg': 'RS256', 'x5c': ['A' * 9000]})}.{BODY}.AAAA",
    "very large": "A" * 17_000,
    "not ASCII": "å.ø.æ",
    "a lone surrogate": "\ud800.a.b",
    "unencoded payload": f"{part({'alg': 'RS256', 'b64': False, 'crit': ['b64']})}.{BODY}.AAAA",
    "unknown crit": f"{part({'alg': 'RS256', 'crit': ['x']})}.{BODY}.AAAA",
}


@pytest.mark.parametrize("odd", ODD)
async def test_whatever_is_sent_is_refused_without_its_text(odd, tokens, mint, refusal):
    refused = await refusal(tokens, ODD[odd])
    assert refused.code is Refusal.TOKEN_INVALID
    assert re.fullmatch(r"[\x20\x21\x23-\x5b\x5d-\x7e]+", refused.description)
    assert str(refused) == "token_invalid"


async def test_extensions_are_refused_even_when_well_signed(tokens, mint, refusal):
    signed = mint.token(header={"crit": ["b64"], "b64": True})
    assert (await refusal(tokens, signed)).description.startswith("The token demands an extension")


async def test_a_certificate_chain_in_the_header_fits(tokens, mint):
    assert (await tokens.validate(mint.token(header={"x5c": ["A" * 4000]}))).subject == "anna"


@pytest.mark.parametrize("subject", ["", "x" * 256, "a\u0000b", "line\nbreak", 7, ["anna"]])
async def test_names_that_no_table_should_hold_are_refused(subject, tokens, mint, refusal):
    assert (await refusal(tokens, mint.token(sub=subject))).status == 401


def test_only_one_module_decodes_tokens():
    """joserfc's decode checks no claim by itself, so nobody but the one careful caller may use it."""
    root = Path(__file__).parents[2] / "api"
    calls = re.compile(r"\b(jwt\.decode|deserialize_(compact|json)|extract_compact|jwt import .*decode|import jwe)\b")
    found = {str(path.relative_to(root)) for path in root.rglob("*.py") if calls.search(path.read_text("utf-8"))}
    assert found == {"identity/tokens.py"}
