// One place where the chat is shown: makes the frame when it is first wanted, waits for it, and talks
// with it: only with our frame, only with our origin.
const READY_WITHIN_MS = 5000;

class Place {
  constructor(box, common, form, answers = {}) {
    Object.assign(this, common, { box, form });
    const { settings, words } = this;
    this.help = new Help(words, { onClose: answers.close, onRetry: () => this.load() });
    this.answers = {
      hello: () => this.send("kept", { kept: store.all() }),
      lock: ({ n }) => store.alone((done) => {
        this.unlock = done;
        this.send("locked", { n, kept: store.all() });
      }),
      unlock: () => this.unlock?.(),
      write: store.write,
      leave: () => location.replace(settings.exit),
      message: ({ count }) => tell("message", { count }),
      ...answers,
      ready: () => this.ready(answers),
    };
    addEventListener("message", ({ source, origin, data }) => {
      if (source !== this.frame?.contentWindow || origin !== this.origin || data?.frontDesk !== 1) return;
      this.answers[data.type]?.(data);
    });
    store.onElsewhere((about) => this.isReady && this.send("elsewhere", about));
  }

  load() {
    const { settings, origin, base, box, help } = this;
    const site = location.origin;
    clearTimeout(this.timer);
    this.isReady = false;
    help.wait();
    box.replaceChildren(help.element);
    // On a page that may not show the chat the browser would refuse the frame in silence.
    if (![origin, ...settings.sites].includes(site)) {
      help.show();
      return console.error(`Front Desk: ${site} is not allowed (see the page Setup).`);
    }
    this.timer = setTimeout(() => help.show(), READY_WITHIN_MS);
    this.frame = make("iframe", { title: this.words.title, src: `${base}/widget?site=${site}&form=${this.form}&language=${this.language()}`, hidden: "" });
    box.append(this.frame);
  }

  // The page put us elsewhere: a frame that is moved begins anew.
  again() {
    if (this.frame) this.load();
  }

  ready(answers) {
    clearTimeout(this.timer);
    const isFirst = !this.isReady;
    this.isReady = true;
    this.help.element.hidden = true;
    this.frame.hidden = false;
    if (isFirst) answers.ready?.();
  }

  // Never a star: what is kept goes to our origin and nowhere else.
  send(type, content) {
    this.frame.contentWindow?.postMessage({ frontDesk: 1, type, ...content }, this.origin);
  }
}
