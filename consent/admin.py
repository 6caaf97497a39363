"""What of consent stands in the console; the pages are in consent/console."""

from django.contrib import admin

from consent.console.decisions import DecisionAdmin
from consent.console.statements import StatementAdmin
from consent.models import Decision, Statement

admin.site.register(Decision, DecisionAdmin)
admin.site.register(Statement, StatementAdmin)
