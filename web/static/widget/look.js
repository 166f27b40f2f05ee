// Our own corner of the host page: its styles do not reach in, ours do not reach out. A sheet made by
// script needs no style-src of the host.
const NARROW = "(width < 40rem), (height < 30rem)";
const BUBBLE = "M4 5.5h16v11H10l-4.5 3.6v-3.6H4z";

function make(name, { className, text, on, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  if (on) made.addEventListener("click", on);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function drawing(path) {
  const svg = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const icon = svg("svg", { viewBox: "0 0 24 24", width: "24", height: "24", "aria-hidden": "true" });
  icon.append(svg("path", { d: path, fill: "none", stroke: "currentColor", "stroke-width": "1.8", "stroke-linejoin": "round" }));
  return icon;
}

function shadowOn(element, look) {
  const shadow = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(look);
  shadow.adoptedStyleSheets = [sheet];
  return shadow;
}
