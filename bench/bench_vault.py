"""Figures of the vault: `.venv/bin/python bench/bench_vault.py [people]`, by default for a hundred thousand."""

import importlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from ams.embedded.launch import throw_away_services
from bench import vault_keyring


def main(people: int) -> None:
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    vault_keyring.measure(people)
    with throw_away_services() as (folder, found):
        own = {"DJANGO_SETTINGS_MODULE": "ams.settings", "SECRET_KEY": "bench", "AMS_VAR": str(folder)}
        os.environ.update(found | own)
        importlib.import_module("bench.vault_fields").measure()


if __name__ == "__main__":
    main(int((*sys.argv[1:], 100_000)[0]))
