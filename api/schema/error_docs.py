"""The codes of GraphQL errors with their words, for openapi/problems.md."""

from api.messages import text
from api.schema import refusals
from api.web.refusals import EdgeError

EXAMPLES: tuple[EdgeError, ...] = (
    refusals.RequestMalformed(field="variables"),
    refusals.QueryMissing(),
    refusals.DocumentTooLarge(what="depth", limit=12),
    refusals.OperationUnknown(),
    refusals.NotAQuery(),
    refusals.MutationByGet(),
    refusals.CostTooHigh(cost=25_000, limit=20_000),
    refusals.DocumentNotTrusted(),
    refusals.DocumentUnknown(),
    refusals.ArgumentRefused(argument="first", why=text("en", "page_too_large.detail")),
)
"""One of each, as it might be answered."""

HEAD = (
    "",
    "## GraphQL",
    "",
    "Errors of `/graphql` carry `extensions.code` and `extensions.trace_id`: the codes above, and these.",
    "`document_invalid` and `variables_invalid` come with the words of GraphQL itself. Of `argument_refused`,",
    "`extensions.fault` says what is wrong with the argument; the field is `null`, or what is around it where the SDL",
    "says `!`, and the rest of the operation is answered.",
    "",
    "| Status | Code | Message |",
    "| --- | --- | --- |",
)


def errors_markdown() -> str:
    """A section for openapi/problems.md."""
    rows = [
        f"| {200 if each.code == 'argument_refused' else each.status} | `{each.code}` "
        f"| {text('en', f'{each.code}.detail', **each.facts)} |"
        for each in EXAMPLES
    ]
    return "\n".join((*HEAD, *rows, ""))
