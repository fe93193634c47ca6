"""The pages behind the `type` of a problem, for people: what a code means and what to do about it."""

from functools import cache
from html import escape

import orjson

from api.messages import text
from api.web.answers import Answer, Header
from api.web.faults import CODES
from api.web.problem_docs import EXAMPLES, example
from api.web.problems import Refusal, status_of

HTML: Header = (b"content-type", b"text/html; charset=utf-8")
POLICY: Header = (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
SHARED: Header = (b"cache-control", b"public, max-age=3600")
VARY: Header = (b"vary", b"Accept-Language")

PAGE = """<!doctype html>
<html lang="{locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{detail}</p>
<p><code>{code}</code> · HTTP {status}</p>
<pre lang="{locale}"><code>{document}</code></pre>
</main>
</body>
</html>
"""


@cache
def problem_page(code: str, locale: str) -> Answer | None:
    """GET /problems/{code} in this locale, or None for a code that we never answer with."""
    if code not in EXAMPLES:
        return None
    document = example(code, locale)
    shown = orjson.dumps(dict(document), option=orjson.OPT_INDENT_2).decode()
    page = PAGE.format(
        locale=escape(locale),
        title=escape(document["title"]),
        detail=escape(document["detail"]),
        code=escape(code),
        status=document["status"],
        document=escape(shown),
    )
    language = (b"content-language", locale.encode("ascii"))
    return Answer(200, page.encode(), (HTML, language, SHARED, VARY, POLICY))


def problems_markdown() -> str:
    """The contents of openapi/problems.md: every code, its status and its words in English."""
    ordered = sorted(EXAMPLES.values(), key=lambda refusal: (status_of(refusal), refusal.code))
    problems = [
        f"| {status_of(each)} | `{each.code}` | {_cell(each, 'title')} | {_cell(each, 'detail')} |" for each in ordered
    ]
    faults = [f"| `{code}` | {_escaped(text('en', f'{code}.detail'))} |" for code in sorted(set(CODES.values()))]
    return "\n".join((*HEAD, *problems, *FAULTS_HEAD, *faults, ""))


def _cell(refusal: Refusal, leaf: str) -> str:
    return _escaped(text("en", f"{refusal.code}.{leaf}", **refusal.facts))


def _escaped(words: str) -> str:
    return words.replace("|", "\\|")


HEAD = (
    "# Problems",
    "",
    "Every refusal is an `application/problem+json` document (RFC 9457). Programs go by `code`, which",
    "never changes; `title` and `detail` are for people, in nb, nn, da, sv or en as `Accept-Language`",
    "asks. `errors` lists every single thing that is wrong, each with a JSON pointer; `trace_id` finds",
    "the request in the log.",
    "",
    "This file is generated from the code; a test compares.",
    "",
    "| Status | Code | Title | Detail |",
    "| --- | --- | --- | --- |",
)

FAULTS_HEAD = (
    "",
    "## Faults of single fields",
    "",
    "The `code` of an entry of `errors`, beside the rules' own codes.",
    "",
    "| Code | Detail |",
    "| --- | --- |",
)
