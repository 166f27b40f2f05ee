// Stands in while the chat cannot be shown: the phone, 988 and 911, known without any server.
const wayLinks = ({ ways }) => ways.map(([className, href, text]) => make("a", { className, href, text }));

// Nothing works on this page or in this browser: plain links, with no shadow and no sheet.
function plainHelp({ words, base }, error) {
  const element = make(TAG, {}, make("a", { href: `${base}/chat`, text: words.open }), ...wayLinks(words));
  element.style.cssText = "all:initial;position:fixed;bottom:0;left:0;z-index:2147483000;display:grid;gap:1em;padding:1em;background:#fff;font:medium system-ui";
  document.documentElement.append(element);
  console.error(`Front Desk: the chat cannot start on this page: ${error}.`);
}

class Help {
  constructor(words, { onClose, onRetry }) {
    const ways = wayLinks(words);
    const button = (text, on) => make("button", { text, on });
    ways.splice(-3, 0, button(words.retry, onRetry), make("p", { text: words.crisis }));
    if (onClose) ways.push(button(words.close, onClose));
    this.said = make("p", { role: "status" });
    this.ways = make("div", { className: "help" }, ...ways);
    this.element = make("div", { className: "help" }, this.said, this.ways);
    this.words = words;
  }

  wait() {
    this.element.hidden = false;
    this.ways.hidden = true;
    this.said.textContent = this.words.opening;
  }

  show() {
    this.ways.hidden = false;
    this.said.textContent = this.words.no_chat;
  }
}
