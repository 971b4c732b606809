import { button, h, icon, refill, t } from './dom.js';
import { json } from './state.js';
/** @import {Act, Desk, Topic, Words} from './types' */

const LIMIT = 500;
const MOST = 4000; // a longer message is not even looked at for signs of an emergency
const PAUSE = 200;

/**
 * The field a visitor writes in, with suggestions from the server while typing.
 * @param {Desk} desk
 */
export const composer = ({ api, language, talk }) => {
  /** @type {Topic[]} */
  let topics = [];
  let at = -1;
  let timer = 0;
  let stop = new AbortController();

  /** @type {(index: number) => void} */
  const mark = (index) => {
    at = index;
    topics.forEach((_, i) => list.children[i].setAttribute('aria-selected', `${i === at}`));
    field.setAttribute('aria-activedescendant', at < 0 ? '' : `topic${at}`);
  };
  const hide = () => {
    stop.abort();
    clearTimeout(timer);
    topics = [];
    mark(-1);
    list.hidden = true;
    heard.textContent = '';
  };
  const suggest = async () => {
    stop = new AbortController();
    const { signal } = stop;
    const q = field.value.trim();
    const { status, data } = await api('suggestions', json({ q, language }), { signal });
    if (signal.aborted || status !== 200 || !data.suggestions[0]) return;
    topics = data.suggestions;
    const pick = (/** @type {Topic} */ topic) => (/** @type {Event} */ event) => {
      event.preventDefault();
      choose(topic);
    };
    refill(
      list,
      ...topics.map((it, i) =>
        h('li', { id: `topic${i}`, role: 'option', pointerdown: pick(it) }, it.question),
      ),
    );
    list.hidden = false;
    mark(-1);
    heard.textContent = t('suggestions_heard', { count: topics.length });
  };
  const grow = () => {
    field.style.height = '';
    field.style.height = `${field.scrollHeight + 2}px`;
    const left = LIMIT - field.value.trim().length;
    const key = left < 0 ? 'too_long' : 'left';
    count.textContent = left > 80 ? '' : t(key, { count: Math.abs(left) });
    count.className = `count ${key}`;
  };
  const type = () => {
    grow();
    hide();
    const { length } = field.value.trim();
    if (length > 1 && length <= 100) timer = setTimeout(suggest, PAUSE);
  };
  /** @type {(words: Words) => void} */
  const say = (words) => {
    field.value = '';
    type();
    talk.say(words);
  };
  /** @type {(topic: Topic) => void} */
  const choose = ({ entry, question }) => say({ choose: entry, text: question });
  /** @type {Act} */
  const submit = (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (at >= 0) choose(topics[at]);
    else if (text) say({ text });
  };
  /** @type {Act} */
  const press = (event) => {
    const { key } = event;
    const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
    if (event.isComposing) return;
    if (key === 'Enter' && !event.shiftKey) submit(event);
    if (!topics[0] || (!step && key !== 'Escape')) return;
    event.preventDefault();
    event.stopPropagation();
    const places = topics.length + 1;
    if (step) mark(((at + 1 + step + places) % places) - 1);
    else hide();
  };

  const list = h('ul', { id: 'topics', role: 'listbox', 'aria-label': t('choices'), hidden: true });
  const count = h('p', { class: 'count', id: 'count' });
  const heard = h('p', { class: 'unseen', role: 'status' });
  const field = h('textarea', {
    rows: 1,
    maxlength: MOST,
    placeholder: t('placeholder'),
    'aria-label': t('question_label'),
    'aria-autocomplete': 'list',
    'aria-controls': 'topics',
    'aria-describedby': 'count',
    autocomplete: 'off',
    enterkeyhint: 'send',
    input: type,
    keydown: press,
    blur: hide,
  });
  const send = button(icon('send'), submit, 'send', t('send'));
  return {
    node: h('form', { class: 'composer', submit }, list, h('div', 'field', field, send), count, heard),
    /** @type {(text?: string) => void} */
    write(text) {
      if (text) field.value = text;
      grow();
      field.focus();
    },
  };
};
