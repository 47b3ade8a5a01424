// Draws the tables of a report. The table is the data: what cannot be seen in the picture can be read beside it.
"use strict";

(() => {
  const INKS = ["--green", "--amber-ink", "--red", "--focus", "--soft", "--ink"];
  const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3], [1, 4], [14, 5]];
  const HEIGHT = 240;
  const plots = [];

  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const language = document.documentElement.lang.replace(/^en$/, "en-GB");
  const dayWords = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
  const numberWords = new Intl.NumberFormat(language, { maximumFractionDigits: 1, notation: "compact" });

  const valueOf = (cell) => {
    const text = cell.dataset.value;
    const number = Number(text);
    return text === "" || Number.isNaN(number) ? null : number;
  };

  const read = (figure) => {
    const table = document.getElementById(figure.dataset.table);
    const places = figure.dataset.columns.split(",").map(Number);
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const isDays = /^\d{4}-\d\d-\d\d$/.test(rows[0][0].dataset.value);
    return {
      names: rows.map((row) => row[0].textContent.trim()),
      times: isDays ? rows.map((row) => Date.parse(row[0].dataset.value) / 1000) : null,
      labels: places.map((place) => heads[place]),
      values: places.map((place) => rows.map((row) => valueOf(row[place]))),
    };
  };

  const spell = (seconds) => {
    const unit = [["day", 86400], ["hour", 3600], ["minute", 60]].find((one) => seconds >= one[1]) ?? ["second", 1];
    return new Intl.NumberFormat(language, { style: "unit", unit: unit[0], maximumFractionDigits: 1 }).format(seconds / unit[1]);
  };

  const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

  const options = (figure, data, width) => {
    const isBars = figure.dataset.chart === "bars";
    const count = data.names.length;
    const line = { stroke: ink("--line"), width: 1 };
    const axis = { stroke: ink("--soft"), grid: line, ticks: line, font: "12px system-ui, sans-serif" };
    const room = (width - 64) / count;
    const names = room < 80 ? { rotate: -45, size: 76 } : {};
    const words = figure.dataset.kind === "seconds" ? spell : (value) => numberWords.format(value);
    const group = data.labels.length;
    return {
      width,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      tzDate: (stamp) => uPlot.tzDate(new Date(stamp * 1000), "UTC"),
      scales: { x: { time: Boolean(data.times) && !isBars, range: isBars ? () => [-0.6, count - 0.4] : undefined }, y: { range: (_, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
      axes: [
        isBars
          ? { ...axis, ...names, grid: { show: false }, splits: () => data.names.map((_, place) => place), values: () => data.names.map((name) => short(name, room < 80 ? 11 : Math.floor(room / 7))) }
          : { ...axis, values: (_, splits) => splits.map((at) => dayWords.format(at * 1000)) },
        { ...axis, size: 64, values: (_, splits) => splits.map((value) => (value === null ? "" : words(value))) },
      ],
      series: [
        {},
        ...data.labels.map((label, place) => ({
          label,
          stroke: ink(INKS[place % INKS.length]),
          fill: isBars ? ink(INKS[place % INKS.length]) : undefined,
          dash: isBars ? undefined : DASHES[place % DASHES.length],
          width: isBars ? 0 : 2,
          points: { show: !isBars && count < 15 },
          paths: isBars ? uPlot.paths.bars({ size: [0.8 / group, 80], align: group === 1 ? 0 : place === 0 ? -1 : 1 }) : undefined,
        })),
      ],
    };
  };

  // A line of its own for each series: its colour, and its dashes for those who see no colours.
  const key = (figure, data) => {
    if (data.labels.length < 2) return null;
    const list = document.createElement("ul");
    list.className = "key";
    data.labels.forEach((label, place) => {
      const item = document.createElement("li");
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      for (const [name, value] of Object.entries({ width: 28, height: 8 })) svg.setAttribute(name, value);
      const drawn = { x1: 0, x2: 28, y1: 4, y2: 4, stroke: ink(INKS[place % INKS.length]), "stroke-width": figure.dataset.chart === "bars" ? 8 : 2, "stroke-dasharray": figure.dataset.chart === "bars" ? "none" : DASHES[place % DASHES.length].join(" ") || "none" };
      for (const [name, value] of Object.entries(drawn)) line.setAttribute(name, value);
      svg.append(line);
      item.append(svg, label);
      list.append(item);
    });
    return list;
  };

  const draw = (figure) => {
    const place = figure.querySelector(".plot");
    const data = read(figure);
    place.replaceChildren();
    const x = figure.dataset.chart === "bars" || !data.times ? data.names.map((_, at) => at) : data.times;
    const plot = new uPlot(options(figure, data, Math.max(200, figure.clientWidth)), [x, ...data.values], place);
    const made = key(figure, data);
    if (made) place.append(made);
    return plot;
  };

  const drawAll = () => {
    for (const one of plots) {
      one.plot.destroy();
      one.plot = draw(one.figure);
    }
  };

  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    if (!document.getElementById(figure.dataset.table)) continue;
    plots.push({ figure, plot: draw(figure) });
    figure.querySelector("details").open = false;
  }
  new ResizeObserver(() => {
    for (const one of plots) one.plot.setSize({ width: Math.max(200, one.figure.clientWidth), height: HEIGHT });
  }).observe(document.getElementById("main"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
})();
