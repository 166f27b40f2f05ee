// All test messages against both releases: asked in small batches, shown in a table, kept as CSV.
import { base } from "../base.js";
import { element } from "../chat/text.js";
import { asCsv } from "./csv.js";

const VERDICTS = { worse: "Worse", changed: "Changed", better: "Better", same: "The same" };
const COLUMNS = [
  ["Message", ({ after, text }) => (after ? `${text} (after: ${after})` : text)],
  ["Published", ({ was }) => was],
  ["Now", ({ now }) => now],
  ["Wanted", ({ wanted }) => wanted],
  ["Verdict", ({ how, is_right: isRight }) => (isRight ? VERDICTS[how] : `${VERDICTS[how]}, not right`)],
];

const holder = document.querySelector("[data-trials]");
const form = document.querySelector("[data-try]");
const of = (name) => holder.querySelector(`[data-${name}]`);
let rows = [];
let isStopped = false;

async function ask(from) {
  const body = new URLSearchParams({ from, release: form.elements.release.value, form_token: form.elements.form_token.value });
  const response = await fetch(`${base}/studio/try/messages`, { method: "POST", body, headers: { accept: "application/json" } });
  const told = await response.json();
  if (!response.ok) throw new Error(told.error);
  return told;
}

async function run() {
  begin();
  try {
    let told = { done: 0, total: 1 };
    while (told.done < told.total && !isStopped) {
      told = await ask(told.done);
      if (!told.rows.length) break;
      rows.push(...told.rows);
      of("progress").value = told.done / told.total;
      add(told.rows);
    }
    if (isStopped) of("told").textContent = `Stopped after ${rows.length} of ${told.total} messages. ${summary()}`;
    else of("told").textContent = `${rows.length} messages. ${summary()}`;
  } catch (error) {
    of("trials-problem").textContent = error instanceof TypeError ? "The server cannot be reached right now." : error.message;
    of("trials-problem").hidden = false;
  }
  end();
}

function begin() {
  rows = [];
  isStopped = false;
  of("results").tBodies[0].replaceChildren();
  of("told").textContent = "Running …";
  of("trials-problem").hidden = true;
  of("progress").hidden = of("stop").hidden = false;
  of("run").disabled = true;
  of("csv").hidden = true;
}

function end() {
  const hadFocus = document.activeElement === of("stop");
  of("progress").hidden = of("stop").hidden = true;
  of("run").disabled = false;
  if (hadFocus) of("run").focus();
  if (!rows.length) return;
  const table = [COLUMNS.map(([label]) => label), ...rows.map((row) => COLUMNS.map(([, shown]) => shown(row)))];
  if (of("csv").href) URL.revokeObjectURL(of("csv").href);
  of("csv").href = URL.createObjectURL(new Blob([asCsv(table)], { type: "text/csv" }));
  of("csv").hidden = false;
}

function add(fresh) {
  const order = Object.keys(VERDICTS);
  const body = of("results").tBodies[0];
  for (const row of fresh) {
    const made = line(row);
    // The worst stand first; among equals the order of the files.
    const after = [...body.rows].find(({ dataset }) => order.indexOf(dataset.how) > order.indexOf(row.how));
    body.insertBefore(made, after ?? null);
  }
  for (const how of order) of(`count=${how}`).textContent = String(count(how));
  of("filters").hidden = of("results").hidden = false;
  filter();
}

function line(row) {
  const made = element("tr");
  made.dataset.how = row.how;
  for (const [label, shown] of COLUMNS) {
    const cell = element("td", { text: shown(row), dir: "auto" });
    cell.dataset.label = label;
    made.append(cell);
  }
  return made;
}

function count(how) {
  return rows.filter((row) => row.how === how).length;
}

function summary() {
  return `${count("worse")} worse, ${count("better")} better, ${count("changed")} changed, ${count("same")} the same.`;
}

function filter() {
  const shown = new Set([...of("filters").querySelectorAll("input:checked")].map(({ value }) => value));
  for (const row of of("results").tBodies[0].rows) row.hidden = !shown.has(row.dataset.how);
}

if (holder) {
  of("run").addEventListener("click", run);
  of("stop").addEventListener("click", () => (isStopped = true));
  of("filters").addEventListener("change", filter);
}
