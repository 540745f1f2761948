"""The files browsers keep for years: each has one name, which changes with its content."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from annotate_site.assets import Assets

IMPORT = re.compile(r"""(?:from|import)\s*\(?["'](\./[^"']+)["']""")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assets")
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": f"{Assets.__module__}.{Assets.__name__}"},
    }
    with override_settings(STORAGES=storages, STATIC_ROOT=str(folder)):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


def test_scripts_import_each_other_by_the_names_that_pages_use(collected: Path) -> None:
    """A module loaded by two names would run twice."""
    imported = {
        target
        for script in (settings.BASE_DIR / "static/js").glob("*.js")
        for target in IMPORT.findall(script.read_text())
    }
    assert imported, "no script imports another: this test proves nothing"
    hashed = [path for path in (collected / "js").glob("*.*.js") if not path.name.endswith(".gz")]
    assert hashed
    for script in hashed:
        for target in IMPORT.findall(script.read_text()):
            assert re.fullmatch(r"\./\w+\.[0-9a-f]{12}\.js", target), script.name


def test_our_files_are_sent_without_what_only_we_read(collected: Path) -> None:
    for name in ("js/saving.*.js", "css/base.*.css"):
        (sent,) = (path for path in collected.glob(name) if path.suffix != ".gz")
        written = settings.BASE_DIR / "static" / name.replace(".*", "")
        assert 0.3 < len(sent.read_bytes()) / len(written.read_bytes()) < 0.9
        assert "// ----" not in sent.read_text()


def test_everything_is_there_compressed(collected: Path) -> None:
    assert list((collected / "js").glob("site.*.js.gz"))
    assert list((collected / "css").glob("base.*.css.gz"))
