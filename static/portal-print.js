// A button that prints the page. Without a script the browser's own menu does, and the page says so.
(function () {
  "use strict";
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", function () { print(); });
  }
  for (const hint of document.querySelectorAll("[data-without-print]")) hint.hidden = true;
})();
