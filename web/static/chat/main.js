// Wiring of the chat: finds its parts on the page and connects them.
import { Announcer } from "./announcer.js";
import { Refused, api } from "./api.js";
import { choiceButton } from "./bubbles.js";
import { Composer } from "./composer.js";
import { Forgetting } from "./forgetting.js";
import { Host } from "./host.js";
import { Listening } from "./listening.js";
import { Log } from "./log.js";
import { memory } from "./memory.js";
import { Panel } from "./panel.js";
import { Sending } from "./sending.js";
import { Waiting } from "./waiting.js";

const root = document.querySelector("#chat");
const { language, maxChars, phone, site, starters, words } = JSON.parse(root.dataset.chat);
const parts = Object.fromEntries(
  [...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]),
);
const host = site && parent !== window ? new Host(site) : null;
await memory.begin(host);
root.hidden = false;

let conversation = memory.conversation;
let isRestoring = Boolean(conversation);
const announcer = new Announcer(parts.live);
const waiting = new Waiting(parts.typing, parts["typing-words"], words);

const log = new Log(parts.log, parts.scroll, {
  words,
  phone,
  onChoice: ({ id, title }) => send({ choice_id: id }, title),
  onRetry: (clientId) => sending.retry(clientId),
});

const sending = new Sending({
  post,
  onState: (clientId, state, reason) => log.setWaitingState(clientId, state, reason),
  onStored: ({ message, replies, pending }) => {
    say("");
    show([message, ...replies], pending);
  },
  onTrouble: (error) => (error.body?.card ? showCard(error.body.card) : sayOffline()),
});

const listening = new Listening({
  onNews: ({ messages, pending }) => show(messages, pending),
  onLost: (failures) => (failures > 2 ? sayOffline() : say(words.chat_connection_lost)),
  onBack: () => {
    say("");
    announcer.say(words.chat_connection_back);
    sending.retryAll();
  },
  onGone: () => reset(),
});

new Composer(
  { form: parts.composer, text: parts.text, left: parts.left },
  { words, maxChars, onSend: (text) => send({ text }, text) },
);
const panel = new Panel(parts, { host, onShown: () => log.toBottom() });
new Forgetting(
  { button: parts.forget, dialog: parts.dialog, keep: parts.keep, remove: parts.delete, trouble: parts["forget-trouble"] },
  { words, onForget: forget },
);
parts.person.addEventListener("click", () => send({ text: words.chat_person_message }, words.chat_person_message));
parts.below.addEventListener("click", () => log.toBottom());
parts.scroll.addEventListener("scroll", () => (parts.below.hidden = parts.below.hidden || log.isAtBottom()), { passive: true });
parts.starters.append(...starters.map((title) => choiceButton(title, () => send({ starter: title }, title))));
memory.onConversationElsewhere(() => {
  if (memory.conversation?.id === conversation?.id) return;
  conversation = memory.conversation;
  if (!conversation) sending.clear();
  restore();
});
restore();
host?.send("ready");

function restore() {
  log.clear();
  waiting.show(false);
  parts.forget.hidden = !conversation;
  for (const { client_id, title } of sending.items) log.addWaiting(client_id, title);
  if (conversation) listening.begin(conversation);
  else listening.end();
  sending.work();
}

function send(content, title) {
  const item = { client_id: newId(), title, at: Date.now(), ...content };
  log.addWaiting(item.client_id, title);
  sending.add(item);
}

// Send one message; the first one starts the conversation.
async function post(item, isSecondTry = false) {
  await begin();
  const { client_id, text, choice_id, starter } = item;
  const choice = choice_id ?? conversation.starters?.find(({ title }) => title === starter)?.id;
  const content = choice ? { choice_id: choice } : { text: text ?? starter };
  try {
    return await api.send(conversation, { client_id, ...content });
  } catch (error) {
    // The chat was deleted, here or by its age: the words of the visitor begin a new one.
    if (!(error instanceof Refused && error.status === 404) || isSecondTry || choice_id) throw error;
    conversation = memory.conversation = null;
    return post(item, true);
  }
}

// Two tabs that begin at once begin one conversation: the second waits and takes the first's.
async function begin() {
  if (conversation) return;
  await memory.alone(async () => {
    if (memory.conversation) return;
    const { id, token, starters: issued } = await api.start(language);
    memory.conversation = { id, token, starters: issued };
  });
  conversation = memory.conversation;
  isRestoring = false;
  parts.forget.hidden = false;
  listening.begin(conversation);
}

function show(messages, pending) {
  const wasAtBottom = log.isAtBottom();
  sending.drop(messages.map(({ client_id }) => client_id).filter(Boolean));
  const fresh = log.add(messages).filter(({ author }) => author !== "visitor");
  waiting.show(pending.length > 0);
  if (isRestoring) {
    isRestoring = false;
    log.toBottom();
    return;
  }
  for (const message of fresh) announcer.say(`${log.speaker(message)}: ${spoken(message)}`);
  const isBrought = wasAtBottom || log.openCard();
  panel.came(fresh.length);
  if (fresh.length && isBrought) log.show(fresh);
  if (fresh.length) parts.below.hidden = log.isAtBottom() || (wasAtBottom && !log.openCard());
  else if (wasAtBottom && pending.length) log.toBottom();
}

function spoken({ kind, text, details }) {
  return kind === "card" ? [text, details.next_step].filter(Boolean).join(" ") : text;
}

// A message that could not be stored still gets its card.
function showCard({ text, details }) {
  const seq = listening.after;
  const card = { id: newId(), seq, author: "bot", kind: "card", text, details, choices: [] };
  show([card], []);
}

function say(text) {
  parts.trouble.textContent = text;
  parts.trouble.hidden = !text;
}

function sayOffline() {
  const reach = phone ? [words.chat_offline_phone.replace("{phone}", phone)] : [];
  const text = [words.chat_offline, ...reach, words.chat_offline_crisis].join(" ");
  if (parts.trouble.textContent === text) return;
  say(text);
  announcer.say(text);
}

async function forget() {
  if (conversation) {
    try {
      await api.forget(conversation);
    } catch (error) {
      if (!(error instanceof Refused && error.status === 404)) throw error;
    }
  }
  reset();
  announcer.say(words.chat_forgotten);
  parts.text.focus();
}

// Also where crypto.randomUUID is missing: on plain http in an office.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function reset() {
  listening.end();
  sending.clear();
  memory.forget();
  conversation = null;
  say("");
  restore();
}
