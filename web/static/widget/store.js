// What is kept of a chat in the host page's storage: browsers that partition the storage of frames
// would lose it there. Every script of the host page could read it (docs/clinics.md says so).
const PREFIX = "front-desk.";
const NAMES = /^(conversation|draft|language|rated|unsent\.[0-9a-f]{32})$/;
const MAX_CHARS = 20_000;
const LOCK_MS = 9000;

const store = {
  isName: (name) => typeof name === "string" && NAMES.test(name),

  all() {
    const kept = {};
    try {
      for (const key of Object.keys(localStorage)) {
        const name = key.slice(PREFIX.length);
        if (key.startsWith(PREFIX) && NAMES.test(name)) kept[name] = localStorage.getItem(key);
      }
    } catch {
      // Storage is forbidden here: the chat lives as long as the page.
    }
    return kept;
  },

  write(name, value) {
    try {
      if (value === null) localStorage.removeItem(PREFIX + name);
      else if (value.length <= MAX_CHARS) localStorage.setItem(PREFIX + name, value);
    } catch {
      // See above.
    }
  },

  // One tab of this site at a time; `begin` gets what ends its turn. Where locks are missing or denied
  // (site data refused), nobody waits.
  alone(begin) {
    const turn = () => new Promise((done) => {
      setTimeout(done, LOCK_MS);
      begin(done);
    });
    if (!navigator.locks) return turn();
    return navigator.locks.request("front-desk.start", turn).catch(() => begin(() => {}));
  },

  // Another tab of this site wrote.
  onElsewhere(listener) {
    addEventListener("storage", ({ key, newValue }) => {
      const name = key?.startsWith(PREFIX) ? key.slice(PREFIX.length) : "";
      if (NAMES.test(name)) listener(name, newValue);
    });
  },
};
