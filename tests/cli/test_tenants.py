"""`plf tenant add` and `unbind`: nobody is locked out, nothing unreadable is founded, and only by the owner."""

import asyncio
from uuid import uuid4

import pytest
from harness.live import plf, reachable_folder

from api.identity.bindings import Bindings, IssuerBinding
from api.identity.refusals import TokenRefused
from api.postgres.founding import CHANGED, FirstPerson, IssuerShared, NewBinding, NewTenant, found_tenant, unbind
from api.postgres.pool import connect

FIRST = FirstPerson("Ada Admin", "ada admin", "https://login.example", "ada")


@pytest.fixture
async def owner(migrated):
    connection = await connect(migrated.owner)
    yield connection
    await connection.close()


async def found(owner, *bindings: NewBinding):
    slug = f"t-{uuid4().hex[:12]}"
    return slug, await found_tenant(owner, NewTenant(slug, {"nb": slug}, "NO", "nb", "Europe/Oslo"), bindings, FIRST)


def bound(issuer: str, claim: str | None = None, value: str | None = None, dialect: str = "rfc9068") -> NewBinding:
    return NewBinding(issuer, ["https://api.example"], dialect, tenant_claim=claim, tenant_value=value)


PAIRS = [
    ("nobody tells them apart", bound("i"), bound("i")),
    ("the new one takes all", bound("i", "org", "1"), bound("i")),
    ("the old one takes all", bound("i"), bound("i", "org", "1")),
    ("the same value", bound("i", "org", "1"), bound("i", "org", "1")),
    ("the same number, once with its scheme", bound("i", "c", "0192:1", "maskinporten"), bound("i", "c", "1")),
    ("a person of a realm", bound("i", "org", "@oslo.no"), bound("i", "org", "kari@oslo.no")),
    ("the same directory twice", bound("i/{tenantid}", "tid", "1", "entra-multi"), bound("i/1", "tid", "1")),
    ("another value", bound("i", "org", "1"), bound("i", "org", "2")),
    ("another realm", bound("i", "org", "@oslo.no"), bound("i", "org", "kari@bergen.no")),
    ("another directory", *(bound("i/{tenantid}", "tid", each, "entra-multi") for each in "12")),
    ("another issuer", bound("i"), bound("j")),
    ("a slash more", bound("i"), bound("i/")),
]


def clash(one: NewBinding, other: NewBinding) -> bool:
    """Whether the service would refuse a token of one of them, asked of the service's own index."""
    both = [
        IssuerBinding(
            tenant_id=uuid4(),
            issuer=each.issuer,
            audiences=("a",),
            dialect=each.dialect,
            tenant_claim=each.tenant_claim,
            tenant_value=each.tenant_value,
        )
        for each in (one, other)
    ]
    for each in both:
        try:
            Bindings(both).choose({"iss": each.token_issuer, each.tenant_claim or "sub": each.tenant_value or "x"})
        except TokenRefused:
            return True
    return False


@pytest.mark.parametrize(("one", "other"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
async def test_whoever_would_lock_somebody_out_is_refused_and_nobody_else(owner, one, other):
    site = f"https://{uuid4().hex}.example/"
    one, other = (NewBinding(**{**vars(each), "issuer": site + each.issuer}) for each in (one, other))
    slug, _ = await found(owner, one)
    if not clash(one, other):
        await found(owner, other)
        return
    before = await owner.fetchval("select count(*) from tenant")
    with pytest.raises(IssuerShared, match=f"speaks for «{slug}» already"):
        await found(owner, other)
    assert await owner.fetchval("select count(*) from tenant") == before
    assert await unbind(owner, slug, one.issuer) == 1
    await found(owner, other)


async def test_two_foundings_at_once_do_not_both_go_through(migrated, owner):
    issuer = f"https://{uuid4().hex}.example"
    second = await connect(migrated.owner)
    try:
        async with owner.transaction():
            await found(owner, bound(issuer))
            waiting = asyncio.create_task(found(second, bound(issuer)))
            await asyncio.sleep(0.2)
            assert not waiting.done()
        with pytest.raises(IssuerShared):
            await waiting
    finally:
        await second.close()


async def test_running_services_hear_that_an_issuer_is_taken_back(migrated, owner):
    issuer = f"https://{uuid4().hex}.example"
    slug, _ = await found(owner, bound(issuer))
    heard = asyncio.Event()
    listener = await connect(migrated.app)
    try:
        await listener.add_listener(CHANGED, lambda *_: heard.set())
        assert await unbind(owner, slug, issuer) == 1
        await asyncio.wait_for(heard.wait(), 10)
        assert await unbind(owner, slug, issuer) == 0
    finally:
        await listener.close()


@pytest.fixture(scope="module")
def tenant(migrated):
    """`plf tenant …` on this worker's server."""
    with reachable_folder() as folder:
        yield lambda *given, **more: plf(
            folder, "tenant", *given, **{"DATABASE_URL": migrated.app, "PLF_DATABASE_OWNER_URL": migrated.owner, **more}
        )


def refused(done) -> str:
    assert done.returncode != 0
    (line,) = done.stderr.strip().splitlines()
    return line


def options(**given: str | None) -> list[str]:
    usual = {"name": "nb=X", "admin": "Ada", "issuer": f"https://{uuid4().hex}.example", "subject": "ada"} | given
    return [part for name, value in usual.items() if value is not None for part in (f"--{name}", value)]


def test_a_municipality_and_its_issuer_come_and_go_by_hand(tenant):
    slug, issuer = f"t-{uuid4().hex[:12]}", f"https://{uuid4().hex}.example"
    done = tenant("add", slug, *options(issuer=issuer))
    assert done.returncode == 0, done.stderr
    assert f"speaks for «{slug}» already" in refused(tenant("add", "another", *options(issuer=issuer)))
    assert tenant("unbind", slug, "--issuer", issuer).returncode == 0
    assert "does not speak for" in refused(tenant("unbind", slug, "--issuer", issuer))


def test_only_the_owner_founds_and_only_beside_a_role_that_is_bound(migrated, tenant):
    said = refused(tenant("add", "x", *options(), PLF_DATABASE_OWNER_URL=migrated.app))
    assert "PLF_DATABASE_OWNER_URL" in said
    assert "is plf_owner" in refused(tenant("add", "x", *options(), DATABASE_URL=migrated.owner))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "nb="}, "--name"),
        ({"name": "nb=\u200b"}, "--name"),
        ({"name": "nb=a\x07b"}, "--name"),
        ({"name": f"nb={'x' * 201}"}, "--name"),
        ({"name": "X"}, "--name"),
        ({"name": "en=X"}, "--name nb="),
        ({"admin": " "}, "--admin"),
        ({"admin": "a\nb"}, "--admin"),
        ({"country": "N1"}, "--country"),
        ({"country": "NOR"}, "--country"),
        ({"locale": "fi"}, "--locale"),
        ({"subject": ""}, "--subject"),
        ({"issuer": "http://login.example"}, "https"),
        ({"issuer": "login.example"}, "https"),
        ({"issuer": "https://a.example/?x"}, "https"),
        ({"issuer": "https://[::1"}, "https"),
        ({"dialect": "esperanto"}, "can't be bound: unknown dialect"),
        ({"tenant-claim": "org"}, "can't be bound: half a tenant claim"),
    ],
)
def test_a_word_that_does_not_hold_is_refused(tenant, given, said):
    assert said in refused(tenant("add", "x", *options(**given)))


def test_on_this_machine_an_issuer_may_do_without_tls(tenant):
    done = tenant("add", f"t-{uuid4().hex[:12]}", *options(issuer=f"http://127.0.0.1:8401/{uuid4().hex}"))
    assert done.returncode == 0, done.stderr
