// What is chosen, read from the radios and checkboxes that stand in the page.

import {groupStates} from "./rules.js";

let count = 0;

export class Choice {
  #inputs; #groups; #rules; #message;

  constructor(inputs, panel, rules) {
    this.#inputs = inputs.filter(input => input.type !== "hidden");
    this.#groups = [...panel.querySelectorAll("fieldset")];
    this.#rules = rules;
    this.#message = panel.querySelector(".message").textContent;
    // Names of their own: two panels in one form must not share a radio group.
    const names = {};
    for (const input of this.#inputs) input.name = names[input.dataset.group] ||= `awning-choice-${++count}`;
    this.settle();
  }

  get names() { return this.#inputs.map(input => input.name); }

  get quoteIds() { return this.#taken().map(input => input.value); }

  // Yes to something is a yes. A no is one only when it was said to everything that was asked at first.
  get decision() {
    if (this.quoteIds.length) return "accepted";
    const first = this.#groups.filter(group => this.#initial(group) === "show");
    const refused = this.refused;
    return first.length && first.every(group => refused.includes(group.dataset.group)) ? "declined" : null;
  }

  // What was chosen, and the groups that were refused: a second chance is open only after its no.
  take(quoteIds, refused) {
    for (const input of this.#inputs) {
      input.disabled = false;
      input.checked = input.value ? quoteIds.includes(input.value) : refused.includes(input.dataset.group);
    }
    this.settle();
  }

  // After a click: a no and a product exclude each other, and so do more products than the group allows.
  clicked(input) {
    const peers = this.#inputs.filter(one => one !== input && one.dataset.group === input.dataset.group && one.checked);
    const rule = this.#rule(input);
    if (input.type === "checkbox" && input.checked) {
      for (const peer of peers) if (!peer.value || !input.value) peer.checked = false;
      if (input.value && rule && peers.filter(peer => peer.checked).length >= rule.max_select) input.checked = false;
    }
    this.settle();
  }

  // Opens and closes groups until nothing changes any more; what is closed is not chosen.
  settle() {
    for (let turn = 0; turn <= this.#groups.length; turn++) {
      const states = groupStates(this.#rules, this.quoteIds, this.refused);
      for (const group of this.#groups) {
        const state = states[group.dataset.group] || "show";
        group.hidden = state === "hide";
        group.ariaDisabled = state === "disable" ? "true" : null;
        for (const input of this.#of(group)) {
          input.disabled = state !== "show";
          if (input.disabled) input.checked = false;
        }
      }
    }
  }

  get refused() { return this.#inputs.filter(input => input.checked && !input.value).map(input => input.dataset.group); }

  // The form's own check asks for a yes or a no, in the shopper's language, and for as much as a group wants chosen.
  ask(isRequired) {
    const {decision} = this;
    for (const group of this.#groups) {
      const [first, ...others] = this.#of(group);
      if (!first) continue;
      const count = [first, ...others].filter(input => input.checked && input.value).length;
      const isOpen = !decision && isRequired && this.#initial(group) === "show" && !this.refused.includes(group.dataset.group);
      const isShort = decision === "accepted" && count < this.#rule(group)?.min_select;
      for (const input of [first, ...others]) input.required = false;
      first.setCustomValidity(!first.disabled && (isOpen || isShort) ? this.#message : "");
    }
  }

  clear() { this.take([], []); }

  #of(group) { return this.#inputs.filter(input => input.dataset.group === group.dataset.group); }

  #rule({dataset}) { return this.#rules.find(rule => rule.slug === dataset.group); }

  #initial(group) { return this.#rule(group)?.initial_state || "show"; }

  #taken() { return this.#inputs.filter(input => input.checked && input.value && !input.disabled); }
}
