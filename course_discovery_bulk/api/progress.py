"""How far a task has come: asked for again and again, so it is cheap."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Final

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from course_discovery_bulk import service
from course_discovery_bulk.api.base import BulkOperationsView, find_readable_task
from course_discovery_bulk.service import Progress

POLL_SECONDS: Final = 2


class ProgressSerializer(serializers.Serializer[Progress]):
    """How far a task has come; `poll_seconds` is how long to wait before asking again, null when there is no need."""

    status = serializers.CharField()
    stage = serializers.CharField()
    total = serializers.IntegerField()
    processed = serializers.IntegerField()
    done = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    rate_per_second = serializers.FloatField(allow_null=True)
    eta_seconds = serializers.FloatField(allow_null=True)
    finished = serializers.BooleanField()
    waits_for = serializers.IntegerField(allow_null=True)
    queue_position = serializers.IntegerField(allow_null=True)
    poll_seconds = serializers.SerializerMethodField()

    def get_poll_seconds(self, progress: Progress) -> int | None:
        return None if progress.finished else POLL_SECONDS


class TaskProgress(BulkOperationsView):
    """How far a task has come: cheap, and nothing but headers while nothing has changed."""

    serializer_class = ProgressSerializer

    def get(self, request: Request, pk: int) -> HttpResponse:
        task = find_readable_task(request, pk)
        progress = service.progress(task)
        response = Response(ProgressSerializer(progress).data, headers={"ETag": _progress_tag(progress)})
        if not progress.finished:
            response["Retry-After"] = str(POLL_SECONDS)
        return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _progress_tag(progress: service.Progress) -> str:
    """A weak tag: rate and remaining time move with the clock, and are no news by themselves."""
    facts = {name: value for name, value in asdict(progress).items() if name not in ("rate_per_second", "eta_seconds")}
    return f'W/"{hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:32]}"'
