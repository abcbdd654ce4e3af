"""The process that reads a workbook, from its first line to its end: `python -m ...child FILE_DESCRIPTOR`.

It limits its own memory and time before it looks at the file, which is open when it starts. The request comes in by
stdin, and the answer goes out by stdout.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import warnings
from typing import Final

from course_discovery_bulk.reading.workbook.answers import Request
from course_discovery_bulk.reading.workbook.reader import answer

_MEGABYTE: Final = 1024 * 1024
_UNNEEDED: Final = ("numpy", "PIL", "lxml", "defusedxml")  # openpyxl loads them if it can, and reads rows without


def main() -> None:
    """Answer one request."""
    request = Request.from_json(sys.stdin.readline())
    _limit(resource.RLIMIT_AS, request.memory_mb * _MEGABYTE)
    _limit(resource.RLIMIT_CPU, request.seconds)
    _limit(resource.RLIMIT_CORE, 0)
    warnings.simplefilter("ignore")
    for name in _UNNEEDED:
        sys.modules[name] = None  # type: ignore[assignment]  # importing it then fails, as if it were not installed
    with os.fdopen(int(sys.argv[1]), "rb") as file:
        for said in answer(file, request):
            sys.stdout.buffer.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")


def _limit(kind: int, amount: int) -> None:
    _, most = resource.getrlimit(kind)
    resource.setrlimit(kind, (amount if most == resource.RLIM_INFINITY else min(amount, most), most))


if __name__ == "__main__":
    main()
