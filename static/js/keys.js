// Keyboard of the desks. What a key does is printed on the thing that carries data-key; nothing is hidden here.
//
//   data-key="F2 S"   any of the keys works the button, link, radio or check box
//   data-find         the search that "/" focuses
//   data-rows-nav     a list: j and k move over its [data-row]; ="open" also opens each row on arrival
//   data-digits       a list: 1–9 choose a row
//   data-keys-help    opens the list of this page's keys ("?")
//   data-opens="id"   opens the dialog `id`; [data-closes] closes it
//
// Inside a [data-row], a key belongs to the row that is chosen. Letters are words while somebody types.

const TYPING = 'input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"]), textarea, select, [contenteditable="true"]';

const names = { " ": "Space", Escape: "Esc" };

function pressed(event) {
  let name = names[event.key] ?? event.key;
  if (name.length === 1) name = name.toUpperCase();
  if (event.altKey && /^Key[A-Z]$/.test(event.code)) name = event.code.slice(3); // Alt+letter may print a symbol
  return (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") + name;
}

function stage() {
  return document.querySelector("dialog[open]") ?? document;
}

function seen(element) {
  return element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
}

function chosenRow(list) {
  return (
    list.querySelector(":scope [data-row]:focus, :scope [data-row]:focus-within") ??
    list.querySelector(':scope [data-row][aria-selected="true"], :scope [data-row][aria-current="true"]')
  );
}

function belongs(element) {
  const row = element.closest("[data-row]");
  if (!row || row === element) return true;
  const list = row.closest("[data-rows-nav], [data-digits]");
  return !list || chosenRow(list) === row;
}

function holder(key) {
  return [...stage().querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key.split(/\s+/).includes(key) && seen(element) && !element.disabled && belongs(element),
  );
}

function work(element) {
  // A verdict that shows as not ready yet is pressed all the same: somebody may have typed on since it was
  // drawn. The server knows, and answers with everything that is missing.
  if (element.matches(TYPING)) element.focus();
  else element.click();
}

function choose(list, row) {
  for (const other of list.querySelectorAll('[data-row][aria-selected="true"]')) other.setAttribute("aria-selected", "false");
  if (row.hasAttribute("aria-selected") || row.matches("tr")) row.setAttribute("aria-selected", "true");
  const target = row.matches("a, button, [tabindex]") ? row : (row.querySelector("a, button, input, select, textarea") ?? row);
  target.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  row.dispatchEvent(new CustomEvent("row:chosen", { bubbles: true }));
  if (list.dataset.rowsNav === "open") target.click();
}

function move(step) {
  const list = [...stage().querySelectorAll("[data-rows-nav]")].find(seen);
  if (!list) return false;
  const rows = [...list.querySelectorAll("[data-row]")].filter(seen);
  if (!rows.length) return false;
  const at = rows.indexOf(chosenRow(list));
  choose(list, rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))]);
  return true;
}

function pickDigit(key) {
  const list = [...stage().querySelectorAll("[data-digits]")].find(seen);
  const row = list && [...list.querySelectorAll("[data-row]")].filter(seen)[Number(key) - 1];
  if (!row) return false;
  choose(list, row);
  return true;
}

function escape(event) {
  const open = document.querySelector("details.top-who[open], details.region[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  if (stage() === document && event.target.matches?.(TYPING)) {
    event.preventDefault(); // a search box would be emptied; Esc never loses what was typed
    event.target.blur();
  }
}

function help() {
  const dialog = document.getElementById("keys-help");
  if (!dialog || dialog.open) return;
  const list = dialog.querySelector("[data-keys-list]");
  list.replaceChildren();
  const known = new Set();
  for (const element of document.querySelectorAll("[data-key], [data-find], [data-cover]")) {
    const keys = element.dataset.key ?? element.getAttribute("aria-keyshortcuts");
    if (!keys || !seen(element) || known.has(keys)) continue;
    known.add(keys);
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".key, small, svg").forEach((part) => part.remove());
    const term = document.createElement("dt");
    for (const key of keys.split(/\s+/)) {
      const cap = document.createElement("kbd");
      cap.className = "key";
      cap.textContent = key;
      term.append(cap, " ");
    }
    const what = document.createElement("dd");
    what.textContent =
      element.labels?.[0]?.textContent.trim() || element.getAttribute("aria-label") || element.placeholder || copy.textContent.trim();
    list.append(term, what);
  }
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const key = pressed(event);
  if (key === "Esc") return escape(event);
  const typing = event.target.matches?.(TYPING) ?? false;
  const plain = key.length === 1 || key === "Enter" || key === "Space";
  if (key === "/" && event.target.matches?.("[data-find]") && !event.target.value) return event.preventDefault(); // already there
  if (typing && plain) return undefined;
  if (key === "Enter" && event.target.matches?.("a, button, summary, [role='option']")) return undefined;
  if (key === "/") {
    const find = [...stage().querySelectorAll("[data-find]")].find(seen);
    if (!find) return undefined;
    event.preventDefault();
    find.focus();
    return find.select();
  }
  const element = holder(key);
  if (element) {
    event.preventDefault();
    return work(element);
  }
  if (key === "?") return help();
  if ((key === "J" && move(1)) || (key === "K" && move(-1)) || (/^[1-9]$/.test(key) && pickDigit(key))) event.preventDefault();
  return undefined;
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  if (event.target.closest("[data-keys-help]")) help();
  for (const menu of document.querySelectorAll("details.top-who[open], details.region[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
