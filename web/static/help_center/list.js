// The answers as a list inside a page of the website: links to their pages, in an element that the page names.
function frontDeskAnswers({ origin, asked, language, look, words, sections }) {
  const script = document.currentScript;
  const { in: inside, section: wanted } = { ...script?.dataset, ...asked };
  const cannot = (why) => console.error(`Front Desk: the list of answers cannot be shown: ${why}.`);
  if (!inside) return cannot("its line names no element; write data-in");
  const shown = sections.filter(({ anchor }) => !wanted || anchor === wanted);
  if (!shown.length) cannot(wanted ? `there is no section '${wanted}'` : "no answer may be shown now");
  // Run again by a router or a tag manager, it is there already.
  const started = (window["front-desk-answers-started"] ??= { __proto__: null });
  if (!shown.length || started[inside]) return;
  started[inside] = true;
  const link = ({ path, title }) => make("a", { href: origin + path, text: title });
  const drawn = shown.map(({ title, path, pages, count }) => {
    const all = count > pages.length ? [make("li", {}, link({ path, title: `${words.all} (${count})` }))] : [];
    const list = make("ul", {}, ...pages.map((page) => make("li", {}, link(page))), ...all);
    return make("section", {}, ...(title ? [make("h3", { text: title })] : []), list);
  });
  const element = ownElement("front-desk-answers", look, searchForm(origin, words, language), ...drawn);
  element.lang = language;
  // What stands in its place until then (a link to the list, for example) goes.
  const place = () => document.getElementById(inside);
  const begin = () => {
    if (!place()) cannot(`there is no element with the id '${inside}'`);
    settle(element, () => element.parentNode.replaceChildren(element), place, true);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
}

// A form that needs no script: it leads to the page that searches.
function searchForm(origin, { search, query }, language) {
  const field = make("input", { type: "search", name: "q", placeholder: query, "aria-label": search, maxlength: 200, required: "" });
  const hidden = make("input", { type: "hidden", name: "language", value: language });
  return make("form", { action: `${origin}/answers`, role: "search" }, ...(language === "en" ? [] : [hidden]), field, make("button", { text: search }));
}
