"""What a machine of one's own needs that production must be told: `make run`, `make test`."""

import os
import secrets
from pathlib import Path


def var_folder(root: Path) -> Path:
    """Where the site keeps what it makes: `root/var`, or ANNOTATE_VAR (from root, if relative)."""
    return (root / (os.environ.get("ANNOTATE_VAR") or "var")).resolve()


def is_set(variable: str) -> bool:
    """Whether the environment gives a value, itself or by naming a file in NAME_FILE."""
    return bool(os.environ.get(variable) or os.environ.get(f"{variable}_FILE"))


def use_local_settings(root: Path, *, always: bool = False) -> None:
    """Set ANNOTATE_ENV=local and a SECRET_KEY, where neither the environment nor its owner did.

    A machine that names its database is taken for production, unless `always`.
    """
    if always or not is_set("DATABASE_URL"):
        os.environ.setdefault("ANNOTATE_ENV", "local")
    if os.environ.get("ANNOTATE_ENV") == "local" and not is_set("SECRET_KEY"):
        os.environ["SECRET_KEY"] = _secret_key(var_folder(root))


def _secret_key(var: Path) -> str:
    """The key kept in `var/secret_key`, made there the first time."""
    var.mkdir(parents=True, exist_ok=True)
    path = var / "secret_key"
    if not path.exists():
        mine = var / f"secret_key.{os.getpid()}"
        mine.touch(mode=0o600)
        mine.write_text(secrets.token_urlsafe(60))
        mine.replace(path)
    return path.read_text()
