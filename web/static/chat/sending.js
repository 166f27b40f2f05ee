// The way of the visitor's messages: one after the other, kept until the server has them.
import { Refused } from "./api.js";
import { memory } from "./memory.js";

const MAX_WAITS = 6;
const AGAIN_MS = [5_000, 10_000, 20_000, 40_000];

export class Sending {
  // `post(item)` sends one; the callbacks draw what happens.
  constructor({ post, onState, onStored, onTrouble }) {
    this.post = post;
    this.onState = onState;
    this.onStored = onStored;
    this.onTrouble = onTrouble;
    this.items = memory.unsent;
    this.failed = new Set();
    this.tries = 0;
    this.isBusy = false;
  }

  add(item) {
    this.items.push(item);
    memory.keepUnsent(item);
    this.retryAll(); // what was written before goes first
    this.work();
  }

  retry(clientId) {
    this.failed.delete(clientId);
    this.onState(clientId, "sending");
    this.work();
  }

  retryAll() {
    for (const clientId of [...this.failed]) this.retry(clientId);
  }

  // The server has these already, for example because another tab sent them.
  drop(clientIds) {
    const known = new Set(clientIds);
    for (const { client_id } of this.items) if (known.has(client_id)) memory.dropUnsent(client_id);
    this.items = this.items.filter((item) => !known.has(item.client_id));
  }

  clear() {
    this.drop(this.items.map(({ client_id }) => client_id));
    this.failed.clear();
  }

  async work() {
    if (this.isBusy) return;
    this.isBusy = true;
    let item;
    while ((item = this.items.find(({ client_id }) => !this.failed.has(client_id)))) await this.send(item);
    this.isBusy = false;
  }

  async send(item, waits = 0) {
    this.onState(item.client_id, waits ? "waiting" : "sending");
    try {
      const answer = await this.post(item);
      this.tries = 0;
      this.drop([item.client_id]);
      this.onStored(answer);
    } catch (error) {
      if (error instanceof Refused && error.status === 429 && waits < MAX_WAITS) {
        this.onState(item.client_id, "waiting");
        if (error.body.card && !waits) this.onTrouble(error, item);
        await new Promise((done) => setTimeout(done, 1000 * (error.body.retry_after_s ?? 2)));
        if (this.items.includes(item)) await this.send(item, waits + 1);
      } else if (error instanceof Refused && error.status !== 429) {
        this.drop([item.client_id]);
        this.onState(item.client_id, "refused", error.body.error);
        if (error.body.card) this.onTrouble(error, item);
      } else {
        this.failed.add(item.client_id);
        this.onState(item.client_id, "failed");
        this.onTrouble(error, item);
        this.tryAgainLater();
      }
    }
  }

  // Also by itself: where only the sending failed, or nothing was ever sent, no news come that would ask for it.
  tryAgainLater() {
    if (this.timer) return;
    const pause = AGAIN_MS[Math.min(this.tries, AGAIN_MS.length - 1)];
    this.timer = setTimeout(() => {
      this.timer = null;
      this.tries += 1;
      this.retryAll();
    }, pause);
  }
}
