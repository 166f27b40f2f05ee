// What is seen: a phone's keyboard takes room away and must not cover the last answer.
export class View {
  constructor(panel, scroll, log, { isAlone }) {
    this.log = log;
    this.isLastSeen = true;
    scroll.addEventListener("scroll", () => (this.isLastSeen = log.isLastSeen()), { passive: true });
    new ResizeObserver(() => this.isLastSeen && log.showLast()).observe(scroll);
    // In a frame the loader does this for us.
    if (!isAlone || !window.visualViewport) return;
    const fit = () => {
      const { height, offsetTop, scale } = visualViewport;
      panel.style.height = scale === 1 ? `${height}px` : "";
      panel.style.top = scale === 1 ? `${offsetTop}px` : "";
      panel.style.bottom = scale === 1 ? "auto" : "";
    };
    for (const happening of ["resize", "scroll"]) visualViewport.addEventListener(happening, fit);
  }
}
