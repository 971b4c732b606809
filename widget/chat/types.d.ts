/** Types for the editor and `make check`; nothing of this file is served to visitors. */

/** What the loader hands over. Loaders live in caches: nothing here may be renamed or removed. */
export interface Seam {
  base: string;
  host: HTMLElement;
  root: ShadowRoot;
  launcher: HTMLButtonElement;
  options: DOMStringMap;
}

/** What the loader gets back. The same promise holds. */
export interface Chat {
  open(): void;
  /** Opens as the visitor left it, without taking the focus. */
  resume(): void;
  close(): void;
  ask(text: string): void;
  destroy(): void;
}

export type Child = Node | string | null | undefined | false | 0;
export type Act = (event: any) => void;

export interface Span {
  type: 'text' | 'strong' | 'em' | 'link';
  text: string;
  href?: string;
}
export type Block =
  | { type: 'paragraph'; spans: Span[] }
  | { type: 'list'; items: Span[][] }
  | { type: 'card'; level: string; title: string; text: string[]; actions?: Action[] };
export interface Action {
  label: string;
  href: string;
}
export interface Topic {
  entry: string;
  question: string;
}
export interface Answer extends Topic {
  blocks: Block[];
  source?: { title: string; section: string; url: string | null } | null;
  related?: Topic[];
}
export interface Reply {
  kind: string;
  blocks: Block[];
  answers?: Answer[];
  suggestions?: Topic[];
  offer_form?: boolean;
}
export interface Config {
  clinic: {
    name: string;
    phone: string | null;
    emergency_number: string;
    reply_time: string | null;
    privacy_url: string | null;
  };
  language: string;
  direction: string;
  greeting: Block[];
  starters: Topic[];
  texts: Record<string, string>;
  theme: { accent: string };
}

/** One line of the chat: what the visitor said, what came back, or a request that was sent. */
export interface Item {
  id: string;
  /** Unix time in milliseconds. */
  at: number;
  from: 'you' | 'us';
  text?: string;
  choose?: string;
  status?: 'sending' | 'waiting' | 'refused';
  /** The tab that sends it. */
  tab?: string;
  reply?: Reply;
  /** The server's id of the message, for feedback. */
  message?: string | null;
  helpful?: boolean;
  /** "None of these" after suggestions. */
  none?: boolean;
  /** The visitor has read the urgent-care card and went on. */
  safe?: boolean;
  /** A consultation request that has arrived. */
  sent?: { reference: string; urgent?: Block[] | null; reply_time?: string | null; hint?: { message: string } | null };
}

export interface FormInfo {
  token: string;
  consent: { version: string; blocks: Block[] };
  marketing?: { blocks: Block[] } | null;
  privacy_url?: string | null;
}
export interface Draft {
  at: number;
  values: Record<string, string | boolean>;
  /** The Idempotency-Key. */
  key: string;
  info?: FormInfo;
  /** The body of a try without an answer yet, sent again as it is. */
  sending?: string;
  status?: 'sending' | 'waiting' | 'again' | 'changed';
  errors?: Record<string, string>;
  open: boolean;
}

/** A conversation's token, and when it was given. */
export interface Kept {
  at: number;
  value: string;
}
/** What the browser keeps, for 24 hours. */
export interface State {
  token?: Kept | null;
  log: Item[];
  draft?: Draft | null;
  /** Conversations that are still to be erased on the server. */
  erase: Kept[];
}
export interface Store {
  now: State;
  /** Edits what this and the other tabs left, keeps it and shows it. */
  change(edit: (state: State) => unknown): void;
  /** Whether the next page of this tab shows the chat at once. */
  keepOpen(open: boolean): void;
  stop(): void;
}

export interface Answered {
  /** The HTTP status, or 0 when there was no answer. */
  status: number;
  data: any;
  /** Seconds the server asks us to wait, or 0. */
  wait: number;
}
/**
 * Asks the server. Never throws; without a body it is a GET. With a `key` (the Idempotency-Key) it
 * arrives even when the visitor leaves the page.
 */
export type Api = (
  path: string,
  body?: string,
  key?: string,
) => Promise<Answered>;
/** Repeats an act until it needs no other try: after a while, and when the browser is online again. */
export interface Patience {
  /** The act succeeded or is called off. */
  rest(): void;
  /** Tries at once. */
  again(): void;
  /** Tries after 1, 2, 4 … 60 seconds, or the seconds that the server asks for. */
  later(wait: number): void;
  stop(): void;
}

export interface Words {
  text: string;
  choose?: string;
}
/** The conversation: one message after the other goes out, what comes back is kept. */
export interface Talk {
  say(words: Words): void;
  /** Tries again all that found no answer. */
  retry(): void;
  drop(id: string): void;
  none(): void;
  rate(item: Item, helpful: boolean): void;
  safe(): void;
  /** Clears the chat here and on the server. */
  clear(): void;
  stop(): void;
}
/** The consultation request: kept until sent or cleared, sent exactly once. */
export interface Request {
  /** Whether a try is under way. */
  busy(): boolean;
  send(): void;
  retry(): void;
  /** Opens the form, with what the visitor asked in vain. */
  open(question?: string): void;
  close(): void;
  edit(name: string, value: string | boolean): void;
  stop(): void;
}

/** What the parts of the chat share. */
export interface Desk {
  store: Store;
  api: Api;
  language: string;
  talk: Talk;
  request: Request;
  /** Puts the cursor, and a text, into the field for questions. */
  write(text?: string): void;
  /** Shows the form and goes to it. */
  form(question?: string): void;
  /** Tells the page, by an event without personal data. */
  tell(event: string, detail?: Record<string, unknown>): void;
  /** Goes to the receipt, or to the form's errors. */
  settled(sent: boolean): void;
}

/** The form's fields by their names. */
export type Fields = Record<string, { row: HTMLElement; input: any; error: HTMLElement }>;
/** One line of the chat on the screen. */
export interface Line {
  line: HTMLElement;
  update(item: Item): void;
}

/* The functions that the modules share. */

/**
 * Makes an element. A string instead of attributes is its class; functions become listeners, null
 * and false nothing.
 */
export type Make = <T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes?: string | Record<string, unknown>,
  ...children: Child[]
) => HTMLElementTagNameMap[T];
/** Appends children and returns the node; refilling replaces what is there, if the text differs. */
export type Fill = <T extends Node>(node: T, ...children: Child[]) => T;
/** Gives a text of the interface, with its {values}. A key an older server lacks shows as words. */
export type Text = (key: string, values?: Record<string, any>) => string;
export type Button = (label: Child, click: Act, look?: string, title?: string) => HTMLElement;
/** Links to https, a telephone or a mailbox; to anything else it is plain text. */
export type Link = (text: Child, href: string, look?: string) => Node;
/** Shows formatted text. */
export type Show = (blocks?: Block[]) => Node;
/** Makes any accent readable: sets the ink on it and a shade of it for text on the panel. */
export type Paint = (host: HTMLElement, probe: HTMLElement, accent: string, dark: boolean) => void;
/** Buttons for topics, or nothing. */
export type Chips = (topics: Topic[] | undefined, label: string, more?: Child) => HTMLElement | false;
