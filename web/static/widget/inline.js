// The chat in an element of the page, loaded when it comes near.
function showChat(common, id) {
  const place = new Place(make("div", { className: "inline" }), common, "inline");
  const element = ownElement(TAG, common.settings.look, place.box);
  new IntersectionObserver((seen) => {
    if (!place.frame && seen.some(({ isIntersecting }) => isIntersecting)) place.load();
  }, { rootMargin: "300px" }).observe(element);
  settle(element, () => place.again(), () => document.getElementById(id), true);
  const check = () => element.isConnected || plainHelp(common, `it has no element with the id '${id}'`);
  if (document.readyState === "complete") check();
  else addEventListener("load", check);
}
