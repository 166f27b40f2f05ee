// The page around the chat: a host page with our loader, or nobody (the chat is a page of its own).
const WAIT_MS = 4000;

// Talks with the loader: only with our parent, only with the origin the server has allowed.
export class Host {
  constructor(site) {
    this.site = site;
    this.answers = {};
    this.locks = new Map();
    this.count = 0;
    addEventListener("message", ({ source, origin, data }) => {
      if (source !== parent || origin !== site || data?.frontDesk !== 1) return;
      if (data.type === "locked") this.locks.get(data.n)?.(texts(data.kept));
      else if (data.type === "kept") this.answers.kept?.(texts(data.kept));
      else if (data.type === "elsewhere") this.answers.elsewhere?.(String(data.name), textOrNull(data.value));
      else if (data.type === "shown") this.answers.shown?.(data.isShown === true, data.focus === true);
    });
  }

  send(type, content = {}) {
    parent.postMessage({ frontDesk: 1, type, ...content }, this.site);
  }

  // What the host page keeps of this chat.
  hello() {
    return new Promise((done) => {
      this.answers.kept = done;
      this.send("hello");
    });
  }

  // Begin something that only one tab of the host page may do at a time; gives what is kept now, or
  // null when the host page is silent. `send("unlock")` ends it.
  lock() {
    const n = (this.count += 1);
    return new Promise((done) => {
      this.locks.set(n, done);
      setTimeout(() => done(null), WAIT_MS);
      this.send("lock", { n });
    }).finally(() => this.locks.delete(n));
  }
}

const textOrNull = (value) => (typeof value === "string" ? value : null);

function texts(kept) {
  const entries = Object.entries(kept && typeof kept === "object" ? kept : {});
  return Object.fromEntries(entries.filter(([, value]) => typeof value === "string"));
}
