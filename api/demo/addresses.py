"""Where the demo's sign-in is reached: written into the bindings and identities whenever that has changed."""

from authlib.common.security import is_secure_transport

from api.demo.wiring import PREFIX, issuer_of
from api.postgres.founding import CHANGED
from api.postgres.pool import connect


def open_address(base_url: str) -> str | None:
    """Why the demo's sign-in must not be reached there, as one sentence; None where it may."""
    if is_secure_transport(base_url):
        return None
    return (
        f"The demo's sign-in works on this machine or over https, not at {base_url}: listen on 127.0.0.1 (--host, "
        "PLF_HOST), or set PLF_PUBLIC_URL to an https address."
    )


async def readdress(owner_dsn: str, base_url: str) -> None:
    """As plf_owner: let the demo's tenants trust the provider at `base_url` instead of where it was before.

    An issuer is an address (OpenID Connect Discovery 1.0 §4.3), so another port is another issuer.
    """
    issuer = issuer_of(base_url)
    owner = await connect(owner_dsn)
    try:
        async with owner.transaction():
            moved = await owner.fetch(
                "update issuer_binding b set issuer = $1, audiences = array[$2::text] from issuer_binding old "
                "where b.id = old.id and b.issuer like '%' || $3::text and b.issuer <> $1 "
                "returning b.tenant_id, old.issuer as before",
                issuer,
                base_url,
                PREFIX,
            )
            for row in moved:
                await owner.fetchval("select set_config('app.tenant', $1, true)", str(row["tenant_id"]))
                await owner.execute("update person_identity set issuer = $1 where issuer = $2", issuer, row["before"])
            if moved:
                await owner.execute(f"notify {CHANGED}")
    finally:
        await owner.close()


async def demo_issuer(dsn: str) -> tuple[str, str] | None:
    """Issuer and audience of the demo as the database has them; None where no demo is loaded."""
    connection = await connect(dsn)
    try:
        row = await connection.fetchrow(
            "select issuer, audiences[1] as audience from issuer_binding where active and issuer like '%' || $1::text "
            "limit 1",
            PREFIX,
        )
    finally:
        await connection.close()
    return (row["issuer"], row["audience"]) if row else None
