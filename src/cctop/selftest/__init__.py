"""The traps that meters fall into, as files, with amounts that were worked out by hand.

`cctop selftest` and the tests share them; `--write` keeps them, for whoever wants to try another
meter on the very same files. Nothing of the user's own is read.
"""
