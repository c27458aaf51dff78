"""The site's own settings on a folder that lasts as long as the tests."""

import os
import tempfile

os.environ["LANTIAN_HOME"] = tempfile.mkdtemp(prefix="lantian-web-")
os.environ["LANTIAN_HTTP"] = "1"

from lantian.office.site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
