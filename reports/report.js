// The pages read without this file. It opens the contents where there is room and what a link leads to, marks the current section in
// the contents, and lets a chart's values be changed once a reader asks for it.
"use strict";

const calmly = window.matchMedia("(prefers-reduced-motion: reduce)");

function markCurrentSection() {
  const links = new Map(
    [...document.querySelectorAll("nav.contents a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
  );
  const headings = [...document.querySelectorAll("main h2[id]")];
  if (!links.size || !headings.length) return;
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
    const current = (passed.at(-1) || headings[0]).id;
    links.forEach((link, id) => (id === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  };
  document.addEventListener("scroll", mark, { passive: true });
  afterFirstSight(mark);
}

function afterFirstSight(work) {
  requestAnimationFrame(() => setTimeout(work));
}

function layOutTheRest() {
  // Until now the style sheet left out what is not on the first screen. Whoever comes for a place further down needs all at once.
  const whole = () => document.documentElement.classList.add("whole");
  const fromTheTop = !location.hash && performance.getEntriesByType("navigation")[0]?.type === "navigate";
  if (fromTheTop) afterFirstSight(whole);
  else whole();
}

let charts; // one promise for the shared script
function loadCharts() {
  if (window.vegaEmbed) return Promise.resolve(window.vegaEmbed); // the report in one file holds it already
  charts ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "charts.js";
    script.onload = () => resolve(window.vegaEmbed);
    script.onerror = () => reject(new Error("charts.js did not load"));
    document.head.append(script);
  });
  return charts;
}

function specOf(drawing) {
  const held = (name) => JSON.parse(drawing.parentElement.querySelector(`script.${name}`).textContent);
  const value = (table, name, held) => (name in table.words ? table.words[name][held] : held);
  const rows = (table) =>
    table.columns ? table.rows.map((row) => Object.fromEntries(table.columns.map((name, place) => [name, value(table, name, row[place])]))) : table;
  const datasets = Object.entries(held("datasets")).map(([name, table]) => [name, rows(table)]);
  return { ...held(drawing.classList[1]), datasets: Object.fromEntries(datasets) };
}

// What a drawing says once values are chosen: the choice, then every word that stands in it now.
function described(drawing) {
  const told = (svg, marks) => [...svg.querySelectorAll(marks)].map((text) => [...(text.children.length ? text.children : [text])].map((line) => line.textContent).join(" "));
  const chosen = [...drawing.querySelectorAll("input, select")].filter((field) => field.type !== "radio" || field.checked);
  const named = chosen.map((field) => `${field.closest(".vega-bind").querySelector(".vega-bind-name").textContent}: ${field.value}`);
  drawing.querySelectorAll("svg").forEach((svg) => {
    const words = [".role-title-text text", ".role-mark.mark-text text"].flatMap((marks) => told(svg, marks));
    svg.setAttribute("aria-label", `As chosen, ${named.join(", ")}. ${words.join("; ")}`);
  });
}

async function bringToLife(drawing) {
  if (drawing.dataset.live) return;
  drawing.dataset.live = "loading";
  const spec = specOf(drawing);
  const stage = document.createElement("div");
  stage.className = "stage";
  stage.hidden = true;
  drawing.after(stage);
  try {
    const embed = await loadCharts();
    const { view } = await embed(stage, spec, {
      ast: true,
      renderer: "svg",
      actions: false,
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
    });
    stage.querySelectorAll("svg").forEach((svg) => {
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", drawing.getAttribute("aria-label"));
    });
    drawing.replaceChildren(...stage.childNodes);
    drawing.removeAttribute("role");
    drawing.removeAttribute("aria-label");
    drawing.addEventListener("input", () => view.runAsync().then(() => described(drawing)));
    drawing.dataset.live = "yes";
    drawing.parentElement.querySelectorAll(".offer").forEach((offer) => offer.classList.contains(drawing.classList[1]) && offer.remove());
    stage.remove();
  } catch (error) {
    stage.remove(); // the picture stays
    drawing.dataset.live = "";
    console.warn("The chart stays a picture:", error.message);
  }
}

function offerSliders() {
  for (const drawing of document.querySelectorAll("figure.moves .drawing")) {
    const offer = document.createElement("button");
    offer.type = "button";
    offer.className = "offer";
    offer.textContent = "Try other values";
    offer.addEventListener("click", async () => {
      const figure = drawing.parentElement;
      await bringToLife(drawing);
      figure.querySelector(`.drawing.${drawing.classList[1]} input, .drawing.${drawing.classList[1]} select`)?.focus();
    });
    offer.classList.add(drawing.classList[1]);
    drawing.parentElement.insertBefore(offer, drawing.parentElement.querySelector("figcaption"));
  }
}

function foldsAround(element) {
  const fold = element?.closest("details");
  return fold ? [fold, ...foldsAround(fold.parentElement)] : [];
}

function openWhatIsLinked() {
  // Depth and numbers stay folded; whoever follows a link, a search or the back button to something inside a fold finds it open.
  const open = () => {
    const target = document.querySelector(":target");
    const closed = foldsAround(target).filter((fold) => !fold.open);
    closed.forEach((fold) => fold.setAttribute("open", ""));
    if (closed.length) target.scrollIntoView({ behavior: calmly.matches ? "auto" : "smooth", block: "start" });
  };
  for (const moment of ["load", "hashchange"]) window.addEventListener(moment, open);
  document.addEventListener("click", (event) => event.target.closest("a[href*='#']") && setTimeout(open)); // the same place again
}

function rememberTheSwitch() {
  const box = document.querySelector(".switch input");
  const kept = (work) => {
    try {
      return work(localStorage);
    } catch {
      return null; // a browser may keep nothing for a file
    }
  };
  if (!box) return;
  box.checked = kept((store) => store.getItem("code")) === "shown";
  box.addEventListener("change", () => kept((store) => store.setItem("code", box.checked ? "shown" : "hidden")));
}

function letTheMenuClose() {
  // On Escape, on a click outside and after a choice; the focus goes back to where the menu was opened, unless a click took it elsewhere.
  const menu = document.querySelector("details.chapters");
  const name = menu?.querySelector("summary");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu?.open) return;
    menu.open = false;
    name.focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu?.open || name.contains(event.target)) return;
    if (menu.contains(event.target) && !event.target.closest("a")) return;
    menu.open = false;
    if (document.activeElement === document.body) name.focus({ preventScroll: true });
  });
}

function stopOnlyWhereSomethingScrolls() {
  // A table that lies whole is no stop on the way through a page by keyboard.
  const watch = new ResizeObserver((seen) =>
    seen.forEach(({ target: { parentElement: region } }) => (region.tabIndex = region.scrollWidth > region.clientWidth ? 0 : -1)),
  );
  document.querySelectorAll(".scroll > table").forEach((table) => watch.observe(table));
}

function offerAll() {
  // One button opens what a page holds in depth, and closes it again.
  const deep = [...document.querySelectorAll("details.depth")];
  const place = document.querySelector("nav.contents");
  if (!deep.length || !place) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "all";
  const name = () => (button.textContent = deep.every((fold) => fold.open) ? "Close what is folded" : "Open all that is folded");
  deep.forEach((fold) => fold.addEventListener("toggle", name));
  button.addEventListener("click", () => {
    const closed = deep.filter((fold) => !fold.open);
    (closed.length ? closed : deep).forEach((fold) => fold.toggleAttribute("open", closed.length > 0));
  });
  name();
  place.append(button);
}

function openContentsWhereThereIsRoom() {
  const fold = document.querySelector("nav.contents details");
  const room = window.matchMedia("(min-width: 84rem)");
  const follow = () => fold?.toggleAttribute("open", room.matches);
  room.addEventListener("change", follow);
  follow();
}

// As reporting/cells.py: text that a spreadsheet would run as a formula stands behind an apostrophe, numbers do not.
function harmless(text) {
  const number = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|nan)$/i.test(text);
  return /^'*(?:[\t\r\n\0]|\s*[=+\-@＝＋－＠])/.test(text) && !number ? `'${text}` : text;
}

function asCsv(table) {
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const cells = (row) => [...row.cells].map((cell) => quoted(harmless(cell.textContent.trim())));
  const lines = [...table.rows].map((row) => cells(row).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function offerNumbers() {
  for (const place of document.querySelectorAll("details.data, figure.table:not(:has(details.data))")) {
    const save = document.createElement("button");
    const figure = place.closest("figure");
    save.type = "button";
    save.className = "save";
    save.textContent = "Save as CSV";
    save.setAttribute("aria-label", `Save as CSV: ${figure.querySelector(".number").textContent}`);
    save.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(["\ufeff", asCsv(place.querySelector("table"))], { type: "text/csv" }));
      link.download = `${figure.id}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
    place.append(save);
  }
}

function byColumn(place, direction) {
  // Numbers by their size, words by the alphabet; what is empty stays at the end.
  const text = (row) => row.cells[place].textContent.trim();
  const number = (said) => parseFloat(said.replaceAll(",", "").replaceAll("−", "-").match(/-?\d+(?:\.\d+)?/)?.[0]);
  return (one, other) => {
    const [a, b] = [text(one), text(other)];
    if (!a || !b) return !a - !b;
    const apart = number(a) - number(b);
    return direction * (Number.isNaN(apart) ? a.localeCompare(b) : apart);
  };
}

function letRowsBeSorted() {
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", order);
        table.tBodies[0].append(...[...table.tBodies[0].rows].sort(byColumn(place, order === "ascending" ? 1 : -1)));
      });
    });
  }
}

function unfoldForPrint() {
  const answers = () => document.querySelectorAll("details.reveal");
  window.addEventListener("beforeprint", () => answers().forEach((answer) => answer.setAttribute("open", "")));
}

layOutTheRest();
markCurrentSection();
openContentsWhereThereIsRoom();
offerSliders();
offerNumbers();
letRowsBeSorted();
unfoldForPrint();
rememberTheSwitch();
letTheMenuClose();
stopOnlyWhereSomethingScrolls();
offerAll();
openWhatIsLinked();
