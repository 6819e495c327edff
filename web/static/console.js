// The little that the pages need beyond htmx. No page breaks without it.
"use strict";

// htmx shows answers of 4xx and 5xx too: they say what to do.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400 && event.detail.xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// The server could not be reached at all: say so, keep what was typed.
document.addEventListener("htmx:sendError", () => {
  const lost = document.getElementById("lost");
  const notice = document.getElementById("notice");
  if (lost && notice) notice.replaceChildren(lost.content.cloneNode(true));
});

// Pictures in a form: the first is the cover; any may be left out.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-first], [data-remove]");
  if (!button) return;
  const taken = button.closest("li");
  if (button.hasAttribute("data-first")) taken.parentElement.prepend(taken);
  else taken.remove();
  forget();
});

// Each new variant needs a number of its own.
document.addEventListener("htmx:afterRequest", (event) => {
  const button = event.detail.elt;
  if (!button.hasAttribute("data-next-place")) return;
  const vals = JSON.parse(button.getAttribute("hx-vals"));
  button.setAttribute("hx-vals", JSON.stringify({ place: vals.place + 1 }));
  document.querySelector("#variants fieldset:last-child input:not([type=hidden])")?.focus();
});

// A variant that was never saved leaves the form; one that was is ticked to be dropped.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove-variant]");
  if (!button || document.querySelectorAll("#variants fieldset").length < 2) return;
  button.closest("fieldset").remove();
  forget();
});

// A look at what would happen is only true for what stood in the form then.
function forget() {
  document.getElementById("preview")?.replaceChildren();
}
document.addEventListener("input", (event) => {
  if (event.target.closest("#product-form")) forget();
});

// After a picture was sent the chooser must be able to send the same one again.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.matches?.("input[type=file]")) event.detail.elt.value = "";
});
