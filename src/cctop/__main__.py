"""`python -m cctop`."""

from cctop.cli import entry

if __name__ == "__main__":
    entry()
