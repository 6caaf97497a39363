#!/usr/bin/env python
"""Django's ordinary command line."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")
    if "DATABASE_URL" not in os.environ:
        from ams.embedded.launch import join_running

        join_running()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
