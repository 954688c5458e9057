// <awning-offer>: asks for an offer, shows the panel the server made, and tells the page what the shopper chose.

import {asked, beacon, newId} from "./server.js";
import {Choice} from "./choice.js";
import {CSS} from "./panel.css.js";
import {Evidence} from "./evidence.js";
import {Space} from "./space.js";
import {dress, nodes} from "./page.js";
import {writeFields} from "./form.js";

const ASKING = ["key", "data-key", "schema", "language", "country", "currency", "offer", "api"];
const PAUSE = 120;
const NOTHING = {decision: null, quote_ids: [], total: null, total_formatted: null, token: null};

export class AwningOffer extends HTMLElement {
  static observedAttributes = [...ASKING, "required"];

  #home; #root; #frame; #sending; #panel; #inputs = []; #choice; #evidence; #space; #session;
  #request; #offer = null; #selection = NOTHING;
  #asked; #turn = 0; #clicks = 0; #timer; #quoting = Promise.resolve();
  #watch = new MutationObserver(() => this.#later());
  #onFormData = ({formData}) => this.#choice?.names.forEach(name => formData.delete(name));

  get offer() { return this.#offer; }

  get selection() { return this.#selection; }

  get request() { return this.#request; }

  set request(request) {
    this.#request = request;
    this.#later();
  }

  update(request) {
    this.#request = request;
    this.#asked = 0;
    return this.#quote();
  }

  reset() {
    this.#choice?.clear();
    this.#chose();
  }

  connectedCallback() {
    const isFirst = !this.#frame;
    // A script from the cache may be faster than the parser, which has the panel of the partner's server still to read.
    if (isFirst && this.dataset.session && document.readyState === "loading") return document.addEventListener("DOMContentLoaded", () => this.isConnected && this.connectedCallback());
    if (isFirst) this.#build();
    this.#home = this.getRootNode();
    this.#home.addEventListener("formdata", this.#onFormData);
    this.#watch.observe(this, {childList: true, characterData: true, subtree: true});
    this.#evidence?.start();
    if (isFirst && !this.#offer) this.#quote();
  }

  disconnectedCallback() {
    if (!this.#frame) return;
    this.#home.removeEventListener("formdata", this.#onFormData);
    this.#watch.disconnect();
    this.#evidence?.stop();
    this.#space.release();
  }

  attributeChangedCallback(name, before, now) {
    if (before === now || !this.#frame) return;
    if (name === "required") this.#choice?.ask(this.#isRequired);
    else this.#later();
  }

  get #isRequired() { return this.hasAttribute("required"); }

  get #api() { return this.getAttribute("api") || new URL(import.meta.url).origin; }

  #build() {
    if (Object.hasOwn(this, "request")) { // set before we were there
      this.#request = this.request;
      delete this.request;
    }
    // A page that put the server's panel in by script has left its shadow a plain template.
    const kept = this.querySelector("template");
    this.#root = this.shadowRoot || this.attachShadow({mode: "open"});
    if (kept) this.#root.append(kept.content);
    dress(this.#root, CSS);
    this.#frame = this.#root.querySelector(".frame") || this.#root.appendChild(document.createElement("div"));
    this.#frame.className = "frame live";
    this.#space = new Space(this, this.#frame);
    this.addEventListener("change", event => this.#changed(event));
    this.addEventListener("invalid", () => this.#say(".message"), true);
    if (this.#frame.firstElementChild) this.#takeOver();
  }

  // What the partner's server has put into its page is shown already: it only comes to life.
  #takeOver() {
    const text = this.querySelector("script.awning-offer")?.textContent;
    if (!text) return;
    this.#take({offer: JSON.parse(text), session: this.dataset.session}, this.#frame.firstElementChild, [...this.querySelectorAll("input")]);
    this.#show();
    if (this.querySelector("input:checked")) this.#chose();
  }

  #later() {
    if (!this.#frame) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#quote(), PAUSE);
  }

  get #body() { return this.#request ? JSON.stringify(this.#request) : this.querySelector("script:not(.awning-offer)")?.textContent; }

  #quote(isRenewal) {
    clearTimeout(this.#timer);
    const body = this.#body;
    const query = new URLSearchParams(ASKING.filter(name => this.hasAttribute(name)).map(name => [name, this.getAttribute(name)]));
    const url = `${this.#api}/widget/offers?${query}`;
    if (!body?.trim() || !isRenewal && this.#asked === url + body) return this.#quoting;
    this.#asked = url + body;
    return this.#quoting = this.#fetch(url, body, isRenewal);
  }

  // Each step is a task of its own, so that a slow phone answers a touch in between.
  async #fetch(url, body, isRenewal) {
    const turn = ++this.#turn;
    // The stub has asked for what stood here then.
    const early = !this.#request && this.early?.[0] === this.outerHTML && this.early[1];
    this.early = 0;
    try {
      const answer = await asked(url, body, early);
      const [panel, ...inputs] = nodes(answer.html);
      if (!panel || !answer.offer.products) throw {reason: "network", message: "the answer was not understood"};
      await pause();
      if (turn !== this.#turn) return;
      const before = {offer: this.#offer, refused: this.#choice?.refused, ...this.#selection};
      this.#put(answer, panel, inputs);
      await pause();
      this.#show();
      if (before.decision) this.#keep(before, isRenewal);
    } catch (problem) {
      if (turn === this.#turn) this.#unavailable(problem);
    }
  }

  #put(answer, panel, inputs) {
    this.#space.hold();
    this.#empty();
    this.#take(answer, panel, inputs);
    this.#frame.replaceChildren(panel);
    this.append(...inputs);
  }

  #take({offer, session}, panel, inputs) {
    this.#offer = offer;
    this.#session = session;
    this.#panel = panel;
    this.#inputs = inputs;
    this.#choice = new Choice(inputs, panel, offer.product_rules || []);
    this.#choice.ask(this.#isRequired);
  }

  #show() {
    const session = this.#session;
    this.#space.settle();
    this.#evidence = new Evidence(this, this.#panel, (name, quote) => beacon(this.#url("events"), session, name, quote));
    this.#evidence.start();
    writeFields(this, this.#selection);
    this.#watch.takeRecords();
    this.#tell("ready", {offer: this.#offer});
  }

  // The choice stays only where product and wording are the same, and the price too when only time has passed.
  #keep(before, isRenewal) {
    const same = (one, other) => one.product_config_id === other.product_config_id
      && one.details.policy_version_id === other.details.policy_version_id
      && (!isRenewal || one.details.finance.price.total_amount === other.details.finance.price.total_amount);
    const old = before.offer.products.filter(product => before.decision === "declined" || before.quote_ids.includes(product.id));
    const found = old.map(product => this.#offer.products.find(other => same(product, other)));
    if (found.every(Boolean)) {
      this.#choice.take(before.decision === "declined" ? [] : found.map(product => product.id), before.refused);
      this.#chose(true, isRenewal, true);
    } else {
      this.#say(".renewed");
      this.#tell("change", this.#selection);
    }
  }

  #changed(event) {
    if (!this.#inputs.includes(event.target)) return;
    this.#choice.clicked(event.target);
    this.#chose(this.#selection.decision !== null);
  }

  // A session or a price that has ended is asked for anew, once.
  async #chose(isChange, isRenewal, isCarried) {
    if (!this.#choice) return;
    const turn = ++this.#clicks;
    const {decision, quoteIds, refused} = this.#choice;
    const session = this.#session;
    this.#set({...NOTHING, decision, quote_ids: quoteIds});
    this.#say();
    this.#panel.classList.toggle("declined", decision === "declined");
    if (decision) {
      const body = JSON.stringify({session, id: newId(), decision, quote_ids: quoteIds, refused, changed: isChange, carried: isCarried});
      try {
        const {message, ...selection} = await this.#send(this.#url("selection"), body);
        if (turn !== this.#clicks || session !== this.#session) return;
        this.#set(selection);
        this.#panel.querySelector(".status").textContent = message;
      } catch (problem) {
        if (turn !== this.#clicks || session !== this.#session) return;
        if (!isRenewal && this.#body && [403, 410].includes(problem.status)) return this.#quote(true);
        note(problem);
      }
    }
    this.#tell("change", this.#selection);
  }

  // One after the other: what is said last is recorded last.
  #send(url, body) {
    const last = this.#sending;
    return this.#sending = (async () => {
      await last?.catch(() => 0);
      return asked(url, body);
    })();
  }

  #set(selection) {
    this.#selection = selection;
    writeFields(this, selection);
    this.#choice.ask(this.#isRequired);
    this.#watch.takeRecords();
  }

  #say(name) {
    for (const line of this.#panel.querySelectorAll(".message")) line.hidden = !name || !line.matches(name === ".message" ? ".message:not(.renewed)" : name);
  }

  #empty() {
    this.#evidence?.stop();
    for (const input of this.querySelectorAll("input")) input.remove();
    this.#frame.replaceChildren();
    this.#offer = this.#choice = this.#evidence = null;
    this.#inputs = [];
    this.#selection = NOTHING;
    this.#clicks++;
    this.#watch.takeRecords();
  }

  #unavailable(problem) {
    const {reason = "network", message = String(problem), errors} = problem;
    const {decision} = this.#selection;
    this.#asked = 0;
    this.#space.hold();
    this.#empty();
    this.#space.settle();
    note({reason, message, errors});
    this.#tell("unavailable", {reason, message, errors});
    if (decision) this.#tell("change", NOTHING);
  }

  #url(name) { return `${this.#api}/widget/offers/${this.#offer.id}/${name}`; }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`awning:${name}`, {bubbles: true, composed: true, detail}));
  }
}

function pause() {
  return new Promise(done => setTimeout(done));
}

function note({reason, message, errors}) {
  console.info(`awning: ${reason}: ${message}${errors ? ` ${JSON.stringify(errors)}` : ""}`);
}
