"""Log lines are JSON, say what happened and where, and never what was sent."""

import asyncio
import io
import json
import logging

import pytest

from api.web.log import DIRECT, LATEST, access_line, configure_logging


@pytest.fixture(autouse=True)
def as_it_was():
    """Other tests find logging as they left it."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    names = ("uvicorn", "uvicorn.error", "uvicorn.access", "httpx")
    loggers = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    yield
    DIRECT.clear()
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    for logger, level in loggers:
        logger.setLevel(level)


@pytest.fixture
def lines():
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_access_line_tells_the_route_and_not_the_path(lines):
    access_line("GET", "read_meeting", 200, 0.00123, "ab" * 16)
    (line,) = lines()
    assert line.pop("at").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "plf.access",
        "message": "request",
        "method": "GET",
        "route": "read_meeting",
        "status": 200,
        "ms": 1.23,
        "trace_id": "ab" * 16,
    }


async def test_access_lines_of_a_busy_moment_are_written_together_and_before_what_comes_after():
    class Told(io.StringIO):
        writes = 0

        def write(self, text):
            self.writes += 1
            return super().write(text)

    stream = Told()
    configure_logging("INFO", "json", stream)
    for number in range(20):
        access_line("GET", f"read_{number}", 200, 0.001, "ab" * 16)
    assert stream.writes == 0
    await asyncio.sleep(3 * LATEST)
    assert stream.writes == 1
    access_line("GET", "read_20", 200, 0.001, "ab" * 16)
    logging.getLogger("plf").warning("something")
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line.get("route") for line in told[:21]] == [f"read_{number}" for number in range(21)]
    assert told[21]["message"] == "something"


async def test_the_exit_loses_no_access_line():
    stream = io.StringIO()
    configure_logging("INFO", "json", stream)
    access_line("GET", "read_me", 200, 0.001, "ab" * 16)
    logging.shutdown([lambda: logging.getLogger().handlers[0]])
    assert '"read_me"' in stream.getvalue()


def look_up_somebody():
    try:
        {}["kari.nordmann@example.org"]
    except KeyError as error:
        raise ValueError("secret token eyJhbGciOi") from error


def test_an_exception_is_told_without_its_words(lines):
    try:
        look_up_somebody()
    except ValueError:
        logging.getLogger("plf.edge").exception("unexpected", extra={"trace_id": "cd" * 16})
    (line,) = lines()
    assert line["exception"]["type"] == "builtins.ValueError"
    assert line["exception"]["from"] == "KeyError"
    assert "look_up_somebody" in line["exception"]["where"][-1]
    assert line["trace_id"] == "cd" * 16
    assert "eyJ" not in json.dumps(line)
    assert "kari" not in json.dumps(line)


def test_the_servers_own_access_log_is_silent(lines):
    logging.getLogger("uvicorn.access").info('%s - "%s %s" %d', "10.0.0.1", "GET", "/v1/x?token=abc", 200)
    logging.getLogger("httpx").info("HTTP Request: GET https://op.example/authorize?code=abc")
    logging.getLogger("uvicorn.error").warning("something")
    assert [line["message"] for line in lines()] == ["something"]


def test_a_line_stays_one_line_and_takes_any_value(lines):
    logging.getLogger("plf").warning("two\nlines %s", "å", extra={"facts": {"kind": object}})
    (line,) = lines()
    assert line["message"] == "two\nlines å"
    assert "object" in line["kind"]


def test_a_level_holds_back_what_is_below_it():
    stream = io.StringIO()
    configure_logging("WARNING", "json", stream)
    access_line("GET", "x", 200, 0.1, "0" * 32)
    assert not stream.getvalue()


def test_text_for_ones_own_terminal():
    stream = io.StringIO()
    configure_logging("INFO", "text", stream)
    access_line("GET", "read_me", 200, 0.1, "0" * 32)
    assert "plf.access request method=GET route=read_me status=200" in stream.getvalue()
