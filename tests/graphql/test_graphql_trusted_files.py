"""The file of trusted documents: each under the hash of its bytes, or the service doesn't start."""

import json
import subprocess

import pytest
from harness.live import plf, reachable_folder

from api.schema.requests import document_id, read_trusted

QUERY = "{ __typename }"


def written(folder, content):
    file = folder / "documents.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def test_documents_stand_under_the_hash_of_their_bytes(tmp_path):
    documents = {document_id(text): text for text in (QUERY, "query Å { __typename }")}
    assert read_trusted(written(tmp_path, documents)) == documents
    assert read_trusted(None) == {}


@pytest.mark.parametrize(
    "content",
    [
        {document_id("{ a }"): QUERY},
        {"sha256:": QUERY},
        {document_id(QUERY): 7},
        {document_id(QUERY): None},
        [QUERY],
        "null",
        "{",
    ],
)
def test_a_file_that_holds_anything_else_is_refused(tmp_path, content):
    with pytest.raises(ValueError, match=r"documents\.json"):
        read_trusted(written(tmp_path, content))


def test_a_wrong_hash_stops_the_start_with_one_sentence():
    with reachable_folder() as folder:
        file = written(folder, {document_id("{ a }"): QUERY})
        done: subprocess.CompletedProcess = plf(
            folder / "data", "serve", "--port", "0", PLF_GRAPHQL_DOCUMENTS=str(file)
        )
    assert done.returncode != 0
    [line] = done.stderr.strip().splitlines()
    assert line.startswith(f"The setting PLF_GRAPHQL_DOCUMENTS can't be used: {file}: ")
