"""The statement that our service makes of a GraphQL request, for the peers that have no compiler of their own."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from api.postgres.statements import Statement
from api.reading.figures import figure_values
from api.schema.building import schema
from api.schema.documents import Document
from api.schema.plans import plan

ZONE = "Europe/Oslo"
STALENESS = 60.0 if os.environ.get("BENCH_ROLLUPS") == "on" else 0.0
"""Seconds that roll-ups may lie behind, as our service ships; with 0, figures are computed from meetings."""


@lru_cache(maxsize=4096)
def compiled(body: bytes) -> tuple[Statement, Mapping[str, Any]]:
    """What the compiler makes of a request's body, and the parameters beside the asker's; made once for each."""
    asked = orjson.loads(body)
    operation = Document(schema(), asked["query"]).operation(None)
    bound = operation.bind(asked["variables"])
    made = plan(schema(), operation, bound, {})
    periods: dict[str, Any] = {}
    for each in operation.figures:
        meant = each.period(bound.parameters, datetime.now(UTC).date())
        periods |= figure_values(meant, ZONE, STALENESS, each.suffix)
    return made.statement, {**bound.parameters, **made.constants, **periods}
