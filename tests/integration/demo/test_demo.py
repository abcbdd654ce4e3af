"""The demo as a person starts it: one command, a table, and nothing left behind however it ends."""

import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from sandbox.demo.processes import Child, is_listening, wait_until

SECONDS = 120.0
HEADER = (
    "organization,title,number,course_enrollment_track,course_run_enrollment_track,course_pacing,start_date,end_date"
)
GOOD_ROW = "edX,A Course,GOOD1,Audit Only,Audit Only,Self-Paced,2027-09-01,2027-12-15"

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Where the demo's temporary files go."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def start_demo(tmp_path: Path, scratch: Path) -> Iterator[Callable[..., Child]]:
    """Start the demo in a process of its own; what it might leave running ends with the test."""

    def start(*arguments: str) -> Child:
        command = [sys.executable, "-m", "sandbox.demo", *arguments]
        return Child("demo", command, environment={"TMPDIR": str(scratch)}, log=tmp_path / "demo.log")

    yield start
    for pid in processes_of(scratch):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def one_row(tmp_path: Path) -> Path:
    file = tmp_path / "one_row.csv"
    file.write_text(f"{HEADER}\n{GOOD_ROW}\n")
    return file


def processes_of(scratch: Path) -> list[int]:
    """Every process that was started with this folder in its environment."""
    alive = (process for process in Path("/proc").iterdir() if process.name.isdecimal())
    return [int(process.name) for process in alive if str(scratch).encode() in environment_of(process)]


def environment_of(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""  # it has ended meanwhile, or is somebody else's


@pytest.mark.slow
def test_sample_has_the_outcome_that_is_kept_beside_it(start_demo, scratch):
    demo = start_demo("--exit")
    demo.finish(SECONDS)

    shown = demo.output()
    assert re.search(r"2 │ succeeded │ edX\+CS101", shown)
    assert re.search(r"6 │ invalid +│ primary_subject: “Compter Science” is not .* Did you mean “Computer Sc", shown)
    assert "21 rows: 12 succeeded, 1 skipped, 8 invalid" in shown
    assert "This is the expected outcome." in shown
    assert processes_of(scratch) == []
    assert list(scratch.iterdir()) == []


@pytest.mark.slow
def test_ctrl_c_while_serving_stops_everything(start_demo, scratch, one_row):
    demo = start_demo("--file", str(one_row), "--user", "editor")
    wait_until(lambda: "Serving until Ctrl-C." in demo.output(), SECONDS, demo)
    assert re.search(r"2 │ succeeded │ edX\+GOOD1", demo.output())
    site = re.search(r"http://127\.0\.0\.1:(\d+)", demo.output())
    last = demo.output().splitlines()[-9:]
    assert any(f"Open {site[0]}/bulk-operations/" in line for line in last)
    assert any(re.search(r"editor, second_editor +write courses of edX", line) for line in last)
    assert requests.get(f"{site[0]}/bulk-operations/", timeout=10).url.endswith("/login/?next=/bulk-operations/")
    assert requests.get(f"{site[0]}/admin/login/", timeout=10).status_code == 200
    assert requests.get(f"{site[0]}/static/admin/css/base.css", timeout=10).status_code == 200
    assert len(processes_of(scratch)) > 3

    os.kill(demo.pid, signal.SIGINT)
    demo.finish(30)

    assert not is_listening(int(site[1]))
    assert processes_of(scratch) == []
    assert list(scratch.iterdir()) == []


@pytest.mark.slow
def test_stopped_while_it_starts(start_demo, scratch):
    demo = start_demo()
    wait_until(lambda: len(processes_of(scratch)) > 2, SECONDS, demo)

    os.kill(demo.pid, signal.SIGTERM)
    wait_until(lambda: demo.exit_code == 130, 30, demo)

    assert processes_of(scratch) == []
    assert list(scratch.iterdir()) == []


@pytest.mark.slow
def test_taken_port_is_not_used(start_demo, scratch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        demo = start_demo("--exit", "--port", str(port))
        wait_until(lambda: demo.exit_code == 1, SECONDS, demo)

    assert f"Port {port} is taken" in demo.output()
    assert processes_of(scratch) == []


@pytest.mark.slow
def test_refused_upload_is_shown_and_fails(start_demo, scratch, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text(HEADER)

    demo = start_demo("--exit", "--file", str(empty))
    wait_until(lambda: demo.exit_code == 1, SECONDS, demo)

    assert "The file has a header but no rows." in demo.output()
    assert processes_of(scratch) == []
