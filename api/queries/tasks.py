"""What waits for the asker: found from meetings whenever it is asked for, so that it is never out of date."""

from api.postgres.statements import numbered
from api.postgres.validity import in_force
from api.reading.compiler import ASKER
from api.tables.meetings import MeetingDuty
from domain.meetings import MeetingState
from domain.tasks import TaskKind
from domain.teams import RUNNING

MOST_TASKS = 100


def _ahead(row: str) -> str:
    """That a meeting, or an invitation to one, starts within the days asked for."""
    start = f"{row}.starts_at"
    return f"{start} > :now::timestamptz and {start} < :now::timestamptz + make_interval(days => :days::int)"


# By the asker's own invitations, which one index holds in the order of their meetings.
_PREPARE = f"""
  select '{TaskKind.PREPARE}' as kind, t.id, t.due_at, m.id as meeting_id, m.team_id, m.title, m.lang,
    t.text, t.lang as text_lang, t.est_minutes as minutes
  from meeting_participant p
  join meeting m on m.id = p.meeting_id and m.state = '{MeetingState.PUBLISHED}'
  join preparation_task t on t.meeting_id = m.id
  where p.person_id = asker.id and {_ahead("p")}"""

_MINE = f"""
  select p.meeting_id from meeting_participant p
  where p.person_id = asker.id and p.duty = '{MeetingDuty.FACILITATOR}' and {_ahead("p")}
  union
  select m.id from team_membership s join meeting m on m.team_id = s.team_id and {_ahead("m")}
  where s.person_id = asker.id and {in_force("s")}
    and s.duty in ({", ".join(f"'{duty}'" for duty in RUNNING)})"""

_PUBLISH = f"""
  select '{TaskKind.PUBLISH}', m.id, m.starts_at, m.id, m.team_id, m.title, m.lang, null, null, null
  from ({_MINE}) mine(id) join meeting m on m.id = mine.id
  where m.state in ('{MeetingState.DRAFT}', '{MeetingState.AGENDA_DRAFT}')"""

MY_TASKS = numbered(f"""
select asker.status as asker_status, r.body from {ASKER} left join lateral (
  select json_build_object('items', coalesce(json_agg(row_to_json(x)), '[]'::json)) as body from (
    select * from ({_PREPARE} union all {_PUBLISH}) task order by due_at, id limit {MOST_TASKS}) x
) r on asker.status = 'active'""")
"""(asker_status, body): what the asker has to do for meetings within :days, the most urgent first."""
