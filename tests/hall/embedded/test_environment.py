"""What the environment may say, and what is refused."""

import stat

import pytest

from hall.settings import environment as env


def test_secrets_are_made_once_and_kept_from_others(tmp_path):
    told = {"HALL_DATA": str(tmp_path)}
    first = env.secret("SECRET_KEY", told)
    assert env.secret("SECRET_KEY", told) == first
    assert env.secret("HALL_FIELD_KEY", told) != first
    for file in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {file.name for file in (tmp_path / "secrets").iterdir()} == {"secret_key", "hall_field_key"}


def test_production_brings_its_own_secrets(tmp_path):
    told = {"HALL_DATA": str(tmp_path), "HALL_MODE": "production"}
    with pytest.raises(env.Misconfigured, match="HALL_FIELD_KEY"):
        env.secret("HALL_FIELD_KEY", told)
    assert env.secret("HALL_FIELD_KEY", {**told, "HALL_FIELD_KEY": "x" * 50}) == "x" * 50


@pytest.mark.parametrize(
    ("told", "cases"), [({}, None), ({"HALL_DEMO": "none"}, 0), ({"HALL_DEMO": "25"}, 25)]
)
def test_how_many_demonstration_cases(told, cases):
    assert env.demonstration_cases(told) == cases


@pytest.mark.parametrize("told", [{"HALL_DEMO": "many"}])
def test_nonsense_is_refused_in_words(told):
    with pytest.raises(env.Misconfigured, match="HALL_DEMO"):
        env.demonstration_cases(told)


def test_an_unknown_mode_is_refused():
    with pytest.raises(env.Misconfigured, match="HALL_MODE"):
        env.mode({"HALL_MODE": "prod"})


def test_a_database_address_is_read_whole():
    entry = env.database("postgres://clerk:p%40ss@db.example:5433/city?sslmode=require")
    assert entry["NAME"], entry["USER"] == ("city", "clerk")
    assert entry["PASSWORD"] == "p@ss"
    assert (entry["HOST"], entry["PORT"]) == ("db.example", "5433")
    assert entry["OPTIONS"]["sslmode"] == "require"


def test_a_database_behind_a_socket():
    entry = env.database("postgres://hall@/hall?host=/run/hall")
    assert (entry["HOST"], entry["PORT"], entry["USER"]) == ("/run/hall", "", "hall")


def test_another_kind_of_database_is_refused():
    with pytest.raises(env.Misconfigured, match="DATABASE_URL"):
        env.database("sqlite:///hall.db")


@pytest.mark.parametrize(
    ("url", "celery", "next_one"),
    [
        (
            "unix:///run/hall/redis?db=0",
            "redis+socket:///run/hall/redis?virtual_host=0",
            "unix:///run/hall/redis?db=1",
        ),
        ("redis://redis:6379/2", "redis://redis:6379/2", "redis://redis:6379/3"),
        ("redis://redis:6379", "redis://redis:6379", "redis://redis:6379/1"),
    ],
)
def test_one_redis_as_three_clients_spell_it(url, celery, next_one):
    assert env.broker(url) == celery
    assert env.redis_number(url, 1) == next_one
