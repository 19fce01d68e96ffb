// Draws the rated records of a month, one bar for each day, from the numbers the page names.
"use strict";

const LOCALES = { en: "en-GB", pl: "pl-PL", ru: "ru-RU" };
const COLOURS = ["#1d4f91", "#5b8fc9", "#a3bfa8", "#d9a75f"];

function say(place, words) {
  place.className = "text-secondary";
  place.removeAttribute("role");
  place.removeAttribute("aria-label");
  place.textContent = words;
}

async function drawDays(place) {
  const answer = await fetch(place.dataset.source, { headers: { Accept: "application/json" } });
  if (!answer.ok) return say(place, place.dataset.failed);
  const found = await answer.json();
  const isEmpty = found.series.every((each) => each.counts.every((count) => count === 0));
  if (isEmpty) return say(place, place.dataset.empty);
  const number = new Intl.NumberFormat(LOCALES[found.language] ?? "en-GB");
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    aria: { enabled: false },
    color: COLOURS,
    textStyle: { fontFamily: getComputedStyle(place).fontFamily },
    grid: { left: 8, right: 8, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10 },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      axisPointer: { type: "shadow" },
      formatter: (bars) =>
        [found.titles[bars[0].dataIndex]]
          .concat(bars.map((bar) => `${bar.seriesName}: ${number.format(bar.value)}`))
          .join("\n"),
    },
    xAxis: { type: "category", data: found.days, axisTick: { show: false } },
    yAxis: { type: "value", axisLabel: { formatter: (value) => number.format(value) } },
    series: found.series.map((each) => ({
      type: "bar",
      stack: "records",
      name: each.name,
      data: each.counts,
    })),
  });
  new ResizeObserver(() => chart.resize()).observe(place);
}

const days = document.getElementById("days");
if (days) drawDays(days).catch(() => say(days, days.dataset.failed));
