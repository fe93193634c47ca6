"""REST: one file a feature; each route parses, calls and returns."""

from api.routers import (
    agendas,
    audit,
    imports,
    meetings,
    organisations,
    people,
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
    imports.router,
    people.router,
    audit.router,
)
"""Every router, in the order in which the documentation shows them."""
