// Text into the page, never as markup: paragraphs, with web addresses, the clinic's phone, 988 and 911 as links.
const ADDRESS = /https:\/\/[^\s<>"]+[^\s<>".,;:!?)]/g;
const HELP = /\b(988|911)\b(?!-)/g;

export function element(name, { className, text, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function paragraphs(text, { phone } = {}) {
  return text.split(/\n{2,}/).map((part) => {
    const paragraph = element("p", { dir: "auto" });
    paragraph.append(...withLinks(part, phone));
    return paragraph;
  });
}

// A page of the website that we stand on opens in its place: the chat goes along, open as it is.
export function link(href, text) {
  const isOwn = href.startsWith(`${new URLSearchParams(location.search).get("site")}/`);
  const outside = href.startsWith("https:") ? { target: isOwn ? "_top" : "_blank", rel: "noopener noreferrer" } : {};
  return element("a", { href, text, ...outside });
}

// Only addresses a visitor may safely press.
export function isSafeLink(href) {
  return /^(https:\/\/|tel:|sms:|mailto:)/.test(href);
}

export function withLinks(text, phone) {
  const parts = [];
  let from = 0;
  for (const { index, found, href } of links(text, phone)) {
    if (index < from) continue;
    parts.push(text.slice(from, index));
    parts.push(link(href, found));
    from = index + found.length;
  }
  parts.push(text.slice(from));
  return parts;
}

function links(text, phone) {
  const found = [...text.matchAll(ADDRESS)].map((match) => ({ index: match.index, found: match[0], href: match[0] }));
  for (const number of [phone, ...(text.match(HELP) ?? [])]) {
    const index = number ? text.indexOf(number) : -1;
    if (index >= 0) found.push({ index, found: number, href: `tel:${number.replace(/[^\d+]/g, "")}` });
  }
  return found.sort((one, other) => one.index - other.index);
}
