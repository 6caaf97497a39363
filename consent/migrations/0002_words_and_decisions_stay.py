"""The database's own part of the promise: published words, decisions and standings cannot be tampered with."""

from django.db import migrations

WORDS = """
CREATE FUNCTION consent_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'published' THEN
        RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_stays BEFORE UPDATE OR DELETE ON consent_version
    FOR EACH ROW EXECUTE FUNCTION consent_version_stays();

-- FOR SHARE: whoever publishes at the same moment holds the row, and we wait for what they make of it.
CREATE FUNCTION consent_wording_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM consent_version WHERE id IN (NEW.version_id, OLD.version_id) AND state = 'published' FOR SHARE;
    IF FOUND THEN
        RAISE EXCEPTION 'the words of a published version never change' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER wording_stays BEFORE INSERT OR UPDATE OR DELETE ON consent_wording
    FOR EACH ROW EXECUTE FUNCTION consent_wording_stays();

CREATE FUNCTION consent_statement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.slug, OLD.number, OLD.kind) IS DISTINCT FROM (NEW.slug, NEW.number, NEW.kind) THEN
        PERFORM FROM consent_version WHERE statement_id = OLD.id AND state = 'published';
        IF FOUND THEN
            RAISE EXCEPTION 'a statement that was published keeps its kind, slug and number'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER statement_stays BEFORE UPDATE ON consent_statement
    FOR EACH ROW EXECUTE FUNCTION consent_statement_stays();
"""

DECISIONS = """
CREATE FUNCTION consent_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER decision_stays BEFORE UPDATE ON consent_decision
    FOR EACH ROW EXECUTE FUNCTION consent_never_changes();
CREATE TRIGGER decision_stays_all BEFORE TRUNCATE ON consent_decision
    FOR EACH STATEMENT EXECUTE FUNCTION consent_never_changes();
CREATE TRIGGER shown_stays BEFORE UPDATE ON consent_shown
    FOR EACH ROW EXECUTE FUNCTION consent_never_changes();
CREATE TRIGGER shown_stays_all BEFORE TRUNCATE ON consent_shown
    FOR EACH STATEMENT EXECUTE FUNCTION consent_never_changes();

-- Decisions go with their person and in no other way. Asked at the commit: an erasure may take rows in any order.
CREATE FUNCTION consent_goes_with_the_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM ams_individual WHERE id = OLD.individual_id AND erased_at IS NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'a decision goes only with its person' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER decision_goes_with_the_person AFTER DELETE ON consent_decision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION consent_goes_with_the_person();
CREATE CONSTRAINT TRIGGER shown_goes_with_the_person AFTER DELETE ON consent_shown
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION consent_goes_with_the_person();
"""

STANDINGS = """
CREATE FUNCTION consent_standing_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM consent_decision d WHERE d.id = NEW.decision_id
        AND (d.individual_id, d.statement_id, d.version_id, d.act, d.at)
          = (NEW.individual_id, NEW.statement_id, NEW.version_id, NEW.act, NEW.since);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a standing says what its decision says' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER standing_follows BEFORE INSERT OR UPDATE ON consent_standing
    FOR EACH ROW EXECUTE FUNCTION consent_standing_follows();
"""

UNDO = """
DROP FUNCTION consent_version_stays, consent_wording_stays, consent_statement_stays, consent_never_changes,
    consent_goes_with_the_person, consent_standing_follows CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]

    operations = [
        migrations.RunSQL(WORDS + DECISIONS + STANDINGS, UNDO),
    ]
