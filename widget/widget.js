// @ts-check
/* Draws the launcher; chat/main.js loads when a visitor acts. See README.md. */
(() => {
  'use strict';
  const scripts = document.querySelectorAll('script[src*="/widget.js"]');
  const script = /** @type {HTMLScriptElement | undefined} */ (
    document.currentScript || scripts[scripts.length - 1]
  );
  if ('ClinicChat' in window || !script || !document.adoptedStyleSheets) return;

  const KEY = 'clinic-chat';
  const HASH = '#' + KEY;
  const options = script.dataset;
  const base = new URL('.', script.src).href;
  const label = options.label || 'Ask us a question';
  const html = document.documentElement;
  const host = document.createElement(KEY);
  const root = host.attachShadow({ mode: 'open' });

  /** @type {(parent: Node, tag: string, look?: string, text?: string) => HTMLElement} */
  const add = (parent, tag, look = '', text = '') => {
    const node = document.createElement(tag);
    node.className = look;
    node.textContent = text;
    return parent.appendChild(node);
  };
  const section = add(root, 'section');
  section.setAttribute('aria-label', label);
  const launcher = /** @type {HTMLButtonElement} */ (add(section, 'button', 'launcher'));
  launcher.type = 'button';
  launcher.setAttribute('aria-haspopup', 'dialog');
  const svg = 'http://www.w3.org/2000/svg';
  const icon = launcher.appendChild(document.createElementNS(svg, 'svg'));
  icon.setAttribute('viewBox', '0 0 24 24');
  const path = icon.appendChild(document.createElementNS(svg, 'path'));
  path.setAttribute('d', 'M12 4q9 0 9 7t-11 7l-5 3 1-4q-3-2-3-6 0-7 9-7M8 11h.1m3.9 0h.1m3.9 0h.1');
  add(launcher, 'span', '', label);
  const lost = add(section, 'div', 'lost');
  lost.setAttribute('role', 'alert');

  // The ink is black or white, by the accent's luminance (y).
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host { all: initial !important; display: block !important }
:host([data-float]) { position: fixed !important; inset: auto 0 0 !important;
  z-index: var(--cc-z, 2147483000) !important }
@media print { :host { display: none !important } }
section { --accent: var(--cc-accent, #0b6e6e); --on: clamp(0, (.18 - y) * 1e6, 1);
  --ink: color(from var(--accent) xyz calc(var(--on) * .95) var(--on) calc(var(--on) * 1.09));
  font: 500 1em/1.4 system-ui, sans-serif }
.launcher { display: flex; align-items: center; justify-content: center; gap: 10px;
  min-width: 56px; min-height: 56px; padding: 8px 22px 8px 18px; cursor: pointer;
  border: 2px solid transparent; border-radius: 28px; font: inherit;
  color: var(--ink); background: var(--accent); box-shadow: 0 2px 16px #0004 }
.launcher:focus-visible { outline: 3px solid #111; box-shadow: 0 0 0 6px #fff }
.launcher[hidden], .lost:empty { display: none }
.launcher[aria-busy] { opacity: .7 }
svg { width: 26px; flex: none; fill: none; stroke: currentColor; stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round }
.lost { padding: 16px 20px; border: 1px solid #778; border-radius: 16px; color: #122; background: #fff }
.lost a { display: block; padding: 11px 0; color: #055 }
:host([data-float]) :is(.launcher, .lost) { position: fixed; right: 20px;
  bottom: calc(20px + env(safe-area-inset-bottom)) }
:host([data-float=left]) :is(.launcher, .lost) { right: auto; left: 20px }
:host([data-float]) .lost { bottom: 90px; width: 280px }
@media (max-width: 479px) {
  :host([data-float]) .launcher { padding: 13px }
  :host([data-float]) .launcher span { position: absolute; opacity: 0; width: 1px; overflow: hidden }
}`);
  root.adoptedStyleSheets = [sheet];

  let tries = 0;
  /** @type {Promise<any> | undefined} */
  let code;
  /** @type {Promise<import('./chat/types').Chat> | undefined} */
  let chat;
  // A failed import is remembered: a new try has new addresses, also for what main.js imports.
  const fetchCode = () => (code ||= import(`${base}widget/${tries ? tries + '/' : ''}chat/main.js`));
  const warm = () => fetchCode().catch(() => {});

  /** @type {(act: (chat: import('./chat/types').Chat) => void) => Promise<void>} */
  const run = async (act) => {
    launcher.setAttribute('aria-busy', 'true');
    try {
      chat ||= fetchCode().then((main) => main.mount({ base, host, root, launcher, options }));
      act(await chat);
      lost.textContent = '';
    } catch {
      tries += 1;
      chat = code = undefined;
      lost.textContent = options.unavailable || 'The chat cannot be reached right now.';
      const { phone, emergency } = options;
      if (phone) add(lost, 'a', '', phone).setAttribute('href', 'tel:' + phone);
      add(lost, 'div', '', emergency || 'Emergency: 112 or your local emergency number');
      addEventListener('online', () => host.isConnected && run(act), { once: true });
    }
    launcher.removeAttribute('aria-busy');
  };
  const open = () => run((it) => it.open());
  const onClick = (/** @type {MouseEvent} */ event) => {
    const { target, ctrlKey, metaKey } = event;
    const link = target instanceof Element && target.closest(`a[href$="${HASH}"]`);
    if (!link || ctrlKey || metaKey) return;
    event.preventDefault();
    open();
  };
  const onHash = () => location.hash === HASH && open();

  // What was kept for 24 hours goes.
  const resume = () => {
    let kept = localStorage.getItem(KEY);
    if (!kept) return;
    const limit = Date.now() - 864e5;
    let stale;
    const fresh = JSON.parse(kept, (_, it) => (it?.at < limit ? (stale = 0) : it));
    if (stale === 0) localStorage.setItem(KEY, (kept = JSON.stringify(fresh)));
    if (!/"at"/.test(kept)) localStorage.removeItem(KEY);
    if (sessionStorage.getItem(KEY) || /"sending"/.test(kept)) run((it) => it.resume());
  };
  const start = () => {
    const target = options.target && document.querySelector(options.target);
    host.style.setProperty('display', 'block', 'important');
    if (options.zIndex) host.style.setProperty('--cc-z', options.zIndex);
    if (options.accent) host.style.setProperty('--cc-accent', options.accent);
    const side = getComputedStyle(html).direction === 'rtl' ? 'left' : 'right';
    if (!target) host.dataset.float = options.position || side;
    (target || html).appendChild(host);
    launcher.addEventListener('click', open);
    launcher.addEventListener('pointerenter', warm);
    launcher.addEventListener('focus', warm);
    document.addEventListener('click', onClick);
    addEventListener('hashchange', onHash);
    onHash();
    try {
      resume();
    } catch {
      // Storage is blocked.
    }
  };

  Object.defineProperty(window, 'ClinicChat', {
    configurable: true,
    value: {
      open,
      close: () => chat?.then((it) => it.close()),
      ask: (/** @type {string} */ text) => run((it) => it.ask(text)),
      destroy: () => {
        chat?.then((it) => it.destroy());
        document.removeEventListener('click', onClick);
        removeEventListener('hashchange', onHash);
        host.remove();
        Reflect.deleteProperty(window, 'ClinicChat');
      },
    },
  });
  if (document.body) start();
  else addEventListener('DOMContentLoaded', start);
})();
