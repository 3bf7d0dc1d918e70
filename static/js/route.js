// A drawn route that is wider than its panel shows the stage that is under way, with what led to it.

function showNow(root) {
  for (const route of root.querySelectorAll?.(".route") ?? []) {
    const now = route.querySelector("[data-now]")?.getBoundingClientRect();
    const seen = route.getBoundingClientRect();
    if (now && now.right > seen.right) route.scrollLeft += now.right - seen.right + 12;
  }
}

document.addEventListener("htmx:load", (event) => showNow(event.target.parentElement ?? event.target));
showNow(document);
