"""What Tutor makes of the plug-in: image, settings, worker, storage and jobs, for Compose and for Kubernetes."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

VOLUME = "../../data/bulk_operations:/openedx/bulk_operations"


@pytest.fixture(scope="module")
def plain(render) -> Path:
    return render()


@pytest.fixture(scope="module")
def in_s3(render) -> Path:
    return render("BULK_OPERATIONS_S3_BUCKET=uploads", "ENABLE_HTTPS=true", 'BULK_OPERATIONS_SETTINGS={"LANES": 4}')


def services(env: Path, name: str) -> dict[str, Any]:
    return yaml.safe_load((env / name).read_text())["services"]


def kubernetes(env: Path, name: str) -> dict[tuple[str, str], dict[str, Any]]:
    documents = [found for found in yaml.safe_load_all((env / name).read_text()) if found]
    return {(found["kind"], found["metadata"]["name"]): found for found in documents}


def settings_of(env: Path, **host: Any) -> dict[str, Any]:
    """What the plug-in's part of the settings file leaves, run after the host's settings."""
    text = (env / "plugins/discovery/apps/settings/tutor/production.py").read_text()
    ast.parse(text)
    part = text.partition("# --- course-discovery-bulk")[2].partition("DISCOVERY_RUN_ELASTICSEARCH")[0]
    left = {"INSTALLED_APPS": [], "MIDDLEWARE": (), "ROOT_URLCONF": "course_discovery.urls", **host}
    exec(compile(part, "production.py", "exec"), left)
    return left


def test_the_image_installs_the_app_last(plain):
    lines = (plain / "plugins/discovery/build/discovery/Dockerfile").read_text().splitlines()
    installed = [line.split("pip install")[1].strip() for line in lines if "pip install" in line]

    assert "'course-discovery-bulk[s3]==0.1.0'" in installed


def test_settings_plug_the_app_in(plain):
    left = settings_of(plain)

    assert left["INSTALLED_APPS"] == ["django_htmx", "course_discovery_bulk"]
    assert left["ROOT_URLCONF"] == "course_discovery_bulk.root_urls"
    assert left["CELERY_BROKER_URL"] == "redis://redis:6379/5"
    assert left["BULK_OPERATIONS"] == {
        "PUBLISHER_URL": "http://apps.local.openedx.io/publisher",
        "QUEUE": "bulk_operations",
        "STORAGE_LOCATION": "/openedx/bulk_operations",
        "HOST_URLCONF": "course_discovery.urls",
    }
    assert "STORAGES" not in left


def test_publishers_page_may_call_beside_the_origins_of_the_host(in_s3):
    left = settings_of(in_s3, CORS_ORIGIN_WHITELIST=("https://other.example.org",))

    assert left["CORS_ORIGIN_WHITELIST"] == ["https://other.example.org", "https://apps.local.openedx.io"]
    assert left["CSRF_TRUSTED_ORIGINS"] == ["https://apps.local.openedx.io"]


def test_settings_with_a_bucket_and_settings_of_the_site(in_s3):
    left = settings_of(in_s3, STORAGES={"default": {"BACKEND": "of.the.host"}})

    assert left["BULK_OPERATIONS"]["LANES"] == 4
    assert "STORAGE_LOCATION" not in left["BULK_OPERATIONS"]
    assert left["STORAGES"]["default"] == {"BACKEND": "of.the.host"}
    assert left["STORAGES"]["course_discovery_bulk"]["OPTIONS"] == {"bucket_name": "uploads"}


def test_compose_runs_a_worker_that_shares_the_folder_with_the_web_server(plain):
    local, production = services(plain, "local/docker-compose.yml"), services(plain, "local/docker-compose.prod.yml")
    worker = local["bulk-operations-worker"]

    assert worker["image"] == local["discovery"]["image"]
    assert worker["command"] == "celery -A course_discovery worker -Q bulk_operations -l INFO --concurrency 2"
    assert VOLUME in worker["volumes"]
    assert production["discovery"] == {"volumes": [VOLUME]}
    of_the_web_server = {volume for volume in local["discovery"]["volumes"] if "elasticsearch" not in volume}
    assert of_the_web_server <= set(worker["volumes"])
    assert "setowner 1000 /mounts/bulk_operations" in (plain / "apps/permissions/setowners.sh").read_text()
    assert "../../data/bulk_operations:/mounts/bulk_operations" in local["permissions"]["volumes"]


def test_compose_has_a_job_for_initialization(plain):
    jobs = services(plain, "local/docker-compose.jobs.yml")
    in_development = services(plain, "dev/docker-compose.jobs.yml")

    assert VOLUME in jobs["bulk-operations-job"]["volumes"]
    assert in_development["bulk-operations-job"]["environment"]["DJANGO_SETTINGS_MODULE"].endswith("development")


def test_nothing_of_a_folder_is_left_with_a_bucket(in_s3):
    named = [
        path
        for path in in_s3.rglob("*")
        if path.is_file() and path.suffix in (".yml", ".sh") and "/bulk_operations" in path.read_text()
    ]

    assert named == []
    assert "discovery" not in services(in_s3, "local/docker-compose.prod.yml")


def test_kubernetes_runs_a_worker_and_both_mount_the_claim(plain):
    deployments = kubernetes(plain, "k8s/deployments.yml")
    patched = kubernetes(plain, "k8s/override.yml")["Deployment", "discovery"]["spec"]["template"]["spec"]
    worker = deployments["Deployment", "bulk-operations-worker"]["spec"]["template"]["spec"]
    claim = {"name": "bulk-operations", "persistentVolumeClaim": {"claimName": "bulk-operations"}}

    assert worker["containers"][0]["args"][:5] == ["celery", "-A", "course_discovery", "worker", "-Q"]
    assert claim in worker["volumes"]
    assert claim in patched["volumes"]
    assert kubernetes(plain, "k8s/volumes.yml")["PersistentVolumeClaim", "bulk-operations"]["spec"]["accessModes"] == [
        "ReadWriteMany"
    ]
    assert ("Job", "bulk-operations-job") in kubernetes(plain, "k8s/jobs.yml")


def test_kubernetes_with_a_bucket_needs_no_claim(in_s3):
    assert ("PersistentVolumeClaim", "bulk-operations") not in kubernetes(in_s3, "k8s/volumes.yml")
    assert kubernetes(in_s3, "k8s/override.yml") == {}


def test_a_list_of_requirements_of_ones_own_is_warned_of(run_tutor, tmp_path):
    (tmp_path / "plugins").mkdir()
    run_tutor(tmp_path, "plugins", "enable", "discovery", "mfe", "bulk_operations")

    told = run_tutor(tmp_path, "config", "save", '--set=DISCOVERY_EXTRA_PIP_REQUIREMENTS=["another-app"]')

    assert "doesn't install course-discovery-bulk" in told


def test_maintenance_commands_are_offered(run_tutor, plain):
    told = run_tutor(plain.parent, "local", "do", "bulk-operations", "--help")

    assert "{check|clean|health|sweep}" in told.replace("[", "{").replace("]", "}")
