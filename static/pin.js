// The keys of the PIN page. Without this the field alone is enough.
(function () {
  "use strict";
  document.documentElement.classList.add("has-keys");

  const WHOLE = 6;
  // A scanner types a whole barcode without a pause as long as this; whoever types a PIN stops after the sixth digit.
  const QUIET = 150;
  let waiting = 0, typed = 0, last = 0;

  function digits(text) { return text.replace(/[^0-9\u0660-\u0669\uFF10-\uFF19]/g, "").slice(0, WHOLE); }

  // Six digits and then quiet are a PIN: nothing is left to do. Once; the page that answers has its own.
  function sent(input) {
    const form = input.form;
    clearTimeout(waiting);
    if (input.value.length !== WHOLE) return;
    waiting = setTimeout(function () {
      if (input.value.length === WHOLE && !form.dataset.sent) form.requestSubmit();
    }, QUIET);
  }

  function unsaid(form) {
    const said = form.querySelector("[data-barcode-said]");
    if (said) said.remove();
  }

  function barcode(input) {
    clearTimeout(waiting);
    input.value = "";
    unsaid(input.form);
    const said = document.createElement("p");
    said.className = "error";
    said.setAttribute("role", "alert");
    said.dataset.barcodeSaid = "";
    said.textContent = input.form.dataset.barcode;
    input.before(said);
  }

  document.addEventListener("click", function (event) {
    const key = event.target.closest("[data-key]");
    if (!key) return;
    const input = key.closest("form").elements.pin;
    const what = key.dataset.key;
    unsaid(input.form);
    if (what === "clear") input.value = "";
    else if (what === "back") input.value = input.value.slice(0, -1);
    else input.value = digits(input.value + what);
    sent(input);
  });

  // The field takes six signs and is silent about the seventh: keys are counted, until they pause.
  document.addEventListener("keydown", function (event) {
    const input = event.target;
    if (input.name !== "pin" || !input.closest("[data-pin]")) return;
    if (event.key === "Enter") {
      if (typed > WHOLE || digits(input.value).length !== WHOLE) event.preventDefault();
      typed = 0;
      return;
    }
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    typed = event.timeStamp - last > QUIET ? 1 : typed + 1;
    last = event.timeStamp;
    if (typed <= WHOLE) return;
    event.preventDefault();
    if (typed === WHOLE + 1) barcode(input);
  });

  document.addEventListener("input", function (event) {
    if (!event.target.closest("[data-pin]")) return;
    const clean = digits(event.target.value);
    if (clean !== event.target.value) event.target.value = clean;
    unsaid(event.target.form);
    sent(event.target);
  });

  document.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-pin]")) return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });

  // The tablet's own keyboard would cover ours; one that is plugged in still types.
  const field = document.querySelector("[data-pin] input[name=pin]");
  if (field && matchMedia("(pointer: coarse)").matches) field.inputMode = "none";
  // From the browser's memory the page comes back as it was sent.
  addEventListener("pageshow", function () { if (field) { field.value = ""; delete field.form.dataset.sent; } });
})();
