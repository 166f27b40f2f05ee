// What is seen: a phone's keyboard takes room away and must not cover the last answer.
export class View {
  constructor(panel, scroll, log, { isAlone }) {
    let seen = log.seen();
    let height;
    // Other room also scrolls by itself (a phone is turned): what was seen before counts.
    scroll.addEventListener("scroll", () => scroll.clientHeight === height && (seen = log.seen()), { passive: true });
    new ResizeObserver(() => {
      log.keep(seen);
      height = scroll.clientHeight;
    }).observe(scroll);
    // In a frame the loader does this for us.
    if (!isAlone || !window.visualViewport) return;
    const fit = () => {
      const { offsetTop, scale } = visualViewport;
      panel.style.height = scale === 1 ? `${visualViewport.height}px` : "";
      panel.style.top = scale === 1 ? `${offsetTop}px` : "";
      panel.style.bottom = scale === 1 ? "auto" : "";
    };
    for (const happening of ["resize", "scroll"]) visualViewport.addEventListener(happening, fit);
  }
}
