"""The form for a receipt that somebody wants checked: a file, or its text."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.receipts.verify import MOST, OTHER_KEY, Checked, NotGenuine, check

NOT_OURS: Final = gettext_lazy(
    "This receipt is not signed with our key. If it names another organisation, ask there."
)


class ReceiptForm(forms.Form):
    """Valid means genuine: `checked` is then what the receipt says."""

    file = forms.FileField(
        label=gettext_lazy("The receipt as a file"),
        help_text=gettext_lazy("The PDF or the JSON, as it was handed out."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={"accept": ".json,.pdf,application/ld+json,application/json,application/pdf"}
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Or its text"),
        help_text=gettext_lazy("The whole JSON, from the first bracket to the last."),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, key: bytes | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key
        self.checked: Checked | None = None

    def clean(self) -> None:
        name, data = self.handed_in()
        if not data:
            self.add_error("file", _("Choose the file of a receipt, or paste its text below."))
            return
        try:
            # Without a key of ours nothing can be signed with it.
            self.checked = check(data, self.key or b"")
        except NotGenuine as wrong:
            self.add_error(name, NOT_OURS if str(wrong) == OTHER_KEY else _(str(wrong)))

    def handed_in(self) -> tuple[str, bytes]:
        """A file goes before a text; of neither more is read than a receipt can have."""
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if file:
            return "file", file.read(MOST + 1)
        return "text", text.encode(errors="surrogatepass")
