"""The directory reads who changed since its last look; bulk writes and plain SQL must count too."""

from django.db import migrations

DATE_THE_CHANGE = """
CREATE FUNCTION date_the_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_at := clock_timestamp();
  NEW.changed_in := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END $$;
CREATE TRIGGER date_the_change BEFORE INSERT OR UPDATE ON ams_individual
  FOR EACH ROW EXECUTE FUNCTION date_the_change();
"""
UNDO = "DROP TRIGGER date_the_change ON ams_individual; DROP FUNCTION date_the_change();"


class Migration(migrations.Migration):
    dependencies = [("ams", "0001_initial")]
    operations = [migrations.RunSQL(DATE_THE_CHANGE, UNDO)]
