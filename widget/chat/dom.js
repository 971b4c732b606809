/** @import {Act, Block, Child, Props, Span} from './types' */

/** @type {Record<string, string>} */
let texts = {};
let language = 'en';

/** @type {(newTexts: Record<string, string>, newLanguage: string) => void} */
export const speak = (newTexts, newLanguage) => {
  texts = newTexts;
  language = newLanguage;
};

/**
 * A text of the interface. A key that an older server lacks is shown as words.
 * @type {(key: string, values?: Record<string, any>) => string}
 */
export const t = (key, values = {}) =>
  (texts[key] || key.replace(/_/g, ' ')).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');

/**
 * A new element. A string is its class; functions become listeners, true an empty attribute.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props} [props]
 * @param {...Child} children
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  const all = typeof props === 'string' ? { class: props } : props;
  for (const name of Object.keys(all)) {
    const value = all[name];
    if (typeof value === 'function') node.addEventListener(name, /** @type {Act} */ (value));
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value != null) node.setAttribute(name, `${value}`);
  }
  return fill(node, ...children);
}

/** @template {Node} T @param {T} node @param {...Child} children */
export function fill(node, ...children) {
  for (const child of children) {
    if (child) node.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
  }
  return node;
}

/** @type {(node: Node, ...children: Child[]) => void} */
export const refill = (node, ...children) => {
  node.textContent = '';
  fill(node, ...children);
};

/** @type {(label: Child, click: Act, look?: string, title?: string) => HTMLButtonElement} */
export const button = (label, click, look = 'chip', title) =>
  h('button', { type: 'button', class: look, click, 'aria-label': title, title }, label);

/** @type {(at: number) => HTMLElement} */
export const time = (at) => {
  const style = /** @type {const} */ ({ hour: 'numeric', minute: '2-digit' });
  const clock = new Intl.DateTimeFormat(language, style);
  return h('time', { datetime: new Date(at).toISOString() }, clock.format(at));
};

const PATHS = {
  close: 'M6 6l12 12M18 6 6 18',
  send: 'M12 19V5m-6 6 6-6 6 6',
  phone: 'M5 4h4l1.5 4.5-2.5 2a12 12 0 0 0 5.5 5.5l2-2.5L20 15v4q-1 1.5-2 1.5A15 15 0 0 1 3.5 6Q4 4 5 4',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5q1-6 7.5-6t7.5 6',
  clear: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  leaf: 'M5 19Q5 5 20 5q0 14-15 14-1 1-1 1 2-8 10-10',
};

/** @type {(name: keyof typeof PATHS) => Element} */
export const icon = (name) => {
  const [svg, path] = ['svg', 'path'].map((tag) =>
    document.createElementNS('http://www.w3.org/2000/svg', tag),
  );
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', PATHS[name]);
  return fill(svg, path);
};

/**
 * A link that leads nowhere but to https, a telephone or a mailbox.
 * @type {(text: Child, href: string, look?: string) => Node}
 */
export const link = (text, href, look) => {
  const web = href.startsWith('https:');
  if (!web && !/^(tel|mailto):/.test(href)) return fill(h('span'), text);
  return h('a', { href, class: look, target: web && '_blank', rel: web && 'noopener' }, text);
};

/** @type {(phone: string) => string} */
export const tel = (phone) => `tel:${phone.replace(/[^\d+]/g, '')}`;

/** @type {(tag: 'li' | 'p', spans: Span[]) => HTMLElement} */
const line = (tag, spans) => {
  const node = h(tag);
  for (const { type, text, href } of spans) {
    const plain = type !== 'strong' && type !== 'em';
    fill(node, href ? link(text, href) : plain ? text : h(type, '', text));
  }
  return node;
};

/**
 * Formatted text as nodes.
 * @type {(blocks?: Block[]) => Node}
 */
export const show = (blocks = []) => {
  const all = document.createDocumentFragment();
  for (const block of blocks) {
    if (block.type === 'paragraph') fill(all, line('p', block.spans));
    else if (block.type === 'list') fill(all, fill(h('ul'), ...block.items.map((it) => line('li', it))));
    else if (block.type === 'card') {
      const card = h('div', `card ${block.level}`, h('h3', '', block.title));
      for (const text of block.text) fill(card, h('p', '', text));
      for (const { label, href } of block.actions || []) fill(card, link(label, href, 'call'));
      fill(all, card);
    }
  }
  return all;
};
