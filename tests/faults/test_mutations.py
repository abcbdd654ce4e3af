"""Are the tests worth anything? Each safeguard is taken out of a copy of the package; a named test must then fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.demo.processes import PROJECT

COPIED = ("course_discovery_bulk", "sandbox", "tests", "pyproject.toml", "manage.py")
PIPELINE = "tests/integration/pipeline"
FAILED = 1  # pytest's exit code where tests failed; an error in collecting them has another


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A piece of a module, what it is replaced by, and the test that protects it."""

    module: str
    piece: str
    instead: str
    test: str


MUTATIONS = {
    "the fence of lanes": Mutation(
        module="workers/leases.py",
        piece="LIVE, pk=lease.lane_pk, task_id=lease.task_pk, epoch=lease.epoch, lease_owner=lease.owner",
        instead="pk=lease.lane_pk",
        test=f"{PIPELINE}/test_late_workers.py::test_an_expired_lease_is_neither_extended_nor_written_under",
    ),
    "the fence of rows": Mutation(
        module="pipeline/record.py",
        piece="return Q(pk=row_pk, epoch=epoch, status=RowStatus.RUNNING)",
        instead="return Q(pk=row_pk)",
        test=f"{PIPELINE}/test_late_workers.py::test_the_outcome_of_a_worker_that_was_overtaken_is_not_written",
    ),
    "the row as it was read": Mutation(
        module="pipeline/record.py",
        piece="epoch__lte=epoch, status=row.status, modified=row.modified)\n    _update(as_read",
        instead="epoch__lte=epoch, status=row.status)\n    _update(as_read",
        test=f"{PIPELINE}/test_late_workers.py::test_a_row_of_which_a_part_was_sent_since_it_was_read_is_not_taken",
    ),
    "what an earlier job has sent": Mutation(
        module="pipeline/executing/steps.py",
        piece="was_sent = attempt > 0 or index == self._sent_before",
        instead="was_sent = attempt > 0",
        test="tests/unit/pipeline/executing/test_lost_answers.py"
        "::test_a_creation_of_an_earlier_job_that_takes_effect_late_is_still_ours",
    ),
    "nothing left between two lanes": Mutation(
        module="workers/time_slice.py",
        piece="if is_ours and not following.is_needed and not redispatch.is_looked_after(lease.task_pk):",
        instead="if False:",
        test=f"{PIPELINE}/test_lanes.py::test_lanes_that_end_at_the_same_moment_do_not_leave_the_rest_to_each_other",
    ),
    "the claim": Mutation(
        module="workers/claiming.py",
        piece="if lanes.filter(LIVE).count() >= width(task, settings):",
        instead="if False:",
        test=f"{PIPELINE}/test_lanes.py::test_a_task_that_is_written_has_as_many_lanes_as_the_settings_say",
    ),
    "one hand for a course": Mutation(
        module="workers/course_leases.py",
        piece='return frozenset(_mine(lease).filter(name__in=wanted).values_list("name", flat=True))',
        instead="return frozenset(wanted)",
        test=f"{PIPELINE}/test_lanes.py::test_a_course_is_in_one_hand_only_also_across_tasks",
    ),
    "the image of what was there before": Mutation(
        module="discovery/acts/runs.py",
        piece='before = {fold(key) for key in given.known["run_keys"]}',
        instead="before = set()",
        test="tests/unit/pipeline/executing/test_runs_and_editors.py::test_a_run_whose_answer_got_lost_is_found_among_the_new_ones",
    ),
    "reading back before sending again": Mutation(
        module="pipeline/executing/steps.py",
        piece="if checked.verdict is not Verdict.NOT_DONE:\n                    return checked.end",
        instead="pass",
        test="tests/unit/pipeline/executing/test_runs_and_editors.py::test_a_run_whose_answer_got_lost_is_found_among_the_new_ones",
    ),
    "the quiet time": Mutation(
        module="pipeline/executing/steps.py",
        piece="        time.sleep(wait)\n",
        instead="",
        test="tests/unit/pipeline/executing/test_lost_answers.py::test_a_call_that_may_still_take_effect_is_given_its_time",
    ),
    "reads that no cache answers": Mutation(
        module="discovery/addresses.py",
        piece='return {"editable": "1", **uncached()}',
        instead='return {"editable": "1"}',
        test="tests/unit/discovery/test_client.py::test_every_read_of_a_state_asks_anew",
    ),
    "the sweeper": Mutation(
        module="workers/sweeper.py",
        piece="            to_ring.append(lane.task_id)",
        instead="            pass",
        test=f"{PIPELINE}/test_sweeping.py::test_what_stands_still_is_rung_for_once",
    ),
    "the quarantine": Mutation(
        module="workers/row_loop.py",
        piece="if row.crashes >= bench.settings.lost_claims:",
        instead="if False:",
        test=f"{PIPELINE}/test_lost_workers.py::test_a_row_that_kills_every_worker_is_given_up_and_the_others_are_done",
    ),
    "the uploader's own rights": Mutation(
        module="discovery/in_process.py",
        piece="made._force_auth_user = self._user",
        instead='made._force_auth_user = type(self._user).objects.get(username="staff")',
        test="tests/integration/pipeline/test_rights.py::test_a_right_that_is_gone_since_the_upload_is_refused_by_discovery",
    ),
    "whose course it is": Mutation(
        module="discovery/acts/courses.py",
        piece="if is_same and is_by_uploader:",
        instead="if True:",
        test="tests/unit/pipeline/executing/test_lost_answers.py::test_what_somebody_else_made_meanwhile_is_not_taken_for_ours",
    ),
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that may be spoilt."""
    folder = tmp_path_factory.mktemp("mutated")
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "output"))
        else:
            shutil.copy(source, folder / name)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_without_a_safeguard_its_test_fails(name: str, copied: Path) -> None:
    mutation = MUTATIONS[name]
    module = copied / "course_discovery_bulk" / mutation.module
    whole = module.read_text()
    assert whole.count(mutation.piece) == 1, f"{mutation.module} has changed: {mutation.piece}"

    module.write_text(whole.replace(mutation.piece, mutation.instead))
    try:
        spoilt = run(copied, mutation.test)
    finally:
        module.write_text(whole)

    assert spoilt.returncode == FAILED, spoilt.stdout


@pytest.mark.slow
def test_with_all_safeguards_those_tests_pass(copied: Path) -> None:
    whole = run(copied, *sorted({mutation.test for mutation in MUTATIONS.values()}))

    assert whole.returncode == 0, whole.stdout


def run(folder: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run tests of the copy."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
