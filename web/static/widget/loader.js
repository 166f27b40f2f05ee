// The one script of a host page. What the server knows comes in `settings`, our own origin too: a page may
// serve a copy of this file. Which form of the chat it holds, its address says. Old libraries put things of
// their own in the place of `Event`, `Set` or `Promise`: nothing here needs them.
function frontDesk(settings) {
  // A module has no script of its own: only the address says what is wanted.
  const { language: wanted, in: inside } = { ...document.currentScript?.dataset, ...settings.asked };
  const page = document.documentElement;
  const chosen = () => tried(() => JSON.parse(store.all().language));
  // A page of XHTML may name its language in XML's own way.
  const language = () => [chosen(), wanted, (page.lang || page.getAttribute("xml:lang") || "").slice(0, 2)].find((each) => settings.words[each]) ?? "en";
  const common = { ...settings, settings, words: settings.words[language()], language };
  const failed = (error) => plainHelp(common, error);
  // The other form is the same script at another address.
  if (inside !== settings.asked.in) return import(`${settings.base}/widget.js?in=${encodeURIComponent(inside)}&language=${language()}`).catch(failed);
  // The line may be on a page twice, or run again when a page's router comes by.
  const started = (window["front-desk-started"] ??= { __proto__: null });
  if (started[inside]) return;
  started[inside] = true;
  const begin = () => {
    try {
      showChat(common, inside);
    } catch (error) {
      failed(error);
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
}

// What a page may hear: that something came, never what it says.
const heard = {};
const tell = (name, about) => heard[name]?.forEach((listener) => setTimeout(listener, 0, about));
