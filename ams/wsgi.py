"""What gunicorn serves."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ams.settings")
if not os.environ.get("SECRET_KEY"):
    # Everybody can read the default: with it anyone could sign links and sessions of their own.
    raise ImproperlyConfigured("SECRET_KEY is not set.")
application = get_wsgi_application()
