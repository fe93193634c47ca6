"""Large statements that connections keep prepared: no more than fit into a bound, whatever clients ask.

asyncpg's own memory counts statements, and PostgreSQL needs some 190 bytes for each character of a compiled
operation (13 MB were measured for 74,000): so these are counted by their length.
"""

from typing import Any
from weakref import WeakKeyDictionary

from api.postgres.pool import Connection
from api.postgres.recent import Recent

MOST = 256 * 1024
"""Characters of SQL that one connection keeps prepared; some 50 MB in its server process."""


class Prepared:
    """The statements that each connection has in hand."""

    def __init__(self) -> None:
        self._of: WeakKeyDictionary[Connection, Recent[str, Any]] = WeakKeyDictionary()

    async def statement(self, connection: Connection, sql: str, *, keep: bool) -> Any:
        """The statement, ready to run. With `keep` it stays for the next time, else PostgreSQL forgets it at once."""
        if not keep:
            return await connection.prepare(sql, name="")
        kept = self._of.get(connection)
        if kept is None:
            kept = self._of[connection] = Recent(MOST, lambda text, _: len(text))
        return kept.get(sql) or kept.put(sql, await connection.prepare(sql))
