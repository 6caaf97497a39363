"""`manage.py import_individuals FILE --association SLUG [--dry-run]`: members from a CSV file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_countries import countries

from ams.imports import job as jobs
from ams.imports import layouts
from ams.imports.headings import FIELDS
from ams.imports.inform import inform
from ams.imports.read import Table, Unreadable
from ams.imports.reasons import REASONS, sentence
from ams.models import Association, Import, ImportRefusal
from ams.models.imports import DateOrder
from privacy.tenancy import speaking_for

WIDTH = 40


class Command(BaseCommand):
    help = "Take over a list of people. New ones are added, known ones completed, nothing is overwritten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="CSV: any usual encoding, separator and line break")
        parser.add_argument("--association", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="read everything, write nothing")
        parser.add_argument(
            "--country",
            choices=countries.countries,
            metavar="CODE",
            help="of those for whom the list names none",
        )
        parser.add_argument(
            "--date-order",
            choices=DateOrder.values,
            help="of dates such as 03/04/1984 where the column does not tell",
        )

    def handle(self, *_args: Any, file: str, association: str, dry_run: bool, **options: Any) -> None:
        data = self.bytes_of(file)
        owner = Association.objects.filter(slug=association).first()
        if owner is None:
            raise CommandError("There is no association with this short name.")
        try:
            job, table = self.begin(owner, data, dry_run, options)
        except Unreadable as refusal:
            raise CommandError(sentence(refusal)) from None
        self.show_headings(table, job)
        jobs.read_in(owner.pk, job, table, self.show_progress)
        self.show_report(owner, job)
        if not dry_run:
            self.stdout.write(f"{inform(owner.pk)} letters queued: what is held, and why.")

    def bytes_of(self, file: str) -> bytes:
        try:
            return Path(file).read_bytes()
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from None

    def begin(
        self, owner: Association, data: bytes, dry_run: bool, options: dict[str, Any]
    ) -> tuple[Import, Table]:
        """Raises Unreadable, and CommandError when nobody said what the list does not say itself."""
        with speaking_for(owner.pk):
            job = jobs.received(data, "", actor=None, dry_run=dry_run, keep=False)
            job.country = options["country"] or job.country
            job.date_order = options["date_order"] or job.date_order
            job.save(update_fields=["country", "date_order"])
            table = layouts.table_for(job, data)
            if not job.date_order and layouts.is_order_open(table, job.columns):
                raise CommandError("The dates fit both orders. Say --date-order dmy or --date-order mdy.")
            jobs.start_here(job, job.columns)
            return job, table

    def show_headings(self, table: Table, job: Import) -> None:
        """Guessed, and shown before anything is written."""
        self.stdout.write(f"{job.rows} rows, {table.encoding}, separated by {table.delimiter!r}")
        for heading, field in zip(table.headings, job.columns, strict=True):
            meaning = str(FIELDS[field]) if field else "left out"
            self.stdout.write(f"  {heading:<24} {meaning}")
        if "country" not in job.columns:
            self.stdout.write(f"Everybody's country is taken to be {job.country.name} (--country).")

    def show_progress(self, job: Import) -> None:
        if sys.stderr.isatty():
            done = WIDTH * job.read // max(1, job.rows)
            self.stderr.write(f"\r[{'#' * done}{'.' * (WIDTH - done)}] {job.read} of {job.rows}", ending="")

    def show_report(self, owner: Association, job: Import) -> None:
        if sys.stderr.isatty():
            self.stderr.write("")
        verb = "would be" if job.dry_run else "were"
        self.stdout.write(
            f"{job.added} people {verb} added, {job.changed} completed, {job.unchanged} were there."
        )
        self.stdout.write(f"{job.refused} rows {verb} refused. {job.left} {verb} left alone in part.")
        with speaking_for(owner.pk):
            for refusal in ImportRefusal.objects.filter(import_job=job):
                where = f"line {refusal.line}, {refusal.field or '-'}" if refusal.line else "the list"
                self.stdout.write(f"  {where}: {REASONS[refusal.reason]}")
