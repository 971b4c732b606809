/** @import {Api, State, Store} from './types' */

const KEY = 'clinic-chat';
const DAY = 864e5;

/**
 * JSON as text. JSON.stringify would call the toJSON that some pages put on every array.
 * @type {(value: any) => string}
 */
export const json = (value) => {
  if (Array.isArray(value)) return `[${value.map(json)}]`;
  if (!value || typeof value !== 'object') return JSON.stringify(value ?? null);
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return `{${keys.map((key) => `${json(key)}:${json(value[key])}`)}}`;
};

/** A random UUID; crypto.randomUUID is missing on pages without https. */
export const uuid = () => {
  let hex = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) {
    hex += (byte + 256).toString(16).slice(1);
  }
  return hex.replace(/(.{8})(.{4}).(.{3}).(.{3})(.*)/, '$1-$2-4$3-a$4-$5');
};

/**
 * How to ask the server. Never throws: without an answer the status is 0.
 * @type {(base: string) => Api}
 */
export const connect = (base) => async (path, body, { key, signal } = {}) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), body ? 15e3 : 6e3);
  signal?.addEventListener('abort', () => stop.abort());
  /** @type {Record<string, string>} */
  const headers = body ? { 'Content-Type': 'application/json' } : {};
  if (key) headers['Idempotency-Key'] = key;
  try {
    const answer = await fetch(`${base}api/v1/${path}`, {
      method: body ? 'POST' : 'GET',
      body,
      headers,
      signal: stop.signal,
      credentials: 'omit',
      keepalive: !!key, // a request on its way arrives although the visitor leaves the page
    });
    const text = await answer.text();
    const wait = Number(answer.headers.get('Retry-After')) || 0;
    return { status: answer.status, data: text && JSON.parse(text), wait };
  } catch {
    return { status: 0, data: null, wait: 0 };
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Milliseconds until the next try: 1, 2, 4 … 60 s and up to a fifth more, or what the server asks.
 * @type {(tries: number, wait: number) => number}
 */
export const backoff = (tries, wait) =>
  Math.max(wait * 1e3, Math.min(6e4, 500 * 2 ** tries)) * (1 + Math.random() / 5);

/** @type {(status: number) => boolean} */
export const passing = (status) => !status || status === 429 || status > 499;

/**
 * What the browser keeps of the chat, shared by all tabs; calls back after each change.
 * @type {(changed: () => void) => Store}
 */
export const remember = (changed) => {
  /** @type {State} */
  let now = { log: [], erase: [] };
  let blocked = false;

  /** Storage may be blocked or full: then the chat lives in memory. @type {(act: () => any) => any} */
  const attempt = (act) => {
    try {
      return !blocked && act();
    } catch {
      blocked = true;
    }
  };
  const read = () => {
    const kept = attempt(() => JSON.parse(localStorage.getItem(KEY) || '{}'));
    if (!kept) return;
    const fresh = (/** @type {{ at: number } | null} */ it) => it && it.at > Date.now() - DAY;
    now = {
      token: fresh(kept.token) && kept.token,
      draft: fresh(kept.draft) && kept.draft,
      log: (kept.log || []).filter(fresh),
      erase: (kept.erase || []).filter(fresh),
    };
  };
  const used = () => now.token || now.log[0] || now.draft || now.erase[0];
  const onStorage = (/** @type {StorageEvent} */ { key }) => {
    if (key && key !== KEY) return;
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
