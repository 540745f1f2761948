"""What the web server imports: `annotate_site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate_site.settings")
application = get_wsgi_application()
