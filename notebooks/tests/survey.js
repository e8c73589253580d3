// What is amiss on the page as it looks now: survey() gives a list of [check, what was found], empty where nothing is.
window.survey = () => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const box = one => one.getBoundingClientRect();
  const said = one => one.outerHTML.slice(0, 120);
  const phone = innerWidth === 360;
  const kept = make => { const known = new Map(); return key => known.get(key) ?? (known.set(key, make(key)), known.get(key)); };

  // Colours as red, green, blue and opacity, whatever their notation; one laid over another; WCAG's ratio of two.
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const rgba = kept(text => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, solid] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, solid / 255];
  });
  const over = ([red, green, blue, solid], under) => [red, green, blue].map((value, place) => solid * value + (1 - solid) * under[place]);
  const light = colour => {
    const [red, green, blue] = colour.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (one, other) => { const [high, low] = [light(one), light(other)].sort((a, b) => b - a); return (high + 0.05) / (low + 0.05); };
  const style = kept(one => getComputedStyle(one));
  const behind = kept(one => over(rgba(style(one).backgroundColor), one.parentElement ? behind(one.parentElement) : [255, 255, 255]));
  const opacity = kept(one => +style(one).opacity * (one.parentElement ? opacity(one.parentElement) : 1));
  const paper = behind(document.body);

  const drawings = all('figure.chart .drawing svg').filter(svg => svg.clientWidth);
  const letters = svg => {
    const parts = all('path, rect, use, text', svg).filter(one => !one.closest('defs'));
    return parts.flatMap((text, place) => {
      if (text.tagName !== 'text' || !text.textContent.trim()) return [];
      const edge = box(text), x = (edge.left + edge.right) / 2, y = (edge.top + edge.bottom) / 2;
      const shape = parts.slice(0, place).reverse().find(one => {
        if (one.tagName === 'text') return false;
        const edge = box(one);
        if (x < edge.left || x > edge.right || y < edge.top || y > edge.bottom) return false;
        if (style(one).fill === 'none' || +style(one).opacity * +style(one).fillOpacity < 0.5) return false;
        return !one.isPointInFill || one.isPointInFill(new DOMPoint(x, y).matrixTransform(one.getScreenCTM().inverse()));
      });
      const [red, green, blue] = shape ? rgba(style(shape).fill) : paper;
      const under = shape ? over([red, green, blue, +style(shape).opacity * +style(shape).fillOpacity], paper) : paper;
      return [[text, ratio(rgba(style(text).fill).slice(0, 3), under)]];
    });
  };

  const checks = {
    'scrolls sideways': () => document.documentElement.scrollWidth > innerWidth ? [document.documentElement.scrollWidth] : [],
    'not one of the two drawings shows': () => all('figure.chart').filter(figure => all('.drawing svg:not(.foot)', figure)
      .map(box).filter(edge => edge.width > 250 && edge.height > 50).length !== 1).map(figure => figure.id),
    // WCAG 2.2, 1.4.3: 4.5 to 1 for small text, against the last shape drawn under its middle, else the page.
    'letters too pale in a drawing': () => drawings.flatMap(letters).filter(([, seen]) => seen < 4.5).map(([text]) => text.textContent),
    'letters too pale': () => all('body *').filter(one => !one.closest('svg, noscript') && one.checkVisibility({ visibilityProperty: true })
      && [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())).filter(one => {
      const size = parseFloat(style(one).fontSize), large = size >= 24 || (size >= 18.66 && +style(one).fontWeight >= 700);
      const [red, green, blue, solid] = rgba(style(one).color);
      return ratio(over([red, green, blue, solid * opacity(one)], behind(one)), behind(one)) < (large ? 3 : 4.5);
    }).map(said),
    'letters too small on a phone': () => !phone ? [] : all('figure.chart .drawing.narrow svg text')
      .filter(text => parseFloat(style(text).fontSize) * text.getScreenCTM().a < 12).map(said),
    'words of a drawing leave the window': () => !phone ? [] : all('figure.chart .drawing.narrow svg text')
      .filter(text => box(text).left < -1 || box(text).right > innerWidth + 1).map(said),
    // Numbers, sources, saving: in this order for the eye and for keys, large enough to touch (WCAG 2.2, 2.5.8).
    'no line of its own under a picture': () => innerWidth < 360 ? [] : all('figure.chart').filter(figure => figure.checkVisibility()).filter(figure => {
      const stops = all(':is(summary, button.save)', figure.querySelector('.behind')).filter(one => one.checkVisibility());
      const edges = stops.map(box), tops = edges.map(edge => edge.top);
      return !/^Numbers( (Sources|Notes))? SVG PNG$/.test(stops.map(one => one.innerText.trim()).join(' '))
        || edges.some(edge => edge.height < 24 || edge.width < 24) || Math.max(...tops) - Math.min(...tops) >= 8
        || edges.some((edge, place) => place && edge.left < edges[place - 1].left);
    }).map(figure => figure.id),
    'a note printed over its table': () => all('figure.table').filter(figure => {
      const [note, table] = ['.note', 'table'].map(one => figure.querySelector(one)).map(one => one && box(one));
      return note && table && note.left < table.right && table.left < note.right && note.top < table.bottom && table.top < note.bottom;
    }).map(figure => figure.id),
    'a table scrolls before it is asked to': () => ![360, 1440].includes(innerWidth) ? [] : all('.scroll')
      .filter(one => one.scrollWidth > one.clientWidth).map(one => one.getAttribute('aria-label')),
    'cut while it waits out of sight': () => all('.part').flatMap(part => {
      const edge = box(part);
      return style(part).contentVisibility !== 'auto' ? [said(part)] : all('*', part).filter(one => {
        const inner = box(one);
        return inner.width && inner.height && (inner.left < edge.left - 1 || inner.right > edge.right + 1)
          && !one.closest('.scroll > *, pre *, svg *, thead, summary span');
      }).map(said);
    }),
  };
  const open = ['a note printed over its table', 'a table scrolls before it is asked to'];  // folded ones too, once they are opened
  const found = name => checks[name]().map(what => [name, what]);
  const faults = Object.keys(checks).filter(name => !open.includes(name) && !name.startsWith('cut')).flatMap(found);
  const folds = all('main details:not([open])');
  folds.forEach(one => one.open = true);
  faults.push(...open.flatMap(found));
  folds.forEach(one => one.open = false);
  document.documentElement.classList.remove('whole');
  faults.push(...found('cut while it waits out of sight'));
  document.documentElement.classList.add('whole');
  return faults;
};
