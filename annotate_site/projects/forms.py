"""The form by which managers invite people."""

from typing import ClassVar

from django import forms

from .models import Invitation, Role

# What each role may do, for those who choose one.
ROLE_WORDS = {
    Role.MANAGER: "Manager: everything in this project, people included",
    Role.VIEWER: "Viewer: reads traces and results, changes nothing",
    Role.MEMBER: "Member: only the queues they are added to",
}


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]
    role = forms.ChoiceField(
        choices=list(ROLE_WORDS.items()), widget=forms.RadioSelect, initial=Role.MEMBER
    )

    class Meta:
        model = Invitation
        fields: ClassVar[list[str]] = ["note", "role"]
        labels: ClassVar[dict[str, str]] = {"note": "Who it's for"}
        help_texts: ClassVar[dict[str, str]] = {
            "note": "Only managers see this, in the list of open invitations."
        }
