"""AMS: the association that privacy, consent, portability, erasure and webhooks serve."""

from ams.celery import app as celery_app

__all__ = ["celery_app"]
