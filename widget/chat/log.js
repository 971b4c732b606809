import { button, fill, h, link, refill, show, t, time } from './dom.js';
/** @import {Answer, Child, Desk, Item, Topic} from './types' */

/** @typedef {{ line: HTMLElement, update(item: Item): void }} Line */

/**
 * The lines of the chat, each made once and then kept up to date, so that a screen reader hears
 * each only once.
 * @param {Desk} desk
 */
export const transcript = (desk) => {
  const { talk } = desk;
  const node = h('div', { class: 'log', role: 'log', 'aria-label': t('log') });
  /** @type {Map<string, Line>} */
  const lines = new Map();

  /** @type {(topics: Topic[] | undefined, label: string, more?: Child) => Child} */
  const chips = (topics, label, more) => {
    const group = h('div', { class: 'chips', role: 'group', 'aria-label': label });
    for (const { entry, question } of topics || []) {
      fill(group, button(question, () => talk.say({ choose: entry, text: question })));
    }
    return !!topics?.length && fill(group, more);
  };

  /** @type {(answer: Answer, titled: boolean) => Node} */
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

  /** @type {(item: Item, question: string) => Line} */
  const ours = (item, question) => {
    const { reply, message, none, sent } = item;
    const answers = reply?.answers || [];
    const after = h('div', 'row');
    const person = () => button(t('person'), () => desk.form(question), 'main');
    const again = reply?.kind === 'suggest' && button(t('none_of_these'), talk.none, 'chip plain');
    const line = h(
      'div',
      'us',
      h('span', 'unseen', t('assistant_said')),
      none && h('p', '', t('none_reply')),
      sent && receipt(sent),
      show(reply?.blocks),
      ...answers.map((it) => answer(it, answers.length > 1)),
      chips(reply?.suggestions, t('choices'), again),
      (none || reply?.offer_form) && person(),
      after,
      time(item.at),
    );
    const update = (/** @type {Item} */ { helpful, safe }) => {
      line.hidden = reply?.kind === 'emergency' && !safe; // it is pinned above
      if (!answers.length || !message || after.dataset.now === `${helpful}`) return;
      after.dataset.now = `${helpful}`;
      const rate = (/** @type {string} */ key, /** @type {boolean} */ it) =>
        button(t(key), () => talk.rate(item, it));
      if (helpful == null) refill(after, t('helpful'), rate('yes', true), rate('no', false));
      else if (helpful) refill(after, t('helpful_thanks'));
      else refill(after, t('helpful_sorry'), button(t('rephrase'), () => desk.write(question)), person());
    };
    return { line, update };
  };

  /** @type {(item: Item) => Line} */
  const yours = ({ id, at, text = '' }) => {
    const note = h('div', 'row');
    const said = h('span', 'unseen', t('you_said'));
    const line = h('div', 'you', h('div', 'said', said, h('p', '', text), time(at)), note);
    const update = (/** @type {Item} */ { status }) => {
      const edit = () => (talk.drop(id), desk.write(text));
      refill(note, status && status !== 'sending' && t(status));
      if (status === 'refused') fill(note, button(t('edit'), edit));
      else if (note.firstChild) fill(note, button(t('retry'), talk.retry));
    };
    return { line, update };
  };

  return {
    node,
    chips,
    /** Shows the log; returns the newest line if there is a new one. @param {Item[]} log */
    render(log) {
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
        let entry = lines.get(item.id);
        if (!entry) {
          entry = mine ? yours(item) : ours(item, question);
          lines.set(item.id, entry);
          newest = entry.line;
          fill(node, newest);
        }
        entry.update(item);
      }
      return newest;
    },
  };
};

/** @type {(sent: NonNullable<Item['sent']>) => Node} */
const receipt = ({ reference, reply_time, hint }) =>
  h(
    'div',
    { class: 'receipt', tabindex: -1 },
    h('h3', '', t('success_title')),
    h('p', '', t('success_reference'), h('strong', '', reference)),
    h('p', '', reply_time || ''),
    h('p', '', t('success_next')),
    hint && h('p', '', hint.message),
  );
