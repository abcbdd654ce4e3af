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
from typing import Any, Final

from course_discovery_bulk.reading.workbook.answers import LINE_BYTES, OUT_OF_MEMORY, TOO_DEMANDING, Request
from course_discovery_bulk.reading.workbook.reader import answer

_MEGABYTE: Final = 1024 * 1024
_GRACE_SECONDS: Final = 2  # between the signal that tells of the limit and the one that any other trouble sends too
_UNNEEDED: Final = ("numpy", "PIL", "lxml", "defusedxml")  # openpyxl loads them if it can, and reads rows without


def main() -> None:
    """Answer one request."""
    request = Request.from_json(sys.stdin.readline())
    _limit(resource.RLIMIT_AS, request.memory_mb * _MEGABYTE)
    _limit_time(request.seconds)
    _limit(resource.RLIMIT_CORE, 0)
    warnings.simplefilter("ignore")
    for name in _UNNEEDED:
        sys.modules[name] = None  # type: ignore[assignment]  # importing it then fails, as if it were not installed
    try:
        _answer(request)
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


def _answer(request: Request) -> None:
    with os.fdopen(int(sys.argv[1]), "rb") as file:
        for said in answer(file, request):
            line = _as_line(said)
            if len(line) > LINE_BYTES:
                sys.stdout.buffer.write(_as_line({"end": TOO_DEMANDING}))
                return
            sys.stdout.buffer.write(line)


def _as_line(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"


def _limit(kind: int, amount: int) -> None:
    _, most = resource.getrlimit(kind)
    resource.setrlimit(kind, (amount if most == resource.RLIM_INFINITY else min(amount, most), most))


def _limit_time(seconds: int) -> None:
    """SIGXCPU must come first: SIGKILL, at the hard limit, may also come from the operators or for want of memory."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    hard = seconds + _GRACE_SECONDS if most == resource.RLIM_INFINITY else min(seconds + _GRACE_SECONDS, most)
    resource.setrlimit(resource.RLIMIT_CPU, (max(min(seconds, hard - 1), 0), hard))


if __name__ == "__main__":
    main()
