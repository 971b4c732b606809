import { composer } from './composer.js';
import { paint } from './colour.js';
import { button, fill, h, icon, link, refill, show, speak, t, tel } from './dom.js';
import { requestForm } from './form.js';
import { transcript } from './log.js';
import { panel } from './panel.js';
import { consultation } from './request.js';
import { connect, remember } from './state.js';
import { converse } from './talk.js';
/** @import {Api, Chat, Config, Desk, Seam} from './types' */

const sheet = fetch(new URL('../chat.css', import.meta.url))
  .then((answer) => answer.text())
  .then((css) => new CSSStyleSheet().replace(css));

/**
 * What the loader calls when the visitor acts; rejected when the server cannot be reached.
 * @type {(seam: Seam) => Promise<Chat>}
 */
export const mount = async (seam) => {
  const { base, root, options } = seam;
  const api = connect(base);
  const language = options.language || document.documentElement.lang;
  const { status, data } = await api(`widget?language=${encodeURIComponent(language)}`);
  if (status !== 200) throw new Error(`The chat answers ${status}`);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, await sheet];
  return build(seam, api, data);
};

/** @type {(seam: Seam, api: Api, config: Config) => Chat} */
const build = (seam, api, { clinic, language, direction, greeting, starters, texts, theme }) => {
  const { host, root, options } = seam;
  speak(texts, language);

  const desk = /** @type {Desk} */ ({ api, language });
  desk.tell = (event, detail) =>
    document.dispatchEvent(new CustomEvent(`clinic-chat:${event}`, { detail }));
  desk.write = (text) => input.write(text);
  desk.form = (question) => {
    desk.request.open(question);
    form.heading.focus();
    scroller.scrollTop = form.node.offsetTop - 8;
  };
  desk.settled = (sent) => {
    const receipts = scroller.querySelectorAll('.receipt');
    const goal = sent ? receipts[receipts.length - 1] : form.summary;
    /** @type {HTMLElement} */ (goal).focus();
  };
  desk.store = remember(() => render());
  desk.talk = converse(desk);
  desk.request = consultation(desk);
  const { store, talk, request } = desk;

  const form = requestForm(desk);
  const log = transcript(desk);
  const input = composer(desk);
  const urgent = h('div', { class: 'urgent', role: 'alert' });
  const first = log.chips(starters, t('starters'));
  const typing = h('div', 'typing', h('span', 'unseen', t('typing')), h('i'), h('i'), h('i'));
  const wipe = button(icon('clear'), () => ask(true), 'icon', t('clear'));
  const close = button(icon('close'), () => frame.close(), 'icon', t('close'));
  const title = h('h2', { id: 'title', tabindex: -1 }, clinic.name);
  const avatar = h('span', 'avatar', icon('leaf'));
  const header = h('header', '', avatar, h('div', '', title, h('p', '', t('role'))), wipe, close);
  const number = /^\+?\d[\d ]*\d|/.exec(clinic.emergency_number)?.[0] || '';
  const [before, after] = t('disclaimer', { emergency: '\n' }).split('\n');
  const rest = clinic.emergency_number.slice(number.length) + (after || '');
  const note = h('p', 'note', before, !!number && link(number, tel(number)), rest);
  const hello = h('div', 'us', show(greeting));
  const scroller = h(
    'div',
    { class: 'scroller', tabindex: 0, role: 'group', 'aria-label': t('log') },
    hello,
    first,
    log.node,
    typing,
    form.node,
  );
  const confirm = h('div', { class: 'row confirm', role: 'group' }, t('clear_confirm'));
  const phone = clinic.phone || options.phone;
  const bar = h('div', 'row bar', button(fill(h('span'), icon('person'), t('person')), () => desk.form(asked())));
  if (phone) {
    const call = h('span', { 'aria-label': t('call', { phone }), role: 'text' }, icon('phone'), phone);
    bar.appendChild(link(call, tel(phone), 'chip'));
  }
  const dialog = h(
    'dialog',
    { class: 'panel', dir: direction, lang: language, 'aria-labelledby': 'title' },
    urgent,
    header,
    note,
    scroller,
    confirm,
    bar,
    input.node,
  );

  const asked = () => store.now.log.filter((it) => it.from === 'you').pop()?.text;
  const ask = (/** @type {boolean} */ open) => {
    confirm.hidden = !open;
    (open ? confirm.querySelector('button') : input.node.querySelector('textarea'))?.focus();
  };
  fill(
    confirm,
    button(t('clear'), () => (talk.clear(), ask(false)), 'main'),
    button(t('keep'), () => ask(false), 'chip plain'),
  );
  confirm.hidden = true;

  let pinned = '';
  const pin = () => {
    const item = store.now.log.filter((it) => it.reply?.kind === 'emergency' && !it.safe).pop();
    if (pinned === (item?.id || '')) return;
    pinned = item?.id || '';
    refill(urgent);
    if (item) fill(urgent, show(item.reply?.blocks), button(t('safe'), talk.safe, 'chip safe'));
  };
  const render = () => {
    const { log: lines, draft, token } = store.now;
    pin();
    const newest = log.render(lines);
    if (first) /** @type {HTMLElement} */ (first).hidden = !!lines[0];
    typing.hidden = !lines.some(({ status }) => status === 'sending');
    wipe.hidden = !lines[0] && !draft;
    form.node.hidden = !draft?.open;
    if (draft) form.update(draft, !!token);
    if (newest) {
      const asked = /** @type {HTMLElement | null} */ (newest.previousElementSibling);
      const from = asked && asked.offsetHeight < 120 ? asked : newest;
      scroller.scrollTop = from.offsetTop - 12;
    }
    store.keepOpen(dialog.hasAttribute('open'));
  };

  const frame = panel(seam, dialog, (open) => {
    store.keepOpen(open);
    desk.tell(open ? 'opened' : 'closed');
  });
  const dusk = matchMedia('(prefers-color-scheme: dark)');
  const shade = () => {
    const dark = options.theme ? options.theme === 'dark' : dusk.matches;
    dialog.classList.toggle('dark', dark);
    paint(host, dialog, options.accent || theme.accent, dark);
  };
  dusk.addEventListener('change', shade);
  root.querySelector('section')?.appendChild(dialog);
  shade();
  render();
  talk.retry();
  request.retry();

  const open = () => {
    frame.open();
    if (frame.covers()) title.focus();
    else input.write();
  };
  return {
    open,
    resume: () => frame.open(),
    close: frame.close,
    ask(text) {
      open();
      if (text.trim()) talk.say({ text: text.trim() });
    },
    destroy() {
      frame.stop();
      talk.stop();
      request.stop();
      store.stop();
      dusk.removeEventListener('change', shade);
    },
  };
};
