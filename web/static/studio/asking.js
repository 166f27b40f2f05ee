// Asks the server about a form while somebody types: the newest question wins, a failure is silent.
import { base } from "../base.js";
export function debounced(act, waitMs) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, waitMs);
  };
}

const newest = new Map();

export async function send(address, form, fields = new FormData(form)) {
  const turn = (newest.get(address) ?? 0) + 1;
  newest.set(address, turn);
  try {
    const response = await fetch(base + address, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { "x-form-token": form.elements.form_token.value },
    });
    if (!response.ok || newest.get(address) !== turn) return null;
    return await response.json();
  } catch {
    return null; // saving still works and says the same
  }
}
