"""Services, folders, two associations and three people for every test."""

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests import running_services

running_services.start()

import django  # noqa: E402  the services come first: settings read their addresses

django.setup()

from django.conf import settings as django_settings  # noqa: E402  needs the set-up above
from django.core.management.commands.flush import Command as Flush  # noqa: E402  as above
from django.db import connection  # noqa: E402  as above
from django.db.backends.postgresql.creation import DatabaseCreation  # noqa: E402  as above

from ams.accounts import door  # noqa: E402  as above
from ams.models import Association, Individual  # noqa: E402  as above
from privacy.tenancy import as_owner, speaking_for  # noqa: E402  as above
from privacy.vault import current  # noqa: E402  as above
from tests import factories  # noqa: E402  as above

pytest_plugins = ["tests.plugin_browser", "tests.plugin_demo", "tests.plugin_durations"]
SHARED_WITH_OTHER_CONNECTIONS = {"transactional_db", "live_server"}


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None):
        # Inherited, it would make a worker's Django read its settings before the worker has its own broker and folders.
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get("AMS_TEST_TEMPLATE")
    # Hashing that is slow on purpose would be most of the run.
    md5 = "django.contrib.auth.hashers.MD5PasswordHasher"
    django_settings.PASSWORD_HASHERS = [md5, *django_settings.PASSWORD_HASHERS]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The test database is made only if some test says so before the run; an association's test says it here."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & {"association", "sister"} and not names & {"db", *SHARED_WITH_OTHER_CONNECTIONS}:
            item.add_marker(pytest.mark.django_db)


def pytest_unconfigure() -> None:
    running_services.stop()


@pytest.fixture(scope="session", autouse=True)
def owner_makes_and_empties_databases() -> None:
    """Tests run as the weaker role; only making, removing and emptying the database is the owner's."""
    patch = pytest.MonkeyPatch()  # never undone: databases are removed after this fixture has ended
    patch.setattr(DatabaseCreation, "create_test_db", by_owner(DatabaseCreation.create_test_db))
    patch.setattr(
        DatabaseCreation, "destroy_test_db", by_owner(alone_in_it(DatabaseCreation.destroy_test_db))
    )
    patch.setattr(Flush, "handle", empty_what_is_filled)


def by_owner(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        with as_owner():
            return function(*args, **kwargs)

    return wrapped


def alone_in_it(function: Callable[..., Any]) -> Callable[..., Any]:
    """A browser that keeps its connection keeps a thread of the live server, and that keeps a session."""

    @functools.wraps(function)
    def wrapped(creation: Any, *args: Any, **kwargs: Any) -> Any:
        name = creation.connection.settings_dict["NAME"]
        creation.connection.close()
        with creation._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
        return function(creation, *args, **kwargs)

    return wrapped


# A test leaves something in a few tables of a hundred: Django would empty them all, and describe the models anew.
FILLED: Final = """
DO $$ DECLARE name text; is_filled boolean; filled text[] := '{}'; BEGIN
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'
              AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
  LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO is_filled;
    IF is_filled THEN filled := filled || name; END IF;
  END LOOP;
  IF filled <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' CASCADE'; END IF;
END $$"""


def empty_what_is_filled(_flush: Flush, **_options: Any) -> None:
    """TRUNCATE must pass the triggers of the append-only tables."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            cursor.execute(FILLED)
        finally:
            cursor.execute("SET session_replication_role = origin")


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Keyrings, roots, files and mails of a test are its own."""
    settings.KEYRING_REPLICAS = [tmp_path / "keyring-1", tmp_path / "keyring-2"]
    settings.KEYRING_ROOTS = [tmp_path / "root-1", tmp_path / "root-2"]
    settings.FILES_ROOT = tmp_path / "files"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.PUBLIC_ORIGIN = "http://{host}"
    yield
    current.forget_rings()


@pytest.fixture
def association(request: pytest.FixtureRequest) -> Association:
    """The Example Society of Clinicians; it answers for the test client's host and for live_server's."""
    use_database(request)
    return factories.make_association(
        slug="esc",
        legal_name="Example Society of Clinicians",
        short_name="ESC",
        postal_address="1 Harbour Street, Dublin",
        contact_email="office@esc.example",
        dpo_name="Dana Devlin",
        dpo_email="privacy@esc.example",
        authority="Data Protection Commission",
        country="IE",
        languages=["en", "de", "fr"],
        time_zone="Europe/Dublin",
        host_names=["testserver", "localhost", "127.0.0.1"],
    )


@pytest.fixture
def sister(request: pytest.FixtureRequest) -> Association:
    """A second association, whose rows nobody of the first may ever see."""
    use_database(request)
    return factories.make_association(
        slug="vdk",
        legal_name="Verein der Kartografen",
        short_name="VdK",
        postal_address="Hafenstraße 1, Bremen",
        contact_email="buero@vdk.example",
        authority="Die Landesbeauftragte",
        country="DE",
        languages=["de", "en"],
        host_names=["vdk.localhost"],
    )


def use_database(request: pytest.FixtureRequest) -> None:
    shared = SHARED_WITH_OTHER_CONNECTIONS & set(request.fixturenames)
    request.getfixturevalue("transactional_db" if shared else "db")


@pytest.fixture(autouse=True)
def speaking(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test with `association` and `db` is written from inside it.

    With transactional_db it is not: one long transaction would hide its rows from all other connections.
    """
    wanted = {"association", "ann", "ben", "cleo"} & set(request.fixturenames)
    if not wanted or SHARED_WITH_OTHER_CONNECTIONS & set(request.fixturenames):
        yield
        return
    association = request.getfixturevalue("association")
    with speaking_for(association.pk):
        yield


@pytest.fixture
def door_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the worker does when somebody asks for a letter at the door happens at once."""
    monkeypatch.setattr(door, "ring", lambda task, *arguments: task(*arguments))


@pytest.fixture
def ann(association: Association) -> Individual:
    """A member with a login."""
    return person(association, factories.ann)


@pytest.fixture
def ben(association: Association) -> Individual:
    """Another member, whose data must never change because of Ann."""
    return person(association, factories.ben)


@pytest.fixture
def cleo(association: Association) -> Individual:
    """The privacy officer: a member who may do everything."""
    return person(association, factories.cleo)


def person(association: Association, make: Callable[[], Individual]) -> Individual:
    with speaking_for(association.pk):
        return make()
