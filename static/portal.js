// What only a script can do on a tablet: notice that nobody is there, and that the line is gone.
(function () {
  "use strict";
  const body = document.body;
  const locks = Number(body.dataset.idle || 0) * 1000;
  let touched = Date.now();
  let told = Date.now();

  // A page that somebody reads for long, in their own hands, may give more time than the others.
  function idle() {
    const long = document.querySelector("[data-reading]");
    return long ? Number(long.dataset.reading) * 1000 : locks;
  }

  function tell() {
    if (Date.now() - told < 45000 || !body.dataset.awake) return;
    told = Date.now();
    fetch(body.dataset.awake, { method: "POST", headers: { "HX-Request-Type": "partial" } }).catch(function () {});
  }

  // Typing and scrolling are work too, though the server does not hear of it: it is told once a minute at most.
  function awake() {
    touched = Date.now();
    tell();
  }

  function leave() {
    const still = Date.now() - touched;
    if (still >= idle()) location.assign(location.pathname);
    // The server is told early enough to stop that it has locked by itself when the time is over.
    else if (!document.hidden && still < idle() - locks - 10000) tell();
  }

  if (locks) {
    for (const name of ["pointerdown", "keydown", "input", "scroll"]) document.addEventListener(name, awake, { passive: true });
    setInterval(leave, 5000);
    document.addEventListener("visibilitychange", function () { if (!document.hidden) leave(); });
  }

  // A page from the browser's memory may be somebody else's by now.
  addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });

  const line = document.querySelector("[data-offline]");
  function say(isGone) { if (line) line.hidden = !isGone; }
  addEventListener("offline", function () { say(true); });
  addEventListener("online", function () { say(false); });
  document.addEventListener("htmx:error", function () { say(true); });
  document.addEventListener("htmx:after:request", function () { say(false); });

  // While something is on its way the page says so, and the keyboard stays where it is.
  // What sent the request may be gone by the time it is answered: then htmx tells the document.
  function busy(event, is) { if (event.target.toggleAttribute) is ? event.target.setAttribute("aria-busy", "true") : event.target.removeAttribute("aria-busy"); }
  document.addEventListener("htmx:before:request", function (event) { busy(event, true); });
  document.addEventListener("htmx:finally:request", function (event) { busy(event, false); });
  // Without htmx a form is sent once all the same.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.matches("[hx-boost], [data-download]")) return;
    if (form.getAttribute("aria-busy") === "true") event.preventDefault();
    form.setAttribute("aria-busy", "true");
  });
})();
