// The keys of the PIN page. Without this the field alone is enough.
(function () {
  "use strict";
  document.documentElement.classList.add("has-keys");

  function digits(text) { return text.replace(/[^0-9\u0660-\u0669\uFF10-\uFF19]/g, "").slice(0, 6); }

  // Six digits are a PIN: whoever has typed them has nothing left to do. Once; the page that answers has its own.
  function sent(input) {
    const form = input.form;
    if (input.value.length === 6 && !form.dataset.sent) {
      form.dataset.sent = "yes";
      form.requestSubmit();
    }
  }

  document.addEventListener("click", function (event) {
    const key = event.target.closest("[data-key]");
    if (!key) return;
    const input = key.closest("form").elements.pin;
    const what = key.dataset.key;
    if (what === "clear") input.value = "";
    else if (what === "back") input.value = input.value.slice(0, -1);
    else input.value = digits(input.value + what);
    sent(input);
  });

  document.addEventListener("input", function (event) {
    if (!event.target.closest("[data-pin]")) return;
    const clean = digits(event.target.value);
    if (clean !== event.target.value) event.target.value = clean;
    sent(event.target);
  });

  // The tablet's own keyboard would cover ours; one that is plugged in still types.
  const field = document.querySelector("[data-pin] input[name=pin]");
  if (field && matchMedia("(pointer: coarse)").matches) field.inputMode = "none";
  // From the browser's memory the page comes back as it was sent.
  addEventListener("pageshow", function () { if (field) { field.value = ""; delete field.form.dataset.sent; } });
})();
