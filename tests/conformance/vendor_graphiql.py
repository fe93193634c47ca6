"""`python tests/conformance/vendor_graphiql.py`: fetches GraphiQL's files anew from npm, as docs/decisions/0009 says.

What npm delivers is copied as it is, but for the fonts in the style sheet, which are nine tenths of it.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "api" / "schema" / "assets" / "vendor"
PACKAGES = {"graphiql": "4.1.2", "react": "18.3.1", "react-dom": "18.3.1", "graphql": "16.11.0"}
"""What is installed; graphql is a peer that GraphiQL's bundle already has in it, here for its licence."""

TAKEN = {
    "graphiql.js": "graphiql/graphiql.min.js",
    "graphiql.css": "graphiql/graphiql.min.css",
    "react.js": "react/umd/react.production.min.js",
    "react-dom.js": "react-dom/umd/react-dom.production.min.js",
}
FONT = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)
SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*\n?", re.MULTILINE)


def main() -> None:
    """Write the files, the licences of all that is bundled in them, and their checksums."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not here: GraphiQL's files come from it")
    with tempfile.TemporaryDirectory() as folder:
        wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
        command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *wanted]
        subprocess.run(command, cwd=folder, check=True)
        take(Path(folder) / "node_modules")
    sys.stdout.write((VENDOR / "SHA256SUMS").read_text())


def take(modules: Path) -> None:
    """Copy the files, without fonts and without the address of a map that isn't served."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in TAKEN.items():
        text = SOURCE_MAP.sub("", (modules / source).read_text())
        (VENDOR / name).write_text(FONT.sub("", text) if name.endswith(".css") else text)
    (VENDOR / "LICENSES.txt").write_text(licences(modules))
    lines = [f"{hashlib.sha256((VENDOR / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(TAKEN)]
    (VENDOR / "SHA256SUMS").write_text("".join(lines))


def licences(modules: Path) -> str:
    """The licence of every package that the bundle's own map names."""
    sources = json.loads((modules / "graphiql" / "graphiql.min.js.map").read_text())["sources"]
    bundled = {found[-1] for each in sources if (found := re.findall(r"node_modules/((?:@[^/]+/)?[^/]+)/", each))}
    own = {"@graphiql/react", "@graphiql/toolkit", "@graphiql/plugin-history", "@graphiql/plugin-doc-explorer"}
    names = sorted(bundled | own | (set(PACKAGES)))
    return "\n".join(licence(modules / name, name) for name in names if (modules / name).is_dir())


def licence(package: Path, name: str) -> str:
    """Name, version and the text of a package's licence, or the licence's name where there is no text."""
    about = json.loads((package / "package.json").read_text())
    texts = sorted(each for each in package.iterdir() if each.is_file() and each.name.lower().startswith("licen"))
    text = texts[0].read_text().strip() if texts else f"(no text in the package; author: {about.get('author')})"
    return f"==== {name} {about['version']}: {about.get('license')}\n\n{text}\n"


if __name__ == "__main__":
    main()
