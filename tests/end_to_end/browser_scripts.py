"""What a visitor does in the widget, as functions for browsers that no library of ours drives."""

from __future__ import annotations

import json

# Waits until what a function looks for is there; the browser's own clock gives up, not ours.
UNTIL = """const Later = (async () => {})().constructor; // whatever the page calls Promise
const until = async (look) => {
  for (const end = Date.now() + 50_000; Date.now() < end; await new Later((go) => setTimeout(go, 50))) {
    const found = look();
    if (found) return found;
  }
  throw new Error(`not there: ${look}`);
};"""
OPEN = f"""async () => {{ {UNTIL}
  const shadow = () => document.querySelector('front-desk-chat')?.shadowRoot;
  if (!shadow()?.querySelector('iframe')) (await until(() => shadow()?.querySelector('.launcher'))).click();
  await until(() => shadow().querySelector('iframe:not([hidden])'));
}}"""


# Run in the chat's frame.
def ask(words: str) -> str:
    """Write and send."""
    return f"""async () => {{ {UNTIL}
  const text = await until(() => document.querySelector('#chat:not([hidden]) #chat-text'));
  text.value = {json.dumps(words)};
  text.dispatchEvent(new Event('input'));
  document.querySelector('[data-part=send]').click();
}}"""


def heard(words: str) -> str:
    """Wait for what is said after these words, and give it."""
    return f"""async () => {{ {UNTIL}
  const list = document.querySelector('[data-part=log]');
  const after = () => {{
    const items = [...list.children];
    const at = items.findIndex((item) => item.textContent.includes({json.dumps(words)}));
    return at < 0 ? [] : items.slice(at + 1).filter((item) => item.matches('.by-bot'));
  }};
  await until(() => after().length);
  return after().map((item) => item.textContent).join();
}}"""


ASK = ask("hello from here")
READ = f"""async () => {{ {UNTIL}
  const list = document.querySelector('[data-part=log]');
  await until(() => list.querySelector('.by-bot'));
  await until(() => list.querySelector('.chat-state')?.textContent === 'Sent');
  return list.innerText;
}}"""
