"""Creating a meeting with the statements of our unit of work: open, flush, answer, commit."""

from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson

from api.actions.teams import people
from api.postgres.flushing import statement
from api.postgres.ids import new_id
from api.postgres.opening import open_statement
from api.postgres.pool import Connection
from api.postgres.validity import in_force
from api.postgres.wanted import lineage, row, rows, together
from api.queries import MeetingView
from api.reading.answering import kept_statement
from api.tables import Team, TeamMembership

NOBODY = UUID(int=0)
OPERATION = "create_meeting"
WANTED = (
    row(Team, NOBODY, "for share"),
    lineage("select organisation_id from team where id = :team::uuid", team=NOBODY),
    rows(TeamMembership, order="created_at, id", where=in_force("team_membership"), team_id=NOBODY),
    people([]),
)
OPEN = open_statement(tuple(together(WANTED)[0]), keyed=True)
FLUSH = statement(
    (
        ("insert", "meeting"),
        ("insert", "meeting_participant"),
        ("insert", "agenda_item"),
        ("insert", "audit_event"),
    )
)
ANSWER = kept_statement(MeetingView.published)
LEADING = {"facilitator", "leader"}


async def create_meeting(connection: Connection, who: dict[str, Any], key: bytes, body: bytes) -> bytes:
    """One transaction of five statements; the answer is read before the commit, as ours is."""
    sent = orjson.loads(body)
    values = {**who, "now": datetime.now(UTC), **_opening(sent["team_id"], key, body)}
    await connection.execute("begin")
    opened = await connection.fetchrow(OPEN.sql, *OPEN.arguments(values))
    person = orjson.loads(opened[0])["id"]
    meeting, flushed = _rows(values, person, sent, orjson.loads(opened[2]), orjson.loads(opened[4]))
    await connection.execute(FLUSH, *flushed)
    told = {"id": meeting, "status": 201, "headers": _headers(meeting), "person": person}
    answer = await connection.fetchrow(ANSWER.sql, *ANSWER.arguments({**values, **told}))
    await connection.execute("commit")
    found: bytes = answer["body"]
    return found


def _opening(team: str, key: bytes, body: bytes) -> dict[str, Any]:
    return {
        "operation": OPERATION,
        "key_id": new_id(),
        "key": key.decode(),
        "fingerprint": blake2b(body, digest_size=16).hexdigest(),
        "w0_id": team,
        "w1_team": team,
        "w2_team_id": team,
        "w3_ids": [],
    }


def _headers(meeting: UUID) -> str:
    return orjson.dumps([["location", f"/v1/meetings/{meeting}"]]).decode()


def _rows(
    values: dict[str, Any], person: str, sent: dict[str, Any], team: dict[str, Any], members: list[dict[str, Any]]
) -> tuple[UUID, list[bytes]]:
    """The meeting's id, and one JSON array for every part of the flush."""

    def stamp() -> dict[str, Any]:
        at = values["now"]
        base = {"tenant_id": values["tenant"], "id": new_id(), "created_at": at, "updated_at": at}
        return {**base, "created_by": person, "revision": 1}

    agenda = sent.pop("agenda")
    unit = {"organisation_id": team["organisation_id"], "zone": "Europe/Oslo", "state": "agenda_draft"}
    meeting = {**stamp(), **sent, **unit}
    of = {"meeting_id": meeting["id"]}
    invited = [
        {**stamp(), **of, "person_id": m["person_id"], "duty": _duty(m), "starts_at": sent["starts_at"]}
        for m in members
    ]
    items = [{**stamp(), **of, **item, "position": i} for i, item in enumerate(agenda)]
    audit = {
        **stamp(),
        "person_id": person,
        "action": "meeting:create",
        "outcome": "done",
        "subject_type": "meeting",
        "subject_id": meeting["id"],
        "trace_id": values["key_id"].hex,
    }
    return meeting["id"], [orjson.dumps(each) for each in ([meeting], invited, items, [audit])]


def _duty(member: dict[str, Any]) -> str:
    return "facilitator" if member["duty"] in LEADING else "participant"
