"""The demo's municipalities as data: two fictional ones, and one with real schools but without invented people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Unit:
    """A unit with one team: what they are called, and of which sort."""

    name: str
    kind: str
    sector: str
    number: str
    team: str
    team_kind: str


@dataclass(frozen=True)
class Breaks:
    """When the municipality's schools are closed, by ISO weeks, and what it calls that."""

    autumn_week: int
    winter_week: int
    autumn: str
    christmas: str
    winter: str


@dataclass(frozen=True)
class Municipality:
    """A school owner; without units nobody but the demo's administrator is in it."""

    slug: str
    names: Mapping[str, str]
    country: str
    locale: str
    zone: str
    faker: str
    administrator: str
    breaks: Breaks
    units: tuple[Unit, ...] = ()
    consulted: tuple[str, ...] = ()
    integration: str | None = None
    schools: str | None = None


DANISH = Breaks(42, 7, "Efterårsferie", "Juleferie", "Vinterferie")

AARHUS = Municipality(
    slug="aarhus",
    names={"da": "Aarhus Kommune", "en": "Municipality of Aarhus"},
    country="DK",
    locale="da",
    zone="Europe/Copenhagen",
    faker="da_DK",
    administrator="Demo-administrator (Aarhus)",
    breaks=DANISH,
    schools="aarhus_schools.csv",
)

FJORDBY = Municipality(
    slug="fjordby",
    names={"nb": "Fjordby kommune", "nn": "Fjordby kommune", "en": "Municipality of Fjordby"},
    country="NO",
    locale="nb",
    zone="Europe/Oslo",
    faker="no_NO",
    administrator="Demo-administrator (Fjordby)",
    breaks=Breaks(41, 8, "Høstferie", "Juleferie", "Vinterferie"),
    units=(
        Unit("Bjerkelia skole", "school", "school", "bjerkelia", "Team 5.–7. trinn", "grade"),
        Unit("Strandtun barnehage", "kindergarten", "kindergarten", "strandtun", "Avdeling Måken", "department"),
    ),
    consulted=("Utdanningsforbundet", "Fagforbundet"),
    integration="Demo-integrasjon (Fjordby)",
)

VESTHOLM = Municipality(
    slug="vestholm",
    names={"da": "Vestholm Kommune", "en": "Municipality of Vestholm"},
    country="DK",
    locale="da",
    zone="Europe/Copenhagen",
    faker="da_DK",
    administrator="Demo-administrator (Vestholm)",
    breaks=DANISH,
    units=(Unit("Søndermarkens Skole", "school", "school", "soendermarken", "Team 4. årgang", "grade"),),
)

MUNICIPALITIES = (AARHUS, FJORDBY, VESTHOLM)


@dataclass(frozen=True)
class Texts:
    """What the meetings of the demo are about, in one language."""

    lang: str
    reading: str
    reading_question: str
    reading_task: str
    feedback: str
    feedback_question: str
    feedback_task: str
    timetable: str
    proposal: str
    planning: str
    urgent: str
    reason: str
    place: str
    decided_by: str
    wanted: Mapping[str, str]


TEXTS: Mapping[str, Texts] = MappingProxyType(
    {
        "nb": Texts(
            lang="nb",
            reading="Lesing i alle fag",
            reading_question="Hvordan kan vi få flere elever til å lese med utholdenhet?",
            reading_task="Les to sider i artikkelen og noter ett spørsmål.",
            feedback="Vurdering som hjelper videre",
            feedback_question="Hva kjennetegner tilbakemeldinger som elevene tar i bruk?",
            feedback_task="Ta med én tilbakemelding som virket.",
            timetable="Vaktplan for friminuttene",
            proposal="Vi innfører lesekvart fra mandag.",
            planning="Planlegging av neste halvår",
            urgent="Læringsmøte etter nasjonale prøver",
            reason="Resultatene kom i går, og veilederen er her bare i morgen.",
            place="Personalrommet",
            decided_by="Rektor",
            wanted={
                "experience_positive": "Fortell om én gang det virket.",
                "experience_negative": "Hva har vært vanskelig?",
                "idea": "Bare idéer nå; innvendinger får sin tid etterpå.",
                "assess": "Hva taler for og imot?",
                "agree": "Hva prøver vi til neste gang?",
            },
        ),
        "da": Texts(
            lang="da",
            reading="Læsning i alle fag",
            reading_question="Hvordan kan vi få flere elever til at læse med udholdenhed?",
            reading_task="Læs to sider i artiklen og noter ét spørgsmål.",
            feedback="Feedback, der hjælper videre",
            feedback_question="Hvad kendetegner feedback, som eleverne bruger?",
            feedback_task="Tag ét eksempel med, der virkede.",
            timetable="Gårdvagter i næste måned",
            proposal="Vi indfører læsekvarter fra mandag.",
            planning="Planlægning af næste halvår",
            urgent="Læringsmøde efter de nationale test",
            reason="Resultaterne kom i går, og vejlederen er her kun i morgen.",
            place="Personalerummet",
            decided_by="Skolelederen",
            wanted={
                "experience_positive": "Fortæl om én gang, det virkede.",
                "experience_negative": "Hvad har været svært?",
                "idea": "Kun ideer nu; indvendinger får deres tid bagefter.",
                "assess": "Hvad taler for og imod?",
                "agree": "Hvad prøver vi til næste gang?",
            },
        ),
    }
)


def question_item(texts: Texts) -> dict[str, Any]:
    """A development item as the rules want it: an open question, a mandate, and who decides."""
    return {
        "track": "development",
        "title": texts.reading,
        "lang": texts.lang,
        "question": texts.reading_question,
        "mandate": "open",
        "decided_by": texts.decided_by,
        "minutes": 45,
        "dialogue_structure": "igp",
        "phases": phases(texts, "experience_positive", "idea", "assess", "agree", minutes=(10, 15, 10, 10)),
    }


def phases(texts: Texts, *kinds: str, minutes: Sequence[int]) -> list[dict[str, Any]]:
    """What the item is talked through in, each phase with what is wanted and its time."""
    return [
        {"kind": kind, "wanted": texts.wanted[kind], "minutes": time} for kind, time in zip(kinds, minutes, strict=True)
    ]


def second_item(texts: Texts) -> dict[str, Any]:
    """Another one."""
    return question_item(texts) | {
        "title": texts.feedback,
        "question": texts.feedback_question,
        "mandate": "partly_decided",
        "minutes": 30,
        "dialogue_structure": "pairs",
        "phases": phases(texts, "experience_positive", "experience_negative", "agree", minutes=(10, 10, 10)),
    }


def proposal_item(texts: Texts) -> dict[str, Any]:
    """What the rules refuse: a finished proposal instead of a question."""
    return {
        "track": "development",
        "title": texts.reading,
        "lang": texts.lang,
        "proposal_text": texts.proposal,
        "minutes": 20,
    }


def operations_item(texts: Texts) -> dict[str, Any]:
    """Keeping the place running; belongs in another meeting."""
    return {"kind": "inform", "track": "operations", "title": texts.timetable, "lang": texts.lang, "minutes": 10}
