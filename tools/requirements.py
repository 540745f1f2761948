"""Print what pyproject.toml asks for, one a line: `requirements.py [run | dev | outside]`.

The site is an application and is not installed itself; pip has no option for that.
"""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
group = (sys.argv[1:] or ["run"])[0]
# What is outside knows the site by its address alone.
wanted = [] if group == "outside" else list(project["dependencies"])
if group != "run":
    wanted += project["optional-dependencies"][group]
print("\n".join(wanted))
