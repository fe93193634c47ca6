"""GraphQL under schemathesis: days as people write them, and a check of our own that knows which refusals are meant."""

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

schemathesis.graphql.scalar("Date", st.dates().map(str).map(nodes.String))

OF_THE_WHOLE = frozenset({"cost_too_high", "document_too_large"})
"""What the schema can't say: how much may be asked at once."""

OF_THE_DOCUMENT = frozenset({"document_invalid", "document_too_large", "query_missing", "request_malformed"})
"""What the schema does say, so that nothing was answered."""


@schemathesis.check
def only_what_is_meant_is_refused(ctx, response, case):
    """In place of not_a_server_error, which takes every error at a field for the server's fault."""
    payload = response.json()
    codes = {error["extensions"]["code"] for error in payload.get("errors", ())}
    meant_well = case.meta is None or case.meta.generation.mode.is_positive
    whole = OF_THE_WHOLE if meant_well else OF_THE_WHOLE | OF_THE_DOCUMENT
    if codes and codes <= whole:
        assert "data" not in payload, f"refused, and yet answered: {payload}"
        return
    assert response.status_code == 200, f"the schema allows this, but it is refused: {payload}"
    assert codes <= {"argument_refused"}, f"not the asker's fault: {payload}"
    assert "data" in payload
    assert all(error["path"] for error in payload.get("errors", ())), f"nobody can tell which argument: {payload}"
