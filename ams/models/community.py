"""What individuals write in the members' forum."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.vault.fields import SealedLongTextField, SealedTextField
from privacy.vault.rows import SealedModel


class Post(SealedModel):
    individual = models.ForeignKey("ams.Individual", models.PROTECT, related_name="posts")
    title = SealedTextField(_("title"), max_length=200, null=True, blank=True)
    body = SealedLongTextField(pgettext_lazy("of a post", "text"), max_length=10_000)
    posted_at = models.DateTimeField(_("posted"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("in a forum", "post")
        verbose_name_plural = pgettext_lazy("in a forum", "posts")
        ordering = ["-posted_at", "pk"]

    def __str__(self) -> str:
        return f"post {self.pk}"
