"""How far an issue is, and how it ended: counted from the copies and from their letters, in one statement."""

from dataclasses import dataclass

from django.db.models import Count, Q

from ams.models import Newsletter, NewsletterCopy, SentMail

Copy, Mail, Why = NewsletterCopy.State, SentMail.State, NewsletterCopy.Why
LEFT = Q(mail__state=Mail.SENT)


@dataclass(frozen=True, slots=True)
class Progress:
    copies: int
    waiting: int
    under_way: int
    left: int
    failed: int
    no_yes: int
    no_address: int
    stopped: int

    @property
    def done(self) -> int:
        return self.copies - self.waiting - self.under_way

    @property
    def percent(self) -> int:
        return 100 * self.done // self.copies if self.copies else 100

    @property
    def is_open(self) -> bool:
        return bool(self.waiting or self.under_way)


def progress_of(issue: Newsletter) -> Progress:
    """A letter that had left when the sending was stopped, left. One held back as it would have left had no yes."""
    stopped, waiting = Q(why_not=Why.STOPPED), Q(state=Copy.WAITING)
    counted = {
        "copies": Q(),
        "waiting": waiting,
        "under_way": Q(mail__state=Mail.QUEUED),
        "left": LEFT,
        "failed": Q(mail__state=Mail.FAILED),
        "no_yes": Q(why_not=Why.NO_YES) | Q(mail__state=Mail.HELD_BACK) & ~stopped & ~waiting,
        "no_address": Q(why_not=Why.NO_ADDRESS),
        "stopped": stopped & (~LEFT | Q(mail=None)),
    }
    figures = {name: Count("pk", filter=which) if which else Count("pk") for name, which in counted.items()}
    return Progress(**NewsletterCopy.objects.filter(newsletter=issue).aggregate(**figures))
