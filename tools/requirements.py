"""Print what pyproject.toml asks for, one requirement a line: `requirements.py [run | dev]`.

The site is an application and is not installed itself; pip has no option for that.
"""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
wanted = list(project["dependencies"])
if sys.argv[1:] == ["dev"]:
    wanted += project["optional-dependencies"]["dev"]
print("\n".join(wanted))
