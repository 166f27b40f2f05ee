// The one script of a host page: a launcher with a panel, or the chat inside an element of the page.
function frontDesk(settings, script) {
  const origin = new URL(script.src).origin;
  const { language: wanted, in: inside } = script.dataset;
  const spoken = () => JSON.parse(store.all().language ?? "null") ?? wanted ?? document.documentElement.lang.slice(0, 2);
  const language = () => (Object.hasOwn(settings.words, spoken()) ? spoken() : "en");
  const leave = () => location.replace(settings.exit);
  const common = { leave, settings, words: settings.words[language()], origin, language };
  const begin = () => (inside ? inlineChat(common, inside) : new Launcher(common));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
}

// The chat in an element of the page, loaded when it comes near.
function inlineChat(common, id) {
  const element = document.getElementById(id);
  if (!element) return console.error(`Front Desk: this page has no element with the id '${id}'.`);
  const box = make("div", { className: "inline" });
  shadowOn(element, common.settings.look).append(box);
  const place = new Place(box, { ...common, form: "inline", answers: { leave: common.leave } });
  store.onElsewhere((name, value) => place.send("elsewhere", { name, value }));
  const near = new IntersectionObserver((seen) => {
    if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
    near.disconnect();
    place.load();
  }, { rootMargin: "300px" });
  near.observe(element);
}

class Launcher {
  constructor({ words, ...common }) {
    this.words = words;
    this.count = make("span", { className: "count", hidden: "" });
    this.button = make("button", { className: "launcher", type: "button", "aria-expanded": "false", on: () => this.open({ focus: true }) }, drawing(BUBBLE), make("span", { text: words.open }), this.count);
    this.box = make("div", { className: "panel", hidden: "" });
    const host = document.body.appendChild(make("div", { id: "front-desk" }));
    shadowOn(host, common.settings.look).append(make("div", { className: common.settings.side }, this.button, this.box));
    const answers = { leave: common.leave, close: () => this.close(), unread: ({ count }) => this.unread(count), ready: () => this.tellFrame() };
    this.place = new Place(this.box, { ...common, words, form: "panel", answers });
    store.onElsewhere((name, value) => this.place.send("elsewhere", { name, value }));
    this.box.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    document.addEventListener("click", (event) => this.openedFromPage(event));
    for (const happening of ["resize", "scroll"]) visualViewport?.addEventListener(happening, () => this.fit());
    if (sessionStorageSays() && !matchMedia(NARROW).matches) this.open({ focus: false });
  }

  // Any element of the host page can open the chat.
  openedFromPage(event) {
    if (!event.target.closest?.("[data-front-desk-open]")) return;
    event.preventDefault();
    this.open({ focus: true });
  }

  open({ focus }) {
    this.box.hidden = false;
    this.button.hidden = true;
    this.button.setAttribute("aria-expanded", "true");
    this.focus = focus;
    sessionStorageSays(true);
    this.unread(0);
    this.fit();
    if (this.place.frame) this.tellFrame();
    else this.place.load();
  }

  // Focus follows the visitor's own press into the frame; it never goes there by itself.
  tellFrame() {
    if (this.focus && this.place.isReady) this.place.frame.focus();
    this.place.send("shown", { isShown: !this.box.hidden, focus: Boolean(this.focus) });
    if (this.place.isReady) this.focus = false;
  }

  close() {
    this.box.hidden = true;
    this.button.hidden = false;
    this.button.setAttribute("aria-expanded", "false");
    sessionStorageSays(false);
    this.place.send("shown", { isShown: false, focus: false });
    this.fit();
    this.button.focus();
  }

  unread(count) {
    this.count.hidden = count === 0 || !this.box.hidden;
    this.count.replaceChildren(String(count), make("span", { className: "unseen", text: ` ${this.words.unread}` }));
  }

  // A phone's keyboard makes the visible part smaller: the panel stays inside it.
  fit() {
    const { style } = this.box;
    const isFull = !this.box.hidden && matchMedia(NARROW).matches && visualViewport && visualViewport.scale === 1;
    style.height = isFull ? `${visualViewport.height}px` : "";
    style.top = isFull ? `${visualViewport.offsetTop}px` : "";
    style.bottom = isFull ? "auto" : "";
    document.documentElement.style.overflow = isFull ? "hidden" : "";
  }
}

// Whether the chat is open in this tab: it stays so from page to page.
function sessionStorageSays(isOpen) {
  try {
    if (isOpen !== undefined) sessionStorage.setItem(`${PREFIX}open`, isOpen ? "yes" : "no");
    return sessionStorage.getItem(`${PREFIX}open`) === "yes";
  } catch {
    return false;
  }
}
