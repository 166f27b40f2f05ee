// The chat in an element of the page, loaded when it comes near.
function showChat(common, id) {
  const place = new Place(make("div", { className: "panel" }), common, "inline");
  const element = ownElement(TAG, common.settings.look, place.box);
  settle(element, () => place.again(), () => document.getElementById(id), true);
  const load = () => place.frame || place.load();
  const isWatched = tried(() => {
    new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && load(), { rootMargin: "300px" }).observe(element);
    return true;
  });
  if (!isWatched) load();
  const check = () => element.isConnected || plainHelp(common, `it has no element with the id '${id}'`);
  if (document.readyState === "complete") check();
  else addEventListener("load", check);
}
