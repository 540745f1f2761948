"""Static files in production: named by their content, packed, our own without what only we read."""

import re
from typing import Any

from django.core.files.base import ContentFile
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# As written, and as `jsmin` leaves them: `from"./x.js"`, `import("./x.js")`.
IMPORT = r"""(?P<matched>(?P<word>from|import)\s*["'](?P<url>\./[^"']+)["'])"""
LATER = r"""(?P<matched>import\(["'](?P<url>\./[^"']+)["']\))"""
# `.table :is(td)`, of which rcssmin would make `.table:is(td)`: another selector.
DESCENDANT = re.compile(r"(?<=[^\s,{}]) (?=:[a-z])")


def _shorter_css(text: str) -> str:
    return str(cssmin(DESCENDANT.sub(" *", text)))


SHORTER = {"js/": jsmin, "css/": _shorter_css}  # folders of our own files


def shorter(name: str, text: str) -> str:
    """The text of a file of ours without comments and blanks; any other as it is."""
    for folder, shorten in SHORTER.items():
        if name.startswith(folder):
            return str(shorten(text))
    return text


class Assets(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Static files under names made from their content, in the imports of our scripts as well.

    Else a module would be loaded twice, by its two names, and hear every click twice.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT, '%(word)s "%(url)s"'), (LATER, 'import("%(url)s")'))),
    )

    def _save(self, name: str, content: Any) -> str:
        if name.startswith(tuple(SHORTER)) and name.endswith((".js", ".css")):
            content.seek(0)  # its hash has been read from it
            content = ContentFile(shorter(name, content.read().decode()).encode())
        return str(super()._save(name, content))
