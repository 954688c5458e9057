// The module a page loads: defines the element once, and works off what the page has put into the queue before.

import {AwningOffer} from "./element.js";

if (!customElements.get("awning-offer")) {
  const waiting = self.awning || [];
  const push = (...orders) => {
    for (const order of orders) document.addEventListener(`awning:${order.on}`, order.do);
  };
  self.awning = {push};
  push(...waiting);
  customElements.define("awning-offer", AwningOffer);
}
