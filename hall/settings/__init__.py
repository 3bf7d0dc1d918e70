"""Settings of a running hall. Everything that differs between machines comes from the environment."""

from hall.settings.base import *  # noqa: F403
