"""A filled municipality, and GraphQL as its people ask it."""

import pytest
from harness.clock import Clock
from harness.filled import Filled, fill
from harness.issuer import Issuer
from harness.material import Material, gathered
from harness.peopled import people
from harness.plain import keep
from harness.world import found_municipality

from api.app import Application
from api.postgres.databases import Dsns


@pytest.fixture(scope="session")
async def filled(app: Application, migrated: Dsns, issuer: Issuer, running_clock: Clock) -> Filled:
    """Somebody who may do everything, in a municipality with one thing of every kind in every state."""
    return await fill(await found_municipality(app, migrated.owner, issuer, running_clock), "A")


@pytest.fixture(scope="session")
async def material(app: Application, migrated: Dsns, issuer: Issuer, running_clock: Clock) -> Material:
    """A world of every role, and all that is stored of it."""
    world = await people(await found_municipality(app, migrated.owner, issuer, running_clock), seed=3)
    return await gathered(world, await keep(migrated.owner, world.town.id, running_clock().date()))
