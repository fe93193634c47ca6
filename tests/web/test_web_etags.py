"""Entity tags: what If-Match lets through, and when a client already holds what it asks for."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.etags import ANY, etag, etag_of_replay, expected_revision, not_modified
from api.web.refusals import HeaderInvalid
from domain.errors import PreconditionFailed, PreconditionRequired

TAG = etag(7, b"{}")


def test_a_tag_names_the_revision_and_the_bytes():
    assert TAG.startswith(b'"7-')
    assert len(TAG) == len('"7-0123456789abcdef"')
    assert etag(7, b"[]") != TAG
    assert etag(8, b"{}") != TAG
    assert len(etag(None, b"[]")) == len('"0123456789abcdef"')


def test_a_stored_answer_gets_the_tag_that_it_had():
    body = b'{"id":"x","revision":7}'
    assert etag_of_replay(body) == etag(7, body)
    assert etag_of_replay(b"[]") == etag(None, b"[]")


@given(st.integers(0, 10**17), st.binary(), st.binary())
def test_a_change_may_start_from_what_was_read_whatever_its_language(revision, one, other):
    expected = expected_revision(etag(revision, one))
    expected.require(revision)
    expected_revision(etag(revision, other)).require(revision)
    with pytest.raises(PreconditionFailed) as refused:
        expected.require(revision + 1)
    assert refused.value.facts == {"revision": revision + 1}


def test_a_list_of_tags_lets_any_of_them_through():
    expected = expected_revision(b' "x" , ' + TAG + b',W/"3-0123456789abcdef",  ' + etag(9, b""))
    assert expected.revisions == {7, 9}
    expected.require(9)


@pytest.mark.parametrize("field", [b"W/" + TAG, b'"7"', b'"7-xyz"', etag(None, b"{}"), b'""', b'"*"'])
def test_weak_and_foreign_tags_match_nothing(field):
    with pytest.raises(PreconditionFailed):
        expected_revision(field).require(7)


def test_a_star_means_whatever_is_there():
    assert expected_revision(b" * ") == ANY
    ANY.require(12345)


def test_a_change_must_say_what_it_starts_from():
    with pytest.raises(PreconditionRequired):
        expected_revision(None)


@pytest.mark.parametrize(
    "field",
    [b"", b" ", b"7", b'"7', b'7"', b'"a" "b"', b'w/"a"', b"*,*", b'"a\x00"', b'"' + b"a" * 5000 + b'"'],
)
def test_what_is_no_list_of_tags_is_refused(field):
    for read in (expected_revision, lambda value: not_modified(value, TAG)):
        with pytest.raises(HeaderInvalid):
            read(field)


@given(st.binary(max_size=60))
def test_no_header_breaks_the_reading(field):
    for read in (expected_revision, lambda value: not_modified(value, TAG)):
        with contextlib.suppress(HeaderInvalid):
            read(field)


def test_not_modified_compares_all_of_the_tag_weakly():
    assert not_modified(TAG, TAG)
    assert not_modified(b"W/" + TAG, TAG)
    assert not_modified(b'"x", ' + TAG, TAG)
    assert not_modified(b"*", TAG)
    assert not not_modified(None, TAG)
    assert not not_modified(etag(7, b"[]"), TAG)
    assert not not_modified(TAG.strip(b'"').join((b'"x', b'"')), TAG)
