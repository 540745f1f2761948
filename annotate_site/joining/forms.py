"""Forms of those who come by a link: registering, setting a password."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from annotate_site.projects.models import User


class PasswordField(forms.CharField):
    """A new password; what was typed never comes back in a page."""

    def __init__(self, **more: Any) -> None:
        attrs = {"autocomplete": "new-password"}
        widget = forms.PasswordInput(attrs=attrs, render_value=False)
        help_text = "At least 12 characters; a few unusual words work well."
        super().__init__(strip=False, max_length=256, widget=widget, help_text=help_text, **more)


class EmailForm(forms.Form):
    """An address that is to be confirmed by mail before anything else happens."""

    email = forms.EmailField(
        max_length=254,
        label="E-mail",
        help_text="We'll send you a link to confirm it.",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class RegisterForm(forms.Form):
    """A new account. `email`: an address that is confirmed, and so not asked for."""

    name = forms.CharField(
        max_length=120,
        label="Your name",
        help_text="Managers and reviewers see it beside your work.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        max_length=254,
        label="E-mail",
        help_text="You sign in with it.",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = PasswordField(label="Password")

    def __init__(self, *args: Any, email: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.confirmed = email
        if email:
            del self.fields["email"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.confirmed:
            data["email"] = self.confirmed
        if "password" in data:
            like = User(email=data.get("email", ""), name=data.get("name", ""))
            try:
                validate_password(data["password"], like)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class SetPasswordForm(forms.Form):
    password = PasswordField(label="New password")

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password
