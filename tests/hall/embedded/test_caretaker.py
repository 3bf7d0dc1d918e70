"""`make run` as an operator sees it: opens, mends itself, closes in order, leaves nothing behind."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from hall.embedded import lend
from tests.support.house import free_port

pytestmark = pytest.mark.faults

OPEN_SECONDS = 90


class House:
    """One caretaker and what it keeps."""

    def __init__(self, data):
        self.data = data
        self.port = free_port()
        self.log = data / "test.log"
        self.process = None

    def start(self):
        environment = {key: os.environ[key] for key in os.environ if key not in ("DATABASE_URL", "REDIS_URL")}
        environment |= {
            "HALL_DATA": str(self.data),
            "HALL_PORT": str(self.port),
            "HALL_STATIC": "source",
            "HALL_DEMO": "none",
            # Without founding data: this is about processes.
            "HALL_MODE": "production",
            "HALL_HTTPS": "0",
            "SECRET_KEY": "s" * 50,
            "HALL_FIELD_KEY": "f" * 64,
            "DJANGO_SETTINGS_MODULE": "hall.settings",
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hall.embedded.caretaker"], env=environment, stdout=log, stderr=log
            )

    def checks(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=3)
        try:
            connection.request("GET", "/healthz/ready")
            return json.load(connection.getresponse())["checks"]
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        finally:
            connection.close()

    def wait_open(self, times=1):
        until = time.monotonic() + OPEN_SECONDS
        while self.log.read_text().count("is open") < times or not self.well():
            assert time.monotonic() < until, self.log.read_text()[-4000:]
            time.sleep(0.2)

    def well(self):
        checks = self.checks()
        return bool(checks) and all(checks[name]["ok"] for name in ("database", "broker", "worker"))

    def parts(self):
        """The living parts by name; one that just died has no command line any more."""
        children = psutil.Process(self.process.pid).children()
        return {_part(child): child for child in children if child.status() != psutil.STATUS_ZOMBIE}


def _part(process):
    line = " ".join(process.cmdline())
    names = ("postgres", "redis", "gunicorn", "worker", "beat")
    return next((name for name in names if name in line), "")


@pytest.fixture(scope="module")
def house():
    with lend.data_folder() as data:
        house = House(data)
        house.start()
        try:
            house.wait_open()
            yield house
        finally:
            house.process.terminate()
            house.process.wait(60)


@pytest.mark.parametrize("part", ["gunicorn", "worker", "beat", "postgres", "redis"])
def test_a_killed_part_comes_back_and_the_hall_is_well(house, part):
    victim = house.parts()[part]
    victim.kill()
    until = time.monotonic() + 40
    while True:
        found = house.parts().get(part)
        if found and found.pid != victim.pid and house.well():
            break
        assert time.monotonic() < until, house.log.read_text()[-4000:]
        time.sleep(0.2)


def test_a_second_caretaker_is_refused(house):
    command = [sys.executable, "-m", "hall.embedded.caretaker"]
    environment = {**os.environ, "HALL_DATA": str(house.data)}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)
    assert result.returncode == 1
    assert "open on" in result.stderr
    assert house.well()


def test_a_killed_caretaker_takes_all_parts_along_and_the_next_one_opens(house):
    parts = psutil.Process(house.process.pid).children(recursive=True)
    house.process.kill()
    house.process.wait()
    _gone, alive = psutil.wait_procs(parts, timeout=20)
    assert not alive
    times = house.log.read_text().count("is open")
    house.start()
    house.wait_open(times + 1)


def test_ctrl_c_closes_everything_in_order(house):
    parts = psutil.Process(house.process.pid).children(recursive=True)
    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(60) == 0
    assert not [part for part in parts if part.is_running()]
    said = house.log.read_text()
    assert said.rindex("database system is shut down") > said.rindex("Closing")
    assert not (house.data / "postgres" / "data" / "postmaster.pid").exists()
    house.start()
    house.wait_open(said.count("is open") + 1)


def test_it_says_which_variable_is_missing(tmp_path):
    environment = {**os.environ, "HALL_DATA": str(tmp_path), "HALL_MODE": "closed"}
    command = [sys.executable, "manage.py", "check"]
    root = Path(__file__).parents[3]
    result = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=30)
    assert result.returncode
    assert "HALL_MODE" in result.stderr
