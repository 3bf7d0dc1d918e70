"""Settings under which the suite runs: the same house, with cheap passwords and nothing sent out."""

import os
import tempfile

# Before base is read: tests keep nothing in the developer's own hall.
os.environ.setdefault("HALL_DATA", os.path.join(tempfile.gettempdir(), f"yichuang-test-{os.getuid()}"))
os.environ.setdefault("HALL_DEMO", "none")

from hall.settings import environment
from hall.settings.base import *  # noqa: F403
from hall.settings.base import CACHES, REDIS_URL

# Of several test workers at once each has a database (pytest-django sees to it) and a Redis number.
if worker := os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw"):
    REDIS_URL = environment.redis_number(REDIS_URL, int(worker) + 1)
    CACHES["default"]["LOCATION"] = REDIS_URL
    CELERY_BROKER_URL = environment.broker(REDIS_URL)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Django's test client logs in without a request, which axes refuses; the tests of throttling turn it on.
AXES_ENABLED = False
# Each test freezes time for itself (`hall.now.at`); the tests of the movable clock turn it on, and for the
# processes of a hall that really runs they say so in the environment.
HALL_MOVABLE_CLOCK = os.environ.get("HALL_MOVABLE_CLOCK") == "1"
