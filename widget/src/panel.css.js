// The stylesheet, for a browser that runs these sources as they are; in the built file it stands as text.

const {href} = new URL("panel.css", import.meta.url);

export const CSS = await (await fetch(href)).text();
