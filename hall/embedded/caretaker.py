"""The caretaker of a hall on one machine: `python -m hall.embedded.caretaker`.

Starts the parts named in the Procfile, servers first, prepares the database, prints where the hall is
open and who may log in, restarts with growing pauses whatever falls, and on Ctrl-C stops everything in
order: first those who use the database, then the database. When the caretaker itself is killed the kernel
stops the parts (lifeline.py). Given DATABASE_URL or REDIS_URL, that embedded server is not started.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import functools
import http.client
import json
import os
import shlex
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from hall.embedded import places, postgres, redis
from hall.embedded.lifeline import die_with_parent
from hall.settings import environment

_SERVERS = ("postgres", "redis")
_COLOURS = {"postgres": 34, "redis": 31, "web": 32, "worker": 33, "beat": 35}
_STEADY_SECONDS = 30.0  # a part that lived this long is well again: its next pause is short
_PAUSES = (0.5, 1, 2, 4, 8, 15)
_PATIENCE = {"postgres": 30.0, "redis": 10.0}
_PATIENCE_OTHERS = 20.0
_READY_SECONDS = 90.0


class CannotOpen(Exception):
    """The hall cannot be opened; the message says why and what to do."""


class Part:
    """One process of the Procfile, kept running until told to stop."""

    def __init__(self, name: str, command: str, say: Callable[[str, str], None]) -> None:
        self.name = name
        self.command = shlex.split(os.path.expandvars(command))
        self.say = say
        self.process: asyncio.subprocess.Process | None = None
        self.stopping = False
        self.keeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.keeper = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        falls = 0
        while not self.stopping:
            began = time.monotonic()
            code = await self._run_once()
            if self.stopping:
                return
            falls = 0 if time.monotonic() - began > _STEADY_SECONDS else falls + 1
            pause = _PAUSES[min(falls, len(_PAUSES) - 1)]
            self.say(self.name, f"ended ({_how(code)}); starts again in {pause:g} s")
            await asyncio.sleep(pause)

    async def _run_once(self) -> int:
        self.process = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the caretaker alone, which then keeps the order
            preexec_fn=functools.partial(die_with_parent, signal.SIGTERM, os.getpid()),
            limit=1024 * 1024,
        )
        assert self.process.stdout
        with contextlib.suppress(ValueError):  # a line longer than the limit: go on without its output
            async for line in self.process.stdout:
                self.say(self.name, line.decode(errors="replace").rstrip())
        code = await self.process.wait()
        self._signal_group(signal.SIGKILL)  # helpers of a part that was killed must not outlive it
        return code

    async def stop(self) -> None:
        """Ask to stop, wait, and kill what will not."""
        self.stopping = True
        if not self.keeper:
            return
        if self.process and self.process.returncode is None:
            # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for its clients for ever.
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGINT if self.name == "postgres" else signal.SIGTERM)
            try:
                patience = _PATIENCE.get(self.name, _PATIENCE_OTHERS)
                await asyncio.wait_for(asyncio.shield(self.keeper), patience)
            except TimeoutError:
                self.say(self.name, "does not stop; killed")
                self._signal_group(signal.SIGKILL)
        else:
            self.keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.keeper

    def kill(self) -> None:
        self.stopping = True
        if self.process and self.process.returncode is None:
            self._signal_group(signal.SIGKILL)

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            assert self.process
            os.killpg(self.process.pid, number)


class Caretaker:
    """All parts of one hall."""

    def __init__(self) -> None:
        self.data = environment.data_folder()
        self.port = int(os.environ["HALL_PORT"])
        self.parts = {name: Part(name, command, self._say) for name, command in _procfile().items()}
        if os.environ.get("DATABASE_URL"):
            self.parts.pop("postgres")
        if os.environ.get("REDIS_URL"):
            self.parts.pop("redis")
        self.preparing: asyncio.subprocess.Process | None = None
        self.closing = asyncio.Event()
        self.calls = 0

    async def run(self) -> int:
        """Open the hall, keep it until a signal comes, close it. Returns the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._close)
        opening = asyncio.create_task(self._open())
        closing = asyncio.create_task(self.closing.wait())
        try:
            await asyncio.wait({opening, closing}, return_when=asyncio.FIRST_COMPLETED)
            if opening.done():
                opening.result()
                await closing
            return 0
        except CannotOpen as error:
            print(f"\n{error}", file=sys.stderr, flush=True)
            return 1
        finally:
            opening.cancel()
            closing.cancel()
            await asyncio.gather(opening, closing, return_exceptions=True)
            await self._stop_all()

    def _close(self) -> None:
        self.calls += 1
        self.closing.set()
        if self.calls > 1:
            for part in self.parts.values():
                part.kill()

    async def _open(self) -> None:
        for name in _SERVERS:
            if name in self.parts:
                self.parts[name].start()
        await self._servers_answer()
        await self._prepare()
        await self._wait_for(
            self._port_is_free, 15, f"Port {self.port} is in use: set HALL_PORT to another one"
        )
        for name, part in self.parts.items():
            if name not in _SERVERS:
                part.start()
        await self._wait_for(
            self._is_ready, _READY_SECONDS, "The hall did not become ready; see the lines above"
        )
        self._welcome()

    async def _servers_answer(self) -> None:
        database = os.environ.get("DATABASE_URL")
        if database:
            check = functools.partial(postgres.answers, database)
        else:
            check = functools.partial(postgres.ensure_database, self.data)
        await self._wait_for(check, 60, "The database does not answer; see the lines above")
        broker = os.environ.get("REDIS_URL") or redis.redis_url(self.data)
        await self._wait_for(functools.partial(redis.answers, broker), 60, "Redis does not answer")

    async def _wait_for(self, check: Callable[[], bool], seconds: float, complaint: str) -> None:
        until = time.monotonic() + seconds
        while not await asyncio.to_thread(check):
            if time.monotonic() > until:
                raise CannotOpen(complaint)
            await asyncio.sleep(0.2)

    async def _prepare(self) -> None:
        """Run `manage.py prepare` with the terminal as its own, for its progress bars."""
        self.preparing = await asyncio.create_subprocess_exec(
            "python",
            "manage.py",
            "prepare",
            preexec_fn=functools.partial(die_with_parent, signal.SIGTERM, os.getpid()),
        )
        code = await self.preparing.wait()
        if code and not self.closing.is_set():
            raise CannotOpen(
                f"Preparing the database failed ({_how(code)}). `make run` goes on where it stopped."
            )

    def _port_is_free(self) -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((os.environ["HALL_BIND"], self.port))
            except OSError:
                return False
        return True

    def _is_ready(self) -> bool:
        """Everything answers. Clocks may be late: after a night's closure the sweep has its work to do."""
        host = "127.0.0.1" if os.environ["HALL_BIND"] == "0.0.0.0" else os.environ["HALL_BIND"]  # noqa: S104
        connection = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz/ready")
            checks = json.load(connection.getresponse())["checks"]
            return all(finding["ok"] for name, finding in checks.items() if name != "clocks")
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return False
        finally:
            connection.close()

    def _welcome(self) -> None:
        accounts = self.data / "accounts.txt"
        print(f"\n  一窗 is open: http://{os.environ['HALL_BIND']}:{self.port}/   (Ctrl-C closes it)\n")
        if accounts.exists():
            print(accounts.read_text(encoding="utf-8"), flush=True)
        sys.stdout.flush()

    async def _stop_all(self) -> None:
        """Users of the servers first, all at once; then the servers."""
        if self.preparing and self.preparing.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.preparing.terminate()
            await self.preparing.wait()
        if any(part.keeper for part in self.parts.values()):
            print("\nClosing …", flush=True)
        await asyncio.gather(*(part.stop() for name, part in self.parts.items() if name not in _SERVERS))
        await asyncio.gather(*(part.stop() for name, part in self.parts.items() if name in _SERVERS))

    def _say(self, name: str, line: str) -> None:
        if sys.stdout.isatty():
            print(f"\033[{_COLOURS.get(name, 36)}m{name:>8}\033[0m │ {line}", flush=True)
        else:
            print(f"{name:>8} | {line}", flush=True)


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _procfile() -> dict[str, str]:
    """Name and command of each part, in order."""
    lines = (environment.BASE_DIR / "Procfile").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): command.strip() for name, command in pairs}


def hold_alone(data: Path) -> TextIO:
    """Hold the data folder for this caretaker; the kernel lets go when the process ends, however it ends."""
    data.mkdir(parents=True, exist_ok=True)
    handle = (data / "caretaker.lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        raise CannotOpen(f"A hall is open on {data} already (process {handle.read().strip()})") from None
    handle.seek(0)
    handle.truncate()
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def main() -> int:
    """Open the hall in this folder and keep it open."""
    os.chdir(environment.BASE_DIR)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
    os.environ.setdefault("HALL_PORT", "8000")
    os.environ.setdefault("HALL_BIND", "127.0.0.1")
    os.environ.setdefault("HALL_STATIC", "collected")
    os.environ["PYTHONUNBUFFERED"] = "1"
    if os.geteuid() == 0:
        os.environ.setdefault("C_FORCE_ROOT", "1")  # Celery need not warn: see hall.tasks
    try:
        lock = hold_alone(environment.data_folder())
        with lock:
            return asyncio.run(Caretaker().run())
    except (CannotOpen, places.Unusable, environment.Misconfigured) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
