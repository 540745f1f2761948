from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = r"""(?P<matched>(?P<word>from|import)\s+["'](?P<url>\./[^"']+)["'])"""


class Assets(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Static files under names made from their content, in the imports of our scripts as well.

    Else a module would be loaded twice, by its two names, and hear every click twice.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT, '%(word)s "%(url)s"'),)),
    )
