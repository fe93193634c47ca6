"""The demo's meetings: one in every state that there is so far, around today."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from api.demo.calendars import WorkingDays
from api.demo.stage import Player, Stage
from api.demo.world import (
    TEXTS,
    Municipality,
    Texts,
    operations_item,
    proposal_item,
    question_item,
    second_item,
)

HOUR = timedelta(hours=1)


@dataclass
class Planner:
    """Who plans a team's meetings in the demo, and how the clock stands when they do."""

    stage: Stage
    team: str
    facilitator: Player
    texts: Texts
    now: datetime

    async def plan(self, starts: datetime, title: str, written: datetime, **more: Any) -> dict[str, Any]:
        """A meeting of two hours, planned on the day `written`."""
        self.stage.clock.moment = min(written, self.now - timedelta(minutes=5))
        body = {
            "team_id": self.team,
            "title": title,
            "lang": self.texts.lang,
            "purpose": "development",
            "starts_at": starts.isoformat(),
            "ends_at": (starts + 2 * HOUR).isoformat(),
            "place": self.texts.place,
            **more,
        }
        return await self.facilitator.post("/v1/meetings", body)


async def hold_meetings(stage: Stage, town: Municipality, team: str, facilitator: Player, now: datetime) -> None:
    """Draft, agenda draft, refused, mended and published, published with an override, held, cancelled."""
    texts, days = TEXTS[town.locale], WorkingDays(now, town)
    plan = Planner(stage, team, facilitator, texts, now).plan

    good = {"agenda": [question_item(texts), second_item(texts)]}
    held = days.day(-15)
    meeting = await plan(held, texts.reading, days.day(-25), **good, **_prepared(texts, days.day(-16)))
    stage.clock.moment = days.day(-20)
    await _publish(facilitator, meeting)

    meeting = await plan(days.day(6), texts.feedback, days.day(-4), **good, **_prepared(texts, days.day(5)))
    await _publish(facilitator, meeting)

    bad = {"agenda": [proposal_item(texts), operations_item(texts)]}
    meeting = await plan(days.day(8), texts.reading, days.day(-3), **bad)
    if town.consulted:  # elsewhere the rules only advise, and the agenda would go out
        await _publish(facilitator, meeting, 409)

    await plan(days.day(10), texts.feedback, days.day(-2), **good)
    await plan(days.day(20), texts.planning, days.day(-2))
    meeting = await plan(days.day(12), texts.planning, days.day(-2), **good)
    await facilitator.post(f"/v1/meetings/{meeting['id']}/cancel", None, etag=meeting["etag"])

    soon = days.day(1)
    meeting = await plan(soon, texts.urgent, days.day(0, time(8)), **good, **_prepared(texts, days.day(1)))
    override = {"rule_code": "R1a", "reason_code": "urgent", "reason_text": texts.reason}
    await _publish(facilitator, meeting, overrides=[override])


def _prepared(texts: Texts, day: datetime) -> dict[str, Any]:
    due = datetime.combine(day.date(), time(12), day.tzinfo)
    task = {"text": texts.reading_task, "lang": texts.lang, "est_minutes": 10, "due_at": due.isoformat()}
    return {"preparation_tasks": [task]}


async def _publish(facilitator: Player, meeting: dict[str, Any], *expected: int, **command: Any) -> None:
    await facilitator.post(f"/v1/meetings/{meeting['id']}/publish", command, *expected, etag=meeting["etag"])
