// Asks for the desk's pulse again and again: counts and ids, no words, no names.
import { base } from "../base.js";
const WAIT_S = 20;
const AGAIN_MS = 5000;

// `isHeard` says whether somebody sits here and hears or uses it ("yes" or "").
// `onEnded`: the session has ended, or this account does not work at the desk any more.
export async function hear({ onPulse, onEnded, isHeard }) {
  let mark = "";
  for (;;) {
    try {
      const query = new URLSearchParams({ mark, wait: mark ? String(WAIT_S) : "0", heard: isHeard() });
      const answer = await fetch(`${base}/desk/pulse?${query}`, { headers: { accept: "application/json" } });
      if (answer.status === 401 || answer.status === 403) return onEnded?.();
      if (!answer.ok) throw new Error(String(answer.status));
      mark = answer.headers.get("x-mark") ?? "";
      if (answer.status !== 204) onPulse(await answer.json());
    } catch {
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}
