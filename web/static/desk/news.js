// What needs somebody now, as every page of staff shows it: number in the menu, title, a line at the top.
import { base } from "../base.js";

const plain = (title) => title.replace(/^\(\d+\) ((Urgent|For you|New words): )?/, "");
const idOf = (key) => key.split(" ")[0];
const isHere = (id) => location.pathname.endsWith(`/${id}`);

export function showNews(pulse) {
  showTitle(pulse);
  showCount(pulse);
  showUrgent(pulse);
  showLine(pulse);
  showBot(pulse);
}

const BOT_DOWN = "The bot is not answering right now. Anyone who asks for a person is in Waiting now; others are asked to try again.";

function showBot({ bot_answers: answers }) {
  const strip = document.querySelector("[data-bot-down]");
  if (!strip || strip.hidden === answers) return;
  strip.textContent = answers ? "" : BOT_DOWN;
  strip.hidden = answers;
}

function showTitle({ urgent, assigned, words, counts }) {
  const what = urgent.length ? "Urgent: " : assigned.length ? "For you: " : words.length ? "New message: " : "";
  const title = plain(document.title);
  const fresh = counts.yours ? `(${counts.yours}) ${what}${title}` : title;
  if (document.title !== fresh) document.title = fresh;
}

// The number beside the desk's line in the menu.
function showCount({ urgent, counts }) {
  const badge = document.querySelector('[data-count="/desk"]');
  if (!badge) return;
  badge.textContent = String(counts.yours);
  badge.hidden = !counts.yours;
  badge.classList.toggle("is-urgent", urgent.length > 0);
}

// What stands in the frame of every page while a crisis waits, unless the page shows it anyway.
function showUrgent({ urgent, danger }) {
  const strip = document.querySelector("[data-urgent]");
  if (!strip) return;
  const elsewhere = urgent.filter((key) => !isHere(idOf(key)));
  const words = strip.querySelector("[data-danger]");
  if (danger && words.textContent !== danger) words.textContent = danger;
  strip.hidden = !elsewhere.length || location.pathname === `${base}/desk`;
}

// The calm line below: given to me, new words in what I hold, somebody waits.
function showLine(pulse) {
  const line = document.querySelector("[data-news]");
  if (!line) return;
  const [text, href] = news(pulse);
  if (line.textContent !== text) line.textContent = text;
  line.setAttribute("href", href);
  line.hidden = !text;
}

function news({ assigned, given_by: by, words, person }) {
  const of = (keys) => keys.map(idOf).find((id) => !isHere(id));
  const [given, wrote] = [of(assigned), of(words)];
  if (given) return [by ? `${by} assigned you a chat. Open` : "A visitor is waiting, and nobody answered: passed to you. Open", `${base}/desk/conversations/${given}`];
  if (wrote) return ["New message in one of your chats. Open", `${base}/desk/conversations/${wrote}`];
  const waiting = person.filter((id) => !isHere(id)).length;
  if (!waiting || location.pathname === `${base}/desk`) return ["", `${base}/desk/next`];
  return [waiting === 1 ? "A visitor is waiting for a person. Open" : `${waiting} visitors are waiting for a person. Next`, `${base}/desk/next`];
}
