// The fields a page's own form sends along. They stand in the element, so whoever removes it removes them.

const FIELDS = {decision: "awning_decision", token: "awning_selection", quote: "awning_quote_id"};

export function writeFields(host, selection) {
  for (const old of host.querySelectorAll("input.awning-field")) old.remove();
  const {decision, quote_ids: ids, token} = selection;
  host.append(field(FIELDS.decision, decision || ""), field(FIELDS.token, token || ""));
  if (decision) host.append(...(ids.length ? ids : [""]).map(id => field(FIELDS.quote, id)));
}

function field(name, value) {
  const input = document.createElement("input");
  Object.assign(input, {type: "hidden", className: "awning-field", name, value});
  return input;
}
