from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names also in the imports of scripts: one copy of a module a page, not two."""

    support_js_module_import_aggregation = True
