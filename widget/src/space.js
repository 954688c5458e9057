// The room a page has reserved stays what it is until nobody sees it change: nothing below may jump under a thumb.

const SMALLEST = 80;
const INPUTS = ["click", "keydown"];

export class Space {
  #host; #frame; #seen;
  #free = () => this.release();

  constructor(host, frame) {
    this.#host = host;
    this.#frame = frame;
    this.#seen = new IntersectionObserver(([entry]) => entry.isIntersecting || this.release());
  }

  // Before the panel changes: keeps the height there is.
  hold() {
    this.forget();
    const {height} = this.#host.getBoundingClientRect();
    this.#frame.style.height = `${height}px`;
    this.#frame.classList.add("held");
  }

  // After it: as high as it wants to be, at once where nobody sees what moves, or else with the next click or key.
  settle() {
    const {top, bottom, height} = this.#host.getBoundingClientRect();
    const wanted = this.#frame.firstElementChild?.offsetHeight || 0;
    const isUnseen = bottom <= 0 || top + Math.min(height, wanted) >= innerHeight;
    if (height < SMALLEST || Math.abs(wanted - height) < 1 || isUnseen) return this.release();
    for (const name of INPUTS) addEventListener(name, this.#free, {once: true, capture: true});
    this.#seen.observe(this.#host);
  }

  release() {
    this.forget();
    this.#frame.style.height = "";
    this.#frame.classList.remove("held");
    this.#host.style.minHeight = 0;
  }

  forget() {
    this.#seen.disconnect();
    for (const name of INPUTS) removeEventListener(name, this.#free, {capture: true});
  }
}
