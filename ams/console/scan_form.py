"""A form with the scan of a letter or paper: looked at before it is taken, and sealed by whoever keeps it."""

from typing import Any, Self

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from privacy.scans import TOO_LARGE, NoScan, format_of


class ScanForm(forms.Form):
    scan = forms.FileField(
        label=gettext_lazy("Scan or photo"),
        help_text=gettext_lazy("PDF, JPEG or PNG, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        required=False,
        allow_empty_file=True,
    )

    is_too_large = False

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Larger uploads would pass through plain temporary files, so no handler takes them, and none arrives."""
        form = cls(request.POST, request.FILES)
        form.is_too_large = (
            int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        )
        return form

    def clean_scan(self) -> Any:
        upload = self.cleaned_data["scan"]
        if self.is_too_large and not upload:
            raise forms.ValidationError(str(TOO_LARGE))
        if upload:
            try:
                format_of(upload.read())
            except NoScan as refusal:
                raise forms.ValidationError(str(refusal.reason)) from None
        return upload

    def uploaded(self) -> dict[str, Any]:
        upload = self.cleaned_data["scan"]
        if not upload:
            return {}
        upload.seek(0)
        return {"scan": upload.read(), "scan_name": upload.name}
