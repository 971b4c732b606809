// The staff area works without this file; it adds keys, new requests as they come, and small comforts.

const KEYS_OFF = "staff-keys-off";
const PULSE_SECONDS = 15;

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// Keys -------------------------------------------------------------------------------------------

const links = () => $$(".request .open");
const current = () => document.activeElement?.closest?.(".request") ?? null;

function move(step) {
  const all = links();
  if (!all.length) {
    $(step > 0 ? 'a[rel="next"]' : 'a[rel="prev"]')?.click();
    return;
  }
  const here = all.indexOf($(".open", current() ?? document.createElement("i")));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function tick(on) {
  const box = $(".tick input", current() ?? document.createElement("i"));
  if (box) box.checked = on ?? !box.checked;
  return box;
}

function edit() {
  if (tick(true)) $("#state").focus();
  else ($(".states input:checked") ?? $(".states input"))?.focus();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => tick(),
  e: edit,
  n: () => $("#note")?.focus(),
  u: () => $("#back")?.click(),
  "/": () => $("#q")?.focus(),
  "?": () => $("#keys")?.showModal(),
};

function typing(target) {
  return target.closest("textarea, select, input:not([type=checkbox]):not([type=radio]), dialog");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const off = localStorage.getItem(KEYS_OFF);
  const action = KEYS[event.key];
  if (!action || off || typing(event.target)) return;
  event.preventDefault();
  action();
});

const keysOn = $("#keys-on");
if (keysOn) {
  keysOn.checked = !localStorage.getItem(KEYS_OFF);
  keysOn.addEventListener("change", () => {
    if (keysOn.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "yes");
  });
}
for (const button of $$("[data-keys]")) {
  button.hidden = false;
  button.addEventListener("click", () => $("#keys").showModal());
}

// In the list of statuses Enter saves, as in any text field.
for (const radio of $$(".states input")) {
  radio.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    radio.form.requestSubmit($("button.main", radio.form));
  });
}

// New requests -----------------------------------------------------------------------------------

function page(url) {
  // A document that is read this way runs no scripts and asks for no pictures.
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.onload = () => (request.status === 200 ? resolve(request.response) : reject());
    request.onerror = reject;
    request.open("GET", url);
    request.send();
  });
}

async function refresh(list) {
  const fresh = await page(location.href);
  const ticked = new Set($$(".tick input:checked", list).map((box) => box.value));
  const focused = $(".open:focus", list)?.getAttribute("href");
  if (list.contains(document.activeElement) && !focused) return; // somebody is choosing
  const replacement = document.importNode($("#list", fresh), true);
  for (const box of $$(".tick input", replacement)) box.checked = ticked.has(box.value);
  list.replaceWith(replacement);
  $("#tabs")?.replaceWith(document.importNode($("#tabs", fresh), true));
  $$(".open", replacement).find((link) => link.getAttribute("href") === focused)?.focus();
}

function countInTitle(number) {
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = number ? `(${number}) ${title}` : title;
}

async function pulse(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) return response.status !== 401; // signed out: the next click says so
  const now = await response.json();
  countInTitle(now.new);
  const list = $("#list");
  const known = list?.dataset;
  if (known && (known.newest !== String(now.newest) || known.new !== String(now.new))) {
    await refresh(list);
  }
  return true;
}

async function watch(url) {
  let on = true;
  while (on) {
    await new Promise((resolve) => setTimeout(resolve, PULSE_SECONDS * 1000));
    try {
      on = await pulse(url);
    } catch {
      // The network or the server is away for a moment: try again.
    }
  }
}

const pulseUrl = $("[data-pulse]")?.dataset.pulse;
if (pulseUrl) watch(pulseUrl);

// Small comforts ---------------------------------------------------------------------------------

for (const button of $$("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const button of $$("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText($(`#${button.dataset.copy}`).value);
    button.textContent = "Copied";
  });
}
