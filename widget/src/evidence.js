// What the shopper has seen and opened, each reported once an offer.

const LONG_ENOUGH = 1000;

export class Evidence {
  #report; #reported = new Set(); #watch; #timer; #host;

  constructor(host, panel, report) {
    this.#host = host;
    this.#report = report;
    panel.addEventListener("toggle", ({target}) => target.open && this.#once("details_opened", target.dataset.quote), true);
    panel.addEventListener("click", ({target}) => {
      const link = target.closest?.("a[data-quote]");
      if (link) this.#once("terms_opened", link.dataset.quote);
    });
    this.#watch = new IntersectionObserver(([entry]) => this.#looked(entry), {threshold: [0, .1, .25, .5, .75]});
  }

  start() { this.#watch.observe(this.#host); }

  stop() {
    this.#watch.disconnect();
    clearTimeout(this.#timer);
  }

  // At least half of it in view for a second; a panel taller than the screen counts when it fills half of that.
  #looked({intersectionRatio, intersectionRect}) {
    clearTimeout(this.#timer);
    if (intersectionRatio < .5 && intersectionRect.height < innerHeight / 2) return;
    this.#timer = setTimeout(() => this.#once("visible"), LONG_ENOUGH);
  }

  #once(name, quote) {
    const key = `${name} ${quote}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#report(name, quote);
  }
}
