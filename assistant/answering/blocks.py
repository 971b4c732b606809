"""All formatted text there is: a small tree of blocks, never HTML."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import BaseModel, ConfigDict, Field

SCHEMES = ("https:", "tel:", "mailto:")
_MARKDOWN = MarkdownIt("zero").enable(["emphasis", "link", "list", "escape", "newline"])
_MARKDOWN.validateLink = lambda url: url.startswith(SCHEMES)  # type: ignore[method-assign]


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True)


class Span(_Node):
    """A run of text in one style; `href` only for a link (https, tel or mailto)."""

    type: Literal["text", "strong", "em", "link"] = "text"
    text: str
    href: str | None = None


class Paragraph(_Node):
    """One paragraph."""

    type: Literal["paragraph"] = "paragraph"
    spans: tuple[Span, ...]


class BulletList(_Node):
    """A list of items, each a row of spans."""

    type: Literal["list"] = "list"
    items: tuple[tuple[Span, ...], ...]


class Action(_Node):
    """The one thing a card asks for; without `href` it is plain text."""

    label: str
    href: str | None = None


class Card(_Node):
    """The urgent-care card."""

    type: Literal["card"] = "card"
    level: Literal["now", "today", "crisis"]
    title: str
    text: tuple[str, ...]
    actions: tuple[Action, ...]


Block = Annotated[Paragraph | BulletList | Card, Field(discriminator="type")]


def paragraph(text: str) -> Paragraph:
    """Return one plain paragraph."""
    return Paragraph(spans=(Span(text=text),))


@lru_cache(maxsize=256)
def parse(markdown: str) -> tuple[Paragraph | BulletList, ...]:
    """Return the blocks of a Markdown subset: paragraphs, `-` lists, emphasis, links.

    Anything else stays as the plain text that was written. Sources: CommonMark 0.31.
    """
    blocks: list[Paragraph | BulletList] = []
    items: list[tuple[Span, ...]] | None = None
    for token in _MARKDOWN.parse(markdown.strip()):
        if token.type == "bullet_list_open":
            items = []
        elif token.type == "bullet_list_close" and items is not None:
            blocks.append(BulletList(items=tuple(items)))
            items = None
        elif token.type == "inline":
            spans = _spans(token.children or [])
            if items is None:
                blocks.append(Paragraph(spans=spans))
            else:
                items.append(spans)
    return tuple(blocks)


def plain(blocks: tuple[Block, ...]) -> str:
    """Return the words of the blocks, one line a paragraph or list item."""
    return "\n".join("".join(span.text for span in row) for block in blocks for row in _rows(block))


def _rows(block: Block) -> tuple[tuple[Span, ...], ...]:
    if isinstance(block, Paragraph):
        return (block.spans,)
    if isinstance(block, BulletList):
        return block.items
    return tuple((Span(text=line),) for line in (block.title, *block.text))


def _spans(children: list[Token]) -> tuple[Span, ...]:
    spans: list[Span] = []
    style: Literal["text", "strong", "em", "link"] = "text"
    href: str | None = None
    for child in children:
        if child.type in ("strong_open", "em_open", "link_open"):
            style = {"strong_open": "strong", "em_open": "em"}.get(child.type, "link")  # type: ignore[assignment]
            href = str(child.attrs["href"]) if style == "link" else None
        elif child.type.endswith("_close"):
            style, href = "text", None
        else:
            text = child.content if child.type == "text" else " "
            if text:
                spans.append(Span(type=style, text=text, href=href))
    return tuple(spans)
