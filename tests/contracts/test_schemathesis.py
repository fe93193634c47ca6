"""Schemathesis holds the running service against the committed contract, with every check that it has."""

from harness.fuzzing import failures, graphql_failures


async def test_nothing_that_schemathesis_thinks_of_breaks_the_contract(filled, tmp_path):
    found = await failures(filled, tmp_path, "--phases", "examples,coverage,fuzzing,stateful")
    assert not found, found


async def test_a_promise_that_is_not_kept_would_be_found(filled, tmp_path):
    """So that «nothing» means something: no service answers within a microsecond."""
    impossible = "--max-response-time=0.000001"
    found = await failures(filled, tmp_path, "--phases", "coverage", "--include-path=/v1/me", impossible)
    assert "Response time limit exceeded" in found


GRAPHQL = ("--phases", "fuzzing", "--exclude-checks", "not_a_server_error", "--seed", "1", "--max-examples", "40")


async def test_nothing_that_schemathesis_thinks_of_breaks_graphql(filled, tmp_path):
    found = await graphql_failures(filled, tmp_path, *GRAPHQL, "--header", f"Authorization: {filled.bearer()}")
    assert not found, found


async def test_a_fault_in_graphql_would_be_found(filled, tmp_path):
    found = await graphql_failures(filled, tmp_path, *GRAPHQL, "--header", "Authorization: Bearer of-nobody")
    assert "token_invalid" in found or "401" in found
