"""SQL that statements share: which school calendars hold for a unit, and how they are read."""

from pydantic import TypeAdapter

from api.postgres.validity import above
from domain.school_calendars import SchoolCalendar

ADOPTED = TypeAdapter(list[SchoolCalendar])


def adopted_sql(unit: str) -> str:
    """SQL for a JSON array of what holds for the unit that `unit` selects, from the school year :since on."""
    return (
        f"with recursive {above('up', unit)} "
        "select coalesce(json_agg(json_build_object('school_year', c.school_year, 'version', c.version, "
        "'height', up.depth, 'spans', c.days, 'opens', c.opens, 'closes', c.closes)), '[]'::json) from ("
        "select distinct on (x.organisation_id, x.school_year) x.* from school_calendar x "
        "where x.state = 'adopted' and x.school_year >= :since::int "
        "and (x.organisation_id is null or x.organisation_id in (select id from up)) "
        "order by x.organisation_id, x.school_year, x.version desc) c left join up on up.id = c.organisation_id"
    )
