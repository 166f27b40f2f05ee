// Sounds and notifications for what is new, each kind with its own switch; no words of a visitor.
import { showNews } from "./news.js";

const KEY = "front-desk-sounds";
const USED_MS = 120_000;
const SAY_SILENT_MS = 2000;
const TONES = { urgent: [880, 660, 880, 660], person: [660, 880], assigned: [520, 660, 780], words: [740], call: [520, 620] };
const TITLES = {
  urgent: "Front Desk: urgent, please look",
  person: "Front Desk: somebody wants a person",
  assigned: "Front Desk: a colleague assigned you a chat",
  words: "Front Desk: new message from a visitor you are chatting with",
  call: "Front Desk: somebody asks for a call",
};
const BLOCKED = "Sounds are not on yet: click anywhere on this page. Until then you do not count as at the desk.";
const OFF = "The sound for urgent is off here. While you are not using this page, you do not count as at the desk.";

export class Alerts {
  constructor(box, { onWords }) {
    this.onWords = onWords;
    this.known = null;
    this.muted = new Set(JSON.parse(localStorage.getItem(KEY) ?? '["call"]'));
    this.context = null;
    this.usedAt = 0;
    for (const input of box?.querySelectorAll("[data-sound]") ?? []) this.wire(input);
    box?.querySelector("[data-try-sound]").addEventListener("click", () => this.play("person"));
    this.wireNotifications(box?.querySelector("[data-notify]"));
    this.wireUse();
  }

  wire(input) {
    const kind = input.dataset.sound;
    input.checked = !this.muted.has(kind);
    input.addEventListener("change", () => {
      if (input.checked) this.muted.delete(kind);
      else this.muted.add(kind);
      localStorage.setItem(KEY, JSON.stringify([...this.muted]));
      this.saySilent();
    });
  }

  wireNotifications(button) {
    if (!button || !("Notification" in window) || Notification.permission !== "default") return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await Notification.requestPermission();
      button.hidden = true;
    });
  }

  // A browser lets a page make sounds once somebody has touched it. Until then the page says so.
  wireUse() {
    for (const kind of ["keydown", "pointerdown"]) {
      addEventListener(kind, () => {
        this.usedAt = Date.now();
        this.wake();
      });
    }
    addEventListener("pointermove", () => (this.usedAt = Date.now()), { passive: true });
    this.wake();
    setTimeout(() => this.saySilent(), SAY_SILENT_MS);
  }

  saySilent() {
    const line = document.querySelector("[data-silent]");
    if (!line) return;
    line.textContent = this.muted.has("urgent") ? OFF : BLOCKED;
    line.hidden = this.isAudible;
  }

  // Compare with what was there before; the first look is not news.
  look(pulse) {
    const before = this.known;
    this.known = pulse;
    showNews(pulse);
    if (!before) return;
    for (const kind of ["urgent", "person", "call", "assigned", "words"]) {
      if (pulse[kind].some((key) => !before[kind].includes(key) && !isOwnWords(kind, key))) this.tell(kind);
    }
    if (pulse.missed.some((key) => !before.missed.includes(key))) this.tell("urgent");
  }

  tell(kind) {
    this.onWords(TITLES[kind].replace("Front Desk: ", ""));
    if (this.muted.has(kind)) return;
    this.play(kind);
    if ("Notification" in window && Notification.permission === "granted" && !document.hasFocus()) this.notify(kind);
  }

  notify(kind) {
    const note = new Notification(TITLES[kind], {
      tag: `front-desk-${kind}`, renotify: true, requireInteraction: kind === "urgent",
    });
    note.onclick = () => {
      window.focus();
      note.close();
    };
  }

  // Ask the browser for sound; it says yes once somebody has touched this page or site.
  async wake() {
    try {
      if (!this.context) {
        this.context = new AudioContext();
        this.context.onstatechange = () => this.saySilent();
      }
      if (this.context.state !== "running") await this.context.resume();
    } catch {
      // No sound here.
    }
  }

  // Whether an urgent case would be heard.
  get isAudible() {
    return !this.muted.has("urgent") && this.context?.state === "running";
  }

  // Whether somebody is told of it here: they hear it, or have just used this page.
  get isWatched() {
    return this.isAudible || (document.visibilityState === "visible" && Date.now() - this.usedAt < USED_MS);
  }

  play(kind) {
    try {
      this.context ??= new AudioContext();
      TONES[kind].forEach((pitch, place) => this.tone(pitch, this.context.currentTime + place * 0.18));
    } catch {
      // No sound here: the page shows it all the same.
    }
  }

  tone(pitch, at) {
    const sound = this.context.createOscillator();
    const loudness = this.context.createGain();
    sound.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.2, at + 0.02);
    loudness.gain.linearRampToValueAtTime(0, at + 0.16);
    sound.connect(loudness).connect(this.context.destination);
    sound.start(at);
    sound.stop(at + 0.17);
  }
}

// The page of a chat tells of its own new words by itself (conversation.js), as they appear.
function isOwnWords(kind, key) {
  return kind === "words" && location.pathname.endsWith(`/${key.split(" ")[0]}`);
}
