"""The demo's school calendars: breaks in the weeks in which such municipalities have them, and the days in between."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.demo.stage import Player
from api.demo.world import Municipality
from domain.school_calendars import DayKind, SchoolCalendar, Span, school_year_of, working_calendar
from domain.working_days import is_working_day

AFTERNOON = time(13, 0)


def school_year(town: Municipality, year: int) -> SchoolCalendar:
    """The owner's calendar for the school year that begins in `year`: breaks from Monday to Friday of an ISO week."""
    breaks = town.breaks
    autumn, winter = (
        date.fromisocalendar(*week, 1) for week in ((year, breaks.autumn_week), (year + 1, breaks.winter_week))
    )
    spans = (
        Span(autumn, autumn + timedelta(4), DayKind.BREAK, breaks.autumn),
        Span(date(year, 12, 22), date(year + 1, 1, 2), DayKind.BREAK, breaks.christmas),
        Span(winter, winter + timedelta(4), DayKind.BREAK, breaks.winter),
    )
    return SchoolCalendar(year, 1, None, spans)


async def adopt(town: Municipality, admin: Player, now: datetime) -> None:
    """The calendars of this school year and of the next."""
    this = school_year_of(now.date())
    for year in (this, this + 1):
        days = [
            {"first": span.first.isoformat(), "last": span.last.isoformat(), "kind": span.kind, "name": span.name}
            for span in school_year(town, year).spans
        ]
        body = {"school_year": year, "lang": town.locale, "days": days}
        made = await admin.post("/v1/school-calendars", body)
        await admin.post(f"/v1/school-calendars/{made['id']}/adopt", None, etag=made["etag"])


class WorkingDays:
    """Working days around a moment, in the municipality's own time and by its own calendar."""

    def __init__(self, now: datetime, town: Municipality) -> None:
        self._zone = ZoneInfo(town.zone)
        self._today = now.astimezone(self._zone).date()
        this = school_year_of(self._today)
        years = [school_year(town, year) for year in (this - 1, this, this + 1)]
        first, last = date(this - 1, 8, 1), date(this + 2, 7, 31)
        self._calendar = working_calendar(town.country, town.zone, years, first, last)

    def day(self, steps: int, at: time = AFTERNOON) -> datetime:
        """That many working days from today, before it when negative."""
        day, left = self._today, abs(steps)
        while left or not is_working_day(self._calendar, day):
            day += timedelta(days=1 if steps >= 0 else -1)
            left -= is_working_day(self._calendar, day) and left > 0
        return datetime.combine(day, at, self._zone)
