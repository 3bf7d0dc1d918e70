// Front desk: comfort for the material grid. Everything it does can be done by hand as well.
//
//   [data-all-ok]   finds every row in order that nobody has judged yet
//   radio in a row  after a verdict the next row is chosen; a fault takes the focus to its reason
//   [data-known]    what is known of the applicant just typed fills empty fields of the form, once each

let bulk = false;

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-all-ok]")) return;
  let last = null;
  for (const row of document.querySelectorAll(".materials [data-row]")) {
    const radios = [...row.querySelectorAll('input[type="radio"]')];
    if (!radios.length || radios.some((radio) => radio.checked)) continue;
    const fine = radios.find((radio) => radio.value === "ok");
    if (!fine) continue;
    fine.checked = true;
    last = fine;
  }
  bulk = true; // the checks are asked once, and the focus stays
  last?.dispatchEvent(new Event("change", { bubbles: true }));
  bulk = false;
});

document.addEventListener("change", (event) => {
  const radio = event.target.closest('.materials input[type="radio"]');
  if (!radio || bulk) return;
  const row = radio.closest("[data-row]");
  if (radio.value === "faulty" || radio.value === "missing") {
    requestAnimationFrame(() => row.querySelector(".reason:not([hidden]) .input")?.focus());
    return;
  }
  let next = row.nextElementSibling;
  while (next && !next.querySelector('input[type="radio"]')) next = next.nextElementSibling;
  if (!next) return;
  row.setAttribute("aria-selected", "false");
  next.setAttribute("aria-selected", "true");
  (next.querySelector('input[type="radio"]:checked, input[type="radio"]') ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
});

const offered = new Set(); // a field that the clerk has emptied again stays empty

document.addEventListener("htmx:afterSwap", () => {
  for (const known of document.querySelectorAll("#checks [data-known]")) {
    const field = document.querySelector(`#case-form [name="${CSS.escape(known.dataset.known)}"]`);
    if (!field || offered.has(known.dataset.known)) continue;
    offered.add(known.dataset.known);
    if (field.value || !["text", "textarea"].includes(field.type)) continue;
    field.value = known.value;
    const note = document.createElement("span");
    note.className = "field-from";
    note.textContent = ` · ${known.textContent}`;
    document.querySelector(`label[for="${CSS.escape(field.id)}"]`)?.append(note);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// What the browser keeps of a page must not open the same case for the next citizen.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
