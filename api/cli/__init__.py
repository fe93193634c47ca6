"""The command line: `plf serve`, worker, demo, migrate, doctor, import, tenant, rollups, token."""

import sys

import typer

from api.cli import demo, doctor, files, rollups, running, tenants
from api.cli.reaching import Refused

app = typer.Typer(
    name="plf",
    help="The service behind a municipality's professional learning communities.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    running.serve,
    running.worker,
    demo.demo,
    running.migrate,
    doctor.doctor,
    demo.token,
):
    app.command()(command)

app.add_typer(files.imports, name="import")
app.add_typer(tenants.tenants, name="tenant")
app.add_typer(rollups.rollups, name="rollups")


def main() -> None:
    """Run one command; what goes wrong is one sentence on standard error and a status other than 0."""
    from api.postgres.databases import DatabaseUnavailable

    try:
        app()
    except (Refused, DatabaseUnavailable) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)


__all__ = ["app", "main"]
