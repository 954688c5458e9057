// The snippet builder works without this file: it saves a click, copies, and measures the live panel.
const form = document.getElementById("builder");
const frame = document.getElementById("frame");
const offer = frame?.querySelector("awning-offer");
const reserve = document.getElementById("reserve");
// The widths that the two heights of a snippet stand for: a phone, and a wide column.
const MEASURED_AT = ["360px", "720px"];

form.addEventListener("change", (event) => {
  if (event.target.name === "partner") form.elements.key.value = "";
  // What was measured holds for the panel that is shown, not for the one to come.
  reserve.value = "";
  form.requestSubmit();
});

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  } catch {
    // No clipboard here: the text is selected, and the keyboard copies it.
    getSelection().selectAllChildren(text);
  }
}

function shown(width) {
  frame.style.inlineSize = width;
}

function heights() {
  const before = frame.style.inlineSize;
  const found = MEASURED_AT.map((width) => {
    shown(width);
    return Math.ceil(offer.getBoundingClientRect().height / 10) * 10;
  });
  shown(before);
  return found;
}

function measure() {
  const [narrow, wide] = heights();
  const line = document.getElementById("measured");
  if (!narrow || !wide) return;
  reserve.value = `${form.elements.layout.value}:${narrow}:${wide}`;
  line.querySelector("span").textContent = `Measured: ${narrow} px high on a phone, ${wide} px in a wide column.`;
  line.hidden = new URLSearchParams(location.search).get("reserve") === reserve.value;
}

function showFields() {
  const box = document.getElementById("sent");
  const rows = [...new FormData(frame)].filter(([name]) => name.startsWith("awning_"));
  const parts = rows.flatMap(([name, value]) => [part("dt", name), part("dd", value || "(empty)")]);
  box.querySelector("dl").replaceChildren(...parts);
  box.hidden = rows.length === 0;
}

function part(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

if (offer) {
  for (const radio of document.querySelectorAll(".widths input")) {
    radio.addEventListener("change", () => shown(radio.value));
  }
  frame.addEventListener("submit", (event) => event.preventDefault());
  offer.addEventListener("awning:ready", () => requestAnimationFrame(measure));
  offer.addEventListener("awning:unavailable", (event) => {
    const line = document.getElementById("measured");
    line.replaceChildren(part("span", `No panel: ${event.detail.message || event.detail.reason}.`));
    line.hidden = false;
  });
  for (const name of ["awning:ready", "awning:change"]) {
    offer.addEventListener(name, () => requestAnimationFrame(showFields));
  }
  if (offer.offer) requestAnimationFrame(measure);
}
