// The desk by keyboard: single letters outside of fields; what they do stands on the page as a button.
// People write chats in several short messages. A letter is a command only when nothing was typed just
// before, and no letter follows: the first letter of a word is none.
const isField = (element) => element?.matches("input, select, textarea, [contenteditable]");
const TYPING_MS = 1000;
const WORD_MS = 350;
const TYPED_AT = "front-desk-typed-at"; // carried over to the next page: fingers do not stop at a load

export class Keys {
  constructor({ box, onReply, onAnswers, onIgnored }) {
    Object.assign(this, { box, onReply, onAnswers, onIgnored });
    this.typedAt = carried();
    for (const button of document.querySelectorAll("[data-open-keys]")) {
      button.addEventListener("click", () => box.showModal());
    }
    document.addEventListener("keydown", (event) => this.key(event));
    addEventListener("desk-typed", () => (this.typedAt = 0));
    addEventListener("pagehide", () => carry(this.typedAt));
  }

  key(event) {
    const isTyped = event.key.length === 1 && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (!isTyped) return;
    const before = this.typedAt;
    const isTyping = Date.now() - before < TYPING_MS;
    const isCommand = !event.defaultPrevented && !event.repeat && !isField(event.target) && !document.querySelector("dialog[open]");
    this.typedAt = Date.now();
    const isInWord = Boolean(this.waiting);
    clearTimeout(this.waiting);
    this.waiting = null;
    if (!isCommand || isInWord) return;
    const command = this.command(event.key);
    if (!command) return;
    event.preventDefault();
    // What was a command, or did nothing, was not typed.
    const act = () => {
      this.typedAt = isTyping ? before : 0;
      return isTyping ? this.onIgnored(event.key) : command();
    };
    // What only puts the cursor into a field of this page is there before the next letter.
    if (!isTyping && (command.isHarmless || !/\p{L}/u.test(event.key))) return act();
    this.waiting = setTimeout(() => {
      this.waiting = null;
      act();
    }, WORD_MS);
  }

  command(key) {
    if (key === "?") return () => this.box.showModal();
    if (key === "/" && this.onAnswers) return this.onAnswers;
    if (key === "r" && this.onReply) return harmless(this.onReply);
    // A key may stand at many lines of a list: it is the open one's.
    const target = [...document.querySelectorAll(`[data-key-press="${CSS.escape(key)}"]`)].find((each) => each.checkVisibility());
    const press = target && (() => target.isConnected && target.click());
    return target?.matches("label") ? harmless(press) : press;
  }
}

const harmless = (act) => Object.assign(() => act(), { isHarmless: true });

function carried() {
  try {
    return Number(sessionStorage.getItem(TYPED_AT));
  } catch {
    return 0;
  }
}

function carry(at) {
  try {
    sessionStorage.setItem(TYPED_AT, String(at));
  } catch {
    // No storage: the next page begins as if nothing was typed.
  }
}
