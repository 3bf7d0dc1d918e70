// Big screens: the clock runs by the server's time, and a screen that stopped renewing itself says so.

const clock = document.querySelector("[data-now]");
const stale = document.getElementById("wall-stale");
const allowed = Number(document.querySelector("[data-stale-after]")?.dataset.staleAfter ?? 90) * 1000;
const begun = performance.now();
const served = clock ? new Date(clock.dateTime).getTime() : Date.now();
let renewed = performance.now();

document.addEventListener("htmx:afterOnLoad", () => {
  renewed = performance.now();
});

function tick() {
  const now = new Date(served + performance.now() - begun);
  const parts = new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit", weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
  }).formatToParts(now);
  const part = (type) => parts.find((each) => each.type === type)?.value ?? "";
  if (clock) clock.textContent = `${part("year")}-${part("month")}-${part("day")} ${part("weekday")} ${part("hour")}:${part("minute")}:${part("second")}`;
  if (stale) stale.hidden = performance.now() - renewed < allowed;
}

tick();
setInterval(tick, 1000);
