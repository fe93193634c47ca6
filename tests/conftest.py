"""The fixtures of every test that talks to the service: one server a worker, one tenant a test."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
from harness.clock import Clock
from harness.issuer import AUDIENCE, Issuer
from harness.world import Municipality, found_municipality

from api.app import Application, create_app
from api.postgres.databases import Dsns, resolve_database
from api.postgres.migrate import upgrade
from api.settings import Settings

hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


BINARIES = os.environ.get("PLF_TEST_PG_BIN")
"""Programs of another PostgreSQL: `make test` runs part of the suite on the machine's own, where there is one."""


@pytest.fixture(scope="session")
def dsns() -> Iterator[Dsns]:
    """A server of its own for this worker."""
    folder = Path(tempfile.mkdtemp(prefix="plf-tests-"))
    folder.chmod(0o755)  # started as root, the server runs under an account that must get here
    try:
        with resolve_database(
            url=None,
            data_dir=folder / "pg",
            settings=FAST,
            spare_room=folder / "room",
            binaries=Path(BINARIES) if BINARIES else None,
            on_lost=pytest.exit,
        ) as found:
            yield found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def migrated(dsns: Dsns) -> Dsns:
    """The same, with every migration."""
    await upgrade(dsns.owner)
    return dsns


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="session")
def running_clock() -> Clock:
    return Clock()


@pytest.fixture
def clock(running_clock: Clock) -> Iterator[Clock]:
    """The service's clock; set back after every test."""
    before = running_clock.now
    yield running_clock
    running_clock.now = before


@pytest.fixture(scope="session")
async def app(migrated: Dsns, issuer: Issuer, running_clock: Clock) -> AsyncIterator[Application]:
    """The whole application with its lifespan, in process."""
    settings = Settings(public_url=AUDIENCE, worker_in_serve=False, secret_key="tests")
    application = create_app(settings, migrated, running_clock)
    application.service.keys.preload("https://login.test.example", issuer.jwks())
    async with application.running():
        yield application


@pytest.fixture
async def town(app: Application, migrated: Dsns, issuer: Issuer, clock: Clock) -> Municipality:
    """A municipality of this test's own."""
    return await found_municipality(app, migrated.owner, issuer, clock)


@pytest.fixture
async def other_town(app: Application, migrated: Dsns, issuer: Issuer, clock: Clock) -> Municipality:
    """Its neighbour, who must never notice."""
    return await found_municipality(app, migrated.owner, issuer, clock)
