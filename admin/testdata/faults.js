// What is wrong with the page as it is laid out now, as a list of sentences.
(() => {
  const edge = document.documentElement.clientWidth; // innerWidth grows with what is too wide for a phone
  const faults = [], seen = new Set();
  const fault = (text, e) => { const s = text + ": " + (e.id ? "#" + e.id : e.tagName.toLowerCase()) + " " + JSON.stringify((e.textContent || "").trim().slice(0, 60)); if (!seen.has(s)) { seen.add(s); faults.push(s); } };
  const colour = text => { const n = text.match(/[\d.]+/g).map(Number); return {r: n[0], g: n[1], b: n[2], a: n.length > 3 ? n[3] : 1}; };
  const over = (top, under) => ({r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a), b: top.b * top.a + under.b * (1 - top.a), a: 1});
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * channel(c.r) + 0.7152 * channel(c.g) + 0.0722 * channel(c.b);
  const behind = e => { // the colour that an element's text stands on
    const layers = [];
    for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor); layers.push(c); if (c.a === 1) break; }
    return layers.reduceRight((under, top) => over(top, under), {r: 255, g: 255, b: 255, a: 1});
  };
  const hidden = e => { for (; e; e = e.parentElement) { const s = getComputedStyle(e); if (s.clipPath !== "none" || s.visibility === "hidden" || s.display === "none") return true; } return false; };

  if (document.documentElement.scrollWidth > edge) fault("wider than the screen, " + document.documentElement.scrollWidth, document.documentElement);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n; (n = walk.nextNode());) {
    const e = n.parentElement;
    if (!n.data.trim() || !e.checkVisibility() || hidden(e) || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(e.tagName)) continue;
    const style = getComputedStyle(e), range = document.createRange();
    range.selectNodeContents(n);
    for (const box of range.getClientRects()) {
      if (box.left < -0.5 || box.right > edge + 0.5) fault("text beyond the screen's edge", e);
      for (let a = e; a; a = a.parentElement) {
        const s = getComputedStyle(a), around = a.getBoundingClientRect();
        if (s.overflowX !== "visible" && (box.right > around.right + 1 || box.left < around.left - 1)) fault("text clipped", e);
        if (s.overflowY !== "visible" && a !== document.documentElement && a !== document.body && box.bottom > around.bottom + 1) fault("text clipped below", e);
      }
    }
    if (parseFloat(style.fontSize) < 12) fault("text of " + style.fontSize, e);
    let opacity = 1;
    for (let a = e; a; a = a.parentElement) opacity *= getComputedStyle(a).opacity;
    const under = behind(e), text = colour(style.color);
    text.a *= opacity;
    const [hi, lo] = [light(over(text, under)), light(under)].sort((x, y) => y - x);
    const contrast = (hi + 0.05) / (lo + 0.05);
    if (contrast < 4.5 && !e.closest(":disabled")) fault("contrast " + contrast.toFixed(2), e);
  }
  for (const e of document.querySelectorAll("button, a, summary, input, select")) {
    if (!e.checkVisibility()) continue;
    if (!(e.getAttribute("aria-label") || e.textContent).trim()) fault("without a name", e);
    if (e.tabIndex < 0) fault("not reached by Tab", e);
    const box = e.getBoundingClientRect();
    if (e.tagName !== "A" && (box.height < 32 || box.width < 32)) fault("too small to touch, " + box.width + "×" + box.height, e);
    if (e.dataset.post && !e.dataset.say) fault("does not say what it does", e);
  }
  for (const e of document.querySelectorAll("svg[role=img]")) if (!e.getAttribute("aria-label")) fault("picture without words", e);
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) fault("twice the same id", document.getElementById(id));
  return faults;
})()
