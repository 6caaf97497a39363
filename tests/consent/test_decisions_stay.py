"""What the database refuses of decisions and words, whoever asks."""

from uuid import uuid4

import pytest
from django.db import Error, connection, transaction

from ams.models import Individual
from consent.decide import decline, give, withdraw
from consent.models import Decision, Standing, Version
from consent.publish import draft
from tests.consent import asked
from tests.consent.test_decide import how

pytestmark = pytest.mark.django_db


def refused(sql: str, *values: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except Error:
        return True
    return False


def test_nobody_changes_a_decision(ann: Individual) -> None:
    give(ann, asked.letter(), **how(ann))

    assert refused("UPDATE consent_decision SET act = 'declined'")
    assert refused("TRUNCATE consent_decision CASCADE")
    assert not refused('UPDATE consent_statement SET "order" = 9')


def test_a_decision_is_deleted_only_with_its_person(ann: Individual) -> None:
    give(ann, asked.letter(), **how(ann))

    assert refused("DELETE FROM consent_standing; DELETE FROM consent_decision")
    assert not refused(
        "UPDATE ams_individual SET erased_at = now() WHERE id = %s;"
        "DELETE FROM consent_standing; DELETE FROM consent_decision",
        ann.pk,
    )


def test_no_standing_without_its_decision(ann: Individual, ben: Individual) -> None:
    decision = give(ann, asked.letter(), **how(ann))

    assert refused("UPDATE consent_standing SET act = 'withdrawn'")
    assert refused("UPDATE consent_standing SET individual_id = %s", ben.pk)
    assert refused("UPDATE consent_standing SET decision_id = %s", uuid4())
    assert not refused("UPDATE consent_standing SET act = %s", decision.act)


def test_every_standing_is_what_the_latest_decision_says(ann: Individual, ben: Individual) -> None:
    version = asked.letter()
    for person, verbs in ((ann, (give, withdraw)), (ben, (decline, give))):
        for verb in verbs:
            verb(person, version, **how(person))

    standings = list(Standing.objects.all())
    assert len(standings) == 2
    for standing in standings:
        decisions = Decision.objects.filter(
            individual=standing.individual_id, statement=standing.statement_id
        )
        assert standing.decision == decisions.latest("at")


def test_a_published_version_never_changes(ann: Individual) -> None:
    version = asked.letter()
    drafted = draft(version.statement, asked.words("Draft"))

    for row, is_refused in ((version, True), (drafted, False)):
        assert refused("UPDATE consent_version SET ask_again = true WHERE id = %s", row.pk) is is_refused
        assert refused("UPDATE consent_wording SET text = 'x' WHERE version_id = %s", row.pk) is is_refused
        assert (
            refused(
                "INSERT INTO consent_wording (association_id, version_id, language, name, title, text, what, who, why,"
                " how_long, stops, stays, yes, no, hash)"
                " VALUES (%s, %s, 'it', '', '', '', '', '', '', '', '', '', '', '', '')",
                ann.association_id,
                row.pk,
            )
            is is_refused
        )
    assert refused("DELETE FROM consent_wording WHERE version_id = %s", version.pk)
    assert refused("UPDATE consent_statement SET kind = 'notice', basis = 'contract'")
    assert Version.objects.get(pk=version.pk).is_published()
