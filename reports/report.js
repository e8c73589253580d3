// The pages read without this file. It opens the contents where there is room and what a link leads to, marks the current section in
// the contents, and lets a chart's values be changed once a reader asks for it.
"use strict";

const wideEnough = window.matchMedia("(min-width: 46rem)"); // as report.css, which then shows the wide drawings
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
  return JSON.parse(drawing.parentElement.querySelector(`script.${drawing.classList[1]}`).textContent);
}

// What a drawing says once values are chosen: the choice, then every word that stands in it now.
function described(figure, drawing) {
  const told = (marks) =>
    [...drawing.querySelectorAll(`svg ${marks}`)].map((text) => [...(text.children.length ? text.children : [text])].map((line) => line.textContent).join(" "));
  const named = chosen(figure).map((field) => `${field.closest("fieldset").querySelector(".said-of").textContent}: ${field.value}`);
  const words = [".role-title-text text", ".role-mark.mark-text text"].flatMap(told);
  return `As chosen, ${named.join(", ")}. ${words.join("; ")}`;
}

const chosen = (figure) => [...figure.querySelectorAll(".controls input:checked")];

const views = new Map(); // from a drawing to the promise of its live chart
function bringToLife(drawing) {
  const draw = async () => {
    const stage = document.createElement("div"); // the picture stays where this fails
    const embed = await loadCharts();
    const { view } = await embed(stage, specOf(drawing), { ast: true, renderer: "svg", actions: false, bind: document.createElement("div"), defaultStyle: false, tooltip: { disableDefaultStyle: true } });
    drawing.querySelector("svg").replaceWith(stage.querySelector("svg"));
    return view;
  };
  if (!views.has(drawing)) views.set(drawing, draw());
  return views.get(drawing);
}

function letChartsMove() {
  // A chart is drawn anew once a reader sets a value; until then the shared script is not asked for.
  for (const figure of document.querySelectorAll("figure.moves")) {
    const follow = async () => {
      const drawing = [...figure.querySelectorAll(".drawing")].find((one) => one.offsetParent);
      if (!drawing) return;
      try {
        const view = await bringToLife(drawing);
        chosen(figure).forEach((field) => view.signal(field.dataset.signal, Number.isNaN(+field.value) ? field.value : +field.value));
        await view.runAsync();
        const told = described(figure, drawing);
        drawing.setAttribute("aria-label", told);
        figure.querySelector(".heard").textContent = told;
      } catch (error) {
        views.delete(drawing);
        console.warn("The chart stays a picture:", error.message);
      }
    };
    figure.querySelector(".controls").addEventListener("input", () => {
      figure.dataset.asked = "yes";
      follow();
    });
    wideEnough.addEventListener("change", () => figure.dataset.asked && follow()); // the other drawing shows now
  }
}

// A figure as it is shown, with its foot, on white paper: what is saved looks the same on every ground.
function asSvg(figure) {
  const drawing = [...figure.querySelectorAll(".drawing")].find((one) => one.offsetParent);
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const put = (parent, name, attributes, text = "") => {
    const part = document.createElementNS(made.namespaceURI, name);
    Object.entries(attributes).forEach(([key, value]) => part.setAttribute(key, value));
    part.textContent = text;
    parent.append(part);
  };
  const edge = 12;
  let [wide, high] = [0, 0];
  put(made, "title", {}, figure.querySelector("figcaption").textContent.trim());
  put(made, "desc", {}, drawing.getAttribute("aria-label"));
  put(made, "rect", { x: -edge, y: -edge, width: "100%", height: "100%", fill: "#ffffff" });
  for (const part of drawing.querySelectorAll("svg:not(svg svg)")) {
    const [copy, box] = [part.cloneNode(true), part.viewBox.baseVal];
    Object.entries({ y: high, width: box.width, height: box.height }).forEach(([key, value]) => copy.setAttribute(key, value));
    made.append(copy);
    [wide, high] = [Math.max(wide, box.width), high + box.height];
  }
  const size = { width: wide + 2 * edge, height: high + 2 * edge };
  Object.entries({ ...size, viewBox: `${-edge} ${-edge} ${size.width} ${size.height}` }).forEach(([key, value]) => made.setAttribute(key, value));
  return new XMLSerializer().serializeToString(made);
}

async function asPng(svg) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * picture.width, height: 2 * picture.height });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function button(className, textContent, onclick, name) {
  const made = Object.assign(document.createElement("button"), { type: "button", className, textContent, onclick });
  if (name) made.setAttribute("aria-label", name);
  return made;
}

function offerPictures() {
  for (const figure of document.querySelectorAll("figure.chart")) {
    const number = figure.querySelector(".number").textContent;
    const offer = document.createElement("span");
    const svg = () => download(new Blob([asSvg(figure)], { type: "image/svg+xml" }), `${figure.id}.svg`);
    const png = async () => download(await asPng(asSvg(figure)), `${figure.id}.png`);
    offer.append("Save ", button("save", "SVG", svg, `Save as SVG: ${number}`), " ", button("save", "PNG", png, `Save as PNG: ${number}`));
    figure.querySelector(".behind").append(offer);
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

function explainTermsInPlace() {
  // A term's meaning opens below the line it stands in; Escape, the term itself or a click elsewhere closes it.
  const note = Object.assign(document.createElement("div"), { className: "meaning", id: "meaning", hidden: true });
  note.setAttribute("role", "status");
  let term;
  const close = () => {
    term?.removeAttribute("aria-describedby");
    term = undefined;
    note.hidden = true;
  };
  const open = (link) => {
    const [line, column] = [link.getClientRects()[0], link.closest("p, li, dd").getBoundingClientRect()];
    const [meaning, all] = [document.createElement("p"), document.createElement("a")];
    meaning.textContent = link.title;
    Object.assign(all, { href: link.href, textContent: "All terms" });
    note.replaceChildren(meaning, all);
    Object.assign(note.style, { top: `${line.bottom + scrollY + 4}px`, left: `${column.left}px`, width: `${column.width}px` });
    link.after(note);
    note.hidden = false;
    term = link;
    term.setAttribute("aria-describedby", "meaning");
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.term");
    if (note.contains(event.target)) return;
    const again = link === term;
    close();
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!again) open(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !term) return;
    term.focus();
    close();
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
  const deep = [...document.querySelectorAll("details.depth, .ledger details")];
  const place = document.querySelector("nav.contents");
  if (deep.length < 2 || !place) return; // a single fold opens by its name
  const all = button("all", "", () => {
    const closed = deep.filter((fold) => !fold.open);
    (closed.length ? closed : deep).forEach((fold) => fold.toggleAttribute("open", closed.length > 0));
  });
  const name = () => (all.textContent = deep.every((fold) => fold.open) ? "Close what is folded" : "Open all that is folded");
  deep.forEach((fold) => fold.addEventListener("toggle", name));
  name();
  place.append(all);
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
  // What all rows have in common stands below the table, and in every row of its file.
  const same = Object.entries(JSON.parse(table.dataset.same ?? "{}"));
  const cells = (row, place) => [...[...row.cells].map((cell) => cell.textContent.replace(/\u00a0/g, " ").trim()), ...same.map((pair) => pair[place ? 1 : 0])];
  const lines = [...table.rows].map((row, place) => cells(row, place).map((text) => quoted(harmless(text))).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function offerNumbers() {
  for (const place of document.querySelectorAll("details.data, figure.table:not(:has(details.data))")) {
    const figure = place.closest("figure");
    const save = () => download(new Blob(["\ufeff", asCsv(place.querySelector("table"))], { type: "text/csv" }), `${figure.id}.csv`);
    place.append(button("save", "Save as CSV", save, `Save as CSV: ${figure.querySelector(".number").textContent}`));
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
      const sort = button("sort", "", () => {
        const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", order);
        table.tBodies[0].append(...[...table.tBodies[0].rows].sort(byColumn(place, order === "ascending" ? 1 : -1)));
      });
      sort.append(...head.childNodes);
      head.append(sort);
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
letChartsMove();
offerPictures();
offerNumbers();
letRowsBeSorted();
unfoldForPrint();
rememberTheSwitch();
letTheMenuClose();
explainTermsInPlace();
stopOnlyWhereSomethingScrolls();
offerAll();
openWhatIsLinked();
