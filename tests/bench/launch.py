"""Runs a program, and says what it used: `python -I -S launch.py FILE PROGRAM [ARGUMENT]...`

The peak memory that the system tells of a process is never less than that of the one it was started
by, of which it is a copy at first. So this one is small. FILE gets the seconds from start to end,
the processor's, the peak memory in bytes, and the exit code.
"""

import os
import sys
import time

begun = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
seconds = time.perf_counter() - begun
unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss
code = os.waitstatus_to_exitcode(status)
with open(sys.argv[1], "w", encoding="ascii") as file:
    file.write(f"{seconds} {used.ru_utime + used.ru_stime} {used.ru_maxrss * unit} {code}")
