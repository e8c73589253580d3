// The bench of the next trial: a sentence whose numbers move, and the curve under it. Few formulas, held to Python by a test; all else
// is what Python computed and worded (data-held). Built with what play.js offers.
"use strict";

(() => {
  const { set, make, draw, press, spoken, number, times } = window.play;
  const place = document.querySelector('[data-play="bench"]');
  if (!place) return; // one file of all scripts, without that chapter
  const held = JSON.parse(place.dataset.held);
  const names = held.fields.map((field) => field.name);

  // Share of a normal curve below x (Marsaglia, 2004, Evaluating the normal distribution).
  function below(x) {
    if (Math.abs(x) > 8) return x > 0 ? 1 : 0;
    let [term, total] = [x, x];
    for (let k = 3; total + term !== total || k < 5; k += 2) total += term *= (x * x) / k;
    return 0.5 + total * Math.exp((-x * x) / 2 - Math.log(2 * Math.PI) / 2);
  }

  function worked({ people, groups, loss, years, effect, of, spread, allocation, belief }) {
    const others = groups - 1;
    const control = Math.floor(((people * groups) / (allocation + others)) + 1e-9);
    const cells = people * groups - control * others;
    const [some, rest] = [cells, control].map((all) => Math.floor(all * (1 - loss) + 1e-9));
    const seen = held.spreads[spread];
    const longer = Math.sqrt((1 - held.scan + held.scan / years ** 2) / (1 - held.scan + held.scan / seen.years ** 2));
    const [mean, sd] = held.beliefs[belief] ?? [effect, 0];
    const chances = seen.sd.map((one) => {
      const error = (one * longer * Math.sqrt(1 / some + 1 / rest)) / held.loss[of];
      return some && rest ? below((mean - held.limits[groups] * error) / Math.hypot(sd, error)) : 0;
    });
    return { chance: chances[0], lowest: chances[2], highest: chances[1], cells, excluded: 1 - held.harm ** (1 / cells) };
  }

  // --- words

  function inHundred(share) {
    const value = Number((100 * share).toPrecision(12));
    if (value > 0 && value < 0.5) return "fewer than 1 of 100";
    return value >= 99.5 && share < 1 - 1e-14 ? "more than 99 of 100" : `${Math.round(value)} of 100`;
  }
  const filled = (text, told) => text.replace(/\{(\w+)\}/g, (_, name) => told[name]);

  function said(values, texts) {
    const made = worked(values);
    const [low, high] = [made.lowest, made.highest].map(inHundred);
    return filled(held.answer, {
      chance: inHundred(made.chance),
      between: low === high ? high : low.startsWith("fewer") ? `at most ${high.replace("more than 99", "100")}` : `${low.replace(" of 100", "")} to ${high}`,
      instead: values.belief === "certain" ? "" : filled(held.instead, { effect: texts.effect }),
      behind: held.spreads[values.spread].people,
      cells: number(made.cells),
      harm: number(Math.floor(1 / made.excluded + 1e-9)),
      level: held.level,
    });
  }

  // What stands in a field as a parameter has it, or what is wrong with it, in words.
  function read({ choices, least, most, whole, times: factor }, text) {
    const typed = text.trim();
    if (choices) return choices.some(([key]) => key === typed) ? { value: isNaN(typed) ? typed : Number(typed) } : { amiss: "choose one of those listed" };
    const amiss =
      (!typed && "type a number") ||
      (!/^[-+]?\d+(\.\d+)?$/.test(typed) && `type it in digits, such as ${Math.max(least, 10)}`) ||
      (whole && !/^[-+]?\d+$/.test(typed) && "type a whole number") ||
      ((Number(typed) < least || Number(typed) > most) && `from ${number(least)} to ${number(most)} can be used`);
    return amiss ? { amiss } : { value: Number((Number(typed) / factor).toPrecision(12)) };
  }

  // Settings from texts: {values, texts}, or {amiss}: what is wrong with each of them.
  function settings(all) {
    const found = held.fields.map((field, at) => read(field, all[at] ?? ""));
    const amiss = found.flatMap((one, at) => (one.amiss ? [`${held.fields[at].label}: ${one.amiss}.`] : []));
    const pairs = (values) => Object.fromEntries(names.map((name, at) => [name, values[at]]));
    return { amiss, wrong: found.map((one) => "amiss" in one), values: pairs(found.map((one) => one.value)), texts: pairs(all.map((text) => text.trim())) };
  }

  // --- the sentence

  const answer = set(spoken("answered"), { id: "bench-answer" });
  const controls = held.fields.map(({ choices, label, least, most, whole }) => {
    if (choices) return set(make("select", { onchange: follow }, ...choices.map(([value, text]) => make("option", { value }, text))), { "aria-label": label });
    const made = make("input", { inputMode: whole ? "numeric" : "decimal", autocomplete: "off", oninput: follow });
    movable(made, least, most);
    return set(made, { "aria-label": label, role: "spinbutton", "aria-valuemin": least, "aria-valuemax": most, "aria-describedby": answer.id });
  });

  // Arrow keys, and a drag sideways: four pixels a step.
  function movable(input, least, most) {
    const step = most <= 10 ? 0.5 : 1;
    let from;
    const now = () => parseFloat(input.value) || least;
    const go = (value) => {
      input.value = Number(Math.min(most, Math.max(least, value)).toFixed(2));
      follow();
    };
    input.onkeydown = (event) => {
      const way = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!way) return;
      event.preventDefault();
      go(now() + way * step);
    };
    input.onpointerdown = (event) => {
      from = { x: event.clientX, value: now() };
      input.setPointerCapture(event.pointerId);
    };
    input.onpointermove = (event) => {
      const steps = from ? Math.round((event.clientX - from.x) / 4) : 0;
      if (!steps && !from?.moved) return;
      from.moved = true;
      go(from.value + steps * (from.value < 200 ? step : 10));
    };
    input.onpointerup = input.onpointercancel = () => (from = undefined);
  }

  const parts = held.sentence.split(/\s*(\{\w+\}\S*)/).map((part, at) => {
    const [, name, tail] = /^\{(\w+)\}(.*)/.exec(part) ?? []; // a mark after a field stays on its line
    return at % 2 ? make("span", {}, controls[names.indexOf(name)], tail) : `${part} `;
  });
  const note = spoken("from-link");

  // --- the curve

  const wide = window.matchMedia("(min-width: 46rem)");
  const figure = draw("svg", { role: "img" });

  function curve(values, made) {
    const [across, high, left, top, foot] = wide.matches ? [640, 250, 34, 20, 40] : [310, 220, 34, 20, 40];
    const most = [100, 200, 500, 1000, 2000, 5000].find((end) => end >= Math.min(5000, 1.3 * values.people));
    const x = (people) => left + (people / most) * (across - left - 8);
    const y = (share) => top + (1 - share) * (high - top - foot);
    const sizes = [...new Set(times(81, (at) => Math.max(10, Math.round((at * most) / 80))))];
    const points = sizes.map((people) => [people, worked({ ...values, people })]);
    const line = (name, all = points) => all.map(([people, one]) => `${x(people).toFixed(1)},${y(one[name]).toFixed(1)}`).join(" ");
    const text = (words, given, name = "") => set(draw("text", given, words), { class: name });
    const rule = (x1, y1, x2, y2, name) => draw("line", { x1, y1, x2, y2, class: name });
    const [atX, atY] = [x(values.people), y(made.chance)];
    const right = atX > across / 2;
    const up = made.chance < 0.85;
    set(figure, { viewBox: `0 0 ${across} ${high}` }).replaceChildren(
      ...[0, 0.5, 1].flatMap((share) => [rule(left, y(share), across - 8, y(share), "grid"), text(100 * share, { x: left - 6, y: y(share) + 4, "text-anchor": "end" })]),
      ...[0, 0.25, 0.5, 0.75, 1].map((part) => text(number(part * most), { x: x(part * most), y: high - foot + 17, "text-anchor": part === 1 ? "end" : "middle" })),
      text("Of 100 such trials, so many succeed", { x: 0, y: 12 }),
      text("People enrolled for each group", { x: (left + across - 8) / 2, y: high - 5, "text-anchor": "middle" }),
      draw("polygon", { points: `${line("highest")} ${line("lowest", points.toReversed())}`, class: "band" }),
      draw("polyline", { points: line("chance"), class: "curve" }),
      rule(atX, y(0), atX, atY, "drop"),
      draw("circle", { cx: atX, cy: atY, r: 5 }),
      text(inHundred(made.chance), { x: atX + (right ? -9 : 9), y: atY + (up === right ? -9 : 18), "text-anchor": right ? "end" : "start" }, "here"),
    );
    const other = [0.25, 1].map((part) => `${inHundred(worked({ ...values, people: Math.max(10, part * most) }).chance)} with ${number(Math.max(10, part * most))}`);
    figure.setAttribute(
      "aria-label",
      `Curve: of 100 such trials, so many succeed, by people enrolled for each group: ${inHundred(made.chance)} with ${number(values.people)} (${inHundred(made.lowest)} to ${inHundred(made.highest)} within the band), ${other.join(", ")}. Worked out from what is assumed.`,
    );
  }

  // --- what follows from a change

  const link = make("a", {}, "Link to these numbers");
  const command = make("input", { readOnly: true, onfocus: () => command.select() });
  const copied = spoken("copied", "span");
  const copy = press("Copy", async () => {
    command.select();
    try {
      await navigator.clipboard.writeText(command.value);
      copied.textContent = "Copied.";
    } catch {
      copied.textContent = "Selected: copy it with the keyboard.";
    }
  });

  function follow() {
    const { amiss, wrong, values, texts } = settings(controls.map((control) => control.value));
    controls.forEach((control, at) => {
      control.setAttribute("aria-invalid", wrong[at]);
      if (!wrong[at] && control.getAttribute("role")) control.setAttribute("aria-valuenow", texts[names[at]]);
    });
    copied.textContent = "";
    copy.disabled = amiss.length > 0;
    [link, figure].forEach((one) => one.classList.toggle("off", copy.disabled)); // they would speak of other numbers
    if (amiss.length) {
      answer.textContent = `${amiss.join(" ")} The answer stands here once all can be used.`;
      command.value = "";
      return;
    }
    const text = said(values, texts);
    const end = text.indexOf(" times");
    answer.replaceChildren(make("b", {}, text.slice(0, end)), text.slice(end));
    link.href = `#bench=${names.map((name) => texts[name]).join(",")}`;
    const given = held.fields.map((field) => `${field.set}=${values[field.name]}`).join(" ");
    command.value = `make report CHAPTER=05_next_trial SET="${given}${held.given}"`;
    curve(values, worked(values));
  }

  function fill(all) {
    controls.forEach((control, at) => (control.value = all[at]));
    follow();
  }

  function fromLink() {
    const typed = new URLSearchParams(location.hash.slice(1)).get("bench");
    if (typed === null) return;
    const all = typed.split(",");
    const usable = all.length === names.length && !settings(all).amiss.length;
    note.textContent = usable ? "" : "The link held numbers that cannot be used here; these are the report’s own.";
    fill(usable ? all.map((text) => text.trim()) : held.start);
    place.scrollIntoView({ block: "center" });
  }

  set(command, { "aria-label": "The same as a make command" });
  const key = make("p", { className: "note" }, "Line: the spread as it was seen. Band: its limits. Point: the trial above.");
  const fold = make("details", { className: "hundred" }, make("summary", {}, "Copy as a make command"), make("p", { className: "command" }, command, " ", copy, " ", copied));
  place.replaceChildren(
    make("p", { className: "hint" }, "Type, drag a number sideways, or press the arrow keys."),
    make("p", { className: "sentence" }, ...parts),
    answer, figure, key, make("p", { className: "kept" }, link), fold, note,
  );
  fill(held.start);
  fromLink();
  wide.addEventListener("change", follow);
  window.addEventListener("hashchange", fromLink);

  // The whole sentence at such texts, for the tests.
  function whole(all) {
    const { values, texts } = settings(all);
    const told = (field, text) => field.choices?.find(([key]) => key === text)[1] ?? (field.name === "people" ? number(values.people) : text);
    return `${filled(held.sentence, Object.fromEntries(held.fields.map((field) => [field.name, told(field, texts[field.name])])))} ${said(values, texts)}`;
  }
  window.bench = { worked, settings, whole };
})();
