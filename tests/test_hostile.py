"""Hostile requests: whatever is sent, the server answers and never fails."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from tests.conftest import MakeApp

PATHS = ["messages", "suggestions", "feedback", "conversation/erase", "leads"]
HOSTILE = {
    "nothing": b"",
    "not JSON": b"{",
    "a list": b'["text"]',
    "a string": b'"text"',
    "null": b"null",
    "NaN": b'{"text": NaN}',
    "infinity": b'{"text": 1e999}',
    "a long number": b'{"text": ' + b"9" * 5000 + b"}",
    "duplicate keys": b'{"text": "a", "text": "b"}',
    "duplicate keys inside": b'{"text": "a", "x": {"a": 1, "a": 2}}',
    "a lone surrogate": b'{"text": "\\ud800"}',
    "a lone surrogate as a key": b'{"\\udfff": 1, "text": "a"}',
    "NUL": b'{"text": "a\\u0000b"}',
    "a raw control character": b'{"text": "a\x01b"}',
    "not UTF-8": b'{"text": "\xff\xfe"}',
    "UTF-16": '{"text": "a"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"text": "a"}',
    "deep lists": b"[" * 16000,
    "deep lists, closed": b'{"text": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "deep objects": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "two objects": b'{"text": "a"}{"text": "b"}',
}
ODD_TEXTS = {
    "one combining mark": "\u0301",
    "many combining marks": "a" + "\u0301" * 490,
    "right-to-left overrides": "\u202edoes it hurt\u202c" * 20,
    "zero-width only": "\u200b" * 100,
    "non-characters": "\ufffe\uffff\U0010ffff",
    "escaped backslash before u0000": "\\u0000",
    "quotes and SQL": "'; DROP TABLE exchanges; --\"",
    "templates": "{{ 7*7 }} ${7*7} %s %n {0} <script>alert(1)</script>",
    "one letter": "z" * 500,
    "one word": "hurt " * 100,
    "many questions": "does it hurt? " * 35,
    "digits": "1" * 500,
    "emoji": "👩‍👩‍👧‍👦" * 70,
    "dotted capital i": "İ" * 250,
    "ligature": "\ufdfa" * 400,
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_body_that_is_not_one_json_object_is_unreadable(
    path: str, body: bytes, client: FlaskClient
) -> None:
    response = client.post(
        f"/api/v1/{path}",
        data=body,
        content_type="application/json",
        headers={"Idempotency-Key": "4a6b2f3e-1111-4222-8333-944455556666"},
    )
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_an_odd_text_is_answered_like_any_other(text: str, both_client: FlaskClient) -> None:
    response = both_client.post("/api/v1/messages", json={"text": text})
    assert response.status_code == 200
    assert both_client.post("/help/en", data={"question": text}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_too_large_a_body_is_refused_unread(path: str, client: FlaskClient) -> None:
    body = json.dumps({"text": "x" * 70_000})
    response = client.post(f"/api/v1/{path}", data=body, content_type="application/json")
    assert response.status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "json"])
def test_other_content_types_are_refused(kind: str, client: FlaskClient) -> None:
    response = client.post("/api/v1/messages", data=b'{"text": "a"}', content_type=kind)
    assert response.status_code == 415


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_other_methods_are_refused_in_the_same_shape(method: str, client: FlaskClient) -> None:
    response = client.open("/api/v1/messages", method=method.upper())
    assert response.status_code == 405
    assert response.content_type == "application/problem+json"
    assert "POST" in response.headers["Allow"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["text", "choose", "conversation", "language", "page", "q", "message", "helpful", "name"]
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(PATHS), st.dictionaries(FIELDS, JSON, max_size=5))
def test_no_object_makes_the_server_fail(client: FlaskClient, path: str, body: Any) -> None:
    data = json.dumps(body).encode("utf-8", "replace")
    response = client.post(f"/api/v1/{path}", data=data, content_type="application/json")
    assert response.status_code < 500


CHECKS = [
    not_a_server_error,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.status_code_conformance,
]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_responses_are_as_the_api_describes_them(
    mode: GenerationMode, make_app: MakeApp, sqlite_url: str
) -> None:
    app = make_app(sqlite_url)
    app.testing = False  # a failure shall be a 500 here, as it would be outside
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    for found in api.get_all_operations():
        _try(found.ok(), mode)


def _try(operation: Any, mode: GenerationMode) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def run(case: schemathesis.Case[Any]) -> None:
        case.validate_response(case.call(), checks=CHECKS)

    run()
