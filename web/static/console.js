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
