"""Whose token it is: issuers, tenants, clients and times, and what is remembered of a valid token."""

from uuid import UUID

import pytest

from api.identity.bindings import Bindings
from api.identity.refusals import Refusal

NOW = 1_800_000_000
API = "https://api.example/"
ISSUER = "https://login.example"
LIER = UUID("11111111-1111-4111-8111-111111111111")
ODENSE = UUID("22222222-2222-4222-8222-222222222222")


def test_no_binding_can_allow_a_weak_algorithm(binding):
    for algorithm in ("none", "HS256", "HS512", "RS1", ""):
        with pytest.raises(ValueError, match="never allowed"):
            binding(algorithms=("RS256", algorithm))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"algorithms": ()}, "no algorithm"),
        ({"audiences": ()}, "no audience"),
        ({"audiences": ("",)}, "no audience"),
        ({"dialect": "saml"}, "unknown dialect"),
        ({"tenant_claim": "tid"}, "half a tenant"),
        ({"tenant_claim": "tid", "tenant_value": ""}, "empty tenant value"),
        ({"dialect": "entra-multi"}, "need each other"),
        ({"issuer": "https://e/{tenantid}/v2.0"}, "need each other"),
        ({"issuer": "https://e/{tenantid}/v2.0", "dialect": "entra-multi"}, "by the claim tid"),
    ],
)
def test_an_unsafe_binding_can_not_be_made(said, sentence, binding):
    with pytest.raises(ValueError, match=sentence):
        binding(**said)


async def test_leeway_is_thirty_seconds(tokens_of, binding, mint, clock, refusal):
    clock.seconds = NOW + 3600 + 29
    assert (await tokens_of(binding()).validate(mint.token())).subject == "anna"
    clock.seconds += 1
    assert (await refusal(tokens_of(binding()), mint.token())).code is Refusal.TOKEN_EXPIRED


async def test_a_trailing_slash_makes_another_issuer(tokens_of, binding, make_mint, rsa_keys, refusal):
    slash = f"{ISSUER}/"
    plain = make_mint(ISSUER, rsa_keys[0])
    assert (await tokens_of(binding()).validate(plain.token())).issuer == ISSUER
    assert (await refusal(tokens_of(binding()), plain.token(iss=slash))).status == 401
    slashed = make_mint(slash, rsa_keys[0])  # the same address of the document, which now speaks for the other
    assert (await tokens_of(binding(issuer=slash)).validate(slashed.token())).issuer == slash
    assert (await refusal(tokens_of(binding(issuer=slash)), plain.token())).status == 401
    assert (await refusal(tokens_of(binding()), plain.token())).code is Refusal.ISSUER_UNAVAILABLE


async def test_two_issuers_may_use_the_same_key_id(tokens_of, binding, make_mint, rsa_keys, refusal):
    ours, theirs = make_mint(ISSUER, rsa_keys[0]), make_mint("https://b.example", rsa_keys[2])
    tokens = tokens_of(binding(), binding(issuer="https://b.example", tenant_id=ODENSE))
    assert (await tokens.validate(ours.token())).tenant_id == LIER
    assert (await tokens.validate(theirs.token())).tenant_id == ODENSE
    assert (await refusal(tokens, ours.token(key=rsa_keys[2]))).description == "The signature does not verify."


async def test_one_issuer_serves_many_tenants_by_a_claim(tokens_of, binding, mint, refusal):
    tokens = tokens_of(
        binding(tenant_claim="org.id", tenant_value="lier"),
        binding(tenant_claim="org.id", tenant_value="odense", tenant_id=ODENSE),
    )
    assert (await tokens.validate(mint.token(org={"id": "lier"}))).tenant_id == LIER
    assert (await tokens.validate(mint.token(org={"id": "odense"}))).tenant_id == ODENSE
    nobody = ({}, {"id": "oslo"}, {"id": ["lier", "odense"]}, {"id": None}, "lier", {"id": "LIER"})
    for org in nobody:
        assert (await refusal(tokens, mint.token(org=org))).description.startswith("The token does not point")


async def test_an_issuer_bound_twice_without_a_claim_speaks_for_nobody(tokens_of, binding, mint, refusal):
    tokens = tokens_of(binding(), binding(tenant_id=ODENSE))
    assert (await refusal(tokens, mint.token())).status == 401


async def test_a_tenant_with_its_own_key_address_signs_for_itself_alone(
    tokens_of, binding, mint, web, rsa_keys, refusal
):
    web.documents["https://odense.example/keys"] = {"keys": [rsa_keys[2].as_dict(private=False)]}
    tokens = tokens_of(
        binding(tenant_claim="org", tenant_value="lier"),
        binding(
            tenant_claim="org",
            tenant_value="odense",
            tenant_id=ODENSE,
            jwks_uri="https://odense.example/keys",
        ),
    )
    assert (await tokens.validate(mint.token(org="odense", key=rsa_keys[2]))).tenant_id == ODENSE
    assert (await refusal(tokens, mint.token(org="lier", key=rsa_keys[2]))).status == 401


async def test_only_enrolled_clients_when_a_list_is_given(tokens_of, binding, mint, refusal):
    tokens = tokens_of(binding(client_ids=("frontend",)))
    assert (await tokens.validate(mint.token())).client_id == "frontend"
    refused = await refusal(tokens, mint.token(client_id="other"))
    assert (refused.code, refused.status, refused.error) == (Refusal.CLIENT_NOT_ENROLLED, 403, None)
    both = mint.token(aud=[API, "frontend"])
    assert (await refusal(tokens, both)).description == "An ID token gives no access."


async def test_a_valid_token_is_remembered_until_it_ends(tokens, mint, clock):
    token = mint.token().encode()
    assert tokens.cached(token) is None
    identity = await tokens.validate(token.decode())
    assert tokens.cached(token) is identity
    assert tokens.cached(token + b"x") is None
    clock.seconds = NOW + 3599
    assert tokens.cached(token) is identity
    clock.seconds = NOW + 3600
    assert tokens.cached(token) is None


async def test_a_short_token_is_not_remembered_beyond_its_end(tokens, mint, clock):
    token = mint.token(exp=NOW + 60)
    await tokens.validate(token)
    clock.seconds = NOW + 90
    assert tokens.cached(token.encode()) is None


async def test_other_bindings_end_what_is_remembered(tokens, mint, binding, refusal):
    token = mint.token()
    await tokens.validate(token)
    tokens.replace(Bindings([binding()]))
    assert tokens.cached(token.encode()) is None
    await tokens.validate(token)
    tokens.replace(Bindings())
    assert (await refusal(tokens, token)).status == 401


async def test_the_memory_is_bounded_and_drops_the_least_recently_used(tokens_of, binding, mint):
    tokens = tokens_of(binding(), remembered=2)
    first, second, third = (mint.token(jti=str(number)) for number in range(3))
    await tokens.validate(first)
    await tokens.validate(second)
    assert tokens.cached(first.encode())
    await tokens.validate(third)
    assert [tokens.cached(one.encode()) is not None for one in (first, second, third)] == [True, False, True]
