// Groups of products: which are open with a choice. The same table as app/domain/product_rules.py; the tests hold the
// two against each other.

const AFTER = {show: "show", enable: "show", hide: "hide", disable: "disable"};

export function groupStates(rules, chosen, refused) {
  const states = {};
  for (const rule of rules) states[rule.slug] = rule.initial_state;
  for (const rule of rules) {
    if (states[rule.slug] !== "show") continue;
    for (const event of rule.events || []) {
      if (holds(event, rule, chosen, refused)) states[event.target] = AFTER[event.action];
    }
  }
  return states;
}

function holds(event, rule, chosen, refused) {
  const isRefused = refused.includes(rule.slug);
  if (event.type === "reject") return isRefused;
  const picked = event.product_ids?.length ? event.product_ids : rule.product_ids;
  const isChosen = picked.some(id => chosen.includes(id));
  return event.type === "select" ? isChosen : !isChosen && isRefused;
}
