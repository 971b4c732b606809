"""One decorator for the API's views: it reads the body, and it writes the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any

from flask import Flask, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from assistant.web.reading import Body, M, read

_PATH = "/api/v1/"
_SCHEMAS = "#/components/schemas/{model}"
_STATUS = {
    200: "Done",
    201: "Made",
    204: "Done, nothing to say",
    304: "Not changed",
    400: "Not one JSON object",
    404: "Not there",
    409: "Out of date",
    413: "Too large",
    415: "Not JSON",
    422: "Not acceptable",
    429: "Too many requests",
    503: "Not available at the moment",
}
_BODY_ERRORS = (400, 413, 415, 422)


class ProblemOut(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: dict[str, str] | None = None


@dataclass(frozen=True)
class Operation:
    """What the document says of one view."""

    summary: str
    body: type[Body] | None = None
    answers: dict[int, type[BaseModel] | None] = field(default_factory=dict)
    errors: tuple[int, ...] = ()
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def takes(
    body: type[M],
    *,
    answers: dict[int, type[BaseModel] | None],
    errors: tuple[int, ...] = (),
    headers: dict[str, str] | None = None,
) -> Callable[[Callable[[M], ResponseReturnValue]], Callable[[], ResponseReturnValue]]:
    """Hand the request's body to the view as `body`, and document both.

    `answers`: model of each success status; `errors`: error statuses beside those of any body;
    `headers`: name and description of required request headers.
    """

    def decorate(view: Callable[[M], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
        @wraps(view)
        def reading() -> ResponseReturnValue:
            return view(read(request, body))

        return _noted(
            reading,
            Operation(
                _summary(view), body, answers, (*_BODY_ERRORS, *errors), headers=headers or {}
            ),
        )

    return decorate


def gives(
    answers: dict[int, type[BaseModel] | None],
    *,
    errors: tuple[int, ...] = (),
    query: dict[str, str] | None = None,
) -> Callable[[Callable[[], ResponseReturnValue]], Callable[[], ResponseReturnValue]]:
    """Document a view without a body; `query`: name and description of optional parameters."""

    def decorate(view: Callable[[], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
        return _noted(view, Operation(_summary(view), None, answers, errors, query or {}))

    return decorate


@lru_cache(maxsize=1)
def document(app: Flask) -> str:
    """Return the OpenAPI 3.1 document of every decorated view of the application, as JSON."""
    operations = {
        (rule.rule, method.lower()): operation
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if (operation := getattr(app.view_functions[rule.endpoint], "operation", None))
    }
    paths: dict[str, dict[str, Any]] = {}
    for (path, method), operation in sorted(operations.items()):
        paths.setdefault(path, {})[method] = _described(operation, f"{method}{_name(path)}")
    return app.json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "The visitor API", "version": "1"},
            "paths": paths,
            "components": {"schemas": _schemas(list(operations.values()))},
        }
    )


def _noted(
    view: Callable[[], ResponseReturnValue], operation: Operation
) -> Callable[[], ResponseReturnValue]:
    view.operation = operation  # type: ignore[attr-defined]
    return view


def _summary(view: Callable[..., object]) -> str:
    return (view.__doc__ or "").strip().partition("\n")[0].rstrip(".")


def _name(path: str) -> str:
    return "".join(part.title() for part in path.removeprefix(_PATH).replace(".", "/").split("/"))


def _described(operation: Operation, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {"operationId": name, "summary": operation.summary}
    parameters = [_parameter("query", *item, required=False) for item in operation.query.items()]
    parameters += [_parameter("header", *item, required=True) for item in operation.headers.items()]
    if parameters:
        found["parameters"] = parameters
    if operation.body is not None:
        content = {"application/json": {"schema": _reference(operation.body)}}
        found["requestBody"] = {"required": True, "content": content}
    responses = {status: _answer(status, model) for status, model in operation.answers.items()}
    responses |= {status: _answer(status, ProblemOut) for status in operation.errors}
    found["responses"] = {str(status): responses[status] for status in sorted(responses)}
    return found


def _parameter(place: str, name: str, description: str, *, required: bool) -> dict[str, Any]:
    schema = {"type": "string"}
    return {
        "name": name,
        "in": place,
        "required": required,
        "description": description,
        "schema": schema,
    }


def _answer(status: int, model: type[BaseModel] | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": _STATUS[status]}
    if model is not None:
        kind = "application/problem+json" if model is ProblemOut else "application/json"
        answer["content"] = {kind: {"schema": _reference(model)}}
    if status in (429, 503):
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return answer


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _SCHEMAS.format(model=model.__name__)}


def _schemas(operations: list[Operation]) -> dict[str, Any]:
    read = {operation.body for operation in operations if operation.body is not None}
    written = {model for operation in operations for model in operation.answers.values() if model}
    wanted: list[tuple[type[BaseModel], str]] = [(model, "validation") for model in read]
    wanted += [(model, "serialization") for model in written | {ProblemOut}]
    wanted.sort(key=lambda item: item[0].__name__)
    _, found = models_json_schema(wanted, ref_template=_SCHEMAS)  # type: ignore[arg-type]
    schemas: dict[str, Any] = found["$defs"]
    return schemas
