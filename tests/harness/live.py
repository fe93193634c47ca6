"""The service as a user starts it: `plf serve` in a process of its own, on a folder and a port of its own."""

import contextlib
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 180.0
"""Seconds after which a service that says nothing is taken for hung; no bar, only an end to waiting."""


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Our own environment without anybody's settings, and the data in `folder`."""
    kept = {name: v for name, v in os.environ.items() if not name.startswith("PLF_") and name != "DATABASE_URL"}
    return {**kept, "PLF_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1", **more}


def plf(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        env=environment(folder, **more),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextlib.contextmanager
def reachable_folder() -> Iterator[Path]:
    """A folder that the database's own account can get to, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="plf-live-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Live:
    """A running service: its process, its address, and all that it has said."""

    process: subprocess.Popen[str]
    folder: Path
    base_url: str = ""
    said: list[str] = field(default_factory=list)

    def client(self, token: str | None = None, **headers: str) -> httpx.Client:
        given = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.base_url, headers={**given, **headers}, timeout=60)

    def plf(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return plf(self.folder, *arguments, PLF_DEMO="1")

    def token(self, who: str) -> str:
        done = self.plf("token", "--as", who)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def processes(self) -> list[psutil.Process]:
        """The service and everything below it."""
        here = psutil.Process(self.process.pid)
        return [here, *here.children(recursive=True)]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def serving(folder: Path, *arguments: str, **more: str) -> Iterator[Live]:
    """A service that answers; stopped, if the test has not done so, at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--port", "0", *arguments],
        env=environment(folder, **more),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    live = Live(process, folder)
    try:
        live.base_url = _address(live)
        yield live
    finally:
        if process.poll() is None:
            live.stop()
        if process.stdout:
            process.stdout.close()


def _address(live: Live) -> str:
    """Reads what the service says, from then on in a thread so that its pipe never fills."""
    lines: queue.Queue[str | None] = queue.Queue()

    def listen() -> None:
        with contextlib.suppress(ValueError):
            for line in live.process.stdout or ():
                live.said.append(line)
                lines.put(line)
        lines.put(None)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        line = lines.get(timeout=PATIENCE)
        assert line is not None, "".join(live.said)
        if found := re.search(r"PLF is running at (\S+)", line):
            return found[1]
