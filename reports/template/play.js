// What a reader can run, guess, type or choose. A place names its kind and holds what that needs (data-held).
"use strict";

(() => {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const STEP = 70; // ms between people
  const [ACROSS, HIGH, PITCH] = [5, 14, 8]; // dots of a pile over a number; px between them

  function set(made, given, ...inside) {
    Object.entries(given).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...inside);
    return made;
  }
  const make = (name, given = {}, ...inside) => set(Object.assign(document.createElement(name), given), {}, ...inside);
  const draw = (name, given, ...inside) => set(document.createElementNS("http://www.w3.org/2000/svg", name), given, ...inside);
  const press = (words, work) => make("button", { type: "button", onclick: work }, words);
  let names = 0;
  function pick(question, options, chosen, work) {
    names += 1;
    const radios = options.map((value) => make("input", { type: "radio", name: `pick-${names}`, value, checked: value === chosen }));
    const form = make("fieldset", { className: "pick" }, make("legend", {}, question), ...radios.map((radio) => make("label", {}, radio, radio.value)));
    form.onchange = () => work(radios.findIndex((radio) => radio.checked));
    return [form, radios];
  }
  const spoken = (name, tag = "p") => set(make(tag, { className: name }), { role: "status" });
  const number = (value) => value.toLocaleString("en");
  const things = (count, name) => `${number(count)} ${name}${count === 1 ? "" : "s"}`;
  const times = (length, work) => Array.from({ length }, (_, at) => work(at));
  const sum = (values) => values.reduce((all, value) => all + value, 0);

  // --- chance

  // Tests name a seed in the address, to draw the same again (Park and Miller, 1993).
  let state = Number(new URLSearchParams(location.hash.slice(1)).get("seed"));
  const chance = state ? () => (state = (48271 * state) % 2147483647) / 2147483647 : Math.random;

  // Chances that 0, 1, ..., n of n are struck, for one share p after the other, 0 < p < 1.
  function binomial(n) {
    const ways = [0]; // as logs
    for (let k = 1; k <= n; k += 1) ways.push(ways[k - 1] + Math.log((n - k + 1) / k));
    return (p, first = 0, last = n) => {
      const [yes, no] = [Math.log(p), Math.log1p(-p)];
      return times(last - first + 1, (at) => Math.exp(ways[first + at] + (first + at) * yes + (n - first - at) * no));
    };
  }

  // Exact two-sided limits of a share (Clopper and Pearson, 1934), to the last digit.
  function limits(k, n, confidence) {
    const chances = binomial(n);
    const passes = (first, last, grows) => {
      for (let [low, high] = [0, 1]; ; ) {
        const middle = (low + high) / 2;
        if (middle <= low || middle >= high) return middle;
        if (sum(chances(middle, first, last)) > (1 - confidence) / 2 === grows) high = middle;
        else low = middle;
      }
    };
    return [k ? passes(k, n, true) : 0, k < n ? passes(0, k, false) : 1];
  }

  // Of a hundred trials, how many see 0, 1, ..., n: rounded as in the figures.
  function hundred(n, p) {
    let reached = 0;
    const upTo = binomial(n)(p).map((share) => Math.floor(Math.round(1e11 * (reached += share)) / 1e9 + 0.5));
    return upTo.map((now, k) => now - (k && upTo[k - 1]));
  }

  // Whole from 10% on, never a false 0 or 100, as elsewhere.
  function percent(share) {
    const value = Number((100 * share).toPrecision(12));
    if (value > 0 && value < 0.1) return "less than 0.1%";
    if (value > 99 && value < 100) return value < 99.5 ? "99%" : "more than 99%";
    return `${value < 9.95 ? Math.round(10 * value) / 10 : Math.round(value)}%`;
  }

  // One tile a trial, with the number harmed; those of up to `few` are filled.
  function tiles(counts, few, told) {
    const all = counts.flatMap((count, harmed) => times(count, () => make("span", { textContent: harmed, className: harmed > few ? "" : "few" })));
    return set(make("div", { className: "tiles" }, ...all), { role: "img", "aria-label": `Grid of 100 imagined ${told}. Worked out.` });
  }

  // --- run another trial

  function trials(place, { people, rates, shown, named, person, figure }) {
    const many = `trials of ${named[people]}`;
    const ends = Math.min(people, 6); // so many harmed or more share a pile
    let rate, tally, guess;
    let settle = () => {}; // brings a trial under way to its end

    const [choice] = pick("Harm strikes one person in", rates.map((one) => one.one_in), shown, (at) => begin(rates[at]));
    const [asked, mine] = [make("span"), make("output")];
    const slider = make("input", { type: "range", min: 0, max: 100 });
    slider.oninput = () => {
      guess = slider.valueAsNumber;
      tell();
    };
    const bodies = times(people, (at) => draw("path", { d: person, transform: `translate(${1.5 * at + 0.75} 1.05)` }));
    const crowd = draw("svg", { class: "crowd", viewBox: `0 0 ${1.5 * people} 2.1`, "aria-hidden": true }, ...bodies);
    const status = spoken("so-far");
    const stacks = times(ends + 1, () => draw("svg", { viewBox: `0 0 ${ACROSS * PITCH} ${HIGH * PITCH}` }));
    const counts = stacks.map(() => make("b"));
    const under = (at) => make("span", {}, at ? `${at}${at < ends || ends === people ? "" : "+"}` : "none");
    const pile = make("div", { className: "pile" }, ...stacks.map((stack, at) => make("div", {}, stack, counts[at], under(at))));
    const scale = make("p", { className: "scale" });
    const answer = spoken("answered");
    const shelf = make("div");
    const fold = make("details", { className: "reveal" }, make("summary", {}, "Show all hundred, worked out"), answer, shelf);
    fold.ontoggle = tell;

    const wear = (body, harmed) => set(body, { class: { true: "struck", false: "well" }[harmed] ?? "" });
    const fate = () => bodies.map(() => chance() < 1 / rate.one_in);

    function heap(newest) {
      const heights = stacks.map((_, at) => (at < ends ? tally[at] : sum(tally.slice(at))));
      let worth = 1; // trials a dot: 1, 2, 5, 10, ... until every pile fits
      while (Math.max(...heights) > worth * ACROSS * HIGH) worth *= String(worth)[0] === "2" ? 2.5 : 2;
      stacks.forEach((stack, at) => {
        const place = (one) => ({ cx: ((one % ACROSS) + 0.5) * PITCH, cy: (HIGH - Math.floor(one / ACROSS) - 0.5) * PITCH, r: 3 });
        const dots = times(Math.ceil(heights[at] / worth), (one) => draw("circle", place(one)));
        if (at === newest) set(dots.at(-1), { class: "new" });
        stack.replaceChildren(...dots);
        counts[at].textContent = heights[at] ? number(heights[at]) : "";
      });
      scale.textContent = `People harmed. One dot is ${things(worth, "trial")}.`;
    }

    function tell() {
      const [none, one] = rate.hundred;
      mine.textContent = guess === undefined ? "Move it to guess" : `My guess: ${guess}`;
      set(slider, { "aria-valuetext": mine.textContent });
      if (!fold.open) return;
      const own = sum(tally);
      answer.textContent =
        `${guess === undefined ? "" : `You guessed ${guess} of 100. `}Worked out, nobody is harmed in ${none} of 100 ${many}, if harm strikes one in ${rate.said}.` +
        (own ? ` In your ${things(own, "simulated trial")} it was ${tally[0]}.` : "");
      const told = `${many}: ${none} see nobody harmed, ${one} one, ${100 - none - one} more, if harm strikes one in ${rate.said} (assumed)`;
      const still = picture && rate.one_in === shown;
      if (picture) picture.hidden = !still;
      shelf.replaceChildren(...(still ? [] : [tiles(rate.hundred, 0, told)]));
    }

    function record(fates, first, newest) {
      fates.forEach((harmed) => (tally[sum(harmed)] += 1));
      bodies.forEach((body, at) => wear(body, fates.at(-1)[at]));
      heap(newest);
      status.textContent = `${first}${things(sum(tally), "trial")} so far, simulated in your browser: ${tally[0] ? `nobody harmed in ${number(tally[0])}` : "somebody harmed in each"}.`;
      tell();
    }

    function run() {
      settle();
      const harmed = fate();
      const count = sum(harmed);
      let [at, timer] = [0, 0];
      bodies.forEach((body) => wear(body));
      const next = () => {
        if (at === people) return settle();
        wear(bodies[at], harmed[at]);
        at += 1;
        timer = setTimeout(next, STEP);
      };
      settle = () => {
        clearTimeout(timer);
        settle = () => {};
        const said = count ? `${named[count]} of ${named[people]} harmed. ` : "nobody was harmed. ";
        record([harmed], said[0].toUpperCase() + said.slice(1), Math.min(count, ends));
      };
      if (calm.matches) settle();
      else next();
    }

    function runHundred() {
      settle();
      record(times(100, fate), "");
    }

    function begin(one) {
      settle();
      [rate, tally, guess, slider.value] = [one, new Array(people + 1).fill(0), undefined, 50];
      asked.textContent = `Guess first: if harm struck one person in ${one.said}, in how many of a hundred ${many} would nobody be harmed?`;
      bodies.forEach((body) => wear(body));
      heap();
      status.textContent = "No trial has run yet.";
      tell();
    }

    const picture = place.closest("article, main").querySelector(`figure[id$="figure-${figure}"]`);
    begin(rates.find((one) => one.one_in === shown));
    const buttons = make("div", { className: "buttons" }, press("Run another trial", run), press("A hundred more", runHundred));
    const results = set(make("div", {}, pile, scale), { "aria-hidden": true });
    place.append(choice, make("label", { className: "guess" }, asked, slider, mine), make("div", { className: "runs" }, make("div", {}, crowd, buttons, status), results));
    place.after(fold);
    if (picture) fold.append(picture);
  }

  // --- your own numbers

  // A whole number as it was typed, or what is wrong with it, in words.
  function read(text, least, most, beyond) {
    const typed = text.trim();
    const amiss =
      (!typed && "Type a number here.") ||
      (!/^[-+]?\d+([.,]\d+)?$/.test(typed) && "Type it in digits, such as 10.") ||
      (!/^[-+]?\d+$/.test(typed) && "Type a whole number, such as 10.") ||
      (Number(typed) < least && `Type ${least} or more.`) ||
      (Number(typed) > most && beyond);
    return amiss ? { amiss } : { value: Number(typed) };
  }

  function numbers(place, { people, harmed, confidence, level, most, exclude }) {
    const field = (value, label) => {
      const amiss = set(spoken("amiss", "span"), { id: `amiss-${(names += 1)}` });
      const input = make("input", { inputMode: "numeric", autocomplete: "off", value, oninput: follow });
      return [set(input, { "aria-label": label, "aria-describedby": amiss.id }), amiss];
    };
    const [all, allAmiss] = field(people, "How many people");
    const [some, someAmiss] = field(harmed, "How many had the problem");
    const answer = spoken("answered");
    const [name, shelf] = [make("summary"), make("div")];
    const fold = make("details", { className: "hundred" }, name, shelf);

    function follow() {
      const beyond = `This works for up to ${most} people.`;
      const n = read(all.value, 1, most, beyond);
      const k = read(some.value, 0, n.value ?? most, n.amiss ? beyond : `There were only ${n.value} in all.`);
      [allAmiss.textContent, someAmiss.textContent] = [n.amiss ?? "", k.amiss ?? ""];
      set(all, { "aria-invalid": "amiss" in n });
      set(some, { "aria-invalid": "amiss" in k });
      const bad = Boolean(n.amiss || k.amiss);
      fold.hidden = bad || k.value === n.value;
      if (bad) answer.textContent = "The answer stands here once both numbers can be used.";
      else tell(k.value, n.value);
    }

    function tell(k, n) {
      const [low, high] = limits(k, n, confidence);
      const [from, to] = [percent(low), percent(high)];
      const many = `trials of ${n}`;
      const counts = k < n ? hundred(n, high) : [];
      const few = `${sum(counts.slice(0, k + 1))} of 100 ${many} would see ${k ? `${k} or fewer` : "none"}`;
      const needs = exclude.filter((one) => one.rate < high).slice(0, 2);
      answer.textContent =
        `Any true rate from ${from} to ${to} would fit (worked out, two-sided ${level}). ` +
        (k < n ? `Even at ${to}, the largest that fits, ${few}. ` : "") +
        `With nobody harmed it takes ${needs.map((one) => `${number(one.people)} to rule out ${one.said}`).join(", and ")}.`;
      name.textContent = `Show a hundred ${many} at ${to}`;
      shelf.replaceChildren(tiles(counts, k, `${many} at a true rate of ${to} (assumed): ${few}`));
    }

    const line = make("p", { className: "typed" }, make("span", {}, "In ", all, " people,"), allAmiss, make("span", {}, some, " had the problem."), someAmiss);
    place.append(make("h3", {}, "Your own numbers"), line, answer, fold);
    follow();
  }

  // --- choose a panel, then see

  function choose(fold, { panels, right }) {
    const summary = fold.querySelector("summary");
    const [form, radios] = pick(summary.textContent, times(panels, (at) => at + 1), 0, (at) => mark(at + 1, "chosen"));
    const figures = [...document.querySelectorAll("figure.chart")];
    const figure = figures.filter((one) => one.compareDocumentPosition(fold) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1);
    const heads = [...figure.querySelectorAll(".drawing text")].filter((text) => /^\d+$/.test(text.textContent));
    const mark = (panel, how) => heads.forEach((text) => text.classList.toggle(how, Number(text.textContent) === panel));
    const status = spoken("answered");

    const open = press("This one", () => {
      const panel = Number(radios.find((radio) => radio.checked)?.value);
      status.textContent = panel ? `You chose panel ${panel}${panel === right ? ", and that is right" : `, but it is panel ${right}`}.` : "Choose a panel first.";
      if (panel) mark(right, "right");
      fold.open ||= Boolean(panel);
    });
    // A tap on the picture: the panel whose number stands nearest, up and to the left.
    figure.onclick = (event) => {
      const away = heads
        .map((text) => [text.textContent, text.getBoundingClientRect()])
        .map(([panel, box]) => [panel, event.clientX - box.left, event.clientY - box.top, box.width])
        .filter(([, x, y, seen]) => seen && x > -8 && y > -8 && event.target.closest(".drawing"))
        .sort((one, other) => one[1] + one[2] - other[1] - other[2]);
      if (away.length) radios[away[0][0] - 1].click();
    };
    summary.textContent = "The answer, without choosing";
    fold.ontoggle = () => (summary.textContent = "The answer");
    fold.before(make("div", { className: "play" }, form, open, status));
  }

  const kinds = { trials, numbers, choose };
  document.querySelectorAll("[data-play]").forEach((place) => kinds[place.dataset.play]?.(place, JSON.parse(place.dataset.held)));
  window.play = { limits, hundred, percent, set, make, draw, press, spoken, number, times };
})();
