import { button, fill, h, icon, link, refill, show, t, time } from './dom.js';
import { json } from './state.js';
/** @import * as T from './types' */

const LIMIT = 500;
const MOST = 4000;
const PAUSE = 200;

// Each line is made once, to be heard once.
export const transcript = (/** @type {T.Desk} */ desk) => {
  const { talk } = desk;
  const node = h('div', { class: 'log', role: 'log', 'aria-label': t('log') });
  /** @type {Map<string, T.Line>} */
  const lines = new Map();

  /** @type {T.Chips} */
  const chips = (topics = [], label, more) => {
    const group = h('div', { class: 'chips', role: 'group', 'aria-label': label });
    for (const { entry, question } of topics) {
      fill(group, button(question, () => talk.say({ choose: entry, text: question })));
    }
    return !!topics[0] && fill(group, more);
  };
  /** @type {(answer: T.Answer, titled: boolean) => Node} */
  const answer = ({ question, blocks, source, related }, titled) => {
    const from = source?.section && t('source', source);
    return h(
      'div',
      'answer',
      titled && h('h3', '', question),
      show(blocks),
      from && h('p', 'source', source.url ? link(from, source.url) : from),
      related?.[0] && h('p', 'source', t('related')),
      chips(related, t('related')),
    );
  };
  /** @type {(sent: NonNullable<T.Item['sent']>) => Node} */
  const receipt = ({ reference, reply_time, hint }) =>
    h(
      'div',
      'receipt',
      h('h3', '', t('success_title')),
      h('p', '', t('success_reference'), h('strong', '', reference)),
      reply_time && h('p', '', reply_time),
      h('p', '', t('success_next')),
      hint && h('p', '', hint.message),
    );
  /** @type {(item: T.Item, question: string) => T.Line} */
  const ours = (item, question) => {
    const { reply, message, none, sent, at } = item;
    const answers = reply?.answers || [];
    const after = h('div', 'row');
    const person = () => button(t('person'), () => desk.form(question), 'main');
    const other = reply?.kind === 'suggest' && button(t('none_of_these'), talk.none, 'chip plain');
    const rate = (key = '', helpful = false) => button(t(key), () => talk.rate(item, helpful));
    const line = h(
      'div',
      { class: 'us', tabindex: -1 },
      h('span', 'unseen', t('assistant_said')),
      none && h('p', '', t('none_reply')),
      sent && receipt(sent),
      show(reply?.blocks),
      ...answers.map((it) => answer(it, !!answers[1])),
      chips(reply?.suggestions, t('choices'), other),
      (none || reply?.offer_form) && person(),
      after,
      time(at),
    );
    const update = (/** @type {T.Item} */ { helpful, safe }) => {
      line.hidden = reply?.kind === 'emergency' && !safe;
      if (!answers[0] || !message) return;
      const again = button(t('rephrase'), () => desk.write(question));
      if (helpful) refill(after, t('helpful_thanks'));
      else if (helpful === false) refill(after, t('helpful_sorry'), again, person());
      else refill(after, t('helpful'), rate('yes', true), rate('no'));
    };
    return { line, update };
  };
  /** @type {(item: T.Item) => T.Line} */
  const yours = ({ id, at, text = '' }) => {
    const note = h('div', 'row');
    const said = h('span', 'unseen', t('you_said'));
    const line = h('div', 'you', h('div', 'said', said, h('p', { dir: 'auto' }, text), time(at)), note);
    const edit = () => {
      talk.drop(id);
      desk.write(text);
    };
    const update = (/** @type {T.Item} */ { status }) => {
      if (status === 'refused') refill(note, t(status), button(t('edit'), edit));
      else if (status === 'waiting') refill(note, t(status), button(t('retry'), talk.retry));
      else refill(note);
    };
    return { line, update };
  };
  const render = (/** @type {T.Item[]} */ log) => {
    let question = '';
    let newest;
    for (const [id, { line }] of lines) {
      if (log.some((item) => item.id === id)) continue;
      line.remove();
      lines.delete(id);
    }
    for (const item of log) {
      const mine = item.from === 'you';
      if (mine) question = item.text || '';
      const entry = lines.get(item.id) || (mine ? yours(item) : ours(item, question));
      if (!lines.has(item.id)) newest = node.appendChild(entry.line);
      lines.set(item.id, entry);
      entry.update(item);
    }
    return newest;
  };
  return { node, chips, render };
};

export const composer = (/** @type {T.Desk} */ { api, language, talk }) => {
  /** @type {T.Topic[]} */
  let topics = [];
  let at = -1;
  let timer = 0;
  let turn = 0;

  const mark = (index = -1) => {
    at = index;
    topics.forEach((_, i) => list.children[i].setAttribute('aria-selected', `${i === at}`));
    field.setAttribute('aria-activedescendant', at < 0 ? '' : `topic${at}`);
  };
  const hide = () => {
    turn += 1;
    clearTimeout(timer);
    topics = [];
    mark();
    list.hidden = true;
    refill(heard);
  };
  const option = (/** @type {T.Topic} */ topic, i = 0) => {
    const pointerdown = (/** @type {Event} */ event) => {
      event.preventDefault();
      choose(topic);
    };
    return h('li', { id: `topic${i}`, role: 'option', pointerdown }, topic.question);
  };
  const suggest = async () => {
    const mine = turn;
    const q = field.value.trim();
    const { status, data } = await api('suggestions', json({ q, language }));
    if (mine !== turn || status !== 200 || !data.suggestions[0]) return;
    topics = data.suggestions;
    refill(list, ...topics.map(option)).hidden = false;
    mark();
    refill(heard, t('suggestions_heard', { count: topics.length }));
  };
  const grow = () => {
    field.style.height = '';
    field.style.height = `${field.scrollHeight + 2}px`;
    const left = LIMIT - field.value.trim().length;
    const key = left < 0 ? 'too_long' : 'left';
    refill(count, left < 81 && t(key, { count: Math.abs(left) })).className = `count ${key}`;
  };
  const type = () => {
    grow();
    hide();
    const { length } = field.value.trim();
    if (length > 1 && length < 101) timer = setTimeout(suggest, PAUSE);
  };
  const say = (/** @type {T.Words} */ words) => {
    field.value = '';
    type();
    talk.say(words);
  };
  const choose = (/** @type {T.Topic} */ { entry, question }) =>
    say({ choose: entry, text: question });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (at >= 0) choose(topics[at]);
    else if (text) say({ text });
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
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

  const list = h('ul', { id: 'topics', role: 'listbox', 'aria-label': t('choices'), hidden: '' });
  const count = h('p', { class: 'count', id: 'count' });
  const heard = h('p', { class: 'unseen', role: 'status' });
  const field = h('textarea', {
    rows: 1,
    dir: 'auto',
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
  const row = h('div', 'field', field, send);
  const write = (text = '') => {
    if (text) field.value = text;
    grow();
    field.focus();
  };
  return { node: h('form', { class: 'composer', submit }, list, row, count, heard), write };
};
