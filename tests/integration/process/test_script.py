"""The script of the how-to, as it stands there, against a real site."""

import subprocess
import sys

import pytest

from sandbox.demo.processes import PROJECT
from sandbox.discovery.tokens import issue_token
from tests.integration.process.work import each_once, history, statuses

pytestmark = pytest.mark.slow

SCRIPT = PROJECT / "docs/how-tos/upload.py"


@pytest.fixture
def script(site, tmp_path):
    """Run it in a folder of its own: exit code, standard output, standard error."""

    def run(file, operation="course_create", token=None):
        done = subprocess.run(
            [sys.executable, str(SCRIPT), site.url + "/", str(file), operation],
            cwd=tmp_path,
            env={"BULK_TOKEN": token or issue_token("editor")},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run


def test_every_row_done(script, site, start_worker, course_file, tmp_path):
    start_worker()

    code, out, err = script(course_file("SCRIPT", 3))

    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "finished: 3 of 3 rows"
    assert history(site, "SCRIPT") == each_once("SCRIPT", 3)
    assert not (tmp_path / "SCRIPT-failed.csv").exists()


def test_rows_to_fix_are_printed_and_fetched(script, client, start_worker, course_file, tmp_path):
    start_worker()
    file = course_file("MIXED", 2)
    text = file.read_text(encoding="utf-8").replace("edX,Course MIXED 1,", "NobodyX,Course MIXED 1,")
    file.write_text(text, encoding="utf-8")

    code, out, _ = script(file)

    assert code == 1
    assert "row 3, organization: " in out
    fetched = (tmp_path / "MIXED-failed.csv").read_text("utf-8-sig").splitlines()
    assert len(fetched) == 2
    assert "NobodyX" in fetched[1]
    newest = next(client.listed("/api/v1/bulk_operation_tasks/?page_size=1"))
    assert statuses(client, newest["id"]) == {"succeeded": 1, "invalid": 1}


@pytest.mark.parametrize(
    ("operation", "token", "words"),
    [("course_paint", None, "There is no such operation"), ("course_create", "nonsense", "code")],
)
def test_refusal_is_told(script, course_file, operation, token, words):
    code, _, err = script(course_file("NO", 1), operation, token)

    assert code == 2
    assert words in err
