"""The product's settings, and besides them an address and tasks that fail with a member's name in their hands."""

from ams.settings import *  # noqa: F403 they are the product's

ROOT_URLCONF = "tests.no_trace.broken"
CELERY_IMPORTS = ["tests.no_trace.broken_tasks", "tests.no_trace.together"]
