"""Every dialect accepts its own golden token and refuses each way in which one can be wrong."""

from uuid import UUID

import pytest

from api.identity.dialects import DIALECTS, FEIDE, subject_in
from api.identity.refusals import Refusal

NOW = 1_800_000_000
API = "https://api.example/"
LIER = UUID("11111111-1111-4111-8111-111111111111")
TID = "7aa0d7a1-0000-4000-8000-000000000001"
TIMES = {"iat": NOW, "exp": NOW + 3600, "aud": API}
FEIDE_NAME = f"{FEIDE}eduPersonPrincipalName"
ENTRA = {**TIMES, "sub": "pair", "oid": "o-1", "tid": TID, "ver": "2.0", "azp": "app", "scp": "plf read"}
MULTI = "https://login.microsoftonline.com/{tenantid}/v2.0"

# dialect: (binding, header, claims, (subject, client, scopes))
GOLDEN = {
    "rfc9068": (
        {},
        {"typ": "at+jwt"},
        {**TIMES, "sub": "anna", "client_id": "app", "jti": "1", "scope": "plf read"},
        ("anna", "app", {"plf", "read"}),
    ),
    "generic": (
        {},
        {"typ": None},
        {**TIMES, "sub": "anna", "cid": "app", "scp": ["plf", "read"]},
        ("anna", "app", {"plf", "read"}),
    ),
    "keycloak": (
        {"issuer": "https://kc.example/auth/realms/broker"},
        {"typ": "JWT"},
        {
            **TIMES,
            "sub": "k-1",
            "azp": "app",
            "typ": "Bearer",
            "scope": "plf",
            "realm_access": {"roles": ["admin"]},
        },
        ("k-1", "app", {"plf"}),
    ),
    "entra-v2": (
        {"issuer": f"https://login.microsoftonline.com/{TID}/v2.0"},
        {"typ": "JWT"},
        ENTRA,
        (f"{TID}:o-1", "app", {"plf", "read"}),
    ),
    "entra-v1": (
        {"issuer": f"https://sts.windows.net/{TID}/"},
        {"typ": "JWT"},
        {
            **TIMES,
            "sub": "pair",
            "oid": "o-1",
            "tid": TID,
            "ver": "1.0",
            "appid": "app",
            "roles": ["Plf.Stats"],
        },
        (f"{TID}:o-1", "app", {"Plf.Stats"}),
    ),
    "entra-multi": (
        {"issuer": MULTI, "tenant_claim": "tid", "tenant_value": TID},
        {"typ": "JWT"},
        {**ENTRA, "iss": f"https://login.microsoftonline.com/{TID}/v2.0"},
        (f"{TID}:o-1", "app", {"plf", "read"}),
    ),
    "feide-datasource": (
        {
            "issuer": "https://auth.dataporten.no",
            "tenant_claim": FEIDE_NAME,
            "tenant_value": "@lier.kommune.no",
        },
        {"typ": "JWT"},
        {**TIMES, "exp": NOW + 300, "sub": "u", "client_id": "app", FEIDE_NAME: "ola@lier.kommune.no"},
        ("ola@lier.kommune.no", "app", set()),
    ),
    "maskinporten": (
        {"issuer": "https://maskinporten.no/", "tenant_claim": "consumer.ID", "tenant_value": "987654321"},
        {"typ": None},
        {**TIMES, "client_id": "m-1", "jti": "1", "scope": "lier:plc", "consumer": {"ID": "0192:987654321"}},
        ("m-1", "m-1", {"lier:plc"}),
    ),
    "idporten": (
        {"issuer": "https://idporten.no"},
        {"typ": "at+jwt"},
        {
            **TIMES,
            "sub": "pairwise",
            "client_id": "app",
            "jti": "1",
            "acr": "idporten-loa-high",
            "scope": "plf",
        },
        ("pairwise", "app", {"plf"}),
    ),
}

TIMES_WRONG = "A claim is missing or is not what it must be."
NOT_ACCESS = "This is not an access token of the expected type."
ID_TOKEN = "An ID token gives no access."
BOUND = "The token is bound to a key and can't be used as a bearer token."
LONG = "The token lives longer than is allowed here."
STRANGE = "No municipality here trusts the token's issuer."

# what is changed in the golden token (None: taken out), and what must be said about it
NEGATIVES = {
    "expired": ({"iat": NOW - 4000, "exp": NOW - 31}, "The token has expired."),
    "without end": ({"exp": None}, TIMES_WRONG),
    "without beginning": ({"iat": None}, TIMES_WRONG),
    "end as text": ({"exp": str(NOW + 60)}, TIMES_WRONG),
    "end is true": ({"exp": True}, TIMES_WRONG),
    "issued tomorrow": ({"iat": NOW + 86_000, "exp": NOW + 87_000}, TIMES_WRONG),
    "not valid yet": ({"nbf": NOW + 31}, TIMES_WRONG),
    "lives for ever": ({"exp": 10**18}, LONG),
    "lives two days": ({"exp": NOW + 2 * 86_400}, LONG),
    "for another API": ({"aud": "https://other.example/"}, TIMES_WRONG),
    "for our API but a slash": ({"aud": API.rstrip("/")}, TIMES_WRONG),
    "for nobody": ({"aud": None}, TIMES_WRONG),
    "for the literal unspecified": ({"aud": "unspecified"}, TIMES_WRONG),
    "audience as object": ({"aud": {API: True}}, TIMES_WRONG),
    "from another issuer": ({"iss": "https://evil.example"}, STRANGE),
    "from no issuer": ({"iss": None}, STRANGE),
    "issuer as list": ({"iss": ["https://login.example"]}, STRANGE),
    "an ID token by its nonce": ({"nonce": "n"}, ID_TOKEN),
    "an ID token by its hash": ({"at_hash": "h"}, ID_TOKEN),
    "a logout token": ({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}, ID_TOKEN),
    "bound by DPoP": ({"cnf": {"jkt": "x"}}, BOUND),
    "bound by mTLS": ({"cnf": {"x5t#S256": "x"}}, BOUND),
}


@pytest.fixture
def world(make_mint, rsa_keys, tokens_of, binding, web):
    """From a dialect to its validator and a function that mints its golden token with changes."""

    def make(dialect):
        bound, header, claims, expected = GOLDEN[dialect]
        made = binding(dialect=dialect, **bound)
        address = made.source.base if dialect == "entra-multi" else made.issuer
        mint = make_mint(address, rsa_keys[0])
        if dialect == "entra-multi":
            mint.publish_as(web, MULTI)

        def token(header_changes=None, **changes):
            body = {"iss": made.token_issuer, **claims, **changes}
            gone = [name for name, value in body.items() if value is None]
            usual = ["sub", "client_id", "jti", "scope"]
            gone += [name for name in usual if name not in body]
            return mint.token(body, without=gone, header={**header, **(header_changes or {})})

        return tokens_of(made), token, expected

    return make


def test_every_dialect_has_its_golden_token():
    assert set(GOLDEN) == set(DIALECTS)


@pytest.mark.parametrize("dialect", GOLDEN)
async def test_the_golden_token_is_accepted(dialect, world):
    tokens, token, (subject, client, scopes) = world(dialect)
    identity = await tokens.validate(token())
    assert (identity.tenant_id, identity.subject, identity.client_id) == (LIER, subject, client)
    assert identity.scopes == scopes
    assert identity.expires_at.timestamp() == GOLDEN[dialect][2]["exp"]


@pytest.mark.parametrize("wrong", NEGATIVES)
@pytest.mark.parametrize("dialect", GOLDEN)
async def test_what_is_wrong_is_refused(dialect, wrong, world, refusal):
    tokens, token, _ = world(dialect)
    changes, sentence = NEGATIVES[wrong]
    refused = await refusal(tokens, token(**changes))
    assert refused.description == sentence
    assert refused.code == (Refusal.TOKEN_EXPIRED if wrong == "expired" else Refusal.TOKEN_INVALID)


@pytest.mark.parametrize("dialect", GOLDEN)
async def test_every_required_claim_is_required(dialect, world, refusal):
    tokens, token, _ = world(dialect)
    for name in DIALECTS[dialect].required:
        refused = await refusal(tokens, token(**{name: None}))
        assert refused.status == 401, name


@pytest.mark.parametrize("dialect", GOLDEN)
@pytest.mark.parametrize("kind", ["logout+jwt", "dpop+jwt", "secevent+jwt", "id_token+jwt", "x"])
async def test_other_types_of_token_are_refused(dialect, kind, world, refusal):
    tokens, token, _ = world(dialect)
    assert (await refusal(tokens, token({"typ": kind}))).description == NOT_ACCESS


async def test_rfc9068_wants_its_type_and_knows_its_long_form(world, refusal):
    tokens, token, _ = world("rfc9068")
    assert (await tokens.validate(token({"typ": "application/AT+JWT"}))).subject == "anna"
    for kind in ("JWT", None):
        assert (await refusal(tokens, token({"typ": kind}))).description == NOT_ACCESS


@pytest.mark.parametrize(
    ("dialect", "changes"),
    [
        ("keycloak", {"typ": "ID"}),
        ("keycloak", {"typ": "Refresh"}),
        ("entra-v2", {"ver": "1.0"}),
        ("entra-v1", {"ver": "2.0"}),
    ],
)
async def test_a_dialects_fixed_claims_hold(dialect, changes, world, refusal):
    tokens, token, _ = world(dialect)
    assert (await refusal(tokens, token(**changes))).description == NOT_ACCESS


async def test_entra_multi_lets_no_other_directory_in(world, refusal):
    tokens, token, _ = world("entra-multi")
    other = "7aa0d7a1-0000-4000-8000-000000000002"
    stranger = token(tid=other, iss=f"https://login.microsoftonline.com/{other}/v2.0")
    assert (await refusal(tokens, stranger)).description == STRANGE
    # the allowed issuer with another directory's id points to nobody
    assert (await refusal(tokens, token(tid=other))).description.startswith("The token does not point")


async def test_feide_names_people_by_either_claim_the_same(world, refusal):
    tokens, token, _ = world("feide-datasource")
    listed = token(**{f"{FEIDE}userid_sec": ["feide:ola@lier.kommune.no", "x:1"]})
    assert (await tokens.validate(listed)).subject == "ola@lier.kommune.no"
    foreign = token(**{FEIDE_NAME: "ola@evil.lier.kommune.no"})
    assert (await refusal(tokens, foreign)).description.startswith("The token does not point")


def test_subject_falls_back_in_order():
    shape = DIALECTS["feide-datasource"]
    both = {f"{FEIDE}userid_sec": ["nin:1", "feide:a@b"], "sub": "s"}
    assert subject_in(shape.subject, both) == "a@b"
    assert subject_in(shape.subject, {"sub": "s"}) == "s"
    assert subject_in(("tid+oid",), {"tid": "t"}) is None
