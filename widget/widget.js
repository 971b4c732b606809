// @ts-check
/* Draws the launcher; the chat itself (chat/main.js) loads when a visitor acts. See README.md. */
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

  /**
   * @param {Node} parent
   * @param {string} tag
   * @param {string} [text]
   */
  const add = (parent, tag, text) => {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    return parent.appendChild(node);
  };
  const section = add(root, 'section');
  section.setAttribute('aria-label', label);
  const launcher = /** @type {HTMLButtonElement} */ (add(section, 'button'));
  launcher.type = 'button';
  launcher.className = 'launcher';
  launcher.setAttribute('aria-haspopup', 'dialog');
  const svg = 'http://www.w3.org/2000/svg';
  const icon = launcher.appendChild(document.createElementNS(svg, 'svg'));
  icon.setAttribute('viewBox', '0 0 24 24');
  icon.setAttribute('aria-hidden', 'true');
  icon
    .appendChild(document.createElementNS(svg, 'path'))
    .setAttribute('d', 'M12 3.5C7 3.5 3 6.8 3 11c0 2.3 1.2 4.3 3.2 5.7L5.5 21l4.4-2.6c5.9 1.1 11.1-2.5 11.1-7.4 0-4.2-4-7.5-9-7.5ZM8 11h.1m3.9 0h.1m3.9 0h.1');
  add(launcher, 'span', label);
  const lost = add(section, 'div');
  lost.className = 'lost';
  lost.setAttribute('role', 'alert');

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host { all: initial !important; display: block !important }
:host([data-float]) { position: fixed !important; inset: auto 0 0 !important;
  z-index: var(--cc-z, 2147483000) !important }
@media print { :host { display: none !important } }
.launcher, .lost { font: 500 1em/1.4 system-ui, sans-serif; box-sizing: border-box }
.launcher { display: flex; align-items: center; justify-content: center; gap: 10px;
  min-width: 56px; min-height: 56px; padding: 8px 22px 8px 18px; cursor: pointer;
  border: 2px solid transparent; border-radius: 28px;
  color: var(--cc-ink, #fff); background: var(--cc-accent, #0b6e6e);
  box-shadow: 0 1px 2px #0003, 0 8px 24px #0003; transition: transform .15s }
.launcher:hover { transform: translateY(-2px) }
.launcher:focus-visible { outline: 3px solid #111; box-shadow: 0 0 0 6px #fff }
.launcher[hidden], .lost:empty { display: none }
.launcher[aria-busy] { cursor: progress; opacity: .75 }
svg { width: 26px; flex: none; fill: none; stroke: currentColor; stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round }
.lost { padding: 16px 20px; border: 1px solid #7b8a89; border-radius: 16px;
  color: #1d2b2b; background: #fff }
.lost a { display: block; padding: 11px 0; color: #0a5c5c }
:host([data-float]) :is(.launcher, .lost) { position: fixed; right: 20px;
  bottom: calc(20px + env(safe-area-inset-bottom)) }
:host([data-float=left]) * { right: auto; left: 20px }
:host([data-float]) .lost { bottom: 90px; max-width: min(320px, 100vw - 40px) }
@media (max-width: 479px) {
  :host([data-float]) .launcher { padding: 13px }
  :host([data-float]) span { position: absolute; opacity: 0; width: 1px; overflow: hidden }
}
@media (prefers-reduced-motion: reduce) { * { transition: none } }`);
  root.adoptedStyleSheets = [sheet];

  const paint = (/** @type {string} */ accent) => {
    // Mixed with itself, a colour of any notation is computed as "color(srgb r g b)".
    launcher.style.color = `color-mix(in srgb, ${accent}, ${accent})`;
    const rgb = launcher.style.color && getComputedStyle(launcher).color.match(/\d[\d.e-]*/g);
    launcher.style.color = '';
    if (!rgb) return;
    const [r, g, b] = rgb.map((c) => (+c > 0.04045 ? ((+c + 0.055) / 1.055) ** 2.4 : +c / 12.92));
    const light = 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.183;
    host.style.setProperty('--cc-accent', accent);
    host.style.setProperty('--cc-ink', light ? '#000' : '#fff');
  };

  let tries = 0;
  /** @type {Promise<import('./chat/types').Chat> | undefined} */
  let chat;
  /** @type {Promise<any> | undefined} */
  let code;
  // A browser may remember a failed import, so that each new try has an address of its own.
  const fetchCode = () => (code ||= import(`${base}widget/chat/main.js${tries ? `?${tries}` : ''}`));
  const load = () =>
    (chat ||= fetchCode().then((main) => main.mount({ base, host, root, launcher, options })));
  const warm = () => fetchCode().catch(() => {});

  const sayLost = () => {
    tries += 1;
    chat = code = undefined;
    lost.textContent = options.unavailable || 'The chat cannot be reached. Please try again later.';
    if (options.phone) {
      add(lost, 'a', options.phone).setAttribute('href', 'tel:' + options.phone);
    }
    add(lost, 'div', options.emergency || 'Emergency: 112 or your local emergency number');
  };
  /** @param {(chat: import('./chat/types').Chat) => void} act */
  const run = async (act) => {
    launcher.setAttribute('aria-busy', 'true');
    try {
      act(await load());
      lost.textContent = '';
    } catch {
      sayLost();
    }
    launcher.removeAttribute('aria-busy');
  };
  const open = () => run((it) => it.open());

  const onClick = (/** @type {MouseEvent} */ event) => {
    const target = /** @type {Element} */ (event.target);
    if (!target.closest?.(`a[href$="${HASH}"]`) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  };
  const onHash = () => location.hash === HASH && open();

  const start = () => {
    const target = options.target && document.querySelector(options.target);
    host.style.setProperty('display', 'block', 'important');
    if (options.zIndex) host.style.setProperty('--cc-z', options.zIndex);
    if (!target) {
      const rtl = getComputedStyle(html).direction === 'rtl';
      host.dataset.float = options.position || (rtl ? 'left' : 'right');
    }
    (target || html).appendChild(host);
    if (options.accent) paint(options.accent);
    launcher.addEventListener('click', open);
    for (const sign of ['pointerenter', 'focus', 'touchstart']) {
      launcher.addEventListener(sign, warm, { once: true, passive: true });
    }
    document.addEventListener('click', onClick);
    addEventListener('hashchange', onHash);
    onHash();
    resume();
  };

  // What was kept for 24 hours goes, even if the chat is never opened again.
  const resume = () => {
    try {
      const limit = Date.now() - 864e5;
      const kept = localStorage.getItem(KEY);
      if (!kept) return;
      const fresh = JSON.stringify(JSON.parse(kept, (_, it) => (it?.at < limit ? null : it)));
      if (/"at"/.test(fresh)) localStorage.setItem(KEY, fresh);
      else localStorage.removeItem(KEY);
      if (sessionStorage.getItem(KEY) || /"sending"/.test(fresh)) run((it) => it.resume());
    } catch {
      // Storage is blocked: there is nothing to keep or to forget.
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
