"""What is told a reply, and what it says."""

import datetime as dt

from assistant.answering.messages import Context, Reply
from assistant.answering.reply import Replier

TODAY = dt.date(2026, 11, 22)


def talk(replier: Replier, *messages: str) -> Reply:
    """Return the reply to the last of the messages of one conversation."""
    context = Context()
    for message in messages:
        reply = replier.reply(message, context, TODAY)
        context = context.after(reply)
    return reply


def entries(reply: Reply) -> list[str]:
    return [answer.entry for answer in reply.answers]


def said(reply: Reply) -> str:
    return " ".join(
        span.text for block in reply.blocks if block.type == "paragraph" for span in block.spans
    )
