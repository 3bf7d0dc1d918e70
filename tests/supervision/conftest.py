"""A place whose bureau decides and whose food office supervises; an outside system that really listens."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from applications import services as cases
from certificates import services as certificates
from certificates.choices import SealKind
from hall.actors import SYSTEM
from hall.organisation.choices import Role
from routing import services as routing
from routing.models import Task
from supervision import services
from tests import traits


@pytest.fixture
def day(moved, transactional_db):
    """Monday 2 March 2026, nine o'clock."""
    return moved("2026-03-02 09:00")


@pytest.fixture
def office(a_place):
    """The department that supervises after the approval."""
    return traits.make_department(a_place, "food", "食品监管所")


@pytest.fixture
def inspector(a_place, office):
    """A member of its staff."""
    return traits.make_officer(a_place, Role.REVIEWER, "示例监管员", department=office)


@pytest.fixture
def manager(a_place):
    """大厅管理员."""
    return traits.make_officer(a_place, Role.MANAGER, "示例管理员")


@pytest.fixture
def supervised(instant_version, office):
    """The matter is supervised by the office."""
    services.assign_duty(instant_version.matter, office, basis="示范分工文件", by=SYSTEM)
    return instant_version


@pytest.fixture
def decide(supervised, clerk, reviewer, bureau) -> Callable[..., Any]:
    """`decide()`: a case of the supervised matter, granted (or refused), and handed to the exchange."""
    register_seal(bureau)

    def go(outcome: str = "granted", **given: Any) -> Any:
        taken = given.pop("take_in", {})
        case = cases.accept(traits.take_in(supervised, clerk, **taken).pk, by=clerk)
        routing.dispatch(case.pk)
        told = {"reasons": "示例理由"} if outcome == "refused" else {}
        routing.decide(Task.objects.get(case=case).pk, outcome=outcome, by=reviewer, **told, **given)
        exchange()
        return traits.fresh(case)

    return go


def register_seal(bureau: Any) -> None:
    """What a result of the bureau is sealed with."""
    certificates.register_seal(
        bureau.jurisdiction,
        code="a",
        kind=SealKind.APPROVAL,
        department=bureau,
        ring_text=bureau.name,
        line_text="行政审批专用章",
    )


def exchange() -> None:
    """Until the journal has nothing more: what the porter does in its rounds."""
    for _round in range(200):
        read = services.read_journal()
        handed_on = services.hand_on_all()
        if not read and not handed_on:
            return
        time.sleep(0.01 if not read else 0)


@dataclass
class Listener:
    """An outside system: `answers` are given one after the other, the last one again and again."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    answers: list[Any] = field(default_factory=lambda: [(200, {}, b"{}")])

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(each["body"]) for each in self.got]


@pytest.fixture
def listener(settings) -> Iterator[Listener]:
    """One that listens on this machine, which the technician has listed."""
    settings.HALL_WEBHOOK_HOSTS = ["127.0.0.1"]
    with listening() as one:
        yield one


class listening:
    """`with listening() as system:` a real HTTP server in a thread."""

    def __enter__(self) -> Listener:
        system = Listener()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = system.answers[0] if len(system.answers) == 1 else system.answers.pop(0)
                system.got.append({"headers": dict(self.headers), "body": body, "path": self.path})
                if callable(answer):
                    answer = answer()
                status, headers, content = answer
                try:
                    self.send_response(status)
                    for name, value in {"Content-Length": str(len(content)), **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    pass  # the hall has hung up, as it should

            def log_message(self, *_args: Any) -> None:
                """Be quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        system.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return system

    def __exit__(self, *_error: Any) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


@pytest.fixture
def subscribed(listener, a_place, manager) -> Callable[..., Any]:
    """`subscribed(…)`: a subscription of the listener and its secret."""

    def go(**facts: Any) -> Any:
        return services.subscribe(
            a_place, **{"name": "示例监管平台", "url": listener.url, "by": manager, **facts}
        )

    return go
