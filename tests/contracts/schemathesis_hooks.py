"""A check of our own: what the schema allows, only the domain refuses, and never for the way it is written."""

import schemathesis

SAID_BY_THE_DOMAIN = frozenset(
    {
        "child_talk_has_no_text",
        "duplicate",
        "ends_before_start",
        "invalid_text",  # something to see: a property of Unicode, not of a pattern
        "meeting_too_long",
        "not_a_zone",
        "not_in_the_past",
        "not_open_on",
        "parent_not_open",
        "unknown_reference",
    }
)
"""Faults that need to know the municipality, or two fields at a time: no JSON Schema can say them."""

SAID_OF_A_FIELD = frozenset(
    {
        ("missing", "title"),  # needed unless the item is talk about a child
        ("not_one_of", "track"),  # the same
        ("not_one_of", "profile"),  # published profiles are data
        ("missing", "organisation_id"),  # goes with the scope of a role
        ("missing", "team_id"),
        ("unknown_field", "organisation_id"),
        ("unknown_field", "team_id"),
        ("pattern", "value"),  # goes with the scheme of an external id
        ("too_short", "item_ids"),  # all items of the agenda have to be named
    }
)

REFUSED_AS_A_WHOLE = frozenset(
    {
        (400, "cursor_invalid"),  # only cursors of ours are accepted, and they are sealed
        (412, "precondition_failed"),
        (422, "idempotency_key_reused"),
        (422, "override_reason_required"),
    }
)


@schemathesis.check
def only_the_domain_refuses(ctx, response, case):
    """In place of positive_data_acceptance for 400, 412 and 422: these statuses, but for reasons of substance."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code not in {400, 412, 422}:
        return
    problem = response.json()
    if (response.status_code, problem["code"]) in REFUSED_AS_A_WHOLE or _carried_nothing(case, problem["errors"]):
        return
    if response.status_code == 422 and problem["errors"] and all(_of_substance(each) for each in problem["errors"]):
        return
    raise AssertionError(f"the schema allows this, but it is refused: {problem['code']} {problem['errors']}")


def _carried_nothing(case, errors):
    """A link that was inferred from an answer carried its null on: it arrives as the word, which no schema allows."""
    sent = case.query or {}
    named = {error["pointer"].removeprefix("/") for error in errors}
    return bool(named) and all(name in sent and sent[name] in {None, "None"} for name in named)


def _of_substance(error):
    in_a_file = error["pointer"].startswith("/lines/")  # no schema says what a text file holds
    said_of = (error["code"], error["pointer"].rpartition("/")[2])
    return in_a_file or error["code"] in SAID_BY_THE_DOMAIN or said_of in SAID_OF_A_FIELD
