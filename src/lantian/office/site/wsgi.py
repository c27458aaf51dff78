"""The site as WSGI application."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.office.site.settings")
application = get_wsgi_application()
# A process takes requests once it has read every room: the first visitor does not wait a second for that.
import_module("lantian.office.site.urls")
# What is loaded now lives as long as the process: the collector need not walk it again in the middle of a page.
gc.collect()
gc.freeze()
