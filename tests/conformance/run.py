"""`make conformance`: the audit of GraphQL over HTTP and the generated TypeScript client, against a demo of their own.

The demo gets a free port and a folder that is gone afterwards. Node 20 or newer has to be there, with npm.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from harness.live import CHECKOUT, Live, reachable_folder, serving

HERE = Path(__file__).parent
CLIENT = CHECKOUT / "examples" / "typescript"
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
OLDEST = 20
WITHOUT_NODE = 2
"""The exit status that says that nothing was tried."""


def main() -> None:
    """Run both; the exit status is 0 only when all is well."""
    missing = without_node()
    if missing:
        sys.stderr.write(missing + "\n")
        sys.exit(WITHOUT_NODE)
    for folder in (HERE, CLIENT):
        install(folder)
    run(CLIENT, "npm", "run", "--silent", "generate")
    run(CLIENT, "npm", "run", "--silent", "build")
    with reachable_folder() as folder, serving(folder / "data", "--demo") as live:
        token = live.plf("token").stdout.strip()
        told("graphql-http's audit")
        run(HERE, "node", "audit.mjs", f"{live.base_url}/graphql", PLF_TOKEN=token)
        told("the TypeScript client, with a person's token and as the demo's integration")
        run(CLIENT, "npm", "start", "--silent", PLF_URL=live.base_url, PLF_TOKEN=token)
        run(CLIENT, "npm", "start", "--silent", PLF_URL=live.base_url, PLF_CLIENT_SECRET=secret(live))
    told("all is well")


def without_node() -> str | None:
    """Why nothing can be tried, as one sentence; None where Node and npm are there."""
    need = f"make conformance needs Node.js {OLDEST} or newer with npm on the PATH"
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return f"{need}, and it isn't there: nothing was tried."
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    number = re.match(r"v(\d+)", version)
    if number is None or int(number[1]) < OLDEST:
        return f"{need}, and this one is {version or 'broken'}: nothing was tried."
    return None


def install(folder: Path) -> None:
    """What the lock file names, unless it is there already."""
    lock, done = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        told(f"installing what {folder.relative_to(CHECKOUT)} needs")
        run(folder, *INSTALL)


def secret(live: Live) -> str:
    """The demo integration's, which lies beside the data."""
    return (live.folder / "demo-integration-secret").read_text().strip()


def run(folder: Path, *command: str, **more: str) -> None:
    """One command to its end; one that fails ends everything with its status."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLF_")}
    done = subprocess.run(command, cwd=folder, env={**kept, **more}, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)


def told(sentence: str) -> None:
    sys.stdout.write(f"== {sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
