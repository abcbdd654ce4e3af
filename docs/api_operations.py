# ruff: noqa: INP001 - a script beside the pages it serves, not a package
"""What the OpenAPI document says of each endpoint beyond what the code shows to a generator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

import api_shapes as shapes  # isort: skip - found beside this file

from course_discovery_bulk.api import editing, errors
from course_discovery_bulk.api.base import BulkOperationsView
from course_discovery_bulk.api.files import CONTENT_TYPES
from course_discovery_bulk.api.health import HealthView
from course_discovery_bulk.api.views import MAX_KEY_LENGTH
from course_discovery_bulk.api.wishes import ApplySerializer, UndoSerializer
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.problems import DISCOVERY_UNAVAILABLE
from course_discovery_bulk.reports.export_choice import RUN_STATUSES
from course_discovery_bulk.reports.formats import CSV as CSV_FORMAT
from course_discovery_bulk.reports.formats import FORMATS, FileFormat
from course_discovery_bulk.reports.kinds import TaskFile, task_files

DESCRIPTION: Final = """Upload a spreadsheet of changes to the catalog, watch it run, and read what became of every row.

Every error has a `code` for programs and a `detail` for people. Reading is never throttled. Addresses that end in a
slash need it. Operations, and with them problem codes, may be added by the host."""
CSV: Final = "text/csv"
JSON: Final = "application/json"
ANY_FILE: Final = {"type": "string", "format": "binary"}
ACCOUNT: Final = [{"token": []}, {"session": []}]
NOBODY: Final[list[dict[str, Any]]] = [{}]
COMPONENTS: Final = {
    "securitySchemes": {
        "token": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`JWT <token>`, or whatever else the host's default authentication takes.",
        },
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "A login; writes need CSRF."},
    },
    "schemas": {
        "Error": {
            "type": "object",
            "required": ["code", "detail"],
            "properties": {"code": {"type": "string"}, "detail": {"type": "string"}},
        },
        **shapes.REFUSALS,
    },
}

NO_ACCOUNT: Final = {401: ("NOT_AUTHENTICATED", "AUTHENTICATION_FAILED"), 403: ("PERMISSION_DENIED",)}
DATABASE: Final = {503: (errors.DatabaseUnavailable.default_code.upper(),)}
DISCOVERY: Final = {503: (errors.DatabaseUnavailable.default_code.upper(), DISCOVERY_UNAVAILABLE.code)}
STORAGE: Final = {
    503: (errors.DatabaseUnavailable.default_code.upper(), errors.StorageUnavailable.default_code.upper())
}
NOT_JSON: Final = {406: ("NOT_ACCEPTABLE",)}
MISSING: Final = {404: ("NOT_FOUND",)}
THROTTLED: Final = {429: ("THROTTLED",)}
TOO_LATE: Final = {409: ("NOT_POSSIBLE",)}
WAITS: Final = (429, 503)
BAD_PARAMETER: Final = {400: (errors.BAD_FIELD,)}
NO_EXPORT: Final = {400: ("BAD_FILTER", "EXPORT_TOO_LARGE", "TOO_MANY_KEYS"), 404: ("NOT_FOUND", "NO_EXPORT")}
BAD_FORM: Final = {
    400: (errors.BAD_FIELD, "PARSE_ERROR"),
    411: (errors.LengthUnknown.default_code.upper(),),
    413: (errors.UploadTooLarge.default_code,),
    415: ("UNSUPPORTED_MEDIA_TYPE",),
    **THROTTLED,
}
BAD_BODY: Final = {400: (errors.BAD_FIELD, "PARSE_ERROR"), 415: ("UNSUPPORTED_MEDIA_TYPE",), **THROTTLED}
REFUSED_UPLOAD: Final = {
    **BAD_FORM,
    409: (errors.KeyReused.default_code.upper(), "CONFIRMATION_NEEDED"),
    429: ("THROTTLED", errors.TooManyTasks.default_code.upper()),
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """One verb of one endpoint: its id, what it answers (status, and the type of the body) and which errors it has."""

    id: str
    summary: str
    answers: Mapping[int | tuple[int, str], Any]
    fails: Iterable[Mapping[int, tuple[str, ...]]] = ()
    parameters: tuple[OpenApiParameter, ...] = ()
    body: Any = None
    description: str = ""  # empty: what the view says of itself
    security: list[dict[str, Any]] = field(default_factory=lambda: list(ACCOUNT))


def query(name: str, text: str, kind: Any = str, **more: Any) -> OpenApiParameter:
    """A parameter of the address."""
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=text, **more)


def header(name: str, text: str, statuses: Iterable[int], *, required: bool = False) -> OpenApiParameter:
    """A header of answers with these statuses."""
    kind = OpenApiTypes.STR
    return OpenApiParameter(
        name, kind, OpenApiParameter.HEADER, response=list(statuses), description=text, required=required
    )


def sent(name: str, text: str) -> OpenApiParameter:
    """A header of the request."""
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=text)


ID: Final = OpenApiParameter(
    "id", {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}, OpenApiParameter.PATH, description="Of the task"
)
LINE: Final = OpenApiParameter(
    "line",
    {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    OpenApiParameter.PATH,
    description="Of the row in a spreadsheet: the header is 1",
)
MAPPING_ID: Final = OpenApiParameter(
    "id", {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}, OpenApiParameter.PATH, description="Of the mapping"
)
TYPE: Final = OpenApiParameter("type_name", str, OpenApiParameter.PATH, description="Name of the operation")
RESULT: Final = query("include_result", "`true` fills `result`", bool)
ATTACHED: Final = header("Content-Disposition", "The name of the file", [200], required=True)
LOCATION: Final = header("Location", "Address of the task", [200, 201], required=True)
IN_TASK: Final = (NO_ACCOUNT, MISSING)


def edit(name: str, summary: str, body: Any, *, stale: bool = False) -> dict[str, Said]:
    """A change of a preview."""
    refused = {400: (*BAD_BODY[400], "UNKNOWN_COLUMN"), 404: ("NOT_FOUND", "LINE_NOT_FOUND")}
    late = ("NOT_EDITABLE", "STALE_EDIT") if stale else ("NOT_EDITABLE",)
    return {
        "post": Said(
            id=name,
            summary=summary,
            answers={200: shapes.Edited, 202: shapes.Edited},
            fails=(NO_ACCOUNT, {**BAD_BODY, **refused, 409: late}, NOT_JSON, DATABASE),
            parameters=(ID,),
            body={JSON: body},
        )
    }


def content_of(form: FileFormat) -> dict[tuple[int, str], Any]:
    """The answer that is a file of this format."""
    return {(200, form.content_type.partition(";")[0]): OpenApiTypes.STR if form is CSV_FORMAT else ANY_FILE}


def kind_of(form: FileFormat) -> str:
    """How the id of an operation ends that answers with such a file."""
    return "file" if form is CSV_FORMAT else "workbook"


def too_long_for(form: FileFormat) -> dict[int, tuple[str, ...]]:
    """The refusal that only a workbook has."""
    return {} if form is CSV_FORMAT else {409: ("TOO_LONG_FOR_WORKBOOK",)}


def template_file(form: FileFormat) -> dict[str, Said]:
    """The empty file of an operation."""
    said = Said(
        id=f"template_{kind_of(form)}",
        summary="A file with the header of an operation",
        answers=content_of(form),
        fails=(*IN_TASK, DATABASE),
        parameters=(TYPE, query("example", "`true` adds a row that shows what cells look like", bool), ATTACHED),
    )
    return {"get": said}


def export_file(form: FileFormat) -> dict[str, Said]:
    """What the catalog holds, for an operation."""
    said = Said(
        id=f"export_{kind_of(form)}",
        summary="What discovery holds now, in the shape of an upload",
        answers=content_of(form),
        fails=(NO_ACCOUNT, NO_EXPORT, too_long_for(form), DISCOVERY),
        parameters=(
            TYPE,
            query("org", "Key of an organization: only its courses"),
            query("keys", "Keys or UUIDs of courses, or keys of runs, between commas: only those, 500 at most"),
            query("subject", "Name or slug of a subject: only courses that have it"),
            query("status", f"Statuses of runs, between commas: only those runs. {', '.join(RUN_STATUSES)}"),
            query("starts_from", "A date such as 2027-01-31: only runs that start then or later (UTC)"),
            query("starts_until", "A date: only runs that start then or earlier (UTC)"),
            ATTACHED,
        ),
    )
    return {"get": said}


def task_file(file: TaskFile, form: FileFormat) -> dict[str, Said]:
    """A file of one task."""
    refusals = {409: file.refusals} if file.refusals else {}
    said = Said(
        id=f"{file.kind}_{kind_of(form)}",
        summary=file.summary,
        description=file.make.__doc__ or "",
        answers=content_of(form),
        fails=(*IN_TASK, refusals, too_long_for(form), DISCOVERY if file.reads_catalog else DATABASE),
        parameters=(ID, ATTACHED),
    )
    return {"get": said}


def task_action(verb: str, summary: str, **more: Any) -> dict[str, Said]:
    """Something to ask of one task."""
    fails = (*IN_TASK, TOO_LATE, THROTTLED, NOT_JSON, DATABASE)
    said = {"answers": {202: shapes.Task}, "fails": fails, "parameters": (ID,), **more}
    return {"post": Said(id=verb, summary=summary, **said)}


SAID: Final[Mapping[str, Mapping[str, Said]]] = {
    "task-list": {
        "get": Said(
            id="list_tasks",
            summary="The tasks that you may see, newest first",
            answers={200: shapes.Task(many=True)},
            fails=(NO_ACCOUNT, MISSING, BAD_PARAMETER, NOT_JSON, DATABASE),
            parameters=(RESULT,),
        ),
        "post": Said(
            id="upload",
            summary="Upload a file: 201, or 200 where the same key brought it before",
            answers={200: shapes.Task, 201: shapes.Task},
            fails=(NO_ACCOUNT, REFUSED_UPLOAD, NOT_JSON, STORAGE),
            parameters=(
                RESULT,
                OpenApiParameter(
                    "Idempotency-Key",
                    {"type": "string", "maxLength": MAX_KEY_LENGTH},
                    OpenApiParameter.HEADER,
                    description="Of your own making: the same upload under the same key makes one task",
                ),
                LOCATION,
                header("Idempotent-Replayed", "`true`: the task was made before", [200], required=True),
            ),
            body={"multipart/form-data": shapes.Upload},
        ),
    },
    "inspect": {
        "post": Said(
            id="inspect_file",
            summary="Look at a file without uploading it: whether it could be, and what its columns hold",
            answers={200: shapes.Look},
            fails=(NO_ACCOUNT, BAD_FORM, NOT_JSON, DATABASE),
            body={"multipart/form-data": shapes.File},
        )
    },
    "mapping-list": {
        "get": Said(
            id="list_mappings",
            summary="The saved mappings that you may use",
            answers={200: shapes.SavedMapping(many=True)},
            fails=(NO_ACCOUNT, MISSING, BAD_PARAMETER, NOT_JSON, DATABASE),
        ),
        "post": Said(
            id="save_mapping",
            summary="Save a mapping; one of yours with the same name is replaced",
            answers={201: shapes.SavedMapping},
            fails=(NO_ACCOUNT, BAD_BODY, NOT_JSON, DATABASE),
            body={JSON: shapes.SavedMapping},
        ),
    },
    "mapping-detail": {
        "get": Said(
            id="read_mapping",
            summary="One saved mapping",
            answers={200: shapes.SavedMapping},
            fails=(*IN_TASK, NOT_JSON, DATABASE),
            parameters=(MAPPING_ID,),
        ),
        "patch": Said(
            id="change_mapping",
            summary="Rename a mapping, or share it",
            answers={200: shapes.SavedMapping},
            fails=(*IN_TASK, BAD_BODY, NOT_JSON, DATABASE),
            parameters=(MAPPING_ID,),
            body={JSON: shapes.MappingChange},
        ),
        "delete": Said(
            id="delete_mapping",
            summary="Delete a mapping; tasks that were read by it keep what they have",
            answers={204: None},
            fails=(*IN_TASK, THROTTLED, NOT_JSON, DATABASE),
            parameters=(MAPPING_ID,),
        ),
    },
    "task-detail": {
        "get": Said(
            id="read_task",
            summary="One task",
            answers={200: shapes.Task},
            fails=(*IN_TASK, NOT_JSON, DATABASE),
            parameters=(ID, RESULT),
        )
    },
    "task-progress": {
        "get": Said(
            id="read_progress",
            summary="How far a task has come; 304 while nothing has changed",
            answers={
                200: shapes.Progress,
                304: OpenApiResponse(description="Nothing has changed since the answer with this ETag"),
                412: OpenApiResponse(description="If-Match was sent, and names another answer"),
            },
            fails=(*IN_TASK, NOT_JSON, DATABASE),
            parameters=(
                ID,
                sent("If-None-Match", "The ETag of the last answer"),
                header("ETag", "Changes with what is told, but for rate and remaining time", [200, 304], required=True),
                header("Retry-After", "Seconds until it is worth asking again; absent at the end", [200]),
            ),
        )
    },
    "task-rows": {
        "get": Said(
            id="list_rows",
            summary="The rows of a task in the order of the file",
            answers={200: shapes.Row(many=True)},
            fails=(*IN_TASK, BAD_PARAMETER, NOT_JSON, DATABASE),
            parameters=(ID,),
        ),
        "patch": edit(
            "edit_cells", "Change cells of a preview, all of them or none", editing.EditsSerializer, stale=True
        )["post"],
    },
    "task-replace": edit(
        "replace_value", "Put a value in the place of another in all rows of a preview", editing.ReplaceSerializer
    ),
    "task-exclude": edit("exclude_rows", "Leave rows out of a preview", editing.ExcludeSerializer),
    "task-include": edit("include_rows", "Put rows back that were left out of a preview", editing.LinesSerializer),
    "task-problems": {
        "get": Said(
            id="list_problems",
            summary="The problems of all rows, equal ones together",
            answers={200: shapes.ProblemGroup(many=True)},
            fails=(*IN_TASK, NOT_JSON, DATABASE),
            parameters=(ID,),
        )
    },
    "task-edits": {
        "get": Said(
            id="list_edits",
            summary="What was edited in a preview, the newest first",
            answers={200: shapes.Edit(many=True)},
            fails=(*IN_TASK, NOT_JSON, DATABASE),
            parameters=(ID,),
        )
    },
    "task-row": {
        "get": Said(
            id="read_row",
            summary="One row of a task, whole",
            answers={200: shapes.Row},
            fails=(*IN_TASK, NOT_JSON, DATABASE),
            parameters=(ID, LINE),
        )
    },
    "task-apply": task_action(
        "apply_preview",
        "Carry out a preview",
        fails=(
            *IN_TASK,
            {
                400: (errors.BAD_FIELD, "PARSE_ERROR"),
                409: ("NOT_POSSIBLE", errors.RowsToFix.default_code.upper(), "CONFIRMATION_NEEDED"),
                415: ("UNSUPPORTED_MEDIA_TYPE",),
            },
            THROTTLED,
            NOT_JSON,
            DATABASE,
        ),
        body={"application/json": ApplySerializer, "multipart/form-data": ApplySerializer},
    ),
    "task-cancel": task_action("cancel_task", "Stop a task before its next row; discard a preview"),
    "undo-task": {
        "post": Said(
            id="undo_task",
            summary="Put back what a task changed, as a new task: a preview, unless you say otherwise",
            answers={200: shapes.Task, 201: shapes.Task},
            fails=(
                *IN_TASK,
                {
                    **BAD_FORM,
                    404: ("NOT_FOUND", "LINE_NOT_FOUND"),
                    409: ("ALREADY_UNDONE", "CANNOT_UNDO", "NOTHING_TO_UNDO", "NOT_FINISHED", "CONFIRMATION_NEEDED"),
                    429: ("THROTTLED", errors.TooManyTasks.default_code.upper()),
                },
                NOT_JSON,
                {503: (*DISCOVERY[503], *STORAGE[503])},
            ),
            parameters=(ID,),
            body={"application/json": UndoSerializer, "multipart/form-data": UndoSerializer},
        )
    },
    "task-retry": {
        "post": Said(
            id="retry_task",
            summary="Do what is left of a task, as a new one: 201, or 200 where it was asked for before",
            answers={200: shapes.Task, 201: shapes.Task},
            fails=(*IN_TASK, TOO_LATE, THROTTLED, NOT_JSON, DATABASE),
            parameters=(ID,),
        )
    },
    "task-correct": {
        "post": Said(
            id="correct_task",
            summary="Open the rows that need fixing as a preview: 201, or 200 where it was asked for before",
            answers={200: shapes.Task, 201: shapes.Task},
            fails=(*IN_TASK, TOO_LATE, THROTTLED, NOT_JSON, DATABASE),
            parameters=(ID,),
        )
    },
    **{form.named(f"task-{file.kind}"): task_file(file, form) for file in task_files() for form in FORMATS},
    "openapi": {
        "get": Said(
            id="read_document",
            summary="This document",
            answers={200: OpenApiTypes.OBJECT},
            security=NOBODY,
        )
    },
    "health": {
        "get": Said(
            id="read_health",
            summary="Whether work goes on; 503 with the same body where it stands still. For staff",
            answers={200: shapes.HealthFacts},
            fails=(NO_ACCOUNT, NOT_JSON, DATABASE),
        )
    },
    "operation-list": {
        "get": Said(
            id="list_operations",
            summary="The operations with their columns and the values to choose from",
            answers={200: shapes.Operation(many=True)},
            fails=(NO_ACCOUNT, NOT_JSON, DATABASE),
        )
    },
    "operation-detail": {
        "get": Said(
            id="read_operation",
            summary="One operation",
            answers={200: shapes.Operation},
            fails=(*IN_TASK, NOT_JSON, DATABASE),
            parameters=(TYPE,),
        )
    },
    "operation-schema": {
        "get": Said(
            id="read_table_schema",
            summary="The columns of an operation as a Table Schema",
            answers={200: OpenApiTypes.OBJECT},
            fails=(*IN_TASK, DATABASE),
            parameters=(TYPE,),
        )
    },
    **{form.named("operation-template"): template_file(form) for form in FORMATS},
    **{form.named("operation-export"): export_file(form) for form in FORMATS},
    "file": {
        "get": Said(
            id="uploaded_file",
            summary="The file as it was uploaded, for whoever holds the signed address of `csv_file`",
            answers={(200, CSV): ANY_FILE, **{(200, kind): ANY_FILE for kind in CONTENT_TYPES.values()}},
            fails=({403: ("LINK_EXPIRED",)}, MISSING, STORAGE),
            parameters=(
                OpenApiParameter("token", str, OpenApiParameter.PATH, description="The signature"),
                OpenApiParameter("name", str, OpenApiParameter.PATH, description="The name of the file"),
                ATTACHED,
                header("Access-Control-Allow-Origin", "`*`: pages of any origin can read it", [200], required=True),
            ),
            security=NOBODY,
        )
    },
}


def described(name: str, view: type[BulkOperationsView]) -> type[BulkOperationsView]:
    """A view like this one that also says what it takes and answers; the view itself stays as it is."""
    is_health = issubclass(view, HealthView)
    own: dict[str, Any] = {"authentication_classes": (), "schema": AutoSchema(), "get_queryset": _nothing}
    for verb, said in SAID[name].items():
        own[verb] = _annotated(getattr(view, verb), said, is_health=is_health)
    return type(view.__name__, (view,), own)


def _annotated(method: Any, said: Said, *, is_health: bool) -> Any:
    def answer(*given: Any, **named: Any) -> Any:
        return method(*given, **named)

    answer.kwargs = {"schema": AutoSchema}  # else the host's choice of generator would be asked
    failures = _failures(said.fails)
    if 400 in failures and said.id == "upload":
        failures |= {400: _either(failures[400]), 413: _either(failures[413])}
    if is_health:
        failures[503] = OpenApiResponse(
            {"anyOf": [{"$ref": "#/components/schemas/Health"}, failures[503].response]},
            description="Work stands still, or the database is away",
        )
    pauses = [status for status in failures if status in WAITS]
    hint = [header("Retry-After", "Seconds until it is worth trying again", pauses)] if pauses else []
    return extend_schema(
        operation_id=said.id,
        summary=said.summary,
        description=said.description,
        auth=said.security,
        tags=["bulk operations"],
        request=said.body,
        parameters=[*said.parameters, *hint],
        responses={**said.answers, **failures},
    )(answer)


def _failures(fails: Iterable[Mapping[int, tuple[str, ...]]]) -> dict[int, OpenApiResponse]:
    codes: dict[int, tuple[str, ...]] = {}
    for some in fails:
        for status, names in some.items():
            codes[status] = tuple(dict.fromkeys([*codes.get(status, ()), *names]))
    return {status: _failure(names) for status, names in sorted(codes.items())}


def _failure(codes: tuple[str, ...]) -> OpenApiResponse:
    narrowed = {"type": "object", "properties": {"code": {"type": "string", "enum": list(codes)}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Error"}, narrowed]}
    return OpenApiResponse(schema, description=", ".join(codes))


def _either(failure: OpenApiResponse) -> OpenApiResponse:
    refused = {"$ref": "#/components/schemas/UploadRefused"}
    return OpenApiResponse({"anyOf": [refused, failure.response]}, description=f"UPLOAD_REFUSED, {failure.description}")


def _nothing(view: Any) -> Any:
    """Views look up their rows by the user and the address, and here there are none."""
    model = getattr(getattr(view, "filterset_class", None), "_meta", None)
    return (model.model if model else BulkOperationTask).objects.none()
