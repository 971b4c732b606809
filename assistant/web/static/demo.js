// Asks without leaving the page; without this script the form does the same by itself.
"use strict";

const form = document.getElementById("desk");
const field = document.getElementById("question");
const log = document.getElementById("answer");
let conversation = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (text) ask({ text }, text);
});

async function ask(message, shown) {
  log.replaceChildren(node("p", "asked", node("span", "who", "You asked: "), shown));
  try {
    const response = await fetch(form.dataset.api, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...message, conversation, language: form.dataset.language }),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(body.detail);
    conversation = body.conversation ?? conversation;
    show(body.reply);
    field.select();
  } catch {
    const text = "No answer came. Your question is still in the field: please try again.";
    log.append(node("p", "", text));
  }
}

function show(reply) {
  log.append(...reply.blocks.map(block));
  for (const answer of reply.answers) {
    log.append(node("h3", "", answer.question), ...answer.blocks.map(block));
    if (answer.source.section) log.append(node("p", "source", `From: ${answer.source.section}`));
  }
  log.append(...reply.suggestions.map(choice));
}

function choice({ entry, question }) {
  const button = node("button", "", question);
  button.type = "button";
  button.addEventListener("click", () => ask({ choose: entry }, question));
  return node("div", "choice", button);
}

function block(found) {
  if (found.type === "paragraph") return node("p", "", ...found.spans.map(span));
  if (found.type === "list") {
    return node("ul", "", ...found.items.map((item) => node("li", "", ...item.map(span))));
  }
  const actions = found.actions.map((action) => node("p", "", link(action.label, action.href, "call")));
  const lines = found.text.map((line) => node("p", "", line));
  const card = node("div", "card", node("h3", "", found.title), ...lines, ...actions);
  card.setAttribute("role", "alert");
  return card;
}

function span({ type, text, href }) {
  if (type === "link") return link(text, href, "");
  return type === "text" ? text : node(type, "", text);
}

function link(text, href, name) {
  if (!href) return node("strong", "", text);
  const found = node("a", name, text);
  found.href = href;
  return found;
}

function node(tag, name, ...children) {
  const found = document.createElement(tag);
  if (name) found.className = name;
  found.append(...children);
  return found;
}
