"""One data folder with the demo in it; each test works on a copy, or on the one service that all may read."""

import subprocess

import pytest
from harness.live import reachable_folder, serving


@pytest.fixture(scope="session")
def loaded():
    """A data folder after its first start with the demo."""
    with reachable_folder() as folder:
        with serving(folder / "data", "--demo") as live:
            assert live.stop() == 0
        yield folder / "data"


@pytest.fixture
def folder(loaded):
    """A copy of it for this test alone."""
    with reachable_folder() as own:
        subprocess.run(["cp", "-a", loaded, own / "data"], check=True)
        yield own / "data"


@pytest.fixture
def demo(folder):
    """The demo, served."""
    with serving(folder, "--demo") as live:
        yield live
