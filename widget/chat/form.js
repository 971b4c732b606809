import { button, fill, h, link, refill, show, t } from './dom.js';
/** @import {Act, Desk, Draft} from './types' */

/** The fields by their names in the API, with what a browser may fill in. */
const FIELDS = [
  ['name', 'name', 'text'],
  ['phone', 'tel', 'tel'],
  ['email', 'email', 'email'],
  ['preferred_time', 'off', 'text'],
  ['message', 'off', ''],
  ['chat', '', 'checkbox'],
  ['consent', '', 'checkbox'],
  ['marketing', '', 'checkbox'],
  ['website', 'off', 'text'], // the trap: hidden from people
];

/**
 * The consultation form, kept in step with the draft.
 * @param {Desk} desk
 */
export const requestForm = ({ request }) => {
  /** @type {Record<string, { row: HTMLElement, input: any, error: HTMLElement }>} */
  const fields = {};
  const consent = h('div', 'fine');
  const news = h('div', 'fine');
  const state = h('div', { class: 'row', role: 'status' });
  const summary = h('div', { class: 'summary', tabindex: -1 });
  const heading = h('h2', { tabindex: -1 }, t('form_title'));
  const send = h('button', 'main', t('form_send'));
  /** @type {Act} */
  const submit = (event) => {
    event.preventDefault();
    request.send();
  };
  // While a try is under way, what it carries stays as it is.
  const guard = (/** @type {Event} */ event) => request.busy() && event.preventDefault();
  const node = h(
    'form',
    { class: 'request', novalidate: true, 'aria-label': t('form_title'), submit },
    heading,
    h('p', '', t('form_intro')),
    summary,
  );
  node.addEventListener('beforeinput', guard);
  node.addEventListener('click', guard);

  for (const [name, autocomplete, type] of FIELDS) {
    const tick = type === 'checkbox';
    const error = h('p', { class: 'error', id: `${name}-error` });
    const input = /** @type {HTMLInputElement} */ (
      h(type ? 'input' : 'textarea', {
        id: name,
        name,
        type: type || null,
        rows: type ? null : 3,
        autocomplete,
        'aria-describedby': `${name}-error`,
        'aria-required': /name|consent/.test(name) && 'true',
        tabindex: name === 'website' ? -1 : null,
        input: () => request.edit(name, tick ? input.checked : input.value),
      })
    );
    const label = h('label', { for: name }, t(`form_${name}`));
    if (/phone|email/.test(name)) fill(label, h('small', '', ' ' + t('one_of_two')));
    else if (/time|message/.test(name)) fill(label, h('small', '', ' ' + t('optional')));
    const row = h('div', { class: `field ${type} ${name}` }, label, input, error);
    if (name === 'consent') fill(node, consent);
    if (name === 'marketing') fill(node, news);
    fill(node, row);
    fields[name] = { row, input, error };
  }
  fields.website.row.setAttribute('aria-hidden', 'true');
  fill(node, state, h('div', 'row', send, button(t('form_cancel'), request.close, 'chip plain')));

  let version = '';
  return {
    node,
    heading,
    summary,
    /** @type {(draft: Draft, talked: boolean) => void} */
    update({ values, errors = {}, status, info }, talked) {
      for (const name of Object.keys(fields)) {
        const { input, error } = fields[name];
        const value = values[name] || '';
        if (input.type === 'checkbox') input.checked = !!value;
        else if (input.value !== value) input.value = value;
        const text = errors[name] || '';
        if (error.textContent !== text) error.textContent = text;
        input.setAttribute('aria-invalid', `${!!text}`);
      }
      fields.chat.row.hidden = !talked;
      fields.consent.row.hidden = !info;
      fields.marketing.row.hidden = !info?.marketing;
      if (info && version !== info.consent.version) {
        version = info.consent.version;
        const { privacy_url: url } = info;
        refill(consent, show(info.consent.blocks), !!url && link(t('form_privacy'), url));
        refill(news, show(info.marketing?.blocks));
      }
      const key = info ? status && `form_${status}` : 'form_loading';
      if (state.dataset.now !== `${key}`) {
        state.dataset.now = `${key}`;
        refill(state, key && t(key), status === 'waiting' && button(t('retry'), request.retry));
      }
      send.setAttribute('aria-disabled', `${!info || status === 'sending'}`);
      const wrong = Object.keys(fields).filter((name) => errors[name]);
      refill(summary, !!wrong[0] && h('h3', '', t('form_errors')));
      for (const name of wrong) {
        fill(summary, button(errors[name], () => fields[name].input.focus(), 'jump'));
      }
    },
  };
};
