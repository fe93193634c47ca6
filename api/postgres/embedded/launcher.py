"""Becomes a PostgreSQL program: drops root, asks to be stopped with its parent, then replaces itself.

Run as a script with: uid, gid, other groups (comma-separated), the parent's process id, program, arguments….
A process of its own rather than a hook between fork and exec, because the parent has threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(uid: int, gid: int, groups: list[int]) -> None:
    if uid == os.geteuid():
        return
    os.setgroups(groups)
    os.setgid(gid)
    os.setuid(uid)


def die_with(parent: int) -> None:
    """After the change of account, which would clear it (prctl(2)); other systems have nothing like it."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The service ended while its database was starting.")


def main(uid: str, gid: str, groups: str, parent: str, program: str, *arguments: str) -> None:
    os.setsid()  # Ctrl-C in a terminal is for the service, which stops its database last
    os.umask(0o077)
    try:
        become(int(uid), int(gid), [int(group) for group in groups.split(",") if group])
        die_with(int(parent))
        os.execv(program, [program, *arguments])  # noqa: S606 - a shell would only stand between
    except OSError as problem:
        sys.exit(f"{program} could not be started under account number {uid}: {problem.strerror}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
