"""Counts how often a password was hashed."""

from typing import ClassVar

from django.contrib.auth.hashers import MD5PasswordHasher


class CountingHasher(MD5PasswordHasher):
    algorithm = "counting"
    encoded: ClassVar[int] = 0

    def encode(self, password: str, salt: str, **kwargs: object) -> str:
        type(self).encoded += 1
        return super().encode(password, salt, **kwargs)
