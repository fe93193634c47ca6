"""Meetings as tests plan them: a draft that follows every rule, to be bent where a test needs it."""

from typing import Any


def item(**changes: Any) -> dict[str, Any]:
    """A development item as Roald would have it."""
    return {
        "track": "development",
        "title": "Lesing på mellomtrinnet",
        "lang": "nb",
        "question": "Hvordan kan vi få flere til å lese?",
        "mandate": "open",
        "decided_by": "Teamet",
        "minutes": 30,
        "dialogue_structure": "igp",
        **changes,
    }


def phase(kind: str, **changes: Any) -> dict[str, Any]:
    """Half of an item's time."""
    return {"kind": kind, "wanted": "Én tanke fra hver.", "minutes": 15, **changes}


def operations(**changes: Any) -> dict[str, Any]:
    """An operations item."""
    return item(track="operations", question=None, mandate=None, decided_by=None, title="Vikarer", **changes)


def task(**changes: Any) -> dict[str, Any]:
    """A preparation task that is due in working time."""
    return {"text": "Les artikkelen.", "lang": "nb", "est_minutes": 10, "due_at": "2026-03-09T11:00:00Z", **changes}


def meeting(team: str, **changes: Any) -> dict[str, Any]:
    """A development meeting a week from the tests' now (Tuesday 10 March 2026, 13:00 in Oslo)."""
    return {
        "team_id": team,
        "title": "Læringsmøte",
        "lang": "nb",
        "purpose": "development",
        "starts_at": "2026-03-10T12:00:00Z",
        "ends_at": "2026-03-10T14:00:00Z",
        "agenda": [item()],
        "preparation_tasks": [task()],
        **changes,
    }
