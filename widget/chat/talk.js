import { backoff, json, passing, uuid } from './state.js';
/** @import {Desk, Item, State, Talk} from './types' */

const TRIES = 6;

/** Whether the visitor has just been left without help for the second time in a row. */
const stuck = (/** @type {State} */ { log }) => {
  let count = 0;
  for (const { from, reply, none, helpful, sent } of log) {
    if (none || helpful === false || reply?.kind === 'unknown') count += 1;
    else if (sent || (from === 'us' && reply?.kind !== 'suggest')) count = 0;
  }
  return count === 2;
};

/**
 * The conversation: one message after the other goes to the server, and what comes back is kept.
 * @type {(desk: Desk) => Talk}
 */
export const converse = (desk) => {
  const { store, api, language } = desk;
  const tab = uuid();
  const stop = new AbortController();
  let busy = false;
  let tries = 0;
  let timer = 0;

  /** @type {(item: Partial<Item>) => void} */
  const add = (item) =>
    store.change(({ log }) => {
      log.push({ id: uuid(), at: Date.now(), from: 'us', ...item });
    });
  /** @type {(which: (item: Item) => unknown, news: Partial<Item>) => void} */
  const amend = (which, news) =>
    store.change(({ log }) => log.filter(which).forEach((item) => Object.assign(item, news)));
  const offer = () => stuck(store.now) && desk.form();

  const pump = async () => {
    const { log, token } = store.now;
    const item = log.find((it) => it.tab === tab && /sending|waiting/.test(it.status || ''));
    if (!item || busy) return;
    busy = true;
    const { id, text, choose } = item;
    const page = location.origin + location.pathname;
    const body = { ...(choose ? { choose } : { text }), conversation: token?.value, language, page };
    const { signal } = stop;
    const { status, data, wait } = await api('messages', json(body), { signal });
    busy = false;
    const same = (/** @type {Item} */ it) => it.id === id && it.status; // not answered to another tab
    if (signal.aborted || !store.now.log.some(same)) return pump();
    if (status === 200) {
      tries = 0;
      amend(same, { status: undefined });
      const value = data.conversation;
      store.change((it) => {
        if (value && it.token?.value !== value) it.token = { at: Date.now(), value };
      });
      add({ reply: data.reply, message: data.message });
      const { kind, answers } = data.reply;
      desk.tell('replied', { kind, entry: answers?.[0]?.entry });
      offer();
      return pump();
    }
    if (!passing(status)) amend(same, { status: 'refused' });
    else if ((tries += 1) < TRIES) {
      amend(same, { status: 'waiting' });
      timer = setTimeout(pump, backoff(tries, wait));
    } else amend(same, { status: 'failed' });
  };

  const erase = async (/** @type {string} */ conversation) => {
    const { status } = await api('conversation/erase', json({ conversation }));
    if (passing(status)) return;
    store.change((it) => {
      it.erase = it.erase.filter(({ value }) => value !== conversation);
    });
  };

  const retry = () => {
    clearTimeout(timer);
    tries = 0;
    amend(({ status }) => status && status !== 'refused', { status: 'sending', tab });
    pump();
    for (const { value } of store.now.erase) erase(value);
  };
  addEventListener('online', retry);

  return {
    say(words) {
      add({ from: 'you', status: 'sending', tab, ...words });
      pump();
    },
    retry,
    drop: (id) =>
      store.change((it) => {
        it.log = it.log.filter((item) => item.id !== id);
      }),
    none() {
      add({ none: true });
      offer();
    },
    rate({ id, message }, helpful) {
      amend((it) => it.id === id, { helpful });
      const conversation = store.now.token?.value;
      if (conversation && message) api('feedback', json({ conversation, message, helpful }));
      if (!helpful) offer();
    },
    safe: () => amend(({ reply }) => reply?.kind === 'emergency', { safe: true }),
    clear() {
      store.change((it) => {
        if (it.token) it.erase.push(it.token);
        it.token = it.draft = null;
        it.log = [];
      });
      retry();
    },
    stop() {
      stop.abort();
      clearTimeout(timer);
      removeEventListener('online', retry);
    },
  };
};
