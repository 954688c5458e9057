// What a shop's own page makes of the widget's events: the sum beside the form says what is being bought.
// It is only shown: the server works everything out again, and charges for cover what the booking says.
{
  const row = document.querySelector("[data-cover]");
  const price = document.querySelector("[data-cover-price]");
  const total = document.querySelector("[data-total]");
  const button = document.querySelector("[data-pay]");
  const country = document.querySelector("form.checkout select[name=country]");

  const money = (amount) => {
    const digits = Number(total.dataset.digits);
    const options = {minimumFractionDigits: digits, maximumFractionDigits: digits};
    return total.dataset.symbol + amount.toLocaleString("en-GB", options);
  };

  document.addEventListener("awning:change", ({detail}) => {
    const isAdded = detail?.decision === "accepted";
    const sum = money(Number(total.dataset.total) + (isAdded ? detail.total : 0));
    row.hidden = !isAdded;
    price.textContent = isAdded ? detail.total_formatted : "";
    total.textContent = sum;
    button.textContent = `${button.dataset.pay} ${sum}`;
  });

  // Another country, another tax and other rules: the offer is asked for again.
  country?.addEventListener("change", () => {
    document.querySelector("awning-offer")?.setAttribute("country", country.value);
  });
}
