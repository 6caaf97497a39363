"""What gunicorn writes goes through the house's formatter: a malformed request may hold anything."""

from privacy.logs import to_stderr

logconfig_dict = to_stderr("gunicorn.error", "gunicorn.access")
