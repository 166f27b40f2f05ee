// What is kept of a chat in the host page's storage: browsers that partition the storage of frames
// would lose it there. Every script of the host page could read it (docs/clinics.md says so).
const PREFIX = "front-desk.";
const NAMES = /^front-desk\.(conversation|draft|language|letters|rated|unsent\.[0-9a-f]{32})$/;
// Undefined for what is not ours.
const nameOf = (key) => NAMES.exec(key)?.[1];
const MAX_CHARS = 20_000;
// Where storage is forbidden or full, the chat lives as long as the page.
const LOCK_MS = 9000;

const store = {
  all() {
    const kept = {};
    tried(() => {
      for (const key of Object.keys(localStorage)) {
        const name = nameOf(key);
        if (name) kept[name] = localStorage.getItem(key);
      }
    });
    return kept;
  },

  write({ name, value }) {
    tried(() => {
      if (!nameOf(PREFIX + name)) return;
      if (value === null) localStorage.removeItem(PREFIX + name);
      else if (value.length <= MAX_CHARS) localStorage.setItem(PREFIX + name, value);
    });
  },

  // One tab of this site at a time; `begin` gets what ends its turn. Where locks are missing or denied
  // (site data refused), nobody waits.
  async alone(begin) {
    const turn = () => new Promise((done) => {
      setTimeout(done, LOCK_MS);
      begin(done);
    });
    try {
      await navigator.locks.request("front-desk.start", turn);
    } catch {
      begin(() => {});
    }
  },

  // Another tab of this site wrote.
  onElsewhere(listener) {
    addEventListener("storage", ({ key, newValue: value }) => {
      const name = nameOf(key);
      if (name) listener({ name, value });
    });
  },

  // Whether the chat is open in this tab: it stays so from page to page.
  isOpen: () => tried(() => sessionStorage.getItem(`${PREFIX}open`) === "true"),
  setOpen: (isOpen) => tried(() => sessionStorage.setItem(`${PREFIX}open`, isOpen)),
};
