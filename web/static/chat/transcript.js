// The conversation as a text to keep: who, when, what, and the source of each answer.
export function transcript(messages, { name, speaker, language, sources }) {
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const parts = messages.map((message) => {
    const about = (message.details?.sources ?? []).map(({ cite, url }) => [cite, url].filter(Boolean).join(" "));
    const lines = [`${speaker(message)}, ${when.format(new Date(message.created_at))}:`, message.text];
    if (about.length) lines.push(`(${[message.details.review ?? sources, ...about].join("; ")})`);
    return lines.join("\n");
  });
  const day = new Date().toISOString().slice(0, 10);
  return { name: `chat-${day}.txt`, text: `${name}\n\n${parts.join("\n\n")}\n` };
}
