"""Every code of the GraphQL door is documented and has words in all five languages."""

from api.messages import text
from api.schema import refusals
from api.schema.error_docs import EXAMPLES
from api.web.refusals import EdgeError
from domain.localisation import LOCALES


def test_every_refusal_is_documented_and_has_its_words():
    declared = {
        each.code
        for each in vars(refusals).values()
        if isinstance(each, type) and issubclass(each, EdgeError) and each.__module__ == refusals.__name__
    }
    assert {each.code for each in EXAMPLES} == declared
    for each in EXAMPLES:
        for locale in LOCALES:
            for part in ("title", "detail"):
                words = text(locale, f"{each.code}.{part}", **each.facts)
                assert words != f"{each.code}.{part}"
                assert "{" not in words
