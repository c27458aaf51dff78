"""Lets the modules of this folder import the small list and the table of faults."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
