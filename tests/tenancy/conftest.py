"""The tenancy suite runs on the embedded server, and on the machine's own PostgreSQL where there is one."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness.clock import Clock
from harness.filled import Filled, fill
from harness.issuer import Issuer
from harness.servers import rolled_back, serving
from harness.world import found_municipality

from api.app import Application
from api.postgres.databases import Dsns, resolve_database
from api.postgres.migrate import upgrade
from api.postgres.pool import Connection
from api.postgres.roles import DATABASE, in_database

FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
SYSTEM = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


@dataclass(frozen=True)
class Server:
    """A server with every migration; `admin` is its superuser in our database."""

    dsns: Dsns
    admin: str


@pytest.fixture(scope="session")
def system_dsns() -> Iterator[Dsns]:
    """The machine's own PostgreSQL programs under our supervisor."""
    folder = Path(tempfile.mkdtemp(prefix="plf-tests-"))
    folder.chmod(0o755)
    try:
        with resolve_database(
            url=None,
            data_dir=folder / "pg",
            settings=FAST,
            spare_room=folder / "room",
            binaries=SYSTEM[0].parent,
        ) as found:
            yield found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", params=["embedded", "system"])
async def server(request: pytest.FixtureRequest) -> Server:
    """Each PostgreSQL that is there, one after the other."""
    if request.param == "system" and not SYSTEM:
        pytest.skip("this machine has no PostgreSQL of its own")
    dsns: Dsns = request.getfixturevalue("dsns" if request.param == "embedded" else "system_dsns")
    await upgrade(dsns.owner)
    assert dsns.admin is not None
    return Server(dsns, in_database(dsns.admin, DATABASE))


@pytest.fixture(scope="session")
async def service(server: Server, issuer: Issuer, running_clock: Clock) -> AsyncIterator[Application]:
    """The application on this server."""
    async with serving(server.dsns, issuer, running_clock) as application:
        yield application


@pytest.fixture(scope="session")
async def oslo(service: Application, server: Server, issuer: Issuer, running_clock: Clock) -> Filled:
    """A municipality that is full of things."""
    return await fill(await found_municipality(service, server.dsns.owner, issuer, running_clock), "A")


@pytest.fixture(scope="session")
async def bergen(service: Application, server: Server, issuer: Issuer, running_clock: Clock) -> Filled:
    """Its neighbour, as full, who must never be seen."""
    return await fill(await found_municipality(service, server.dsns.owner, issuer, running_clock), "B")


@pytest.fixture
async def admin(server: Server) -> AsyncIterator[Connection]:
    """The superuser, inside a transaction that is rolled back."""
    async with rolled_back(server.admin) as connection:
        yield connection


@pytest.fixture
async def as_app(server: Server) -> AsyncIterator[Connection]:
    """The service's own role, inside a transaction that is rolled back."""
    async with rolled_back(server.dsns.app) as connection:
        yield connection
