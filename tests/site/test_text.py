"""Names in our sentences turn no words but their own."""

from annotate_site.projects.models import User
from annotate_site.text import strip_bidi_controls
from fields.describing import summary
from fields.kinds import clean_settings


def test_overrides_embeddings_and_isolates_are_left_out() -> None:
    assert strip_bidi_controls("\u202eMina\u202c \u2067Costa\u2069 \u202aRey") == "Mina Costa Rey"


def test_letters_of_any_script_and_what_joins_them_stay() -> None:
    text = "שלום مرحبا नमस्ते 👩\u200d🔬 a\u200fb"
    assert strip_bidi_controls(text) == text


def test_a_person_is_named_without_them() -> None:
    assert str(User(name="\u202eanim", email="m@example.org")) == "anim"
    assert str(User(name="\u202e", email="m@example.org")) == "m@example.org"


def test_the_line_about_a_field_is_without_them() -> None:
    settings = clean_settings("rating", {"low_label": "\u202ebad", "high_label": "good"})
    assert summary("rating", settings) == "Rating, 1–5, bad to good"
