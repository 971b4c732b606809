import { button, fill, h, link, refill, show, t } from './dom.js';
import { json, passing, patience, uuid } from './state.js';
/** @import * as T from './types' */

/** @type {(desk: T.Desk) => T.Request} */
export const consultation = ({ store, api, language, settled, tell }) => {
  let busy = false;
  let stopped = false;
  /** @type {unknown} */
  let warned;

  const change = (/** @type {(draft: T.Draft) => void} */ edit) =>
    store.change(({ draft }) => draft && edit(draft));
  const body = (/** @type {T.Draft} */ { values, info }) => {
    const { consent, marketing, chat, ...words } = values;
    return json({
      ...words,
      language,
      consent: { version: info?.consent.version, given: !!consent },
      marketing: !!marketing,
      conversation: chat ? store.now.token?.value : null,
      page: location.origin + location.pathname,
      token: info?.token,
    });
  };
  const prepare = async () => {
    const { status, data, wait } = await api(`form?language=${language}`);
    if (stopped) return;
    if (status !== 200) return tries.later(wait);
    tries.rest();
    change((it) => (it.info = data));
  };
  const send = async () => {
    const { draft } = store.now;
    if (busy || !draft?.info) return;
    busy = true;
    const { key, sending = body(draft) } = draft;
    // Kept first: after a reload the same body goes again.
    change((it) => Object.assign(it, { sending, status: 'sending', errors: undefined }));
    const answered = await api('leads', sending, key);
    busy = false;
    if (!stopped && store.now.draft?.key === key) settle(answered);
  };
  const settle = (/** @type {T.Answered} */ { status, data, wait }) => {
    warn(data?.urgent);
    if (passing(status)) {
      change((it) => (it.status = 'waiting'));
      return tries.later(wait);
    }
    tries.rest();
    if (status === 201) {
      store.change((it) => (it.draft = null));
      add({ sent: data });
      tell('lead-sent');
    } else change((it) => refused(it, data, status === 409));
    settled(status === 201);
  };
  const add = (/** @type {Partial<T.Item>} */ item) =>
    store.change(({ log }) => log.push({ id: uuid(), at: Date.now(), from: 'us', ...item }));
  const warn = (/** @type {T.Block[] | null} */ blocks) =>
    blocks && !warned && add({ reply: { kind: 'emergency', blocks: (warned = blocks) } });
  /** @type {(draft: T.Draft, data: any, changed: boolean) => void} */
  const refused = (draft, data, changed) => {
    draft.sending = undefined;
    draft.errors = data?.errors;
    draft.status = changed ? 'changed' : data?.errors ? undefined : 'again';
    if (draft.status === 'again') draft.key = uuid();
    if (!changed || !draft.info) return;
    draft.info.consent = data.consent;
    draft.values.consent = false;
  };
  const tries = patience(() => {
    const { draft } = store.now;
    if (draft?.sending) send();
    else if (draft?.open && !draft.info) prepare();
  });

  return {
    busy: () => busy,
    send,
    retry: tries.again,
    open(question = '') {
      store.change((it) => {
        const draft = (it.draft ||= { at: 0, values: {}, key: uuid(), open: true });
        draft.values.message ||= question;
        Object.assign(draft, { at: Date.now(), open: true });
      });
      tries.again();
    },
    close: () => change((it) => (it.open = false)),
    edit: (name, value) =>
      change((it) => {
        it.values[name] = value;
        it.at = Date.now();
        delete it.errors?.[name];
        if (!it.sending) return;
        // The last try may have arrived.
        tries.rest();
        Object.assign(it, { key: uuid(), sending: undefined, status: undefined });
      }),
    stop() {
      stopped = true;
      tries.stop();
    },
  };
};

/** By name: type and autocomplete. */
const FIELDS = {
  name: ['text', 'name'],
  phone: ['tel', 'tel'],
  email: ['email', 'email'],
  preferred_time: ['text', 'off'],
  message: ['', 'off'],
  chat: ['checkbox'],
  consent: ['checkbox'],
  marketing: ['checkbox'],
  website: ['text', 'off'], // the trap
};

export const requestForm = (/** @type {T.Desk} */ { request }) => {
  /** @type {T.Fields} */
  const fields = {};
  const consent = h('div', 'fine');
  const news = h('div', 'fine');
  const state = h('div', { class: 'row', role: 'status' });
  const summary = h('div', { class: 'summary', tabindex: -1 });
  const heading = h('h2', { tabindex: -1 }, t('form_title'));
  const send = h('button', 'main', t('form_send'));
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    request.send();
  };
  const guard = (/** @type {Event} */ event) => request.busy() && event.preventDefault();
  const node = h(
    'form',
    { class: 'request', novalidate: '', 'aria-label': t('form_title'), submit, beforeinput: guard, click: guard },
    heading,
    h('p', '', t('form_intro')),
    summary,
  );
  for (const [name, [type, autocomplete]] of Object.entries(FIELDS)) {
    const about = `${name}-error`;
    const edit = () => request.edit(name, type === 'checkbox' ? input.checked : input.value);
    const input = /** @type {HTMLInputElement} */ (
      h(type ? 'input' : 'textarea', {
        id: name,
        type: type || null,
        autocomplete,
        rows: !type && 3,
        'aria-describedby': about,
        'aria-required': /name|consent/.test(name) && 'true',
        tabindex: name === 'website' && -1,
        input: edit,
      })
    );
    const label = h('label', { for: name }, t(`form_${name}`));
    if (/phone|email/.test(name)) fill(label, h('small', '', ' ', t('one_of_two')));
    if (/time|message/.test(name)) fill(label, h('small', '', ' ', t('optional')));
    const error = h('p', { class: 'error', id: about });
    const row = h('div', `field ${type} ${name}`, label, input, error);
    fill(node, name === 'consent' && consent, name === 'marketing' && news, row);
    fields[name] = { row, input, error };
  }
  fields.website.row.setAttribute('aria-hidden', 'true');
  fill(node, state, h('div', 'row', send, button(t('form_cancel'), request.close, 'chip plain')));

  /** @type {(draft: T.Draft, talked: boolean) => void} */
  const update = ({ values, errors = {}, status, info }, talked) => {
    const jumps = [];
    for (const name of Object.keys(fields)) {
      const { input, error } = fields[name];
      const value = values[name] || '';
      const text = errors[name];
      if (input.type === 'checkbox') input.checked = !!value;
      else if (input.value !== value) input.value = value;
      if (text) jumps.push(button(text, () => input.focus(), 'jump'));
      refill(error, text);
      input.setAttribute('aria-invalid', `${!!text}`);
    }
    refill(summary, !!jumps[0] && h('h3', '', t('form_errors')), ...jumps);
    fields.chat.row.hidden = !talked;
    fields.consent.row.hidden = !info;
    fields.marketing.row.hidden = !info?.marketing;
    const url = info?.privacy_url;
    refill(consent, show(info?.consent.blocks), !!url && link(t('form_privacy'), url));
    refill(news, show(info?.marketing?.blocks));
    const key = info ? status && `form_${status}` : 'form_loading';
    refill(state, key && t(key), status === 'waiting' && button(t('retry'), request.retry));
    send.setAttribute('aria-disabled', `${!info || status === 'sending'}`);
  };
  return { node, heading, summary, update };
};
