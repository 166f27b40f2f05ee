// What became of an answer with visitors: counted apart, so that the form is there at once.
const line = document.querySelector("[data-figures]");

function times(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}

if (line) {
  fetch(line.dataset.figures, { headers: { accept: "application/json" } })
    .then((response) => (response.ok ? response.json() : null))
    .then((told) => {
      if (!told) return;
      const { given, chats, helped, not_helped: notHelped, handed_over: handedOver, asked_back: askedBack, chosen } = told;
      line.textContent = `In the last 30 days given ${times(given, "time", "times")} in ${times(chats, "chat", "chats")}; rated helpful ${times(helped, "time", "times")}, not helpful ${notHelped}; in ${times(handedOver, "of these chats", "of these chats")} somebody then asked for a person. Offered ${times(askedBack, "time", "times")} when the bot asked which answer was meant, and chosen ${times(chosen, "time", "times")}.`;
    })
    .catch(() => {}); // the form works without it
}
