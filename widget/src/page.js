// From the server's HTML to nodes, also on pages that forbid every other way.

let policy;

export function nodes(html) {
  const holder = document.implementation.createHTMLDocument("").body;
  if (holder.setHTML) holder.setHTML(html, {sanitizer: {}});
  else {
    policy ||= self.trustedTypes ? trustedTypes.createPolicy("awning", {createHTML: text => text}) : {createHTML: text => text};
    holder.innerHTML = policy.createHTML(html);
  }
  return [...holder.children].map(node => document.adoptNode(node));
}

// Allowed under every policy, unlike a style element.
export function dress(root, css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  root.querySelector("link")?.remove();
}
