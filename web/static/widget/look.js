// Our own element on the host page: its styles do not reach in, ours do not reach out. A sheet made by
// script needs no style-src of the host; where it cannot be made (iOS before 16.4) a style element is.
const TAG = "front-desk-chat";
const NARROW = "(max-width: 39.99rem), (max-height: 29.99rem)";

// Undefined where a browser, its settings or the page refuse.
function tried(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

// By namespace: a page of XML makes other elements.
function make(name, { className, text, on, ...attributes } = {}, ...children) {
  const made = document.createElementNS(document.documentElement.namespaceURI, name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  if (on) made.addEventListener("click", on);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function ownElement(name, look, ...children) {
  const element = make(name, { popover: "manual" });
  const shadow = element.attachShadow({ mode: "open" });
  shadow.append(make("div", { className: "root" }, ...children));
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(look);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.prepend(make("style", { text: look }));
  }
  return element;
}

// Bring our element onto the page, now and whenever the page throws it away: a router that replaces the
// body or all of the document.
function settle(element, onPlaced, room, subtree) {
  const again = () => {
    const into = room();
    if (into && !into.contains(element)) {
      into.append(element);
      onPlaced();
    }
    for (const seen of [document, document.documentElement]) observer?.observe(seen, { childList: true, subtree });
  };
  const observer = tried(() => new MutationObserver(again));
  again();
}
