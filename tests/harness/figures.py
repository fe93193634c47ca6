"""Asking for figures as a statement of the service does: one asker, one scope, one JSON object."""

import base64
import json
from datetime import date
from typing import Any

from api.postgres.asker import Asker
from api.postgres.statements import Statement, numbered
from api.reading.compiler import ASKER, Compiler
from api.reading.figure_sql import figures_sql
from api.reading.figures import FIGURES, FigurePart, Whose, figure_values
from domain.figures import Bucket, Level, Period, period
from harness.issuer import ISSUER
from harness.world import Someone

LIVE, AHEAD = 0.0, 60.0
"""Seconds that roll-ups may lie behind."""

YEAR = period(Bucket.MONTH, date(2025, 8, 1), date(2026, 8, 1))
ALONE = ("value", "base", "withheld")


def wanted(name: str, *parts: str, series: tuple[str, ...] = ()) -> FigurePart:
    """A figure with some of its parts, each under its own name."""
    points = (FigurePart("series", "series", tuple(FigurePart(part, part) for part in series)),) if series else ()
    return FigurePart(name, name, (*(FigurePart(part, part) for part in parts or ALONE), *points))


def everything(level: Level) -> tuple[FigurePart, ...]:
    """All figures of a level, with all that can be said of them except how fresh it is."""
    parts = (*ALONE, "measure", "tenant_mean", "quartile_band")
    return tuple(
        wanted(figure.name, *parts, series=("since", "until", *ALONE))
        for figure in FIGURES.values()
        if level in figure.levels
    )


def statement(level: Level, asked: tuple[FigurePart, ...]) -> Statement:
    """For the scope whose id is `:scope`."""
    compiler = Compiler()
    body = figures_sql(Whose(level, ":scope::uuid", compiler.seen, compiler.once, "_1"), asked)
    return numbered(
        f"select asker.status as asker_status, r.body from {ASKER} "
        f"left join lateral ({compiler.sets()}select {body} as body offset 0) r on asker.status = 'active'"
    )


def values(
    who: Someone, app: Any, tenant: str, scope: str | None, of: Period = YEAR, staleness: float = LIVE
) -> dict[str, Any]:
    """The parameters of such a statement, for somebody who is signed in."""
    now = app.service.clock()
    asker = Asker(tenant, ISSUER, subject(who), now, now.date(), "NO", "Europe/Oslo", "nb", ("nb",))
    return {**asker.values(), "scope": scope, **figure_values(of, "Europe/Oslo", staleness, "_1")}


async def ask(
    who: Someone,
    app: Any,
    tenant: str,
    level: Level,
    scope: str | None,
    *asked: FigurePart,
    of: Period = YEAR,
    staleness: float = LIVE,
) -> Any:
    """What the statement says; None where the asker sees nothing."""
    made = statement(level, asked)
    async with app.service.pool.connection() as connection:
        row = await connection.fetchrow(made.sql, *made.arguments(values(who, app, tenant, scope, of, staleness)))
    assert row["asker_status"] == "active"
    return None if row["body"] is None else json.loads(row["body"])


def subject(who: Someone) -> str:
    """What the issuer calls somebody."""
    request = who.http.build_request("GET", "/v1/me")
    next(who.http.auth.auth_flow(request))
    payload = request.headers["authorization"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"]
