// Cover is for all pieces: another quantity is another request, and the widget asks again.
{
  const quantity = document.querySelector("#quantity");
  const offer = document.querySelector("awning-offer");
  quantity?.addEventListener("change", () => {
    const data = offer?.querySelector('script[type="application/json"]');
    if (!data) return;
    const request = JSON.parse(data.textContent);
    request.context.product.quantity = Number(quantity.value);
    offer.request = request;
  });
}
