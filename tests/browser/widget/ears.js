// What a page hears of its offer, what moves in it, and what its policy refuses: kept from the first moment on.
window.heard = [];
window.violations = [];
window.shifts = [];
for (const name of ["ready", "change", "unavailable"]) {
  addEventListener(`awning:${name}`, ({detail}) => heard.push([name, JSON.parse(JSON.stringify(detail ?? null))]));
}
addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI}) => violations.push(`${violatedDirective} ${blockedURI}`));

addEventListener("pageshow", ({persisted}) => { window.isKept = persisted; });

const moved = entries => {
  for (const {hadRecentInput, value, sources} of entries) {
    if (!hadRecentInput) shifts.push(`${value} ${sources.map(source => source.node?.outerHTML?.slice(0, 80))}`);
  }
};
const watch = new PerformanceObserver(list => moved(list.getEntries()));
watch.observe({type: "layout-shift", buffered: true});

// Two frames: the first may still be the one in which something moves.
window.painted = async () => {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  moved(watch.takeRecords());
  return shifts;
};
