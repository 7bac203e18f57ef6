"""`python -m cctop`."""

import sys

from cctop.cli import main

if __name__ == "__main__":
    sys.exit(main())
