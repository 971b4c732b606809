/** @import * as T from './types' */

const KEY = 'clinic-chat';
const DAY = 864e5;

/** Safe from a page's toJSON on arrays. @type {(value: any) => string} */
export const json = (value) => {
  if (Array.isArray(value)) return `[${value.map(json)}]`;
  if (!value || typeof value !== 'object') return JSON.stringify(value ?? null);
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return `{${keys.map((key) => `${json(key)}:${json(value[key])}`)}}`;
};

// Pages without https lack crypto.randomUUID.
export const uuid = () => URL.createObjectURL(new Blob()).slice(-36);

/** @type {(base: string) => T.Api} */
export const connect = (base) => async (path, body, key) => {
  /** @type {Record<string, string>} */
  const headers = body ? { 'Content-Type': 'application/json' } : {};
  if (key) headers['Idempotency-Key'] = key;
  try {
    const answer = await fetch(`${base}api/v1/${path}`, {
      method: body ? 'POST' : 'GET',
      body,
      headers,
      signal: AbortSignal.timeout(body ? 15e3 : 6e3),
      credentials: 'omit',
      keepalive: !!key,
    });
    const text = await answer.text();
    const wait = Number(answer.headers.get('Retry-After')) || 0;
    return { status: answer.status, data: text && JSON.parse(text), wait };
  } catch {
    return { status: 0, data: null, wait: 0 };
  }
};

export const passing = (status = 0) => !status || status === 429 || status > 499;

/** @type {(act: () => unknown) => T.Patience} */
export const patience = (act) => {
  let tries = 0;
  let timer = 0;
  const rest = () => {
    clearTimeout(timer);
    tries = 0;
  };
  const again = () => {
    rest();
    act();
  };
  addEventListener('online', again);
  return {
    rest,
    again,
    later(wait) {
      clearTimeout(timer);
      tries += 1;
      const pause = Math.max(wait * 1e3, Math.min(6e4, 500 * 2 ** tries));
      timer = setTimeout(act, pause * (1 + Math.random() / 5));
    },
    stop() {
      rest();
      removeEventListener('online', again);
    },
  };
};

/** @type {(changed: () => void) => T.Store} */
export const remember = (changed) => {
  /** @type {T.State} */
  let now = { log: [], erase: [] };
  let blocked = false;

  /** Storage may be blocked or full. @type {(act: () => any) => any} */
  const attempt = (act) => {
    try {
      return !blocked && act();
    } catch {
      blocked = true;
    }
  };
  const read = () => {
    const kept = attempt(() => localStorage.getItem(KEY) || '{}');
    if (!kept) return;
    now = { log: [], erase: [] };
    const fresh = (/** @type {any} */ it) => it?.at > Date.now() - DAY && it;
    try {
      const { token, draft, log, erase } = JSON.parse(kept);
      Object.assign(now, { token: fresh(token), draft: fresh(draft) });
      now.log = log.filter(fresh);
      now.erase = erase.filter(fresh);
    } catch {
      // Kept by another version.
    }
  };
  const used = () => now.token || now.log[0] || now.draft || now.erase[0];
  const onStorage = () => {
    read();
    changed();
  };
  addEventListener('storage', onStorage);
  read();

  return {
    get now() {
      return now;
    },
    change(edit) {
      read();
      edit(now);
      attempt(() => (used() ? localStorage.setItem(KEY, json(now)) : localStorage.removeItem(KEY)));
      changed();
    },
    keepOpen: (open) =>
      attempt(() =>
        open && used() ? sessionStorage.setItem(KEY, '1') : sessionStorage.removeItem(KEY),
      ),
    stop: () => removeEventListener('storage', onStorage),
  };
};

const stuck = (/** @type {T.Item[]} */ log) => {
  let misses = 0;
  for (const { from, reply, none, helpful, sent } of log) {
    if (none || helpful === false || reply?.kind === 'unknown') misses += 1;
    else if (sent || (from === 'us' && reply?.kind !== 'suggest')) misses = 0;
  }
  return misses === 2;
};

/** @type {(desk: T.Desk) => T.Talk} */
export const converse = ({ store, api, language, tell, form }) => {
  const tab = uuid();
  let busy = false;
  let stopped = false;

  const add = (/** @type {Partial<T.Item>} */ item) =>
    store.change(({ log }) => log.push({ id: uuid(), at: Date.now(), from: 'us', ...item }));
  /** @type {(which: (item: T.Item) => unknown, news: Partial<T.Item>) => void} */
  const amend = (which, news) =>
    store.change(({ log }) => log.filter(which).forEach((item) => Object.assign(item, news)));
  const offer = () => stuck(store.now.log) && form();

  const pump = async () => {
    const { log, token } = store.now;
    const item = log.find((it) => it.tab === tab && /sending|waiting/.test(it.status || ''));
    if (!item || busy) return;
    busy = true;
    const { id, text, choose } = item;
    const page = location.origin + location.pathname;
    const words = choose ? { choose } : { text };
    const body = json({ ...words, conversation: token?.value, language, page });
    const { status, data, wait } = await api('messages', body);
    busy = false;
    // Not cleared, nor answered to another tab.
    const same = (/** @type {T.Item} */ it) => it.id === id && it.status;
    if (stopped) return;
    if (!store.now.log.some(same)) pump();
    else if (status === 200) {
      const { conversation: value, message, reply } = data;
      tries.rest();
      amend(same, { status: undefined });
      store.change((it) => {
        if (value && it.token?.value !== value) it.token = { at: Date.now(), value };
      });
      add({ reply, message });
      tell('replied', { kind: reply.kind, entry: reply.answers?.[0]?.entry });
      offer();
      pump();
    } else if (passing(status)) {
      amend(same, { status: 'waiting' });
      tries.later(wait);
    } else amend(same, { status: 'refused' });
  };
  const erase = async (conversation = '') => {
    const { status } = await api('conversation/erase', json({ conversation }));
    const other = (/** @type {T.Kept} */ { value }) => value !== conversation;
    if (!passing(status)) store.change((it) => (it.erase = it.erase.filter(other)));
  };
  const tries = patience(() => {
    amend(({ status }) => status && status !== 'refused', { status: 'sending', tab });
    pump();
    for (const { value } of store.now.erase) erase(value);
  });

  return {
    retry: tries.again,
    say(words) {
      add({ from: 'you', status: 'sending', tab, ...words });
      pump();
    },
    drop: (id) => store.change((it) => (it.log = it.log.filter((item) => item.id !== id))),
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
        Object.assign(it, { token: null, draft: null, log: [] });
      });
      tries.again();
    },
    stop() {
      stopped = true;
      tries.stop();
    },
  };
};
