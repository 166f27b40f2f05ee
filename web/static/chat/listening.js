// Asks for "everything after N" again and again: on every connection, focus and after every break.
import { Refused, api } from "./api.js";

const BACKOFF_MS = [500, 1000, 2000, 4000, 8000];

export class Listening {
  constructor({ onNews, onLost, onBack, onGone }) {
    Object.assign(this, { onNews, onLost, onBack, onGone });
    this.conversation = null;
    this.after = 0;
    this.failures = 0;
    this.round = 0;
    this.stopper = new AbortController();
    const again = () => document.visibilityState === "visible" && this.restart();
    document.addEventListener("visibilitychange", again);
    addEventListener("online", again);
    addEventListener("pageshow", (event) => event.persisted && again());
  }

  begin(conversation) {
    this.conversation = conversation;
    this.after = 0;
    this.restart();
  }

  end() {
    this.conversation = null;
    this.stopper.abort();
  }

  restart() {
    this.stopper.abort();
    this.stopper = new AbortController();
    this.round += 1;
    if (this.conversation) this.run(this.round, this.stopper.signal);
  }

  async run(round, signal) {
    let isFirst = true;
    while (round === this.round && this.conversation) {
      try {
        const answer = await api.read(this.conversation, this.after, { wait: !isFirst, signal });
        if (round !== this.round || signal.aborted) return;
        isFirst = false;
        this.after = Math.max(this.after, answer.last);
        if (this.failures) this.onBack();
        this.failures = 0;
        this.onNews(answer);
      } catch (error) {
        if (round !== this.round || signal.aborted) return;
        if (error instanceof Refused && error.status === 404) return this.onGone();
        this.failures += 1;
        this.onLost(this.failures);
        const pause = BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length) - 1];
        await new Promise((done) => setTimeout(done, pause));
      }
    }
  }
}
