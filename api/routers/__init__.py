"""REST: one file a feature; each route parses, calls and returns."""

from fastapi.routing import APIRoute

from api.routers import (
    agendas,
    audit,
    calendars,
    code_lists,
    imports,
    meetings,
    organisations,
    people,
    permissions,
    rules,
    tasks,
    teams,
)

ROUTERS = (
    meetings.router,
    agendas.router,
    tasks.router,
    rules.router,
    teams.router,
    organisations.router,
    calendars.router,
    imports.router,
    people.router,
    code_lists.router,
    permissions.router,
    audit.router,
)
"""Every router, in the order in which the documentation shows them."""


def operation_routes() -> list[APIRoute]:
    """The route table: the one truth behind dispatching, documentation and generated tests."""
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
