"""Somebody who has just signed in, as the pages see it."""

import time
from typing import Any

from django.test import Client

from privacy.access import PASSWORD_GIVEN


def sign_in(client: Client, account: Any) -> Client:
    """With the password, a moment ago."""
    client.force_login(account)
    session = client.session
    session[PASSWORD_GIVEN] = int(time.time())
    session.save()
    return client
