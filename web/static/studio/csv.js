// A table as CSV that spreadsheets open and never run: what would be a formula gets an apostrophe.
const RUNS = /^[=+\-@\t\r']/;

export function asCsv(table) {
  const lines = table.map((row) => row.map(cell).join(","));
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

function cell(text) {
  const safe = RUNS.test(text) ? `'${text}` : String(text);
  return `"${safe.replaceAll('"', '""')}"`;
}
