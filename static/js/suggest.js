// Search that answers while typing: <input data-suggest="url" aria-controls="list"> and a listbox `list`.
// The server answers ?q= with ready options: <a class="suggest-option" role="option" href="…" data-…>.
//
//   data-suggest-pick   a chosen option fills instead of leading away: the event "suggest:pick" carries its
//                       data, and #<data-into> gets its data-value
//   data-count          on the first element of the answer or on an option: what is told to screen readers

const WAIT = 120;
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const state = new WeakMap(); // input → { timer, abort, at, asked }

function listOf(input) {
  return document.getElementById(input.getAttribute("aria-controls"));
}

function options(input) {
  return [...(listOf(input)?.querySelectorAll('[role="option"]') ?? [])];
}

function close(input) {
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  const list = listOf(input);
  if (list) (list.closest("[data-suggest-box]") ?? list).hidden = true;
}

function point(input, at) {
  const all = options(input);
  if (!all.length) return;
  const next = (at + all.length) % all.length;
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === next)));
  state.get(input).at = next;
  input.setAttribute("aria-activedescendant", all[next].id);
  all[next].scrollIntoView({ block: "nearest" });
}

function announce(input, count) {
  let live = document.getElementById("suggest-live");
  if (!live) {
    live = document.createElement("p");
    live.id = "suggest-live";
    live.className = "visually-hidden";
    live.setAttribute("role", "status");
    document.body.append(live);
  }
  live.textContent = count ? (words.found ?? "").replace("{n}", String(count)) : (words.none ?? "");
}

async function ask(input) {
  const mine = state.get(input);
  const text = input.value.trim();
  if (text === mine.asked) return;
  mine.asked = text;
  mine.abort?.abort();
  const list = listOf(input);
  if (!list) return;
  if (!text) {
    list.replaceChildren();
    close(input);
    return;
  }
  mine.abort = new AbortController();
  try {
    const url = new URL(input.dataset.suggest, location.href);
    url.searchParams.set(input.dataset.suggestName ?? "q", text);
    const answer = await fetch(url, { signal: mine.abort.signal, headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) return;
    list.innerHTML = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") mine.asked = null; // offline: ask again at the next key
    return;
  }
  const all = options(input);
  all.forEach((option, at) => {
    option.id = `${list.id}-${at}`;
    option.tabIndex = -1;
    option.setAttribute("aria-selected", "false");
  });
  mine.at = -1;
  input.removeAttribute("aria-activedescendant");
  (list.closest("[data-suggest-box]") ?? list).hidden = !list.childElementCount;
  input.setAttribute("aria-expanded", String(all.length > 0));
  announce(input, all.length);
  if (input.hasAttribute("data-suggest-first") && all.length) point(input, 0);
}

function pick(input, option) {
  if (!input.hasAttribute("data-suggest-pick")) {
    option.click();
    return;
  }
  const into = document.getElementById(input.dataset.into ?? "");
  if (into) into.value = option.dataset.value ?? "";
  input.value = option.dataset.text ?? option.querySelector(".suggest-name")?.textContent.trim() ?? "";
  state.get(input).asked = input.value;
  close(input);
  input.dispatchEvent(new CustomEvent("suggest:pick", { bubbles: true, detail: { ...option.dataset } }));
}

function prepare(input) {
  if (state.has(input)) return;
  state.set(input, { at: -1, asked: input.value.trim() ? null : "" });
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.autocomplete = "off";
}

function later(event) {
  const input = event.target.closest?.("input[data-suggest]");
  if (!input || event.isComposing) return;
  prepare(input);
  clearTimeout(state.get(input).timer);
  state.get(input).timer = setTimeout(() => ask(input), WAIT);
}
document.addEventListener("input", later);
document.addEventListener("compositionend", later);
document.addEventListener("focusin", (event) => {
  const input = event.target.closest?.("input[data-suggest]");
  if (!input) return;
  prepare(input);
  if (options(input).length && input.value.trim() === state.get(input).asked) {
    (listOf(input).closest("[data-suggest-box]") ?? listOf(input)).hidden = false;
    input.setAttribute("aria-expanded", "true");
  }
});

document.addEventListener("keydown", (event) => {
  const input = event.target.closest?.("input[data-suggest]");
  if (!input || event.isComposing) return;
  prepare(input);
  const open = input.getAttribute("aria-expanded") === "true";
  const mine = state.get(input);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (open) point(input, mine.at + (event.key === "ArrowDown" ? 1 : mine.at < 0 ? 0 : -1));
    else ask(input);
  } else if (event.key === "Enter" && open && mine.at >= 0) {
    event.preventDefault();
    pick(input, options(input)[mine.at]);
  } else if (event.key === "Escape" && open) {
    event.preventDefault(); // closes the list and keeps the words
    close(input);
  }
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.('[role="option"]');
  const list = option?.closest('[role="listbox"]');
  const input = list && document.querySelector(`input[data-suggest-pick][aria-controls="${list.id}"]`);
  if (input) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest?.('[role="option"]');
  const list = option?.closest('[role="listbox"]');
  const input = list && document.querySelector(`input[data-suggest-pick][aria-controls="${list.id}"]`);
  if (input) {
    event.preventDefault();
    prepare(input);
    pick(input, option);
    return;
  }
  for (const each of document.querySelectorAll('input[data-suggest][aria-expanded="true"]')) {
    const box = listOf(each);
    if (box?.classList.contains("suggest-over") && event.target !== each && !box.contains(event.target)) close(each);
  }
});

document.querySelectorAll("input[data-suggest]").forEach(prepare);
