"""Published meetings with agenda, participants and preparation: team by team, week after week."""

from bench.data.rows import Rows
from bench.data.sizes import ITEMS, MEMBERS, WEEKS


def meetings(rows: Rows, first: int, last: int) -> list[str]:
    """Meetings `first` up to `last` (exclusive) with all their parts."""
    return [
        _meetings(rows, first, last),
        _participants(rows, first, last),
        _items(rows, first, last),
        _tasks(rows, first, last),
    ]


def _starts(rows: Rows, n: str) -> str:
    """When the meeting with this number starts."""
    nth = f"({n} / {rows.size.teams})"
    week = f"({nth} / {WEEKS} * 52 + {nth} % {WEEKS}) * interval '1 week'"
    return f"timestamptz '2015-08-03 12:00Z' + {week} + {n} % {rows.size.teams} % 5 * interval '1 day'"


def _meetings(rows: Rows, first: int, last: int) -> str:
    team, starts = f"(n % {rows.size.teams})", _starts(rows, "n")
    return rows.insert(
        "meeting",
        last,
        skip=first,
        team_id=rows.id("team", team),
        organisation_id=rows.id("organisation", f"(1 + {team} % {rows.size.units})"),
        title="'Læringsmøte om lesing ' || n",
        lang="'nb'",
        purpose="'development'",
        recurrence="'weekly'",
        state="'published'",
        starts_at=starts,
        ends_at=f"{starts} + interval '90 minutes'",
        zone="'Europe/Oslo'",
        place="'Personalrommet'",
        profile="'lier.roald@1'",
        published_at=f"{starts} - interval '8 days'",
        published_by=rows.id("person", f"({team} * {MEMBERS} % {rows.size.people_in_teams})"),
        lead_hours="40 + n / 7 % 5 * 5",
        planned_minutes=_planned("true"),
        development_minutes=_planned(f"{_track('i')} = 'development'"),
    )


def _minutes(item: str) -> str:
    return f"15 + {item} % 4 * 5"


def _track(item: str) -> str:
    return f"(array['development', 'development', 'operations'])[1 + {item} % 3]"


def _planned(which: str) -> str:
    """What the items of meeting `n` that fulfil `which` (of item `i`) add up to."""
    items = f"generate_series(n * {ITEMS}, (n + 1) * {ITEMS} - 1) i"
    return f"(select coalesce(sum({_minutes('i')}), 0) from {items} where {which})"


def _participants(rows: Rows, first: int, last: int) -> str:
    team = f"(n / {MEMBERS} % {rows.size.teams})"
    person = f"({team} * {MEMBERS} + n % {MEMBERS}) % {rows.size.people_in_teams}"
    return rows.insert(
        "meeting_participant",
        last * MEMBERS,
        skip=first * MEMBERS,
        meeting_id=rows.id("meeting", f"(n / {MEMBERS})"),
        person_id=rows.id("person", f"({person})"),
        duty=f"case n % {MEMBERS} when 0 then 'facilitator' else 'participant' end",
        starts_at=_starts(rows, f"(n / {MEMBERS})"),
    )


def _items(rows: Rows, first: int, last: int) -> str:
    return rows.insert(
        "agenda_item",
        last * ITEMS,
        skip=first * ITEMS,
        meeting_id=rows.id("meeting", f"(n / {ITEMS})"),
        position=f"n % {ITEMS}",
        kind="(array['explore', 'decide', 'inform', 'follow_up', 'data_talk'])[1 + n % 5]",
        track=_track("n"),
        title="'Lesing på mellomtrinnet ' || n",
        lang="'nb'",
        question="'Hvordan kan vi få flere elever til å lese mer, og hva ser vi når de gjør det?'",
        background="'Kartleggingen viser at interessen faller fra femte trinn; tallene ligger ved.'",
        mandate="'open'",
        decided_by="'Rektor'",
        minutes=_minutes("n"),
        dialogue_structure="'igp'",
    )


def _tasks(rows: Rows, first: int, last: int) -> str:
    return rows.insert(
        "preparation_task",
        last,
        skip=first,
        meeting_id=rows.id("meeting", "n"),
        position="0",
        text="'Les artikkelen om lesing på mellomtrinnet og noter to spørsmål.'",
        lang="'nb'",
        est_minutes="20",
        due_at=f"{_starts(rows, 'n')} - interval '1 day'",
    )
