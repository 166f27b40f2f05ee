// The button in a corner of the host page, and the panel that it opens.
class Launcher {
  constructor(common) {
    const { words, settings: { look, corner } } = common;
    this.words = words;
    this.count = make("span", { className: "count", hidden: "" });
    this.button = make("button", { className: "launcher", "aria-expanded": "false", "aria-label": words.open, on: () => this.open(true) }, make("span", { className: "label", text: words.open }), this.count);
    this.box = make("div", { className: "panel", hidden: "" });
    this.place = new Place(this.box, common, "panel", {
      close: () => this.close(),
      unread: ({ count }) => this.unread(count),
      ready: () => this.tellFrame(),
    });
    // Of a page that was saved with it.
    for (const left of document.querySelectorAll(`html > ${TAG}`)) left.remove();
    // Beside the body: that may be transformed.
    this.element = ownElement(TAG, look, this.button, this.box);
    settle(this.element, () => {
      this.place.again();
      this.fit();
    }, () => document.documentElement);
    this.box.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    addEventListener("click", (event) => this.openedFromPage(event), true);
    for (const happening of ["resize", "scroll"]) window.visualViewport?.addEventListener(happening, () => this.fit());
    // Where the panel is over all of the page, nothing behind it takes the focus.
    addEventListener("focusin", ({ target }) => this.wasFull && target !== this.element && this.place.frame.focus());
    tried(() => this.makeWay(corner));
    if (store.isOpen() && !matchMedia(NARROW).matches) this.open(false);
    window.FrontDesk ??= {
      open: () => this.open(true),
      close: () => this.close(),
      on: (name, listener) => (heard[name] ??= []).push(listener),
    };
    const ready = document.createEvent("Event");
    ready.initEvent("front-desk-ready");
    document.dispatchEvent(ready);
  }

  // Where a button of the page's own stands in our corner, ours does not lie on it.
  makeWay(rootMargin) {
    const covered = new Set();
    const corner = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) covered[isIntersecting ? "add" : "delete"](target);
      this.button.classList.toggle("away", covered.size);
    }, { rootMargin });
    for (const own of document.querySelectorAll("[data-front-desk-open]")) corner.observe(own);
  }

  // Any element of the host page can open the chat, before another script stops the press. Where a blocker
  // hides ours, its own link leads to the chat's page.
  openedFromPage(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !this.element.getClientRects().length) return;
    if (!event.composedPath().some((each) => each.matches?.("[data-front-desk-open]"))) return;
    event.preventDefault();
    this.open(true);
  }

  // Focus follows the visitor's own press into the frame; it never goes there by itself.
  open(focus) {
    this.focus = focus;
    this.show(true);
    this.unread(0);
    if (this.place.frame) this.tellFrame();
    else this.place.load();
    tell("open");
  }

  close() {
    if (this.box.hidden) return;
    this.show(false);
    this.tellFrame();
    this.button.focus();
    tell("close");
  }

  show(isOpen) {
    this.box.hidden = !isOpen;
    this.button.hidden = isOpen;
    store.setOpen(isOpen);
    this.fit();
  }

  tellFrame() {
    if (!this.place.isReady) return;
    const isShown = !this.box.hidden;
    const focus = isShown && this.focus;
    if (focus) this.place.frame.focus();
    this.place.send("shown", { isShown, focus });
    this.focus = false;
  }

  unread(count) {
    this.count.hidden = !count || !this.box.hidden;
    this.count.textContent = count;
    this.button.setAttribute("aria-label", count ? `${this.words.open}, ${count} ${this.words.unread}` : this.words.open);
  }

  // A phone's keyboard makes the visible part smaller: the panel stays inside it. The page's own way of
  // scrolling is put back as it was.
  fit() {
    const { style } = this.box;
    const page = document.documentElement.style;
    const seen = window.visualViewport;
    // A page that is zoomed as a whole does not make ours smaller. Where a browser does not tell, nothing is set.
    this.box.parentNode.style.zoom = 1 / this.element.currentCSSZoom;
    // On a page that is transformed as a whole what is fixed scrolls along: above all of it, it does not.
    const shown = this.box.hidden ? this.button : this.box;
    if (shown.getBoundingClientRect().bottom > innerHeight) tried(() => this.element.showPopover());
    const isFull = !this.box.hidden && matchMedia(NARROW).matches && seen?.scale === 1;
    style.cssText = isFull ? `height:${seen.height}px;top:${seen.offsetTop}px;bottom:auto` : "";
    if (isFull === !!this.wasFull) return;
    if (isFull) this.scrolling = page.overflow;
    page.overflow = isFull ? "hidden" : this.scrolling;
    this.wasFull = isFull;
  }
}

const showChat = (common) => new Launcher(common);
