"""`make demo-reset`: forgets the demo's data, keys, mails and logs. Touches nothing but what the demo has made."""

import os
import shutil
import sys
from typing import Final

from ams.embedded.launch import home, running_environment

SEEDING: Final = "seeding"
MADE_BY_THE_DEMO: Final = (
    "services", "keyring-1", "keyring-2", "root-1", "root-2", "files", "mail", "third-party", "logs", "beat",
    "secret.key", SEEDING,
)  # fmt: skip


def main() -> int:
    if running_environment() is not None:
        print("The demo is running. Stop it first (Ctrl-C), then reset it.", file=sys.stderr)
        return 1
    forget()
    if os.environ.get("DATABASE_URL"):
        print("DATABASE_URL is set: that database was left as it is. Empty it yourself.")
    print("The demo's data is gone. `make demo` starts over.")
    return 0


def forget() -> None:
    for name in MADE_BY_THE_DEMO:
        path = home() / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
