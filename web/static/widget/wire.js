// Talks with our frame: only with it, only with its origin, and only in the shapes listed here.
const isText = (value) => typeof value === "string";
const SHAPES = {
  hello: () => true,
  ready: () => true,
  close: () => true,
  leave: () => true,
  lock: ({ n }) => Number.isInteger(n),
  unlock: () => true,
  write: ({ name, value }) => store.isName(name) && (value === null || isText(value)),
  unread: ({ count }) => Number.isInteger(count) && count >= 0,
};

class Wire {
  constructor(frame, origin, answers) {
    Object.assign(this, { frame, origin });
    addEventListener("message", ({ source, origin: from, data }) => {
      if (source !== frame.contentWindow || from !== origin || data?.frontDesk !== 1) return;
      if (isText(data.type) && Object.hasOwn(SHAPES, data.type) && SHAPES[data.type](data)) answers[data.type]?.(data);
    });
  }

  // Never a star: what is kept goes to our origin and nowhere else.
  send(type, content = {}) {
    this.frame.contentWindow?.postMessage({ frontDesk: 1, type, ...content }, this.origin);
  }
}
