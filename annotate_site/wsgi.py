"""What the web server imports: `annotate_site.wsgi:application`."""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

from annotate_site.embedded import provide

provide(Path(__file__).resolve().parent.parent)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate_site.settings")
application = get_wsgi_application()
