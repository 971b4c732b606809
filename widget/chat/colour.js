const SURFACES = { light: [255, 255, 255], dark: [26, 35, 36] };

/** Relative luminance as in WCAG 2.2, of red, green and blue from 0 to 255. */
const luminance = (/** @type {number[]} */ rgb) => {
  const [r, g, b] = rgb.map((c) => (c > 10 ? ((c / 255 + 0.055) / 1.055) ** 2.4 : c / 3294.6));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** Contrast as in WCAG 2.2, from 1 to 21. @type {(a: number[], b: number[]) => number} */
const contrast = (a, b) => {
  const [low, high] = [luminance(a) + 0.05, luminance(b) + 0.05].sort((x, y) => x - y);
  return high / low;
};

/**
 * Makes any accent readable: sets the ink on it, and a shade of it for text on the panel.
 * @type {(host: HTMLElement, probe: HTMLElement, accent: string, dark: boolean) => void}
 */
export const paint = (host, probe, accent, dark) => {
  // Mixed with itself, a colour of any notation is computed as "color(srgb r g b)".
  probe.style.color = `color-mix(in srgb, ${accent}, ${accent})`;
  const parts = probe.style.color && getComputedStyle(probe).color.match(/\d[\d.e-]*/g);
  probe.style.color = '';
  if (!parts) return;
  const rgb = parts.slice(0, 3).map((part) => Math.min(255, Math.round(+part * 255)));
  const surface = SURFACES[dark ? 'dark' : 'light'];
  let text = rgb;
  for (let i = 1; contrast(text, surface) < 4.6; i += 1) {
    text = rgb.map((c) => Math.round(c + ((dark ? 255 : 0) - c) * (i / 20)));
  }
  const set = (/** @type {string} */ name, /** @type {number[]} */ colour) =>
    host.style.setProperty(`--cc-${name}`, `rgb(${colour})`);
  set('accent', rgb);
  set('ink', contrast(rgb, SURFACES.light) < 4.5 ? [0, 0, 0] : SURFACES.light);
  set('link', text);
};
