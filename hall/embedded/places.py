"""Where the embedded servers keep their data and sockets, and as whom they run.

Every process of a hall works these out for itself, so they depend on nothing but the path of the hall's
data folder, the rights on the folders above it, and whether one is root.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

# A socket's path must fit into sockaddr_un (108 bytes with its end mark); servers append their names.
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
_SERVICE_USER = "yichuang"


class Unusable(Exception):
    """The machine does not allow what the embedded server needs; the message says what to do."""


@dataclass(frozen=True)
class ServiceUser:
    """The unprivileged user as whom PostgreSQL runs when the hall is started by root."""

    name: str
    uid: int
    gid: int

    def run(self, *command: str | Path, **kwargs: object) -> subprocess.CompletedProcess[str]:
        """Run a command as this user and wait for it."""
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            [str(word) for word in command],
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            cwd="/",
            text=True,
            **kwargs,
        )


def is_root() -> bool:
    return os.geteuid() == 0


def service_user() -> ServiceUser:
    """The user for PostgreSQL, made on first use. `nobody` where users cannot be made."""
    for _attempt in range(2):
        try:
            entry = pwd.getpwnam(_SERVICE_USER)
            return ServiceUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
        except KeyError:
            useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
            if not useradd:
                break
            command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
            subprocess.run([*command, "--shell", "/usr/sbin/nologin", _SERVICE_USER], capture_output=True)
    entry = pwd.getpwnam("nobody")
    return ServiceUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def reachable_by_others(folder: Path) -> bool:
    """Whether an unprivileged user can walk down to `folder`: every folder above it lets others through."""
    return all(
        not above.exists() or above.stat().st_mode & stat.S_IXOTH for above in [folder, *folder.parents]
    )


def mark(data: Path) -> str:
    """A short name for this hall on this machine."""
    return hashlib.sha256(str(data).encode()).hexdigest()[:10]


def postgres_home(data: Path) -> Path:
    """The folder that holds the database cluster.

    Inside the hall's data folder, unless root started us and the service user cannot get there
    (a hall under /root, for instance): then under /var/lib.
    """
    if is_root() and not reachable_by_others(data):
        return Path("/var/lib") / f"yichuang-{mark(data)}"
    return data / "postgres"


def socket_folder(data: Path) -> Path:
    """The folder that holds the sockets: inside the data folder where its path is short and open enough."""
    usual = data / "run"
    fits = len(os.fsencode(usual)) <= _LONGEST_SOCKET_FOLDER
    if fits and (not is_root() or reachable_by_others(data)):
        return usual
    return Path("/run" if is_root() else "/tmp") / f"yichuang-{mark(data)}"  # noqa: S108 - checked on use


def own_folder(folder: Path, uid: int, gid: int, mode: int = 0o700) -> None:
    """Make `folder` and give it to `uid`, refusing one that somebody else put there before us."""
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    found = folder.lstat()
    if stat.S_ISLNK(found.st_mode) or found.st_uid not in (os.geteuid(), uid):
        raise Unusable(f"{folder} belongs to somebody else; remove it or set HALL_DATA to another folder")
    if (found.st_uid, found.st_gid) != (uid, gid) and is_root():
        os.chown(folder, uid, gid)
    os.chmod(folder, mode)
