// Sounds and notifications for what is new, each kind with its own switch; no words of a visitor.
import { base } from "../base.js";
const KEY = "front-desk-sounds";
const TONES = { urgent: [880, 660, 880, 660], person: [660, 880], words: [740], call: [520, 620] };
const TITLES = {
  urgent: "Front Desk: urgent, please look",
  person: "Front Desk: somebody wants a person",
  words: "Front Desk: a visitor you talk with wrote",
  call: "Front Desk: somebody asks for a call",
};

export class Alerts {
  constructor(box, { onWords }) {
    this.onWords = onWords;
    this.known = null;
    this.muted = new Set(JSON.parse(localStorage.getItem(KEY) ?? '["call"]'));
    this.context = null;
    for (const input of box?.querySelectorAll("[data-sound]") ?? []) this.wire(input);
    box?.querySelector("[data-try-sound]").addEventListener("click", () => this.play("person"));
    this.wireNotifications(box?.querySelector("[data-notify]"));
  }

  wire(input) {
    const kind = input.dataset.sound;
    input.checked = !this.muted.has(kind);
    input.addEventListener("change", () => {
      if (input.checked) this.muted.delete(kind);
      else this.muted.add(kind);
      localStorage.setItem(KEY, JSON.stringify([...this.muted]));
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

  // Compare with what was there before; the first look is not news.
  look(pulse) {
    const before = this.known;
    this.known = pulse;
    document.title = document.title.replace(/^\(\d+\) (Urgent: )?/, "");
    const urgent = pulse.urgent.length ? "Urgent: " : "";
    if (pulse.counts.waiting) document.title = `(${pulse.counts.waiting}) ${urgent}${document.title}`;
    this.count(pulse);
    this.strip(pulse);
    if (!before) return;
    for (const kind of ["urgent", "person", "call"]) {
      if (pulse[kind].some((id) => !before[kind].includes(id))) this.tell(kind);
    }
    if (pulse.missed.some((id) => !before.missed.includes(id))) this.tell("urgent");
  }

  // The number beside the desk's line in the menu.
  count(pulse) {
    const badge = document.querySelector('[data-count="/desk"]');
    if (!badge) return;
    badge.textContent = String(pulse.counts.waiting);
    badge.hidden = !pulse.counts.waiting;
    badge.classList.toggle("is-urgent", pulse.urgent.length > 0);
  }

  // What stands in the frame of every page while a crisis waits, unless the page shows it anyway.
  strip({ urgent, danger }) {
    const strip = document.querySelector("[data-urgent]");
    if (!strip) return;
    const elsewhere = urgent.filter((id) => !location.pathname.endsWith(`/${id.split(" ")[0]}`));
    const words = strip.querySelector("[data-danger]");
    if (danger && words.textContent !== danger) words.textContent = danger;
    strip.hidden = !elsewhere.length || location.pathname === `${base}/desk`;
  }

  tell(kind) {
    this.onWords(TITLES[kind].replace("Front Desk: ", ""));
    if (this.muted.has(kind)) return;
    this.play(kind);
    if ("Notification" in window && Notification.permission === "granted" && document.visibilityState === "hidden") {
      new Notification(TITLES[kind], { tag: `front-desk-${kind}`, requireInteraction: kind === "urgent" });
    }
  }

  // Ask the browser for sound; it says yes once somebody has touched this page or site.
  async wake() {
    try {
      this.context ??= new AudioContext();
      await this.context.resume();
    } catch {
      // No sound here.
    }
  }

  // Whether an urgent case would be heard.
  get isAudible() {
    return !this.muted.has("urgent") && this.context?.state === "running";
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
