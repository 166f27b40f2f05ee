// One place where the chat is shown: makes the frame when it is first wanted and waits for it.
const READY_WITHIN_MS = 5000;

class Place {
  constructor(box, { settings, words, origin, form, language, answers }) {
    Object.assign(this, { box, settings, origin, form, language, answers });
    this.isReady = false;
    this.frame = null;
    this.help = new Help(settings, words, { onClose: answers.close, onRetry: () => this.load() });
    this.title = words.title.replace("{name}", settings.name);
  }

  // Whether this page may show the chat; without it the browser would refuse the frame in silence.
  isAllowed() {
    return location.origin === this.origin || this.settings.sites.includes(location.origin);
  }

  load() {
    clearTimeout(this.timer);
    this.frame?.remove();
    this.isReady = false;
    this.help.wait();
    this.box.replaceChildren(this.help.element);
    if (!this.isAllowed()) {
      console.error(`Front Desk: the chat is not set up for ${location.origin}. Name this address on the page Set-up or in FRONT_DESK_ALLOWED_SITES.`);
      this.help.show();
      return;
    }
    this.timer = setTimeout(() => this.help.show(), READY_WITHIN_MS);
    const address = new URL("/widget", this.origin);
    address.search = new URLSearchParams({ site: location.origin, form: this.form, language: this.language() });
    this.frame = make("iframe", { title: this.title, src: address.href, hidden: "" });
    this.wire = this.newWire();
    this.box.append(this.frame);
  }

  newWire() {
    const wire = new Wire(this.frame, this.origin, {
      ...this.answers,
      hello: () => wire.send("kept", { kept: store.all() }),
      lock: ({ n }) => store.alone((done) => {
        this.unlock = done;
        wire.send("locked", { n, kept: store.all() });
      }),
      unlock: () => this.unlock?.(),
      write: ({ name, value }) => store.write(name, value),
      ready: () => this.ready(),
    });
    return wire;
  }

  ready() {
    clearTimeout(this.timer);
    const isFirst = !this.isReady;
    this.isReady = true;
    this.help.element.hidden = true;
    this.frame.hidden = false;
    if (isFirst) this.answers.ready?.();
  }

  send(type, content) {
    if (this.isReady) this.wire.send(type, content);
  }
}
