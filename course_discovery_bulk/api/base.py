"""What all endpoints share: who may come in, how errors look, and that no answer is kept by anybody on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.http import QueryDict
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from course_discovery_bulk import service
from course_discovery_bulk.api.errors import answer_error
from course_discovery_bulk.api.names import refuse_null, refuse_unknown
from course_discovery_bulk.api.pagination import NumberedPages
from course_discovery_bulk.api.permissions import MayUseBulkOperations, WriteThrottle
from course_discovery_bulk.models import BulkOperationTask

THROTTLE_SCOPE = "bulk_operations"


def find_task(request: Request, pk: int) -> BulkOperationTask:
    """The task of that id in the user's sight; 404 where there is none, in words that name no table."""
    task = service.find_task(request.user, pk)
    if task is None:
        raise NotFound(f"There is no task {pk}, or you may not see it.")
    return task


def find_readable_task(request: Request, pk: int) -> BulkOperationTask:
    """The task of that id if the user may at least look at it, as colleagues may; 404 where there is none."""
    task = service.find_readable_task(request.user, pk)
    if task is None:
        raise NotFound(f"There is no task {pk}, or you may not see it.")
    return task


PAGES: Final = frozenset({"page", "page_size"})


class BulkOperationsView(GenericAPIView[Any]):
    """Logs in as the host's default authentication does; speaks JSON only."""

    permission_classes: Sequence[type[BasePermission]] = (MayUseBulkOperations,)
    throttle_classes = (WriteThrottle,)
    throttle_scope = THROTTLE_SCOPE
    renderer_classes = (JSONRenderer,)
    pagination_class: type[NumberedPages] | None = NumberedPages
    query_names: frozenset[str] | None = frozenset()  # what an address may be asked with; None: anything

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_null(request.query_params.lists())
        if request.method not in SAFE_METHODS:
            refuse_null(_given(request.data))
        if self.query_names is not None:
            refuse_unknown(request.query_params, self.query_names)

    def get_exception_handler(self) -> Callable[..., Any]:
        return answer_error

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store, private"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def _given(data: Any) -> Iterable[tuple[str, Any]]:
    """The fields of a body with their values; a body that is no object is for its serializer to refuse."""
    if isinstance(data, QueryDict):
        return data.lists()
    return data.items() if isinstance(data, dict) else ()
