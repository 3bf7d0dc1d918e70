// Privacy cover (遮屏): the clerk turns the screen, everything .personal is covered. Alt+P.
// It stays on from page to page until it is taken off; the server is not told.

const KEPT = "hall.cover";

function cover(on) {
  document.body.classList.toggle("covered", on);
  for (const button of document.querySelectorAll("[data-cover]")) button.setAttribute("aria-pressed", String(on));
  try {
    sessionStorage.setItem(KEPT, on ? "1" : "");
  } catch {
    // storage may be refused; the cover still works on this page
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-cover]")) cover(!document.body.classList.contains("covered"));
});
document.addEventListener("keydown", (event) => {
  if (event.altKey && event.code === "KeyP") {
    event.preventDefault();
    cover(!document.body.classList.contains("covered"));
  }
});

let kept = "";
try {
  kept = sessionStorage.getItem(KEPT) ?? "";
} catch {
  kept = "";
}
cover(kept === "1");
