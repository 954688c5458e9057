document.querySelector("#add").addEventListener("click", () => {
  document.querySelector("#slot").append(document.querySelector("template").content.cloneNode(true));
});
