"""Where the time goes on one core: reads a root in one process, prints processor seconds as JSON.

    python tests/bench/one_core.py ROOT

The document it made goes with them, so that it can be held against the truth.
"""

import gc
import json
import sys
from pathlib import Path
from time import process_time

from cctop.engine.opening import open_book
from cctop.engine.reader import Reader
from cctop.engine.reading import Reading
from cctop.engine.settings import Settings
from cctop.report.document import document, encoded


def main() -> None:
    """Do each part by itself."""
    gc.disable()  # as the command does
    root = Path(sys.argv[1])
    settings = Settings(roots=(root,))
    took: dict[str, float] = {}
    begun = process_time()
    for file in root.rglob("*.jsonl"):
        with file.open("rb", buffering=0) as opened:
            while opened.read(1 << 20):
                pass
    took["read"] = process_time() - begun

    reader = Reader(settings)
    reader.look()
    begun = process_time()
    for file_number, _ in list(reader.follower.waiting()):
        for _ in reader.decode_file(file_number):
            pass
    took["decode"] = process_time() - begun

    reader, painter = open_book(settings)
    reader.look()
    begun = process_time()
    while reader.read():
        pass
    took["decode and fold"] = process_time() - begun
    begun = process_time()
    reading = Reading(settings, reader, painter, int(root.stat().st_mtime * 1000))
    took["picture"] = process_time() - begun
    begun = process_time()
    report = document(reading, reading.snapshot.sessions)
    took["report"] = process_time() - begun
    begun = process_time()
    data = encoded(report)
    took["encode"] = process_time() - begun
    print(json.dumps({**took, "document": json.loads(data)}))


if __name__ == "__main__":
    main()
