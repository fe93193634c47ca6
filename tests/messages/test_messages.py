"""Every code has a text in five languages, with the same placeholders, and no text is ever an accident."""

import string
from collections import Counter
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po

import api.web.refusals as edge
from api.messages import compiled, rule_text, text
from api.web.faults import CODES as PYDANTIC_CODES
from domain import errors, library
from domain.agenda_rules import CHECKS
from domain.localisation import LOCALES
from domain.permissions import GRANTS

TITLED_ELSEWHERE = {
    *("token_expired", "token_invalid", "client_not_enrolled", "issuer_unavailable"),
    *("request_timeout", "uri_too_long"),
}
FIELD_CODES = {
    *(
        "missing",
        "unknown_field",
        "wrong_type",
        "too_short",
        "too_long",
        "too_small",
        "too_large",
        "not_one_of",
    ),
    *("not_a_date", "not_a_uuid", "not_a_zone", "not_a_locale", "not_an_email", "pattern", "duplicate"),
    *("unknown_reference", "ends_before_start", "not_aware", "meeting_too_long", "not_open_on"),
    *("parent_not_open", "tree_too_deep", "override_matches_nothing"),
}
RULE_BREACHES = {
    "R1b": ("over_budget", "due_after_start", "due_outside_working_time"),
    "R1c": ("minutes_apart",),
    "R2a": ("several_sentences", "has_proposal"),
    "R3a": ("assess_untimed",),
    "R3c": ("wanted_too_short",),
    "R7a": ("development_item", "track_missing"),
}


def catalogue(locale):
    with (files("api.messages") / f"{locale}.po").open("rb") as source:
        return read_po(source, locale=locale, abort_invalid=True)


def forms(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def identity(message):
    return message.id if isinstance(message.id, str) else message.id[0]


def texts_of(locale):
    return {identity(message): forms(message) for message in catalogue(locale) if message.id}


def placeholders(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def codes_of(module, base):
    found = {base} | {each for each in vars(module).values() if isinstance(each, type) and issubclass(each, base)}
    return {each.code for each in found if "code" in vars(each)}


def needed():
    problems = codes_of(errors, errors.DomainError) | codes_of(edge, edge.EdgeError) | TITLED_ELSEWHERE
    yield from (f"{code}.{leaf}" for code in problems for leaf in ("title", "detail"))
    yield from (f"{code}.detail" for code in FIELD_CODES | set(PYDANTIC_CODES.values()))
    yield from (f"rule.{code}.{leaf}" for code in CHECKS for leaf in ("title", "detail", "fix"))
    for code, breaches in RULE_BREACHES.items():
        yield from (f"rule.{code}.{breach}.{leaf}" for breach in breaches for leaf in ("detail", "fix"))
    yield from (f"rule.aarhus.teamsamtale.{code}.{leaf}" for code in CHECKS for leaf in ("title", "detail"))
    rules = [rule for each in library.rule_sets().values() for rule in each.rules]
    yield from (f"override_reason.{reason}" for rule in rules for reason in rule.override_reasons)
    yield from (f"predicate.{each.__name__}" for each in PREDICATES)


PREDICATES = {predicate for paths in GRANTS.values() for path in paths for predicate in path}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_of_domain_edge_rules_and_reasons_has_a_text(locale):
    assert sorted(set(needed()) - texts_of(locale).keys()) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_all_languages_hold_the_same_messages(locale):
    assert texts_of(locale).keys() == texts_of("en").keys()


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_are_the_same_in_every_language_and_form(locale):
    english = {msgid: placeholders(each[-1]) for msgid, each in texts_of("en").items()}
    for msgid, each in texts_of(locale).items():
        assert all(placeholders(form) == english[msgid] for form in each), msgid


@pytest.mark.parametrize("locale", LOCALES)
def test_no_message_is_empty_fuzzy_or_written_twice(locale):
    messages = [message for message in catalogue(locale) if message.id]
    assert not [message.id for message in messages if message.fuzzy or not all(map(str.strip, forms(message)))]
    assert Counter(identity(message) for message in messages).most_common(1)[0][1] == 1


def test_languages_are_translated_and_not_copied():
    english = texts_of("en")
    for locale in set(LOCALES) - {"en"}:
        same = [msgid for msgid, each in texts_of(locale).items() if each == english[msgid]]
        assert same == []


@pytest.mark.parametrize("predicate", sorted(PREDICATES, key=lambda each: each.__name__))
def test_the_english_meaning_of_a_predicate_is_what_its_code_says(predicate):
    assert text("en", f"predicate.{predicate.__name__}") == " ".join(predicate.__doc__.split())


def test_detail_of_r1a_counts_in_the_plural_form_of_the_language():
    assert text("nb", "rule.R1a.detail", n=2) == "Agendaen bør sendes ut minst 2 arbeidsdager før møtet."
    assert text("nb", "rule.R1a.detail", n=1) == "Agendaen bør sendes ut minst 1 arbeidsdag før møtet."
    assert text("da", "rule.R1a.detail", n=2) == "Dagsordenen bør sendes ud mindst 2 arbejdsdage før mødet."
    assert text("en", "rule.R1a.detail", n=2) == "Send the agenda at least 2 working days before the meeting."


def test_a_breach_picks_the_exact_text_and_falls_back_to_the_general_one():
    assert text("nb", "rule.R1b.detail", breach="missing") == "Møtet mangler en forberedelsesoppgave."
    exact = text("da", "rule.R1b.detail", breach="over_budget", minutes=20, budget=15)
    assert exact == "Forberedelsen tager 20 minutter i alt; der er afsat 15."


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("code", sorted(CHECKS))
def test_a_rule_set_with_words_of_its_own_uses_them(locale, code):
    facts = {"n": 2, "phase": 3}
    for leaf in ("title", "detail"):
        own = rule_text(locale, "aarhus.teamsamtale", code, leaf, **facts)
        shared = rule_text(locale, "lier.roald", code, leaf, **facts)
        assert own == text(locale, f"rule.aarhus.teamsamtale.{code}.{leaf}", **facts)
        assert shared == text(locale, f"rule.{code}.{leaf}", **facts)
        assert own != shared
        assert not {"{", "…"} & set(own + shared)


def test_what_a_rule_set_has_no_words_for_reads_as_everywhere_and_a_breach_reads_exactly():
    facts = {"breach": "over_budget", "minutes": 20, "budget": 15}
    for key in ("aarhus.teamsamtale", "lier.roald", "no.such"):
        detail = rule_text("da", key, "R1b", "detail", **facts)
        assert detail == "Forberedelsen tager 20 minutter i alt; der er afsat 15."
    assert rule_text("nb", "aarhus.teamsamtale", "R1b", "detail", breach="missing").startswith("Teamsamtalen")
    assert rule_text("nb", "lier.roald", "R1b", "detail", breach="missing") == "Møtet mangler en forberedelsesoppgave."
    assert rule_text("nb", "aarhus.teamsamtale", "R1b", "fix", breach="missing") == text("nb", "rule.R1b.fix")
    days = rule_text("nb", "aarhus.teamsamtale", "R1a", "detail", n=1)
    assert days == "Send gjerne dagsordenen til teamsamtalen minst 1 arbeidsdag før."


def test_days_are_written_as_people_write_them():
    assert "2. mars 2026" in text("nb", "rule.R1a.fix", send_by="2026-03-02")
    assert "2 March 2026" in text("en", "rule.R1a.fix", send_by="2026-03-02")
    assert "2026-99-99" in text("en", "rule.R1a.fix", send_by="2026-99-99")


def test_lists_are_written_with_commas():
    shown = text("en", "override_reason_required.detail", rule_code="R1a", allowed=["urgent", "child_safety"])
    assert shown.endswith("Choose one of: urgent, child_safety.")
    refused = text("nb", "wrong_state.detail", state="cancelled", verb="publish", allowed=["draft", "agenda_draft"])
    assert "Status: cancelled. Mulig ved: draft, agenda_draft." in refused


def test_unknown_language_reads_english_and_unknown_code_reads_as_itself():
    assert text("fi", "not_found.title") == text("en", "not_found.title")
    assert text("nb", "no_such_code.title") == "no_such_code.title"


def test_a_missing_fact_never_raises_and_a_fact_is_never_read_as_a_template():
    assert "…" in text("sv", "too_long.detail")
    assert "{max.__class__}" in text("en", "not_one_of.detail", expected="{max.__class__}")


def test_facts_may_carry_any_name():
    assert text("en", "not_found.title", locale="nb", msgid="x") == "Nothing found here"


def test_catalogues_are_compiled_for_every_language():
    assert list(compiled()) == list(LOCALES)
