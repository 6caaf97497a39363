"""Somebody in front of a browser: signs in, looks around, mistypes, and meets pages that break."""

import re
from typing import Any, Final

import requests

PAGES: Final = (
    "/",
    "/profile/",
    "/privacy/",
    "/privacy/choices/",
    "/privacy/take/",
    "/privacy/erase/",
    "/nowhere/",
)
HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
BROKEN: Final = 500


class Visitor:
    def __init__(self, port: int, browser: str = "A browser") -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["User-Agent"] = browser

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.origin + path, timeout=60)

    def send(self, path: str, **fields: Any) -> requests.Response:
        """Fills in the form that stands on the page; what is hidden in it goes along."""
        data = {**dict(HIDDEN.findall(self.get(path).text)), **fields}
        return self.session.post(
            self.origin + path, data=data, headers={"Referer": self.origin + path}, timeout=60
        )

    def sign_in(self, email: str, password: str) -> bool:
        """Whether the door opened: what is behind it is seen by nobody else."""
        answer = self.send("/sign-in/", email=email, password=password, next="/profile/")
        return "/sign-in/" not in answer.url

    def look_around(self) -> dict[str, int]:
        return {path: self.get(path).status_code for path in PAGES}

    def break_down(self, uid: str, *ways: str) -> None:
        for way in ways:
            answer = self.session.post(
                f"{self.origin}/break-down/", data={"uid": uid, "way": way}, timeout=60
            )
            if answer.status_code != BROKEN:
                raise AssertionError(f"{way}: {answer.status_code}, and it was meant to break")
