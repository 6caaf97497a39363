"""Prints four thousand rows and says in JSON how large the document is and how much memory the press took.

A process of its own: what a child of ours takes is counted from what its parent had when it began.
"""

import json
import resource
import sys

import django

django.setup()

from portability import render  # noqa: E402  Django is set up first
from tests.portability.test_press import PERSON, ROWS, package, section  # noqa: E402  as above

rows = [ROWS[n % 120] | {"subject": f"Letter number {n} about the journal"} for n in range(4000)]
pdf = render.as_pdf(package(section("ams.individual", PERSON), section("ams.sentmail", rows, dated_by="at")))
taken = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.stdout.write(json.dumps({"bytes": len(pdf), "kilobytes_of_memory": taken}))
