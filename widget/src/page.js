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

// Before adoptedStyleSheets there was the nonce.
export function dress(root, css, nonce) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    root.querySelector("link")?.remove();
  } catch {
    const style = document.createElement("style");
    style.nonce = nonce || "";
    style.textContent = css;
    root.prepend(style);
  }
}
