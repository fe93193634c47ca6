"""An example of every request, written by hand; a test sends each of them and gets success."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

FIRST = "0198f3c2-6f00-7000-8000-000000000001"
SECOND = "0198f3c2-6f00-7000-8000-000000000002"

READING = {
    "kind": "explore",
    "track": "development",
    "title": "Lesing på mellomtrinnet",
    "lang": "nb",
    "question": "Hvordan kan vi få flere til å lese?",
    "background": "Kartleggingen viser at færre leser hjemme.",
    "mandate": "open",
    "decided_by": "Teamet",
    "minutes": 45,
    "dialogue_structure": "igp",
    "phases": [
        {"kind": "experience_positive", "wanted": "Hva har fått elever til å lese?", "minutes": 10},
        {"kind": "idea", "wanted": "Bare idéer nå, ingen vurdering.", "minutes": 15},
        {"kind": "assess", "wanted": "Hva taler for og imot?", "minutes": 10},
        {"kind": "agree", "wanted": "Hva prøver vi til neste gang?", "minutes": 10},
    ],
}
LIBRARY = {
    "kind": "decide",
    "track": "development",
    "title": "Skolebiblioteket",
    "lang": "nb",
    "question": "Hva skal til for at elevene bruker biblioteket mer?",
    "mandate": "partly_decided",
    "decided_by": "Rektor",
    "minutes": 30,
}
ARTICLE = {
    "text": "Les artikkelen og noter to spørsmål.",
    "lang": "nb",
    "est_minutes": 10,
    "due_at": "2026-03-09T11:00:00Z",
}
TIMES = {"starts_at": "2026-03-10T12:00:00Z", "ends_at": "2026-03-10T14:00:00Z"}
MEETING = {"title": "Læringsmøte om lesing", "lang": "nb", "purpose": "development", "recurrence": "monthly", **TIMES}
SITE = {
    "name": "Hovedbygget",
    "address": "Skolevegen 12, 3400 Lier",
    "latitude": 59.79,
    "longitude": 10.24,
    "main": True,
}

REQUESTS: Mapping[str, Any] = MappingProxyType(
    {
        "create_meeting": {
            "team_id": FIRST,
            **MEETING,
            "place": "Personalrommet",
            "agenda": [READING, LIBRARY],
            "preparation_tasks": [ARTICLE],
        },
        "replace_meeting": {
            **MEETING,
            "place": "Biblioteket",
            "agenda": [{"id": FIRST, **READING}, LIBRARY],
            "preparation_tasks": [{"id": SECOND, **ARTICLE}],
        },
        "change_meeting": {**TIMES, "place": "Biblioteket"},
        "publish_meeting": {
            "overrides": [
                {
                    "rule_code": "R2a",
                    "item_id": FIRST,
                    "reason_code": "statutory_decision",
                    "reason_text": "Kommunestyret har vedtatt planen; vi skal bare gjøre den kjent.",
                }
            ]
        },
        "add_agenda_item": READING,
        "change_agenda_item": {
            "question": "Hva får elevene til å lese hjemme?",
            "minutes": 30,
            "phases": [
                {"kind": "idea", "wanted": "Bare idéer nå.", "minutes": 20},
                {"kind": "assess", "wanted": "Hva taler for og imot?", "minutes": 10},
            ],
        },
        "reorder_agenda": {"item_ids": [SECOND, FIRST]},
        "add_preparation_task": ARTICLE,
        "change_preparation_task": {"est_minutes": 15, "due_at": "2026-03-09T12:30:00Z"},
        "check_agenda": {
            "purpose": "development",
            **TIMES,
            "agenda": [READING, LIBRARY],
            "preparation_tasks": [ARTICLE],
            "profile": "lier.roald@1",
        },
        "choose_method": {
            "profile": "lier.roald@1",
            "consultation": {
                "held_on": "2026-02-02",
                "parties": ["Utdanningsforbundet", "Fagforbundet"],
                "note": "Enige om å prøve et skoleår.",
            },
        },
        "create_team": {
            "organisation_id": FIRST,
            "kind": "grade",
            "name": "Team 5.–7. trinn",
            "lang": "nb",
            "members": [{"person_id": SECOND, "duty": "facilitator"}],
        },
        "change_team": {"name": "Mellomtrinnet"},
        "add_team_membership": {
            "person_id": FIRST,
            "duty": "member",
            "valid_from": "2026-08-01",
            "valid_to": "2027-08-01",
        },
        "change_team_membership": {"duty": "leader", "valid_to": "2026-08-01"},
        "create_school_calendar": {
            "school_year": 2026,
            "lang": "nb",
            "days": [
                {"first": "2026-08-13", "last": "2026-08-14", "kind": "planning", "name": "Planleggingsdager"},
                {"first": "2026-10-05", "last": "2026-10-09", "kind": "break", "name": "Høstferie"},
            ],
            "opens": "07:30",
            "closes": "16:00",
        },
        "change_school_calendar": {"days": [{"first": "2026-10-05", "last": "2026-10-09", "kind": "ordinary"}]},
        "create_organisation": {
            "kind": "school",
            "sector": "school",
            "names": {"nb": "Bjerkelia skole"},
            "parent_id": FIRST,
            "valid_from": "2026-01-01",
            "external_ids": [{"scheme": "orgnr", "value": "974552795"}],
            "sites": [SITE],
        },
        "change_organisation": {"external_ids": [{"scheme": "nsr", "value": "1004321"}], "sites": [SITE]},
        "rename_organisation": {"names": {"nb": "Bjerkelia barneskole"}, "on": "2026-08-01"},
        "move_organisation": {"parent_id": FIRST, "on": "2026-08-01"},
        "close_organisation": {"on": "2026-08-01"},
        "merge_organisations": {"organisation_ids": [FIRST]},
        "preview_merge": {"organisation_ids": [FIRST]},
        "split_organisation": {"parts": [{"organisation_id": FIRST, "team_ids": [SECOND]}]},
        "preview_split": {"parts": [{"organisation_id": FIRST, "organisation_ids": [SECOND]}]},
        "create_person": {
            "name": "Ingrid Solberg",
            "email": "ingrid.solberg@fjordby.example",
            "locale": "nb",
            "identities": [{"issuer": "https://login.fjordby.example", "subject": "6f6f2c1e"}],
        },
        "change_person": {"name": "Ingrid Solberg Dahl", "locale": "nn"},
        "grant_role": {
            "person_id": FIRST,
            "role": "unit_leader",
            "scope": "unit",
            "organisation_id": SECOND,
            "valid_from": "2026-08-01",
        },
        "import_people": (
            "name,issuer,subject,email,locale\n"
            "Ingrid Solberg,https://id.example.no,8b3c2f60-91f5-4a7e-9a3c-1d2e3f4a5b6c,ingrid@example.no,nb\n"
        ),
        "import_teams": (
            "name,unit,kind,issuer,subject,duty\n"
            "5. trinn,nsr:1004322,grade,https://id.example.no,8b3c2f60-91f5-4a7e-9a3c-1d2e3f4a5b6c,facilitator\n"
        ),
        "import_organisations": (
            "name,dk_institution_number,kind,sector,address\n"
            'Beder Skole,751004,school,school,"Skoleparken 6, 8330 Beder"\n'
        ),
    }
)
"""By the name of the operation."""
