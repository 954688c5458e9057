// A page in which everything changes while one looks at it.

const find = id => document.getElementById(id);
const offer = document.querySelector("awning-offer");
const request = JSON.parse(offer.textContent);
const WASHER = {sku: "NW-WM-8", title: "Washing machine", category: "appliances/washing-machines", condition: "new", retail_value: 649};
const CAMERA = request.context.product;

function changed(product) {
  request.context = {...request.context, product};
  find("cart").value = `${product.quantity} × ${product.title}`;
  offer.request = structuredClone(request);
}

function counted(step) {
  const {product} = request.context;
  changed({...product, quantity: Math.max(1, product.quantity + step)});
}

const ACTIONS = {
  more: () => counted(1),
  fewer: () => counted(-1),
  camera: () => changed({...CAMERA, quantity: 1}),
  washer: () => changed({...WASHER, quantity: 1}),
  remove: () => offer.isConnected ? offer.remove() : find("above").append(offer),
  move: () => (find("below").contains(offer) ? find("above") : find("below")).append(offer),
  reset: () => offer.reset(),
};
for (const [id, act] of Object.entries(ACTIONS)) find(id).addEventListener("click", act);
