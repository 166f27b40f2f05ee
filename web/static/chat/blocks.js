// A reply's small Markdown, read by the server into a tree (web/markdown.py), as elements: never as markup.
import { element, isSafeLink, link, withLinks } from "./text.js";

const NAMES = ["strong", "em", "mark"];

export function drawBlocks(blocks, { phone } = {}) {
  return blocks.map((block) => {
    if (block.items) {
      const items = block.items.map((item) => element("li", { dir: "auto" }, ...inline(item, phone)));
      return element(block.kind === "ol" ? "ol" : "ul", {}, ...items);
    }
    return element("p", { dir: "auto" }, ...inline(block.inline ?? [], phone));
  });
}

function inline(nodes, phone) {
  return nodes.flatMap((node) => {
    if (node.kind === "text") return withLinks(node.text, phone);
    if (node.kind === "break") return [element("br")];
    const inner = inline(node.inline ?? [], phone);
    if (node.kind !== "link") return [element(NAMES.includes(node.kind) ? node.kind : "span", {}, ...inner)];
    if (!isSafeLink(node.href)) return inner;
    return [link(node.href, wordsOf(node))];
  });
}

// A link within a link cannot be: its words alone.
function wordsOf(node) {
  return (node.inline ?? []).map((each) => each.text ?? wordsOf(each)).join("");
}
