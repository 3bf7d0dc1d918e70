// Comfort and safety of forms. Everything works without it; the server checks all again.
//
//   form[method=post]        a second submit is swallowed ([data-resubmit] allows it, e.g. downloads)
//   form[data-form]          leaving with unsaved input asks first ([data-unguarded] does not)
//   form[data-draft="url"]   what was typed is posted there after two quiet seconds; [data-saved] says so
//   [data-errors]            the error summary takes the focus; its links lead into the fields
//   [data-rows]              a table field: rows are added and taken away
//   [data-when="name=a|b"]   shown, and sent, only while the form's field `name` has one of the values
//   [data-drop]              files may be dropped on a file field
//   [data-confirm="…"]       asks before it submits or follows
//   hx-post, hx-get          what the server draws anew never takes back an answer given meanwhile

const QUIET = 2000;
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

// -- Submitting once ------------------------------------------------------------------------------------

function busy(form, on, submitter) {
  form.dataset.busy = on ? "1" : "";
  const buttons = submitter ? [submitter] : form.querySelectorAll('[aria-busy="true"]');
  for (const button of buttons) {
    if (on) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const asks = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (form.dataset.busy === "1" || (asks && !window.confirm(asks))) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.clean = "1";
    if (form.method === "post" && !form.matches("[data-resubmit], [target]")) busy(form, true, event.submitter);
  },
  true,
);

function freeAll() {
  document.querySelectorAll('form[data-busy="1"]').forEach((form) => busy(form, false));
}
window.addEventListener("pageshow", freeAll); // came back by the back button
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) busy(form, false);
});
// What the page asks by itself (data-poll) is no sign that somebody sits there: the idle time-out goes on.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.closest?.("[data-poll]")) event.detail.headers["X-Poll"] = "1";
});
document.addEventListener("htmx:sendError", (event) => {
  if (!event.target.closest?.("[data-poll]")) tell(words.offline);
});

function tell(text) {
  const box = document.getElementById("messages");
  if (!box || !text) return;
  const notice = document.createElement("div");
  notice.className = "notice";
  notice.dataset.tone = "danger";
  notice.append(text);
  box.replaceChildren(notice);
}

// -- Nothing typed is lost ------------------------------------------------------------------------------

const timers = new WeakMap();

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form) return;
  if (form.matches("[data-form]")) form.dataset.clean = "";
  if (form.dataset.draft) {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => keep(form), QUIET));
  }
  applyConditions(form);
});

async function keep(form) {
  if (form.dataset.busy === "1") return;
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  const shown = form.querySelector("[data-saved]");
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: data, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    form.dataset.clean = "1";
    const time = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
    if (shown) shown.textContent = `${words.saved ?? ""} ${time}`;
  } catch {
    if (shown) shown.textContent = words.unsaved ?? "";
    timers.set(form, setTimeout(() => keep(form), QUIET * 5));
  }
}

window.addEventListener("beforeunload", (event) => {
  const unsaved = [...document.querySelectorAll("form[data-form]:not([data-unguarded])")].some((form) => form.dataset.clean === "");
  if (unsaved) event.preventDefault();
});

// -- Errors ---------------------------------------------------------------------------------------------

function focusErrors(root) {
  root.querySelector?.("[data-errors]")?.focus();
}
document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.target));

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-errors] a[href^='#']");
  if (link) {
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (field) {
      event.preventDefault();
      (field.closest(".field") ?? field).scrollIntoView({ block: "center" });
      field.focus({ preventScroll: true });
    }
  }
  const follow = event.target.closest("a[data-confirm]");
  if (follow && !window.confirm(follow.dataset.confirm)) event.preventDefault();
});

// -- Table fields ---------------------------------------------------------------------------------------

function renumber(rows) {
  [...rows.querySelectorAll("tbody tr")].forEach((row, at) => {
    for (const cell of row.querySelectorAll("[name]")) {
      cell.name = cell.name.replace(/-\d+-([^-]+)$/, `-${at}-$1`);
      cell.id = cell.id.replace(/_\d+_([^_]+(?:_[^_]+)*)$/, (whole, column) => `_${at}_${column}`);
      const label = cell.getAttribute("aria-label");
      if (label) cell.setAttribute("aria-label", label.replace(/\d+/g, String(at + 1)));
    }
  });
}

document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-rows-add]");
  const remove = event.target.closest("[data-rows-remove]");
  const rows = (add ?? remove)?.closest("[data-rows]");
  if (!rows) return;
  const body = rows.querySelector("tbody");
  const last = body.lastElementChild;
  if (add && body.children.length < Number(rows.dataset.rowsMax)) {
    const fresh = last.cloneNode(true);
    fresh.querySelectorAll("[name]").forEach((cell) => {
      cell.value = "";
    });
    body.append(fresh);
    renumber(rows);
    fresh.querySelector("[name]").focus();
  } else if (remove) {
    const row = remove.closest("tr");
    const near = row.nextElementSibling ?? row.previousElementSibling;
    if (near) {
      row.remove();
      renumber(rows);
      near.querySelector("[data-rows-remove]").focus();
    } else {
      row.querySelectorAll("[name]").forEach((cell) => {
        cell.value = "";
      });
    }
  }
  rows.closest("form")?.dispatchEvent(new Event("rows:changed", { bubbles: true }));
  rows.querySelector("[name]")?.dispatchEvent(new Event("input", { bubbles: true }));
});

// -- Questions that depend on answers -------------------------------------------------------------------

function applyConditions(root) {
  const form = root.closest?.("form") ?? root;
  const scope = form.dataset?.conditions ? document.querySelector(form.dataset.conditions) : form;
  for (const part of scope?.querySelectorAll?.("[data-when]") ?? []) {
    const [name, values = ""] = part.dataset.when.split("=");
    const given = form.matches?.("form") ? new FormData(form).getAll(name) : [];
    const met = values.split("|").some((value) => given.includes(value));
    part.hidden = !met;
    for (const input of part.querySelectorAll("input, select, textarea")) input.disabled = !met;
  }
}

// -- Files ----------------------------------------------------------------------------------------------

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.toggleAttribute("data-over", kind === "dragover");
    const input = zone.querySelector('input[type="file"]');
    if (kind === "drop" && input && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}

focusErrors(document);
document.querySelectorAll("form").forEach(applyConditions);
document.addEventListener("htmx:load", (event) => event.target.querySelectorAll?.("form").forEach(applyConditions));

// -- Drawn anew while somebody answers on ----------------------------------------------------------------

// Questions lead to other questions, so parts of a form are drawn again after an answer. What comes back knows
// nothing of answers given since it was asked for: it is dropped, because the next one is on its way.
const answered = new WeakMap();
const asked = new WeakMap();

function formOf(element) {
  const other = element.getAttribute("hx-include");
  return element.closest("form") ?? (other?.startsWith("#") ? document.querySelector(other) : null);
}

for (const kind of ["change", "input"]) {
  document.addEventListener(kind, (event) => event.target.form && answered.set(event.target, performance.now()), true);
}

document.addEventListener("htmx:beforeSend", (event) => asked.set(event.detail.elt, performance.now()));

document.addEventListener("htmx:beforeSwap", (event) => {
  const asking = event.detail.requestConfig.elt;
  const form = asking && asked.has(asking) ? formOf(asking) : null;
  if (!form) return;
  const own = [...form.elements].filter((control) => asking.contains(control));
  const watched = own.length ? own : [...form.elements];
  if (watched.some((control) => (answered.get(control) ?? 0) > asked.get(asking))) event.detail.shouldSwap = false;
});
