// What is written and not sent stands on the server: saved while one types and on leaving, for each
// conversation, person and field. What cannot be saved now is kept in this tab alone until it can.
const SAVE_AFTER_MS = 600;
const LEAVE_WITHIN_MS = 1500;
const AGAIN_MS = 4000;
const frame = document.querySelector("[data-form-token]");
const page = document.querySelector("[data-conversation]");
const part = () => document.querySelector('[data-part="drafts"]');
const fields = [];

const newMark = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

function stored(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else if (value !== undefined) sessionStorage.setItem(key, value);
    return sessionStorage.getItem(key);
  } catch {
    return null; // no storage here: the server alone keeps it
  }
}

// A window keeps its name through a reload, so that it knows what it saved itself.
export const TAB = stored("front-desk-tab") ?? newMark();
stored("front-desk-tab", TAB);

export class Draft {
  // `read` and `write` what the field holds ({text, answer}); `tell` says where words came from or went.
  constructor(field, { read, write, tell }) {
    Object.assign(this, { field, read, write, tell });
    this.key = `front-desk-unsent ${frame.dataset.staff} ${page.dataset.conversation} ${field}`;
    const shown = this.shown();
    this.seen = shown?.mark ?? "";
    this.saved = this.packed();
    this.savedAt = 0;
    this.isPaused = this.hasFailed = false;
    this.restore(shown);
    fields.push(this);
    addEventListener("desk-fresh", ({ detail: askedAt }) => this.look(askedAt));
    addEventListener("front-desk-locks", () => this.keepHere());
    addEventListener("pagehide", () => this.leave());
  }

  shown() {
    return JSON.parse(part().dataset.drafts)[this.field] ?? null;
  }

  packed() {
    const { text, answer } = this.read();
    return JSON.stringify([text, answer?.id ?? ""]);
  }

  get isSaved() {
    return this.packed() === this.saved;
  }

  // What this tab could not save before: ours, unless another window has written since.
  restore(shown) {
    const kept = JSON.parse(stored(this.key) ?? "null");
    if (shown && (shown.answer || shown.text) && !kept) this.tell("Your draft");
    if (!kept) return;
    stored(this.key, null);
    if ((kept.mark && kept.mark === this.seen) || (!kept.text && !kept.answer)) return;
    if (kept.seen !== this.seen) return this.offer(kept.text, "You had also written something in this window. ");
    this.write(kept);
    this.tell("What you had written is here again.");
    this.touch();
  }

  touch() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save().catch(() => this.later()), SAVE_AFTER_MS);
  }

  later() {
    this.hasFailed = true;
    this.keepHere();
    this.tell("The draft could not be saved right now. It is kept in this window; trying again.");
    this.timer = setTimeout(() => this.save().catch(() => this.later()), AGAIN_MS);
  }

  form(packed) {
    const [text, answer] = JSON.parse(packed);
    this.mark = newMark();
    return new URLSearchParams({
      form_token: frame.dataset.formToken, field: this.field, text, answer_id: answer, mark: this.mark, tab: TAB, seen: this.seen,
    });
  }

  async save() {
    clearTimeout(this.timer);
    const packed = this.packed();
    if (this.isPaused || packed === this.saved) return;
    this.stopper?.abort();
    const { signal } = (this.stopper = new AbortController());
    const body = this.form(packed);
    const mark = this.mark;
    let answer;
    try {
      answer = await fetch(`${page.dataset.conversation}/draft`, { method: "POST", headers: { accept: "application/json" }, body, signal });
    } catch (error) {
      if (signal.aborted) return; // a newer one is on its way, or the words themselves
      throw error;
    }
    if ([401, 423].includes(answer.status)) {
      dispatchEvent(new CustomEvent("front-desk-locks"));
      return location.reload();
    }
    if (answer.status === 404) return (this.isPaused = true); // the chat was deleted: nowhere to keep it
    if (!answer.ok) throw new Error(String(answer.status));
    this.hasFailed = false;
    this.savedAt = performance.now();
    this.saved = packed;
    this.seen = packed === JSON.stringify(["", ""]) ? "" : mark;
    stored(this.key, null);
    const { other } = await answer.json();
    if (other) return this.offer(other, "Another window of yours had different text here; the newer text is shown. ");
    this.tell(this.seen ? "Draft saved" : "");
  }

  // What the server shows may come from another window or device: newer wins, and it is said.
  look(askedAt) {
    const shown = this.shown();
    if (this.isPaused || shown === "mine" || shown?.tab === TAB || (shown?.mark ?? "") === this.seen) return;
    if (!this.isSaved) return; // what is typed now is newer, and is saved in a moment
    // An answer from before the last save knows nothing of it: it says neither "sent" nor "deleted".
    if (askedAt < this.savedAt) return dispatchEvent(new CustomEvent("desk-stale"));
    this.seen = shown?.mark ?? "";
    this.write(shown ?? { text: "", answer: null });
    this.saved = this.packed();
    this.tell(shown ? `You continued in another window (${shown.at}). The newer text is shown here.` : "This was sent or deleted in another window of yours.", true);
  }

  offer(text, sentence) {
    this.tell(sentence, true, {
      words: "Add it",
      act: () => {
        const now = this.read();
        this.write({ ...now, text: [now.text, text].filter(Boolean).join("\n") });
        this.touch();
      },
    });
  }

  // From here to the answer a send is on its way: nothing is saved or exchanged meanwhile.
  pause() {
    clearTimeout(this.timer);
    this.stopper?.abort();
    this.isPaused = true;
  }

  // `isSent`: the server has dropped what stood here; what is here now is saved afresh.
  goOn({ isSent }) {
    this.isPaused = false;
    if (isSent) {
      [this.seen, this.saved] = ["", JSON.stringify(["", ""])];
      this.tell("");
    }
    if (!this.isSaved) this.touch();
  }

  keepHere() {
    if (this.isSaved) return;
    const { text, answer } = this.read();
    stored(this.key, JSON.stringify({ text, answer, seen: this.seen, mark: this.mark ?? "" }));
  }

  leave() {
    if (this.isSaved || this.isPaused) return this.isSaved || this.keepHere();
    const body = this.form(this.packed());
    this.keepHere();
    navigator.sendBeacon(`${page.dataset.conversation}/draft`, body);
  }
}

// Save all before going elsewhere; the answer is whether everything is kept on the server.
export async function keepAll() {
  const saving = Promise.all(fields.map((each) => each.save())).catch(() => {});
  await Promise.race([saving, new Promise((done) => setTimeout(done, LEAVE_WITHIN_MS))]);
  return fields.every((each) => each.isSaved);
}

export const hasFailed = () => fields.some((each) => each.hasFailed && !each.isSaved);
export const hasUnkept = () => fields.some((each) => !each.isSaved && !each.isPaused);

// Nobody's words wait in a browser in which somebody else has signed in.
try {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("front-desk-unsent ") && !key.startsWith(`front-desk-unsent ${frame.dataset.staff} `)) sessionStorage.removeItem(key);
  }
} catch {
  // No storage: nothing is kept.
}
