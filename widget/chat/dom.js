/** @import * as T from './types' */

/** @type {Record<string, string>} */
let texts = {};
let language = '';

export const speak = (/** @type {T.Config} */ config) => ({ texts, language } = config);

/** @type {T.Text} */
export const t = (key, values = {}) =>
  (texts[key] || key.replace(/_/g, ' ')).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');

/** @type {T.Fill} */
export const fill = (node, ...children) => {
  for (const child of children) {
    if (child) node.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
  }
  return node;
};

/** @type {T.Fill} */
export const refill = (node, ...children) => {
  const next = fill(document.createDocumentFragment(), ...children);
  if (next.textContent === node.textContent) return node;
  node.textContent = '';
  return fill(node, next);
};

/** @type {T.Make} */
export const h = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  const all = typeof attributes === 'string' ? { class: attributes } : attributes;
  for (const name of Object.keys(all)) {
    const value = /** @type {any} */ (all[name]);
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value != null && value !== false) node.setAttribute(name, value);
  }
  return fill(node, ...children);
};

/** @type {T.Button} */
export const button = (label, click, look = 'chip', title) =>
  h('button', { type: 'button', class: look, click, 'aria-label': title, title }, label);

export const time = (at = 0) => {
  const date = new Date(at);
  const clock = date.toLocaleTimeString(language, { hour: 'numeric', minute: '2-digit' });
  return h('time', { datetime: date.toISOString() }, clock);
};

const PATHS = {
  close: 'M6 6l12 12M18 6 6 18',
  send: 'M12 19V5m-6 6 6-6 6 6',
  phone: 'M5 4h4l2 5-3 2q2 4 5 5l2-3 5 2v4q-1 2-3 2Q4 19 3 6q0-2 2-2',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5q1-6 7.5-6t7.5 6',
  clear: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
};

export const icon = (/** @type {keyof typeof PATHS} */ name) => {
  const [svg, path] = ['svg', 'path'].map((tag) =>
    document.createElementNS('http://www.w3.org/2000/svg', tag),
  );
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', PATHS[name]);
  return fill(svg, path);
};

/** @type {T.Link} */
export const link = (text, href, look) => {
  const web = /^https:/.test(href);
  if (!web && !/^(tel|mailto):/.test(href)) return fill(h('span'), text);
  return h('a', { href, class: look, target: web && '_blank', rel: web && 'noopener' }, text);
};

export const tel = (phone = '') => 'tel:' + phone.replace(/[^\d+]/g, '');

const line = (/** @type {'li' | 'p'} */ tag, /** @type {T.Span[]} */ spans) => {
  const node = h(tag);
  for (const { type, text, href } of spans) {
    const inline = type === 'strong' || type === 'em' ? h(type, '', text) : text;
    fill(node, href ? link(text, href) : inline);
  }
  return node;
};

/** @type {T.Show} */
export const show = (blocks = []) => {
  const all = document.createDocumentFragment();
  for (const block of blocks) {
    if (block.type === 'paragraph') fill(all, line('p', block.spans));
    if (block.type === 'list') fill(all, h('ul', '', ...block.items.map((it) => line('li', it))));
    if (block.type !== 'card') continue;
    const { level, title, text, actions = [] } = block;
    const card = h('div', `card ${level}`, h('h2', '', title), ...text.map((it) => h('p', '', it)));
    fill(all, fill(card, ...actions.map((it) => link(it.label, it.href, 'call'))));
  }
  return all;
};
