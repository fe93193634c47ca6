"""`plf demo` where it can't do what was asked: one sentence, and the service goes on."""

import pytest
from harness.live import plf, reachable_folder, serving


@pytest.fixture(scope="module")
def live():
    with reachable_folder() as folder, serving(folder / "data", "--demo") as service:
        yield service


def refused(done) -> str:
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    return line


def test_the_clock_of_the_demo_stays_where_dates_can_be_reckoned(live):
    for far in ("0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31T23:59"):
        assert "goes from 2000 to 2100" in refused(live.plf("demo", "--now", far))
    for edge in ("2000-01-01", "2100-12-31T23:59"):
        assert live.plf("demo", "--now", edge).returncode == 0
        with live.client(live.plf("token").stdout.strip()) as http:
            for path in ("/v1/me", "/v1/teams", "/v1/meetings"):
                assert http.get(path).status_code < 500
    assert live.plf("demo", "--now", "real").returncode == 0


def test_a_clock_that_cannot_be_kept_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    for now in ("2026-03-02", "real"):
        said = refused(plf(tmp_path / "file" / "data", "demo", "--now", now))
        assert "PLF_DATA_DIR" in said


def test_the_sign_in_of_the_demo_is_not_loaded_for_plain_http_elsewhere(live):
    assert "http://192.0.2.1:8000" in refused(plf(live.folder, "demo", PLF_HOST="192.0.2.1"))
