// Charts from JSON blocks: <div class="chart" data-chart="id" role="img" aria-label="…"></div> with
// <script type="application/json" id="id">. Few kinds, labelled directly; the table stands beside it.
//
//   { "type": "line" | "bar" | "stacked" | "across", "labels": [...], "unit": "件",
//     "series": [{ "name": "收件", "data": [...], "tone": "info" }] }

/* global echarts */

const TONES = { info: "--brand", ok: "--ok", warn: "--warn", danger: "--danger", mute: "--ink-3", accent: "--accent" };
const ORDER = ["info", "mute", "accent", "ok", "warn", "danger"];
const DASHES = ["solid", "dashed", "dotted"];

function token(name) {
  return getComputedStyle(document.body).getPropertyValue(name).trim() || getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function look(series, at, given, font) {
  const colour = token(TONES[series.tone ?? ORDER[at % ORDER.length]]);
  const line = given.type === "line";
  const across = given.type === "across";
  return {
    name: series.name,
    type: line ? "line" : "bar",
    data: series.data,
    stack: given.type === "stacked" ? "all" : undefined,
    symbol: "circle",
    symbolSize: 5,
    showSymbol: series.data.length <= 31,
    barMaxWidth: 22,
    itemStyle: { color: colour },
    lineStyle: line ? { color: colour, width: 2.5, type: DASHES[at % DASHES.length] } : undefined,
    endLabel: line ? { show: true, formatter: `{a} {c}`, color: colour, ...font } : undefined,
    label: across ? { show: true, position: "right", color: token("--ink"), ...font } : undefined,
    labelLayout: { moveOverlap: "shiftY" },
    emphasis: { focus: "series" },
  };
}

function options(given) {
  const size = Math.max(12, Math.round(parseFloat(getComputedStyle(document.body).fontSize) * 0.86));
  const font = { fontSize: size, fontFamily: token("--family") };
  const ink = token("--ink-2");
  const across = given.type === "across";
  const category = {
    type: "category",
    data: given.labels,
    inverse: across,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: token("--line-strong") } },
    axisLabel: { color: ink, ...font },
  };
  const value = {
    type: "value",
    minInterval: given.fractions ? undefined : 1,
    splitLine: { lineStyle: { color: token("--line") } },
    axisLabel: { color: ink, ...font, show: !across },
    name: across ? "" : (given.unit ?? ""),
    nameTextStyle: { color: ink, align: "right", ...font },
  };
  const many = given.series.length > 1 && given.type !== "line";
  return {
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 150,
    textStyle: font,
    // Rich text, drawn on the canvas: an HTML tooltip would carry style attributes, which the policy refuses.
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      valueFormatter: (number) => (number === null || number === undefined ? "—" : `${number}${given.unit ?? ""}`),
    },
    legend: many ? { top: 0, left: 0, icon: "rect", itemWidth: 12, itemHeight: 12, textStyle: { color: token("--ink"), ...font } } : { show: false },
    grid: { left: 8, right: given.type === "line" ? 96 : across ? 48 : 16, top: many ? 36 : 28, bottom: 8, containLabel: true },
    xAxis: across ? value : category,
    yAxis: across ? category : value,
    series: given.series.map((series, at) => look(series, at, given, font)),
  };
}

function draw(box) {
  const source = document.getElementById(box.dataset.chart);
  if (!source || box.dataset.ready) return;
  box.dataset.ready = "1";
  const chart = echarts.init(box, null, { renderer: "canvas" });
  chart.setOption(options(JSON.parse(source.textContent)));
  new ResizeObserver(() => chart.resize()).observe(box);
}

function drawAll(root) {
  root.querySelectorAll?.("[data-chart]").forEach(draw);
}
drawAll(document);
document.addEventListener("htmx:load", (event) => drawAll(event.target));
