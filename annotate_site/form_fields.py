"""Fields of forms that the site's forms share."""

from typing import Any

from django import forms


class WholeText(forms.CharField):
    """A text with a limit: what is longer is refused with a sentence.

    No `maxlength` in the page: a browser would cut what is pasted there, without a word.
    """

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs
