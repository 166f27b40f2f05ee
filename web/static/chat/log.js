// The list of messages: sorted by seq alone, each shown once; what is not sent yet stands at the end.
import { bubble, speaker } from "./bubbles.js";
import { element } from "./text.js";

export class Log {
  constructor(list, scroll, { onRetry, ...options }) {
    Object.assign(this, { list, scroll, options, onRetry });
    this.messages = [];
    this.shown = new Map(); // message id -> item
    this.waiting = new Map(); // client id -> item
  }

  // Show stored messages; the answer is those that were not on the page before.
  add(messages) {
    const fresh = messages.filter((message) => !this.shown.has(message.id));
    for (const message of fresh) {
      const before = this.waiting.get(message.client_id);
      const hadFocus = before?.contains(document.activeElement);
      before?.remove();
      this.waiting.delete(message.client_id);
      const item = bubble(message, this.options);
      item.dataset.seq = message.seq;
      if (message.author === "visitor") this.setState(item, "sent");
      this.shown.set(message.id, item);
      this.messages.push(message);
      this.list.insertBefore(item, this.firstAfter(message.seq));
      if (hadFocus) item.focus();
    }
    this.messages.sort((one, other) => one.seq - other.seq);
    if (fresh.length) this.group();
    return fresh;
  }

  // A card of our own, below a message that the server does not have yet.
  addOwn(card) {
    const item = bubble(card, this.options);
    this.shown.set(card.id, item);
    this.list.append(item);
    this.group();
  }

  remove(id) {
    this.shown.get(id)?.remove();
    this.shown.delete(id);
  }

  addWaiting(clientId, text) {
    const item = bubble({ author: "visitor", kind: "text", text }, this.options);
    this.waiting.set(clientId, item);
    this.list.append(item);
    this.group();
    this.toBottom();
  }

  // States: sending, waiting (will be tried again), failed (with Retry), refused (with the reason).
  setWaitingState(clientId, state, reason) {
    const item = this.waiting.get(clientId);
    if (item) this.setState(item, state, { reason, clientId });
  }

  setState(item, state, { reason, clientId } = {}) {
    const { words } = this.options;
    const before = item.querySelector(".chat-state");
    const hadFocus = before?.contains(document.activeElement);
    before?.remove();
    const text = reason ?? words[`chat_${state}`];
    const line = element("p", { className: "chat-state", text });
    line.classList.toggle("is-failed", state === "failed" || state === "refused");
    if (state === "failed") {
      const retry = element("button", { className: "chat-retry", type: "button", text: words.chat_retry });
      retry.addEventListener("click", () => this.onRetry(clientId));
      line.append(retry);
    }
    item.append(line);
    if (hadFocus) item.focus(); // "Retry" is gone: whoever was there stays at the message
  }

  clear() {
    this.messages = [];
    this.shown.clear();
    this.waiting.clear();
    this.list.replaceChildren();
  }

  firstAfter(seq) {
    return [...this.list.children].find((item) => !(Number(item.dataset.seq) <= seq)) ?? null;
  }

  // Who speaks now, when it is a person: whoever joined last and has not left.
  person() {
    const { details } = this.messages.findLast(({ details }) => details?.event?.startsWith("staff_")) ?? {};
    return details?.event === "staff_joined" ? this.speaker({ author: "staff", details }) : null;
  }

  // Whether the last message asks for something, whatever it adds: then an answer is written, not a question.
  isAsked() {
    const { author, text, utterance } = this.messages.at(-1) ?? {};
    return author !== "visitor" && !utterance?.startsWith("utter_faq/") && Boolean(text?.includes("?"));
  }

  // A speaker is named once for several messages in a row (and always for screen readers); "sent"
  // stands under the last of the visitor's messages only.
  group() {
    let before = null;
    const items = [...this.list.children];
    const lastSent = items.findLast((item) => item.dataset.seq && item.classList.contains("by-visitor"));
    for (const item of items) {
      const who = item.querySelector(".chat-who").textContent;
      item.classList.toggle("is-more", who === before);
      before = who;
      if (item.dataset.seq && item.classList.contains("by-visitor")) {
        const line = item.querySelector(".chat-state");
        if (line) line.hidden = item !== lastSent;
      }
    }
    this.setStops(items);
  }

  // Tab stops at what belongs to the last question; what is older is reached with the arrows.
  setStops(items) {
    const last = items.findLastIndex((item) => item.classList.contains("by-visitor"));
    items.forEach((item, at) => {
      for (const control of item.querySelectorAll("button, a, summary, input")) {
        if (at < last) control.tabIndex = -1;
        else control.removeAttribute("tabindex");
      }
      if (at < last) this.retire(item);
    });
  }

  // What was offered before the last question is out of date: only what was chosen stays to be read.
  retire(item) {
    for (const button of item.querySelectorAll(".chat-bubble ~ .chat-choices .chat-choice")) {
      if (button === document.activeElement) item.focus();
      button.hidden = button.getAttribute("aria-disabled") !== "true";
    }
  }

  // Whether an open card and the last message are in sight: with other room they stay so.
  seen() {
    return { card: this.isSeen(this.openCard()), last: this.isSeen(this.list.lastElementChild) };
  }

  keep({ card, last }) {
    if (card && this.openCard()) this.bring(this.openCard());
    else if (last) this.bring(this.list.lastElementChild);
  }

  isSeen(item) {
    const top = item ? item.offsetTop - this.scroll.offsetTop - this.scroll.scrollTop : 0;
    return !item || (top < this.scroll.clientHeight && top + item.offsetHeight > 0);
  }

  // Bring an open card into view, else the last message: its end, or its beginning when it is too tall.
  showLast() {
    this.bring(this.openCard() ?? this.list.lastElementChild);
  }

  isAtBottom() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 80;
  }

  toBottom() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  // Bring the beginning of the first new message into view when all of it does not fit.
  show(messages) {
    // A crisis card stays in view: what comes after it waits below.
    const item = this.openCard() ?? this.shown.get(messages[0]?.id);
    this.bring(item);
  }

  bring(item) {
    if (!item) return;
    const from = item.querySelector(".chat-card") ?? item;
    const top = from.offsetTop - this.scroll.offsetTop - 8;
    this.scroll.scrollTop = Math.min(top, this.scroll.scrollHeight - this.scroll.clientHeight);
  }

  // The card that answers the visitor's last message, if there is one.
  openCard() {
    const items = [...this.list.children];
    const last = items.findLastIndex((item) => item.classList.contains("by-visitor"));
    return items.slice(last + 1).find((item) => item.querySelector(".chat-card")) ?? null;
  }

  speaker(message) {
    return speaker(message, this.options.words);
  }
}
