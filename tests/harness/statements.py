"""What the service asks PostgreSQL, seen by the driver's own logger."""

from collections.abc import Iterator
from contextlib import contextmanager

from asyncpg.prepared_stmt import PreparedStatement

from api.app import Application


@contextmanager
def watched(application: Application) -> Iterator[list[str]]:
    """Every statement that the service's connections send meanwhile."""
    said: list[str] = []
    connections = list(application.service.pool._idle)
    assert connections

    def listen(record) -> None:
        said.append(record.query)

    for connection in connections:
        connection.add_query_logger(listen)
    usual = PreparedStatement.fetchrow

    async def prepared(self, *arguments, **more):  # what is prepared by hand is not told to the driver's loggers
        said.append(self.get_query())
        return await usual(self, *arguments, **more)

    PreparedStatement.fetchrow = prepared
    try:
        yield said
    finally:
        PreparedStatement.fetchrow = usual
        for connection in connections:
            connection.remove_query_logger(listen)
