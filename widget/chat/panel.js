/** @import {Seam} from './types' */

/**
 * The dialog: beside the page on a desktop, over all of it on a phone, in its place when inline.
 * @param {Seam} seam
 * @param {HTMLDialogElement} dialog
 * @param {(open: boolean) => void} tell
 */
export const panel = ({ host, launcher, root }, dialog, tell) => {
  const phone = matchMedia('(max-width: 479px)');
  const page = document.documentElement;
  const seen = window.visualViewport;
  let covers = false;

  // An on-screen keyboard shrinks what can be seen, not the page.
  const fit = () => {
    dialog.style.height = covers && seen ? `${seen.height}px` : '';
    dialog.style.top = covers && seen ? `${seen.offsetTop}px` : '';
  };
  const show = () => {
    covers = phone.matches && !!host.dataset.float;
    if (covers) {
      dialog.showModal();
      // The back button closes the chat instead of leaving the page.
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
  const rearrange = () => {
    if (!dialog.open) return;
    const focused = /** @type {HTMLElement | null} */ (root.activeElement);
    hide();
    show();
    focused?.focus();
  };
  const back = () => !history.state?.clinicChat && covers && close();
  const cancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    close();
  };
  const escape = (/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && cancel(event);

  phone.addEventListener('change', rearrange);
  addEventListener('popstate', back);
  seen?.addEventListener('resize', fit);
  seen?.addEventListener('scroll', fit);
  dialog.addEventListener('cancel', cancel);
  dialog.addEventListener('keydown', escape);

  return {
    close,
    open() {
      if (dialog.open) return;
      show();
      tell(true);
    },
    /** Whether the chat covers the page, so that an on-screen keyboard would hide the greeting. */
    covers: () => covers,
    stop() {
      close();
      phone.removeEventListener('change', rearrange);
      removeEventListener('popstate', back);
      seen?.removeEventListener('resize', fit);
      seen?.removeEventListener('scroll', fit);
    },
  };
};
