"""SQL that makes many rows of one tenant at once, and the ids that they get."""

from dataclasses import dataclass
from uuid import UUID

from bench.data.sizes import Size

_EPOCH = 1_704_067_200_000
_MADE = "timestamptz '2024-01-01 00:00Z'"
_KINDS = (
    "tenant",
    "person",
    "person_identity",
    "role_assignment",
    "organisation",
    "organisation_period",
    "team",
    "team_membership",
    "meeting",
    "meeting_participant",
    "agenda_item",
    "preparation_task",
    "method_choice",
)


def id_of(kind: str, tenant: int, number: int) -> UUID:
    """The id of the row with this number: shaped like a UUIDv7, so that later rows have later ids."""
    return UUID(f"{_EPOCH + number:012x}7{_KINDS.index(kind):03x}8{tenant:03x}{number:012x}")


@dataclass(frozen=True)
class Rows:
    """What the statements for one tenant share; in what they are given, `n` counts the rows."""

    tenant: int
    size: Size

    def insert(self, table: str, count: int, *, skip: int = 0, **columns: str) -> str:
        """The statement for rows `skip` up to `count` (exclusive)."""
        tenant = id_of("tenant", self.tenant, self.tenant)
        names = ", ".join(["tenant_id", "id", "created_at", "updated_at", "revision", *columns])
        values = ", ".join([f"'{tenant}'::uuid", self.id(table, "n"), _MADE, _MADE, "1", *columns.values()])
        return f"insert into {table} ({names}) select {values} from generate_series({skip}, {count - 1}) n"

    def id(self, kind: str, n: str) -> str:
        """`id_of` as SQL."""
        shape = f"7{_KINDS.index(kind):03x}8{self.tenant:03x}"
        later, number = f"to_hex({_EPOCH} + {n}::bigint)", f"to_hex({n}::bigint)"
        return f"(lpad({later}, 12, '0') || '{shape}' || lpad({number}, 12, '0'))::uuid"
