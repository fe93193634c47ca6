"""Which account PostgreSQL runs as: it refuses root, so root lends it an account that is already there."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.postgres.embedded.errors import DatabaseUnavailable

# In this order; made by the administrator, never by us.
UNPRIVILEGED = ("plf", "postgres", "nobody")
ELSEWHERE = "/"


def is_root() -> bool:
    return os.geteuid() == 0


def unprivileged_account() -> "Account":
    """The first of plf, postgres and nobody that this machine has; raises DatabaseUnavailable."""
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise DatabaseUnavailable(
        f"PostgreSQL refuses to run as root and none of the accounts {', '.join(UNPRIVILEGED)} exists: "
        "start the service as an ordinary user."
    )


def owner_of(folder: Path) -> "Account":
    """The account that a folder belongs to, whether or not it has a name here."""
    found = folder.stat()
    return Account(name_of(found.st_uid), found.st_uid, found.st_gid)


def name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"


def can_enter(account: "Account", folder: Path) -> bool:
    """Tried, not computed: only the kernel knows all rules that apply on the way."""
    return succeeds(account, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)])


def can_run(account: "Account", program: Path) -> bool:
    return succeeds(account, [str(program), "--version"])


def succeeds(account: "Account", command: Sequence[str]) -> bool:
    try:
        done = subprocess.run(
            command,
            user=account.uid,
            group=account.gid,
            extra_groups=account.groups(),
            cwd=ELSEWHERE,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


@dataclass(frozen=True)
class Account:
    """An account of this machine: name for people, numbers for the kernel."""

    name: str
    uid: int
    gid: int

    def groups(self) -> list[int]:
        """Groups besides its own, so that folders shared by group stay reachable."""
        try:
            return [gid for gid in os.getgrouplist(self.name, self.gid) if gid not in {0, self.gid}]
        except KeyError:
            return []
