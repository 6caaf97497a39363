"""Two workers, one queue: each letter leaves once."""

import threading
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection

from ams import mailing
from ams.models import Association, SentMail
from privacy.tenancy import speaking_for
from tests.factories import make_individual

LETTERS = 60


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_letter_once(transactional_db: Any, association: Association) -> None:
    with speaking_for(association.pk):
        person = make_individual(given_name="Ann")
        for number in range(LETTERS):
            mailing.write_to(person, "accounts/mail/new_password", {"link": f"http://localhost/{number}/"})
    outbox.outbox.clear()  # a worker of the development broker may not listen, the rows still wait
    start, sent = threading.Barrier(2), list[int]()

    def work() -> None:
        try:
            start.wait()
            sent.append(mailing.drain(association.pk))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == len(outbox.outbox) == LETTERS
    assert len({letter.body for letter in outbox.outbox}) == LETTERS
    assert len(sent) == 2
    with speaking_for(association.pk):
        assert not SentMail.objects.exclude(state=SentMail.State.SENT, attempts=1).exists()
