"""The database's own part of the promise: nothing is held for the directory of somebody who has not said yes to it."""

from django.db import migrations

# The number is that of the keys that seal entries (ams/uses.py). FOR SHARE: whoever takes the yes back at the same
# moment holds the row, and we wait for what they make of it.
NEEDS_A_YES = """
CREATE FUNCTION ams_entry_needs_a_yes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM consent_standing standing JOIN consent_statement statement ON statement.id = standing.statement_id
        WHERE standing.individual_id = NEW.individual_id AND statement.number = 3 AND statement.kind = 'consent'
            AND standing.act IN ('given', 'renewed') AND (standing.until IS NULL OR standing.until > now())
        FOR SHARE OF standing;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'an entry in the directory needs a yes to it' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entry_needs_a_yes BEFORE INSERT OR UPDATE ON ams_directoryentry
    FOR EACH ROW EXECUTE FUNCTION ams_entry_needs_a_yes();
"""
REVERSE = """
DROP TRIGGER entry_needs_a_yes ON ams_directoryentry;
DROP FUNCTION ams_entry_needs_a_yes();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ams", "0005_letters_held_back"),
        ("consent", "0003_proof"),
    ]

    operations = [migrations.RunSQL(NEEDS_A_YES, REVERSE)]
