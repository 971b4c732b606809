"""Conversations: what is kept of them, and for how long."""

from __future__ import annotations

import datetime as dt
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistant.records.conversations import Conversations
from assistant.records.storage.models import Conversation, Exchange
from tests.conftest import MakeApp


def ask(client: FlaskClient, question: str, **more: Any) -> Any:
    return client.post("/api/v1/messages", json={"text": question, **more}).json


def kept(app: Flask) -> list[Exchange]:
    with app.extensions["desk"].database.read() as session:
        return list(session.scalars(select(Exchange).order_by(Exchange.id)))


def later(app: Flask, **time: float) -> None:
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(**time)
    app.extensions["desk"].now = lambda: moment


def test_an_exchange_is_kept_with_its_answer_and_the_knowledge_it_came_from(
    both_app: Flask,
) -> None:
    ask(both_app.test_client(), "does it hurt", page="https://clinic.example/hair?name=x#y")
    exchange = kept(both_app)[0]
    assert (exchange.text, exchange.kind, exchange.entries) == ("does it hurt", "answer", ["pain"])
    assert exchange.knowledge_version == both_app.extensions["desk"].knowledge.version
    assert exchange.page == "https://clinic.example/hair"
    assert exchange.created_at.tzinfo is dt.UTC
    assert exchange.confidence is not None
    assert exchange.helpful is None


def test_contact_data_is_not_kept(both_app: Flask) -> None:
    ask(both_app.test_client(), "call me on +1 416 555 0134 or jo@example.com, does it hurt?")
    assert "555" not in kept(both_app)[0].text
    assert "example.com" not in kept(both_app)[0].text


@pytest.mark.parametrize(
    "contact",
    [
        "416\u2011555\u20110134",
        "416–555–0134",
        "no.4165550134",
        "4165550134pls",
        "416·555·0134",
        "anna＠example.com",
        "info@пример.рф",
    ],
)
def test_nor_is_it_when_written_in_another_way(app: Flask, contact: str) -> None:
    ask(app.test_client(), f"my {contact} does it hurt?")
    assert "[removed]" in kept(app)[0].text
    assert not {"4165", "0134", "anna", "пример"} & set(kept(app)[0].text.split())


def test_years_are_no_telephone_number(app: Flask) -> None:
    ask(app.test_client(), "I lost hair 2019-2023, does it hurt?")
    assert kept(app)[0].text == "I lost hair 2019-2023, does it hurt?"


def test_the_address_of_a_page_is_cut_never_a_reason_to_refuse(app: Flask) -> None:
    ask(app.test_client(), "does it hurt?", page="https://clinic.example/" + "%D8%A7" * 900)
    (exchange,) = kept(app)
    assert exchange.page is not None
    assert len(exchange.page) == 2000


def test_the_token_itself_is_not_kept(both_app: Flask) -> None:
    token = ask(both_app.test_client(), "does it hurt")["conversation"]
    with both_app.extensions["desk"].database.read() as session:
        assert session.scalars(select(Conversation.token_hash)).all() == [
            hashlib.sha256(token.encode()).digest()
        ]


def test_text_of_every_script_comes_back_as_it_was(both_app: Flask) -> None:
    ask(both_app.test_client(), "هل هو مؤلم؟ 疼吗 😀")
    assert kept(both_app)[0].text == "هل هو مؤلم؟ 疼吗 😀"


def test_a_token_is_good_for_a_day(both_app: Flask) -> None:
    client = both_app.test_client()
    token = ask(client, "does it hurt")["conversation"]
    later(both_app, hours=23.9)
    assert ask(client, "does it hurt", conversation=token)["conversation"] == token
    later(both_app, hours=24.1)
    assert ask(client, "does it hurt", conversation=token)["conversation"] != token


def test_conversations_are_deleted_after_thirty_days(both_app: Flask) -> None:
    client, desk = both_app.test_client(), both_app.extensions["desk"]
    ask(client, "does it hurt")
    later(both_app, days=29.9)
    assert desk.conversations.purge(desk.now()) == 0
    ask(client, "what does it cost")
    later(both_app, days=30.1)
    assert desk.conversations.purge(desk.now()) == 1
    assert [exchange.entries for exchange in kept(both_app)] == [["cost"]]


def test_messages_that_come_at_once_are_each_kept_in_their_own_conversation(
    both_app: Flask,
) -> None:
    def talk(_visitor: int) -> list[str]:
        client = both_app.test_client()
        first = ask(client, "does it hurt")
        second = ask(client, "what does it cost", conversation=first["conversation"])
        return [first["message"], second["message"]]

    with ThreadPoolExecutor(12) as visitors:
        talks = list(visitors.map(talk, range(24)))
    found: dict[int, list[str]] = {}
    for exchange in kept(both_app):
        found.setdefault(exchange.conversation_id, []).append(str(exchange.message))
    assert sorted(found.values()) == sorted(talks)


@pytest.mark.postgres
def test_a_database_that_cannot_be_written_costs_no_reply(
    make_app: MakeApp, postgres_url: str
) -> None:
    app = make_app(postgres_url)
    client, desk = app.test_client(), app.extensions["desk"]
    token = ask(client, "does it hurt")["conversation"]
    with desk.database.engine.connect() as connection:
        name = connection.engine.url.database
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
            f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'
        )
    desk.database.engine.dispose()
    answer = ask(client, "I can't breathe since the injection", conversation=token)
    assert (answer["reply"]["kind"], answer["conversation"]) == ("emergency", None)


def test_nor_does_one_whose_file_is_damaged(app: Flask, tmp_path: Any) -> None:
    client, desk = app.test_client(), app.extensions["desk"]
    ask(client, "does it hurt")
    desk.database.engine.dispose()
    (tmp_path / "test.sqlite3").write_bytes(b"no database" * 1000)
    answer = ask(client, "I can't breathe since the injection")
    assert (answer["reply"]["kind"], answer["conversation"]) == ("emergency", None)


def test_notes_are_taken_again_once_the_database_is_back(app: Flask, tmp_path: Any) -> None:
    client, desk, file = app.test_client(), app.extensions["desk"], tmp_path / "test.sqlite3"
    desk.conversations = Conversations(desk.database, rest_seconds=0)
    ask(client, "does it hurt")
    desk.database.engine.dispose()
    file.rename(tmp_path / "away")
    file.mkdir()
    assert ask(client, "does it hurt")["conversation"] is None
    file.rmdir()
    (tmp_path / "away").rename(file)
    assert ask(client, "does it hurt")["conversation"] is not None
