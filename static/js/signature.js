// Signature on screen: [data-signature] holds a canvas, a hidden input (PNG as data URL) and a clear button.

function start(pad) {
  if (pad.dataset.ready) return;
  pad.dataset.ready = "1";
  const canvas = pad.querySelector("canvas");
  const input = pad.querySelector('input[type="hidden"]');
  const pen = canvas.getContext("2d");
  let last = null;

  function size() {
    const scale = window.devicePixelRatio || 1;
    const box = canvas.getBoundingClientRect();
    if (!box.width) return;
    canvas.width = Math.round(box.width * scale);
    canvas.height = Math.round(box.height * scale);
    pen.scale(scale, scale);
    pen.lineWidth = 2.5;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.strokeStyle = "#10203a";
    input.value = "";
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (!canvas.width || canvas.width === 300) size();
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    for (const point of event.getCoalescedEvents?.() ?? [event]) {
      const here = place(point);
      pen.beginPath();
      pen.moveTo(last.x, last.y);
      pen.lineTo(here.x, here.y);
      pen.stroke();
      last = here;
    }
  });
  function lift() {
    if (!last) return;
    last = null;
    input.value = canvas.toDataURL("image/png");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  pad.querySelector("[data-signature-clear]").addEventListener("click", () => {
    size();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  size();
}

function startAll(root) {
  root.querySelectorAll?.("[data-signature]").forEach(start);
}
startAll(document);
document.addEventListener("htmx:load", (event) => startAll(event.target));
