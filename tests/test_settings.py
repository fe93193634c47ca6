"""What the settings accept, and the one sentence about what they don't."""

import pytest
from harness.live import plf
from pydantic import ValidationError

from api.serving import settings_fault
from api.settings import Settings


def fault(**given) -> str:
    with pytest.raises(ValidationError) as refused:
        Settings(**given)
    return settings_fault(refused.value)


@pytest.mark.parametrize("level", ["LOUD", "", "WARN ING"])
def test_a_log_level_is_one_of_those_that_there_are(level):
    said = fault(log_level=level)
    assert said.startswith("The setting PLF_LOG_LEVEL can't be used: ")
    assert "'WARNING'" in said


def test_a_log_level_may_be_written_small():
    assert Settings(log_level="debug").log_level == "DEBUG"


@pytest.mark.parametrize("origins", ["*", "null", "https://a.example/path", "https://a.example,*.example", "a.example"])
def test_origins_are_spelled_out(origins):
    said = fault(cors_origins=origins)
    assert said.startswith("The setting PLF_CORS_ORIGINS can't be used: not an origin: ")


def test_origins_are_separated_by_commas():
    origins = Settings(cors_origins="https://a.example, http://127.0.0.1:3000,").cors_origins
    assert origins == ("https://a.example", "http://127.0.0.1:3000")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "nonsense",
            "ftp://a.example",
            "https://",
            "https://a.example/plf",
            "https://a.example?x",
            "https://a.example#x",
        ),
        *("https://who@a.example", "https://a b.example", "https://a.example:port", "https://[::1", "//a.example"),
    ],
)
def test_a_public_url_is_scheme_and_host(url):
    said = fault(public_url=url)
    assert said.startswith("The setting PLF_PUBLIC_URL can't be used: ")
    assert said.count(".") <= 3


@pytest.mark.parametrize(
    "url", ["https://a.example", "https://A.example:8443/", "http://my_host:8000", "http://[::1]:8000"]
)
def test_a_public_url_is_where_clients_reach_us(url):
    assert Settings(public_url=url).base_url == url.rstrip("/")


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://127.0.0.1:8000"),
        ("", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("localhost", "http://localhost:8000"),
    ],
)
def test_without_a_public_url_the_host_says_where(host, reached):
    assert Settings(host=host, public_url="").base_url == reached


@pytest.mark.parametrize("seconds", ["1e12", "inf", "nan", "-1e12"])
def test_the_clock_of_the_demo_stays_in_the_calendar(seconds):
    assert "PLF_DEMO_CLOCK_OFFSET" in fault(demo_clock_offset=seconds)


@pytest.mark.parametrize(
    ("variable", "value"), [("PLF_LOG_LEVEL", "LOUD"), ("PLF_CORS_ORIGINS", "*"), ("PLF_PUBLIC_URL", "nonsense")]
)
@pytest.mark.parametrize("command", [("serve", "--port", "0", "--demo"), ("doctor",)], ids=["serve", "doctor"])
def test_every_command_says_it_in_one_sentence(tmp_path, command, variable, value):
    done = plf(tmp_path / "data", *command, **{variable: value})
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(f"The setting {variable} can't be used: ")
    assert not (tmp_path / "data").exists()
