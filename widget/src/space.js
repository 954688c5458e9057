// The room a page has reserved stays what it is until nobody sees it change: nothing below may jump under a thumb.

const SMALLEST = 80;

export class Space {
  #host; #frame; #seen; #free;

  constructor(host, frame) {
    this.#host = host;
    this.#frame = frame;
    this.#free = () => this.release();
    this.#seen = new IntersectionObserver(([entry]) => entry.isIntersecting || this.release());
  }

  // Called before a panel changes: keeps the height there is.
  hold() {
    const height = this.#host.getBoundingClientRect().height;
    if (height < SMALLEST || this.#isUnseen()) return this.release();
    this.#frame.style.setProperty("height", `${height}px`);
    this.#frame.classList.add("held");
    for (const name of ["click", "keydown"]) addEventListener(name, this.#free, {once: true, capture: true});
    this.#seen.observe(this.#host);
  }

  release() {
    this.#frame.style.removeProperty("height");
    this.#frame.classList.remove("held");
    this.#frame.classList.add("free");
    this.forget();
  }

  forget() {
    this.#seen.disconnect();
    for (const name of ["click", "keydown"]) removeEventListener(name, this.#free, {capture: true});
  }

  // What stands below is out of sight when our own lower edge is.
  #isUnseen() {
    const {top, bottom} = this.#host.getBoundingClientRect();
    return top > innerHeight || bottom >= innerHeight && top >= 0 && this.#frame.childElementCount > 0;
  }
}
