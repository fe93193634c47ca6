"""`python -m bench.peers.install`: fetches what the Node peers are made of, as their lock file says; `make bench-peers`.

Node itself comes with it, in the version that PostGraphile wants; npm must be there. Nothing that is fetched is run.
"""

import json
import platform
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent / "node"
MODULES = HERE / "node_modules"
TOLD = ("fastify", "pg", "postgraphile", "mercurius", "graphql-yoga", "graphql")
"""Packages whose versions a report names."""


def main() -> None:
    """Install, or say in one line why not."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not here: without it there are no Node peers")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=HERE, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    print("The Node peers are installed: " + ", ".join(f"{name} {number}" for name, number in versions().items()))


def node() -> Path | None:
    """The Node that the lock file brings for this machine; None where nothing is installed."""
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), "other")
    found = MODULES / f"node-{platform.system().lower()}-{machine}" / "bin" / "node"
    return found if found.exists() and (MODULES / ".package-lock.json").exists() else None


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """What is installed, by name, Node first; nothing where nothing is."""
    program = node()
    if program is None:
        return {}
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return {"node": told.strip().removeprefix("v"), **{name: _version(name) for name in TOLD}}


def _version(name: str) -> str:
    text: str = json.loads((MODULES / name / "package.json").read_text())["version"]
    return text


if __name__ == "__main__":
    main()
