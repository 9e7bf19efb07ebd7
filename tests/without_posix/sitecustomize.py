"""Take away what only POSIX has, before anything is imported, to test what `alleged` does on other systems.

Python imports this module at its start where the folder is on PYTHONPATH: `make test-portable`.
"""

import os

for name in ("O_NOFOLLOW", "O_DIRECTORY", "fork", "sched_getaffinity", "mkfifo", "geteuid", "fchmod"):
    if hasattr(os, name):
        delattr(os, name)
os.supports_dir_fd = set()
os.supports_fd = set()
