"""Where the cluster and its socket live: where asked, or where the account that runs it can get at them."""

import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.postgres.embedded.account import Account, can_enter, is_root, name_of, owner_of, unprivileged_account
from api.postgres.embedded.errors import DatabaseUnavailable

SPARE_ROOM = Path("/var/lib/plf")
LONGEST_SOCKET = 100  # bytes; the kernel's limit is 107 on Linux and 103 on macOS
SOCKET_NAME = ".s.PGSQL.5432"
# PostgreSQL and the drivers split lists of folders at commas and quotes.
PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


def find_place(data_dir: Path, spare_room: Path = SPARE_ROOM) -> "Place":
    """The same answer at every start: an existing cluster first, under the account that owns it.

    A new one goes where it was asked for; when root asks and the account can't get there, below
    `spare_room`, in a folder named after the asked path. Nobody's permissions are changed.
    """
    asked = Path(os.path.abspath(data_dir))  # noqa: PTH100 - resolve() would follow a link that may be moved later
    if not is_root():
        return Place(asked, asked, None)
    spare = spare_room / hashlib.sha256(os.fsencode(asked)).hexdigest()[:16]
    for root in (asked, spare):
        if (root / "cluster" / "PG_VERSION").exists():
            return Place(root, asked, owner_of(root / "cluster"))
    account = unprivileged_account()
    above = nearest(asked)
    in_place = can_enter(account, above) or not above.is_dir()  # a file in the way is refused, not avoided
    return Place(asked if in_place else spare, asked, account)


def nearest(folder: Path) -> Path:
    """The folder itself, or the first one above it that exists."""
    return next(found for found in (folder, *folder.parents) if found.exists())


def prepare(place: "Place", spare_room: Path = SPARE_ROOM) -> None:
    """Makes our folders; only those inside `place.root` change owner. Raises DatabaseUnavailable, OSError."""
    if place.moved:
        make_spare_room(spare_room)
    make_root(place)
    if place.account is not None and not can_enter(place.account, place.root):
        raise DatabaseUnavailable(
            f"The account {place.account.name}, which owns the database, cannot reach {place.root}: "
            "start the service as that account, or choose another folder."
        )
    make_private(place.root / "log", place.account)


def make_root(place: "Place") -> None:
    """For an account that is not ours, each new folder can be passed through but not written to."""
    for folder in reversed([place.root, *place.root.parents]):
        if not folder.exists():
            folder.mkdir(mode=0o700 if folder == place.root else 0o755)
            if place.account is not None:
                let_through(folder)


def let_through(folder: Path) -> None:
    """Whatever the umask says; never through a link that somebody put in the folder's place."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        os.fchmod(file, 0o711)
    finally:
        os.close(file)


def make_spare_room(spare_room: Path) -> None:
    """Programs are run from here, so it has to be root's alone."""
    if not spare_room.exists():
        spare_room.mkdir(parents=True)
        spare_room.chmod(0o755)
    found = spare_room.stat()
    if found.st_uid != 0 or found.st_mode & 0o022:
        raise DatabaseUnavailable(f"{spare_room} must belong to root and be writable by root alone.")


def make_private(folder: Path, account: Account | None) -> None:
    """A folder that only `account` (or we) may enter; one that is there already must be just that."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not is_private(folder, account):
            owner = name_of(folder.lstat().st_uid)
            raise DatabaseUnavailable(
                f"{folder} is not the database's own private folder (it belongs to {owner})."
            ) from None
        return
    if account is not None:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)


def is_private(folder: Path, account: Account | None) -> bool:
    found = folder.lstat()
    owner = account.uid if account else os.geteuid()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and not found.st_mode & 0o077


@contextmanager
def socket_folder(place: "Place") -> Iterator[Path]:
    """A private folder for the socket, its path plain and short whatever the data folder is called."""
    folder = place.root / "socket"
    if fits(folder):
        make_private(folder, place.account)
        yield folder
        return
    folder = short_folder(place)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fits(folder: Path) -> bool:
    path = str(folder / SOCKET_NAME)
    return len(os.fsencode(path)) <= LONGEST_SOCKET and PLAIN.fullmatch(path) is not None


def short_folder(place: "Place") -> Path:
    """The same name at every start, so that nothing piles up; another one if somebody else took it."""
    short = Path(tempfile.gettempdir())
    parent = short if fits(short / "plf-0123456789abcdef") else Path("/tmp")  # noqa: S108 - made private at once
    folder = parent / f"plf-{hashlib.sha256(os.fsencode(place.root)).hexdigest()[:16]}"
    try:
        make_private(folder, place.account)
    except DatabaseUnavailable:
        folder = Path(tempfile.mkdtemp(prefix="plf-", dir=parent))
        if place.account is not None:
            os.chown(folder, place.account.uid, place.account.gid)
    return folder


@dataclass(frozen=True)
class Place:
    """Where one cluster lives.

    `root` holds our lock, secrets and start log; `cluster`, `log` and `socket` inside it belong to the
    account that PostgreSQL runs as (None: our own). `asked` is the folder that the person named.
    """

    root: Path
    asked: Path
    account: Account | None

    @property
    def cluster(self) -> Path:
        return self.root / "cluster"

    @property
    def moved(self) -> bool:
        return self.root != self.asked

    def owner(self) -> Account:
        """The account whose processes may be at work in this cluster."""
        return self.account or Account(name_of(os.geteuid()), os.geteuid(), os.getegid())
