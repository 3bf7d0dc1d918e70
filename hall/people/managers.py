"""How accounts are made. Everybody but the first technician comes through `hall.people.services`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager

from hall.now import real_now

if TYPE_CHECKING:
    from .models import User


class UserManager(BaseUserManager["User"]):
    """Makes accounts with hashed passwords."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """An account; without a password nobody can log in to it."""
        if not username:
            raise ValueError("an account needs a username")
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.password_changed_at = real_now()
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A technician with the whole Django admin (`manage.py createsuperuser`); holds no post."""
        fields.setdefault("name", username)
        return self.create_user(
            username, password, is_staff=True, is_superuser=True, must_change_password=False, **fields
        )
