"""How gunicorn serves the hall, on one machine and in the image alike."""

import os
from pathlib import Path

bind = f"{os.environ.get('HALL_BIND', '127.0.0.1')}:{os.environ.get('HALL_PORT', '8000')}"
# Threads, not more processes: a request waits for the database most of its time.
workers = int(os.environ.get("HALL_WEB_WORKERS", "2"))
threads = int(os.environ.get("HALL_WEB_THREADS", "8"))
worker_class = "gthread"
# A request waits for a broker that hangs no longer than this many seconds, twice at most.
raw_env = ["HALL_BROKER_PATIENCE=0.4"]
# The heartbeat of the workers must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
timeout = 60
graceful_timeout = 15
keepalive = 15
max_requests = 20_000
max_requests_jitter = 2_000
loglevel = "warning"
forwarded_allow_ips = os.environ.get("HALL_PROXIES", "127.0.0.1")
