"""A few words of a member to the others."""

from django import forms

from ams.models import DirectoryEntry


class IntroductionForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameters at run time
    class Meta:
        model = DirectoryEntry
        fields = ("introduction",)
        widgets = {"introduction": forms.Textarea(attrs={"rows": 5})}
