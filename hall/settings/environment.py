"""What the environment says, read in one place. No Django here: the supervisor reads it too."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent.parent

DEMO, PRODUCTION = "demo", "production"


class Misconfigured(Exception):
    """The environment asks for something that cannot be; the message says what to set."""


def mode(env: Mapping[str, str] = os.environ) -> str:
    """`demo` (the default: secrets are made on first use, the clock can be moved) or `production`."""
    value = env.get("HALL_MODE", DEMO)
    if value not in (DEMO, PRODUCTION):
        raise Misconfigured(f"HALL_MODE is {value!r}; it must be '{DEMO}' or '{PRODUCTION}'")
    return value


def data_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Where this hall keeps what must survive: databases, files, secrets (`HALL_DATA`, default `.hall/`)."""
    return Path(env.get("HALL_DATA") or BASE_DIR / ".hall").expanduser().resolve()


def flag(name: str, default: bool = False, env: Mapping[str, str] = os.environ) -> bool:
    """A yes-or-no variable."""
    value = env.get(name, "").strip().lower()
    return default if not value else value in ("1", "true", "yes", "on")


def words(name: str, default: str = "", env: Mapping[str, str] = os.environ) -> list[str]:
    """A comma-separated variable."""
    return [word.strip() for word in env.get(name, default).split(",") if word.strip()]


def demonstration_cases(env: Mapping[str, str] = os.environ) -> int | None:
    """How many demonstration cases `HALL_DEMO` asks for: `none` is 0, `full` (the default) is None."""
    value = (env.get("HALL_DEMO") or "full").strip().lower()
    if value == "full":
        return None
    if value == "none":
        return 0
    try:
        return max(0, int(value))
    except ValueError:
        raise Misconfigured("HALL_DEMO must be 'full', 'none' or a number of cases") from None


def secret(name: str, env: Mapping[str, str] = os.environ) -> str:
    """The secret `name` from the environment, or, in demonstration mode only, one made once and kept.

    Kept secrets lie in `HALL_DATA/secrets/`, readable by their owner alone. Losing the field key loses
    every encrypted column, so production must bring its own and keep it elsewhere.
    """
    if value := env.get(name):
        return value
    if mode(env) == PRODUCTION:
        raise Misconfigured(f"{name} must be set in production (for one: openssl rand -hex 32)")
    file = data_folder(env) / "secrets" / name.lower()
    if not file.exists():
        _write_once(file, secrets.token_hex(32))
    return file.read_text().strip()


def _write_once(file: Path, text: str) -> None:
    """Create `file` whole or not at all; of several processes that try at once, the first wins."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent)  # made with mode 0600
    try:
        with os.fdopen(handle, "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)


def database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a `postgres://user:password@host:port/name?option=value` address.

    A Unix socket is given as `postgres://user@/name?host=/folder`. Other query parameters become libpq
    options (`sslmode`, `target_session_attrs`, …).
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise Misconfigured("DATABASE_URL must begin with postgres://")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "hall",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": options.pop("port", None) or str(parts.port or ""),
        "OPTIONS": {"connect_timeout": 5, **options},
    }


def broker(url: str) -> str:
    """The same Redis as Celery spells it: redis-py's `unix://` is Celery's `redis+socket://`."""
    if not url.startswith("unix://"):
        return url
    parts = urlsplit(url)
    number = parse_qs(parts.query).get("db", ["0"])[-1]
    return f"redis+socket://{parts.path}?virtual_host={number}"


def redis_number(url: str, add: int) -> str:
    """The same Redis, with a database number that is higher by `add`."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        number = int(parse_qs(parts.query).get("db", ["0"])[-1])
        return f"unix://{parts.path}?db={number + add}"
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + add}").geturl()
