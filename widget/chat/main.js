import { button, fill, h, icon, link, refill, show, speak, t, tel } from './dom.js';
import { consultation, requestForm } from './form.js';
import { connect, converse, remember } from './state.js';
import { composer, transcript } from './view.js';
/** @import * as T from './types' */

const sheet = fetch(new URL('../chat.css', import.meta.url))
  .then((answer) => answer.text())
  .then((css) => new CSSStyleSheet().replace(css));

/** @type {(seam: T.Seam) => Promise<T.Chat>} */
export const mount = async (seam) => {
  const { base, root, options } = seam;
  const api = connect(base);
  const language = options.language || document.documentElement.lang;
  const { status, data } = await api(`widget?language=${language}`);
  if (status !== 200) throw new Error(status + '');
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, await sheet];
  const chat = build(seam, api, data);
  await new Promise((done) => setTimeout(done)); // two short tasks
  return chat;
};

const panel = (
  /** @type {T.Seam} */ { host, launcher },
  /** @type {HTMLDialogElement} */ dialog,
  /** @type {(open: boolean) => void} */ tell,
) => {
  const phone = matchMedia('(max-width: 479px)');
  const page = document.documentElement;
  const seen = /** @type {VisualViewport} */ (window.visualViewport);
  let covers = false;

  const fit = () => {
    dialog.style.height = covers ? `${seen.height}px` : '';
    dialog.style.top = covers ? `${seen.offsetTop}px` : '';
    dialog.classList.toggle('low', seen.height * seen.scale < 360);
  };
  const show = () => {
    covers = phone.matches && !!host.dataset.float;
    if (covers) {
      dialog.showModal();
      // For the back button.
      if (!history.state?.clinicChat) history.pushState({ ...history.state, clinicChat: 1 }, '');
    } else dialog.setAttribute('open', '');
    page.style.overflow = covers ? 'hidden' : '';
    launcher.hidden = true;
    fit();
  };
  const hide = () => {
    dialog.close();
    page.style.overflow = '';
    launcher.hidden = false;
  };
  const close = () => {
    if (!dialog.open) return;
    hide();
    if (history.state?.clinicChat) history.back();
    launcher.focus();
    tell(false);
  };
  const leave = (/** @type {Event} */ event) => {
    event.preventDefault();
    close();
  };
  const stop = new AbortController();
  const on = (/** @type {any} */ target, event = '', /** @type {T.Act} */ act) =>
    target.addEventListener(event, act, { signal: stop.signal });
  on(phone, 'change', () => {
    if (!dialog.open) return;
    hide();
    show();
    dialog.focus();
  });
  on(window, 'popstate', () => covers && !history.state?.clinicChat && close());
  on(seen, 'resize', fit);
  on(seen, 'scroll', fit);
  on(dialog, 'cancel', leave);
  on(dialog, 'keydown', (event) => event.key === 'Escape' && leave(event));
  return {
    close,
    open() {
      if (dialog.open) return;
      show();
      tell(true);
    },
    resume() {
      if (!phone.matches) this.open();
    },
    covers: () => covers,
    stop() {
      close();
      stop.abort();
    },
  };
};

/** @type {(seam: T.Seam, api: T.Api, config: T.Config) => T.Chat} */
const build = (seam, api, config) => {
  const { host, root, options } = seam;
  const { clinic, language, direction, greeting, starters, theme } = config;
  speak(config);

  const desk = /** @type {T.Desk} */ ({ api, language });
  desk.tell = (event, detail) =>
    document.dispatchEvent(new CustomEvent(`clinic-chat:${event}`, { detail }));
  desk.write = (text) => input.write(text);
  desk.form = (question) => {
    desk.request.open(question);
    form.heading.focus();
    scroller.scrollTop = form.node.offsetTop - 8;
  };
  desk.settled = (sent) => {
    const goal = sent ? log.node.lastElementChild : form.summary;
    /** @type {HTMLElement} */ (goal).focus();
  };
  const store = (desk.store = remember(() => render()));
  const talk = (desk.talk = converse(desk));
  const request = (desk.request = consultation(desk));
  const form = requestForm(desk);
  const log = transcript(desk);
  const input = composer(desk);

  const urgent = h('div', { class: 'urgent', role: 'alert' });
  const first = log.chips(starters, t('starters'));
  const typing = h('div', 'typing', h('span', 'unseen', t('typing')));
  const wipe = button(icon('clear'), () => ask(true), 'icon', t('clear'));
  const close = button(icon('close'), () => frame.close(), 'icon', t('close'));
  const title = h('h2', { id: 'title', tabindex: -1 }, clinic.name);
  const advice = t('disclaimer', { emergency: clinic.emergency_number });
  const [, before, number, after] = /^(.*?)(\+?\d[\d ]*\d|$)(.*)/.exec(advice) || [];
  const label = { class: 'scroller', tabindex: 0, role: 'group', 'aria-label': t('log') };
  const hello = h('div', 'us', show(greeting), h('p', 'fine', t('privacy')));
  const scroller = h('div', label, hello, first, log.node, typing, form.node);
  const asked = () => store.now.log.filter((it) => it.from === 'you').pop()?.text;
  const person = fill(h('span'), icon('person'), t('person'));
  const phone = clinic.phone || options.phone;
  const call = phone && h('span', '', icon('phone'), h('bdi', '', phone));
  const ask = (open = false) => {
    confirm.hidden = !open;
    if (open) confirm.querySelector('button')?.focus();
    else input.write();
  };
  const confirm = h(
    'div',
    { class: 'row confirm', hidden: '' },
    t('clear_confirm'),
    button(t('clear'), () => (talk.clear(), ask()), 'main'),
    button(t('keep'), () => ask(), 'chip plain'),
  );
  const dialog = h(
    'dialog',
    { class: 'panel', tabindex: -1, dir: direction, lang: language, 'aria-labelledby': 'title' },
    urgent,
    h('header', '', h('span', { class: 'avatar', 'aria-hidden': 'true' }, clinic.name[0]), h('div', '', title, h('p', '', t('role'))), wipe, close),
    h('p', 'note', before, !!number && link(number, tel(number)), after),
    scroller,
    confirm,
    h('div', 'row bar', button(person, () => desk.form(asked())), !!call && link(call, tel(phone), 'chip')),
    input.node,
  );

  const render = () => {
    const { log: lines, draft, token } = store.now;
    const alarm = lines.filter((it) => it.reply?.kind === 'emergency' && !it.safe).pop();
    refill(urgent, !!alarm && show(alarm.reply?.blocks), !!alarm && button(t('safe'), talk.safe));
    form.node.hidden = !!alarm || !draft?.open;
    const newest = log.render(lines);
    if (first) first.hidden = !!lines[0];
    typing.hidden = !lines.some(({ status }) => status === 'sending');
    wipe.hidden = !lines[0] && !draft;
    if (draft) form.update(draft, !!token);
    if (newest) {
      const question = /** @type {HTMLElement | null} */ (newest.previousElementSibling);
      const from = question && question.offsetHeight < 120 ? question : newest;
      scroller.scrollTop = from.offsetTop - 12;
    }
    store.keepOpen(dialog.open);
  };

  const frame = panel(seam, dialog, (open) => {
    store.keepOpen(open);
    desk.tell(open ? 'opened' : 'closed');
  });
  const dusk = matchMedia('(prefers-color-scheme: dark)');
  const shade = () =>
    dialog.classList.toggle('dark', options.theme ? options.theme === 'dark' : dusk.matches);
  dusk.onchange = shade;
  if (!options.accent) host.style.setProperty('--cc-accent', theme.accent);
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
    resume: () => frame.resume(),
    close: frame.close,
    ask(text) {
      open();
      if (text.trim()) talk.say({ text: text.trim() });
    },
    destroy() {
      for (const part of [frame, talk, request, store]) part.stop();
      dusk.onchange = null;
    },
  };
};
