"""Upload a file, wait for its end, and fetch what is to be fixed: upload.py SITE FILE OPERATION

The token comes from the environment (BULK_TOKEN). Ends with 0 when every row is done, 1 when some are not, 2 when the
upload was refused.
"""

import os
import sys
import time
import uuid
from pathlib import Path

import requests

TIMEOUT = (5, 60)


def upload(session, site, file, operation):
    """Send it until there is an answer: the key makes one task of all tries."""
    key, address = str(uuid.uuid4()), f"{site}/api/v1/bulk_operation_tasks/"
    for wait in (2, 5, 15, 30, 0):
        try:
            form = {"files": {"csv_file": (file.name, file.read_bytes())}, "data": {"task_type": operation}}
            answer = session.post(address, headers={"Idempotency-Key": key}, timeout=TIMEOUT, **form)
        except requests.ConnectionError:  # also where the connection broke while the answer was on its way
            answer = None
        if answer is not None and answer.status_code < 500:
            return answer
        time.sleep(wait)
    sys.exit(f"{site} does not answer.")


def wait_for_end(session, address):
    """Ask how far it is, no more often than the service likes, and only for news."""
    tag = ""
    while True:
        answer = session.get(address, headers={"If-None-Match": tag} if tag else {}, timeout=TIMEOUT)
        if answer.status_code == 200:
            tag, progress = answer.headers["ETag"], answer.json()
            print(f"{progress['stage']}: {progress['processed']} of {progress['total']} rows")
            if progress["finished"]:
                return
        elif answer.status_code not in (304, 429, 503):
            answer.raise_for_status()
        time.sleep(int(answer.headers.get("Retry-After", 2)))


def main(site, name, operation):
    session, file = requests.Session(), Path(name)
    session.headers["Authorization"] = f"JWT {os.environ['BULK_TOKEN']}"
    answer = upload(session, site.rstrip("/"), file, operation)
    if not answer.ok:
        print(answer.text, file=sys.stderr)
        return 2
    task = answer.json()
    wait_for_end(session, task["progress_url"])

    address = f"{task['rows_url']}?status=invalid,failed,partly_done,unknown,not_processed"
    while address:
        page = session.get(address, timeout=TIMEOUT).json()
        for row in page["results"]:
            for problem in row["problems"]:
                print(f"row {row['line']}, {problem['column']}: {problem['message']} {problem['hint']}")
        address = page["next"]

    task = session.get(answer.headers["Location"], timeout=TIMEOUT).json()
    if task["status"] == "completed":
        return 0
    failed = session.get(task["failed_url"], timeout=TIMEOUT)
    failed.raise_for_status()
    Path(f"{file.stem}-failed.csv").write_bytes(failed.content)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
