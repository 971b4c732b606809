"""Answers become a tree of blocks; whatever is not in the Markdown subset stays plain text."""

from __future__ import annotations

import pytest

from assistant.answering.blocks import BulletList, Paragraph, Span, parse, plain


def test_paragraphs_emphasis_and_lists_become_blocks() -> None:
    first, second = parse("It is *meant* to **help**:\n\n- one\n- **two**: more")
    assert first == Paragraph(
        spans=(
            Span(text="It is "),
            Span(type="em", text="meant"),
            Span(text=" to "),
            Span(type="strong", text="help"),
            Span(text=":"),
        )
    )
    assert second == BulletList(
        items=(
            (Span(text="one"),),
            (Span(type="strong", text="two"), Span(text=": more")),
        )
    )


def test_a_line_break_inside_a_paragraph_is_a_space() -> None:
    assert plain(parse("one\ntwo")) == "one two"


@pytest.mark.parametrize(
    "href", ["https://clinic.example/a", "tel:+14165550100", "mailto:desk@clinic.example"]
)
def test_links_to_pages_phones_and_mailboxes_are_links(href: str) -> None:
    assert parse(f"[here]({href})") == (
        Paragraph(spans=(Span(type="link", text="here", href=href),)),
    )


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "http://a.example",
        "//a.example",
    ],
)
def test_any_other_link_stays_text(href: str) -> None:
    written = f"[here]({href})"
    (paragraph,) = parse(written)
    assert isinstance(paragraph, Paragraph)
    assert all(span.href is None for span in paragraph.spans)
    assert plain((paragraph,)) == written


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<b>bold</b>", "# Heading", "> quote", "`code`"]
)
def test_nothing_else_of_markdown_or_html_is_understood(text: str) -> None:
    assert parse(text) == (Paragraph(spans=(Span(text=text),)),)


def test_the_words_of_an_answer_come_one_line_a_paragraph_or_item() -> None:
    assert plain(parse("Two things:\n\n- dry *scalp*\n- rest")) == "Two things:\ndry scalp\nrest"
