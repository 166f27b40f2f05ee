// Wiring of the chat: finds its parts on the page and connects them.
import { Announcer } from "./announcer.js";
import { api, base } from "./api.js";
import { choiceButton } from "./bubbles.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { OwnCrisis } from "./crisis.js";
import { Forgetting } from "./forgetting.js";
import { Host } from "./host.js";
import { chooseLetters } from "./letters.js";
import { Listening } from "./listening.js";
import { Log } from "./log.js";
import { memory } from "./memory.js";
import { Menu } from "./menu.js";
import { Panel } from "./panel.js";
import { Reading } from "./reading.js";
import { Sending } from "./sending.js";
import { withLinks } from "./text.js";
import { transcript } from "./transcript.js";
import { View } from "./view.js";
import { Waiting } from "./waiting.js";

const root = document.querySelector("#chat");
const { exit, language, maxChars, name, phone, site, starters, words } = JSON.parse(root.dataset.chat);
const parts = Object.fromEntries(
  [...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]),
);
const host = site && parent !== window ? new Host(site) : null;
await memory.begin(host);
root.hidden = false;

let isRestoring = Boolean(memory.conversation);
const announcer = new Announcer(parts.live);
const waiting = new Waiting(parts.typing, parts["typing-words"], { words, onStill: (text) => announcer.say(text) });

const log = new Log(parts.log, parts.scroll, {
  words,
  phone,
  rated: (id) => memory.get("rated")?.[id],
  onChoice: ({ id, title }) => send({ choice_id: id }, title),
  onRate: rate,
  onRetry: (clientId) => sending.retry(clientId),
});

const conversation = new Conversation({
  language,
  onBegin: () => {
    isRestoring = false;
    offer();
    listening.begin(conversation.current);
  },
});

const crisis = new OwnCrisis({ language, onCard: (clientId, card) => showOwnCard(`own-${clientId}`, card) });

const sending = new Sending({
  post: (item) => {
    crisis.watch(item);
    return conversation.post(item);
  },
  onState: (clientId, state, reason) => log.setWaitingState(clientId, state, reason),
  onStored: ({ message, replies, pending }) => {
    say("");
    crisis.stored(message.client_id);
    if (replies.some(({ kind }) => kind === "card" || kind === "check")) log.remove(`own-${message.client_id}`);
    announcer.say(words.chat_sent);
    show([message, ...replies], pending);
  },
  onTrouble: (error, item) => {
    crisis.failed(item);
    if (!error.body?.card) return sayOffline();
    log.remove(`own-${item.client_id}`);
    showOwnCard(`own-${item.client_id}`, error.body.card);
  },
});

const listening = new Listening({
  onNews: ({ messages, pending, staff_typing, waiting: standing }) => {
    show(messages, pending, staff_typing);
    // Loaded for who waits for a person: mostly nobody does.
    if (standing || parts.away) import(`${base}/static/chat/away.js`).then((file) => file.tell(standing, parts, language, conversation, announcer));
  },
  onLost: (failures) => (failures > 2 ? sayOffline() : say(words.chat_connection_lost)),
  onBack: () => {
    say("");
    announcer.say(words.chat_connection_back);
    sending.retryAll();
  },
  onGone: () => gone(),
});

const composer = new Composer(
  { form: parts.composer, text: parts.text, left: parts.left, send: parts.send },
  { words, maxChars, onSend: (text) => send({ text }, text) },
);
chooseLetters(parts, () => composer.changed());
const panel = new Panel(parts, {
  host,
  onShown: () => {
    log.showLast();
    sayNow();
  },
});
new Reading(parts.scroll, parts.log, parts.text);
new View(parts.panel, parts.scroll, log, { isAlone: !host });
const menu = new Menu(parts, { host, exit, transcript: () => transcript(log.messages, { name, language, sources: words.chat_sources, speaker: (message) => log.speaker(message) }) });
new Forgetting(
  { button: parts.forget, dialog: parts.dialog, call: parts.call, keep: parts.keep, remove: parts.delete, trouble: parts["forget-trouble"] },
  { words, onLook: () => conversation.look(), onForget: forget },
);
parts.person.addEventListener("click", () => send({ text: words.chat_person_message }, words.chat_person_message));
parts.below.addEventListener("click", () => log.toBottom());
parts.scroll.addEventListener("scroll", () => (parts.below.hidden = parts.below.hidden || log.isAtBottom()), { passive: true });
parts.starters.append(...starters.map(([title, lang]) => choiceButton(title, () => send({ starter: title }, title), { lang })));
memory.onConversationElsewhere(() => {
  if (memory.conversation?.id === conversation.current?.id) return;
  conversation.current = memory.conversation;
  if (!conversation.current) sending.clear();
  restore();
});
restore();
sayNow();
host?.send("ready");

function restore() {
  log.clear();
  sayWhoSpeaks();
  waiting.show(false);
  if (parts.away) parts.away.hidden = true;
  offer();
  for (const { client_id, title } of sending.items) log.addWaiting(client_id, title);
  if (conversation.current) listening.begin(conversation.current);
  else listening.end();
  sending.work();
}

// What can be done only with a conversation.
function offer() {
  parts.forget.hidden = parts.save.hidden = !conversation.current;
}

function send(content, title) {
  const item = { client_id: newId(), title, at: Date.now(), ...content };
  const wasStarter = parts.starters.contains(document.activeElement);
  log.addWaiting(item.client_id, title);
  if (wasStarter) parts.log.lastElementChild.focus(); // the starters are gone
  parts.done.hidden = true;
  sending.add(item);
}

function show(messages, pending, typing = waiting.name) {
  const wasAtBottom = log.isAtBottom();
  sending.drop(messages.map(({ client_id }) => client_id).filter(Boolean));
  const fresh = log.add(messages).filter(({ author }) => author !== "visitor");
  sayWhoSpeaks();
  parts.text.placeholder = log.isAsked() ? words.chat_reply : words.chat_placeholder;
  const wasShown = waiting.isShown;
  waiting.show(pending.length > 0, typing);
  if (isRestoring) {
    isRestoring = false;
    log.toBottom();
    return;
  }
  for (const message of fresh) announcer.say(`${log.speaker(message)}: ${spoken(message)}`);
  bringIntoView(fresh, wasAtBottom);
  if (!fresh.length && wasAtBottom && (pending.length || (typing && !wasShown))) log.toBottom();
}

function bringIntoView(fresh, wasAtBottom) {
  if (!fresh.length) return;
  panel.came(fresh.length);
  if (wasAtBottom || log.openCard()) log.show(fresh);
  parts.below.hidden = log.isAtBottom() || (wasAtBottom && !log.openCard());
  if (fresh.some(isCard)) clearTheWay();
}

const isCard = ({ kind }) => kind === "card" || kind === "check";

// Nothing stays over a card: not the menu, and not a phone's keyboard, which goes with the focus.
function clearTheWay() {
  menu.close();
  // Nobody has the focus when a card of ours has just made room for the server's.
  if (![parts.text, document.body].includes(document.activeElement) || !matchMedia("(pointer: coarse)").matches) return;
  log.openCard()?.focus({ preventScroll: true });
}

function spoken(message) {
  const { text, details } = message;
  return isCard(message) ? [text, details.next_step].filter(Boolean).join(" ") : text;
}

// The card for a message that the server could not store.
function showOwnCard(id, { text, details }) {
  const card = { id, author: "bot", kind: "card", text, details };
  log.addOwn(card);
  announcer.say(`${log.speaker(card)}: ${spoken(card)}`);
  bringIntoView([card], true);
}

function sayWhoSpeaks() {
  parts["who-speaks"].textContent = log.person() ?? words.chat_subtitle;
}

// Who answers now, from the clinic's hours and notices; without a server nothing is claimed.
async function sayNow() {
  try {
    const { who_answers, notices } = await api.now(language);
    parts.now.textContent = [...notices, who_answers].filter(Boolean).join(" ");
  } catch {
    parts.now.textContent = "";
  }
  parts.now.hidden = !parts.now.textContent;
}

async function rate({ id }, helpful, sentence) {
  try {
    const { send_as_message } = await api.rate(conversation.current, id, { helpful, sentence });
    if (send_as_message) send({ text: sentence }, sentence);
    memory.set("rated", { ...memory.get("rated"), [id]: helpful });
    return true;
  } catch {
    return false;
  }
}

function say(text) {
  parts.trouble.replaceChildren(...withLinks(text, phone));
  parts.trouble.hidden = !text;
}

function sayOffline() {
  const reach = phone ? [words.chat_offline_phone.replace("{phone}", phone)] : [];
  const text = [words.chat_offline, ...reach, words.chat_offline_crisis].join(" ");
  if (parts.trouble.textContent === text) return;
  say(text);
  announcer.say(text);
}

async function forget(keepsCall) {
  await conversation.forget(keepsCall);
  reset();
  done(words.chat_forgotten);
  parts.text.focus();
}

// Also where crypto.randomUUID is missing: on plain http in an office.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function done(text) {
  parts.done.textContent = text;
  parts.done.hidden = false;
  announcer.say(text);
}

// The chat was deleted elsewhere, or by its age: what was not sent yet begins a new one.
function gone() {
  listening.end();
  conversation.current = memory.conversation = null;
  say("");
  done(words.chat_gone);
  restore();
}

function reset() {
  listening.end();
  sending.clear();
  memory.forget("language", "letters");
  conversation.current = null;
  say("");
  restore();
}
