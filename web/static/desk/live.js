// Keeps the parts of a page fresh by long polling: only what changed is exchanged, focus stays.
import { page } from "./api.js";
import { TAB } from "./drafts.js";

const WAIT_S = 20;
const HIDDEN_PAUSE_MS = 8000;
const BACKOFF_MS = [1000, 2000, 4000, 8000, 15000];

export class Live {
  constructor(holder, { onFresh, onLost, onBack, onGone, isWatched }) {
    Object.assign(this, { holder, onFresh, onLost, onBack, onGone, isWatched });
    this.mark = "";
    this.failures = 0;
    this.stopper = new AbortController();
    onDoneReading(holder, () => {
      this.mark = ""; // what was held back is fetched
      this.again();
    });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.again());
    addEventListener("online", () => this.again());
    // Somebody knows better than this answer: the next one comes at once and whole.
    addEventListener("desk-stale", () => {
      this.mark = "";
      this.again();
    });
    this.run();
  }

  // Ask at once, also while a longer question is open.
  again() {
    this.stopper.abort();
  }

  async run() {
    while (!this.isGone) {
      this.stopper = new AbortController();
      try {
        await this.ask();
        if (this.failures) this.onBack?.();
        this.failures = 0;
        if (document.visibilityState === "hidden") await this.pause(HIDDEN_PAUSE_MS);
      } catch (error) {
        if (this.stopper.signal.aborted) continue;
        this.failures += 1;
        if (this.failures > 1) this.onLost?.();
        await this.pause(BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length) - 1]);
      }
    }
  }

  async ask() {
    const wait = this.mark && document.visibilityState === "visible" ? WAIT_S : 0;
    const address = new URL(this.holder.dataset.live, location.href);
    const askedAt = performance.now();
    address.searchParams.set("mark", this.mark);
    address.searchParams.set("tab", TAB);
    // What nobody would hear, and nobody uses, is not watched.
    if (this.isWatched && !this.isWatched()) address.searchParams.set("heard", "no");
    const read = this.holder.querySelector("[data-seq]")?.dataset.seq;
    if (read && document.visibilityState === "visible") address.searchParams.set("read", read);
    address.searchParams.set("wait", String(wait));
    const answer = await page(address.href, { signal: this.stopper.signal, timeoutMs: (WAIT_S + 15) * 1000 });
    if ([401, 403, 423].includes(answer.status)) {
      dispatchEvent(new CustomEvent("front-desk-locks"));
      return location.reload();
    }
    if (answer.status === 404) {
      this.isGone = true; // nothing comes back: asking on would go on for ever
      return this.onGone?.();
    }
    if (answer.status >= 400) throw new Error(String(answer.status));
    if (answer.status === 204 || !answer.page) return;
    this.mark = answer.mark ?? "";
    exchange(this.holder, answer.page);
    this.onFresh?.(askedAt);
  }

  pause(ms) {
    return new Promise((done) => {
      setTimeout(done, ms);
      this.stopper.signal.addEventListener("abort", done);
    });
  }
}

// Put the fresh parts in place of the old ones; the answer is whether anything was different.
function exchange(holder, fresh) {
  let changed = false;
  const stay = keepPlace(holder);
  for (const part of holder.querySelectorAll("[data-part]")) {
    const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (part.parentElement.closest("[data-part]")) continue; // patched with the part around it
    if (!other || !part.isConnected || part.outerHTML === other.outerHTML) continue;
    if (isHeldBack(part)) {
      behindSince ||= Date.now();
      continue;
    }
    keepFocus(() => patch(part, other));
    changed = true;
  }
  stay();
  return changed;
}

// What is in the middle of being read does not move: *To read*, and *To call* above it, wait until the pointer
// or the focus has left. Who waits is never held back.
const READ = '[data-list="to_read"]';
const HELD_MS = 120_000; // a pointer that was left there holds nothing back for ever
let behindSince = 0; // something is held back
const CAN_HOVER = matchMedia("(hover: hover)");
const isBeingRead = (list) => (CAN_HOVER.matches && list.matches(":hover")) || list.matches(":focus-within");

function isHeldBack(part) {
  const list = part.closest(READ) ?? (part.dataset.part === "to_call" ? document.querySelector(READ) : null);
  return Boolean(list) && isBeingRead(list) && !(behindSince && Date.now() - behindSince > HELD_MS);
}

function onDoneReading(holder, done) {
  const list = holder.querySelector(READ);
  for (const kind of ["pointerleave", "focusout"]) list?.addEventListener(kind, () => setTimeout(() => {
    if (!behindSince || isBeingRead(list)) return;
    behindSince = 0;
    done();
  }));
}

// The first case in sight stays where it is when others come or go above it.
function keepPlace(holder) {
  const [first] = [...holder.querySelectorAll(".case")].filter((each) => each.getBoundingClientRect().top >= 0);
  if (!first || scrollY === 0) return () => {};
  const top = first.getBoundingClientRect().top;
  return () => {
    const now = holder.querySelector(`.case[data-key="${first.dataset.key}"]`);
    if (now) scrollBy(0, now.getBoundingClientRect().top - top);
  };
}

// Children with a key that did not change stay the nodes they are; a part within a part is patched alike.
function patch(part, other) {
  copyAttributes(part, other);
  const known = new Map([...part.children].map((child) => [child.dataset.key, child]));
  const open = new Set([...part.querySelectorAll("details[open][id]")].map(({ id }) => id));
  const wanted = [...other.children].map((child) => {
    const old = known.get(child.dataset.key);
    if (old?.dataset.part && child.dataset.part) {
      patch(old, child);
      return old;
    }
    return old && child.dataset.key && same(old, child) ? old : document.adoptNode(child);
  });
  for (const child of wanted) for (const box of child.querySelectorAll("details[id]")) if (open.has(box.id)) box.open = true;
  for (const child of [...part.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((child, place) => {
    if (part.children[place] !== child) part.insertBefore(child, part.children[place] ?? null);
  });
}

// An opened box is no change; neither is a field that somebody has begun to fill.
function same(old, child) {
  const copy = old.cloneNode(true);
  for (const box of copy.querySelectorAll("details[open]")) box.removeAttribute("open");
  return copy.outerHTML === child.outerHTML || [...old.querySelectorAll("input, select, textarea")].some(isBegun);
}

const isBegun = (field) =>
  field.type === "hidden" || field.matches("button") ? false
  : field.matches("select") ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected))
  : field.value !== field.defaultValue || field.checked !== field.defaultChecked;

function copyAttributes(part, other) {
  for (const { name } of [...part.attributes]) if (!other.hasAttribute(name)) part.removeAttribute(name);
  for (const { name, value } of other.attributes) if (part.getAttribute(name) !== value) part.setAttribute(name, value);
}

function keepFocus(change) {
  const { id } = document.activeElement ?? {};
  change();
  if (id && document.activeElement?.id !== id) document.getElementById(id)?.focus({ preventScroll: true });
}
