import { backoff, json, passing, uuid } from './state.js';
/** @import {Answered, Desk, Draft, Request} from './types' */

/**
 * A consultation request: its draft is kept until sent or cleared, and it is sent exactly once,
 * whatever happens to the network, the page or the server.
 * @type {(desk: Desk) => Request}
 */
export const consultation = ({ store, api, language, settled, tell }) => {
  let tries = 0;
  let busy = false;
  let stopped = false;
  let timer = 0;

  /** @type {(edit: (draft: Draft) => void) => void} */
  const change = (edit) => store.change(({ draft }) => draft && edit(draft));
  /** @type {(act: () => void, wait: number) => void} */
  const later = (act, wait) => {
    clearTimeout(timer);
    timer = setTimeout(act, backoff((tries += 1), wait));
  };

  const prepare = async () => {
    const { draft } = store.now;
    if (stopped || !draft?.open || draft.info) return;
    const { status, data, wait } = await api(`form?language=${language}`);
    if (status !== 200) return later(prepare, wait);
    tries = 0;
    change((it) => (it.info = data));
  };

  /** @type {(draft: Draft) => string} */
  const body = ({ values: { consent, marketing, chat, ...rest }, info }) =>
    json({
      ...rest,
      language,
      consent: { version: info?.consent.version, given: !!consent },
      marketing: !!marketing,
      conversation: chat ? store.now.token?.value : null,
      page: location.origin + location.pathname,
      token: info?.token,
    });

  const send = async () => {
    const { draft } = store.now;
    if (busy || stopped || !draft?.info) return;
    busy = true;
    const { key, sending = body(draft) } = draft;
    // Kept before it leaves: after a reload the very same body is sent again.
    change((it) => Object.assign(it, { sending, status: 'sending', errors: undefined }));
    const answered = await api('leads', sending, { key });
    busy = false;
    if (!stopped && store.now.draft?.key === key) settle(answered);
  };

  /** @type {(answered: Answered) => void} */
  const settle = ({ status, data, wait }) => {
    if (status === 201) return arrived(data);
    if (passing(status)) {
      change((it) => (it.status = 'waiting'));
      return later(send, wait);
    }
    tries = 0;
    change((it) => {
      it.sending = it.status = undefined;
      it.errors = data?.errors;
      if (status === 409 && it.info) {
        it.info.consent = data.consent;
        it.values.consent = false;
        it.status = 'changed';
      } else if (!it.errors) {
        it.key = uuid();
        it.status = 'again';
      }
    });
    settled(false);
  };

  /** @type {(data: any) => void} */
  const arrived = ({ urgent, ...sent }) => {
    const line = /** @type {const} */ ({ at: Date.now(), from: 'us' });
    store.change((it) => {
      it.draft = null;
      it.log.push({ ...line, id: uuid(), sent });
      const reply = { kind: 'emergency', blocks: urgent };
      if (urgent) it.log.push({ ...line, id: uuid(), reply });
    });
    tell('lead-sent');
    settled(true);
  };

  const retry = () => {
    clearTimeout(timer);
    tries = 0;
    if (store.now.draft?.sending) send();
    else prepare();
  };
  addEventListener('online', retry);

  return {
    busy: () => busy,
    send,
    retry,
    open(question) {
      store.change((it) => {
        const draft = (it.draft ||= { at: 0, values: {}, key: uuid(), open: true });
        draft.values.message ||= question || '';
        Object.assign(draft, { at: Date.now(), open: true });
      });
      prepare();
    },
    close: () => change((it) => (it.open = false)),
    edit: (name, value) =>
      change((it) => {
        it.values[name] = value;
        it.at = Date.now();
        if (!it.sending) return;
        // The try without an answer may have arrived: what is sent from now on is another request.
        clearTimeout(timer);
        Object.assign(it, { key: uuid(), sending: undefined, status: undefined });
      }),
    stop() {
      stopped = true;
      clearTimeout(timer);
      removeEventListener('online', retry);
    },
  };
};
