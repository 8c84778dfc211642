"""Run the ``krokomrsa`` command as ``python -m krokomrsa.cli``."""

import sys

from krokomrsa.cli import main

sys.exit(main())
