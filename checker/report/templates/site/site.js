// Search and filters for the list of vendors, and small conveniences. Every page tells all without this script.
"use strict";

(function () {
  const SHOWN = 50;
  const LOOKS = { E: ["error", "?"], B: ["blocks", "✕"], F: ["fails", "▲"], U: ["fails", "▲"], W: ["waived", "◆"], A: ["warns", "●"], P: ["passes", "✓"], N: ["none", "–"] };
  const ORDER = "EBFUWAPN";
  const OPEN = "EBFU";

  function element(name, look, text) {
    const made = document.createElement(name);
    if (look) made.className = look;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function unseen(text) {
    return element("span", "vh", text);
  }

  function sign(text) {
    const made = element("span", "", text);
    made.setAttribute("aria-hidden", "true");
    return made;
  }

  // A slash goes to the search; what is folded is printed too, and a link into something folded opens it.
  document.addEventListener("keydown", function (event) {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    (document.querySelector("#filters:not([hidden]) [name=q]") || document.getElementById("find")).focus();
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open])").forEach(function (one) { one.open = true; one.dataset.folded = ""; });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-folded]").forEach(function (one) { one.open = false; delete one.dataset.folded; });
  });
  function unfold() {
    const aim = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (aim && aim.tagName === "DETAILS") aim.open = true;
  }
  window.addEventListener("hashchange", unfold);
  unfold();

  const form = document.getElementById("filters");
  const data = window.vendorData;
  if (!form || !data) return;

  const field = form.elements;
  const names = ["q", "verdict", "tier", "lifecycle", "control", "state", "order"];
  const verdicts = Array.from(field.verdict.options).slice(1).map(function (one) { return one.value; });
  const labels = Array.from(field.verdict.options).slice(1).map(function (one) { return one.text; });
  const words = {};
  Array.from(field.state.options).forEach(function (one) { words[one.value] = one.text; });
  const signs = ["✕", "?", "●", "✓"];
  const looks = ["blocks", "error", "warns", "passes"];
  const haystack = data.rows.map(function (row) { return (row[0] + " " + row[1] + " " + data.people[row[6]]).toLowerCase(); });
  const table = document.getElementById("vendors");
  const body = table.tBodies[0];
  const found = document.getElementById("found");
  const pager = document.getElementById("pager");
  const back = document.getElementById("back");
  const on = document.getElementById("on");
  const where = document.getElementById("where");
  let hits = [];
  let first = 0;
  let span = null;

  function rank(letter) {
    const place = ORDER.indexOf(letter);
    return place < 0 ? 99 : place;
  }

  // The letters of one control, or of all of a family.
  function letters(row) {
    return span ? row[5].slice(span[0], span[1]) : row[5];
  }

  function open(row) {
    let count = 0;
    for (const letter of letters(row)) if (OPEN.includes(letter)) count += 1;
    return count;
  }

  function spanOf(name) {
    const place = data.controls.indexOf(name);
    if (place >= 0) return [place, place + 1];
    const family = data.families.find(function (one) { return one[0] === name; });
    return family ? [family[2], family[2] + family[3]] : null;
  }

  function search() {
    const asked = field.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdict = verdicts.indexOf(field.verdict.value);
    const tier = field.tier.value;
    const lifecycle = field.lifecycle.value;
    const state = field.state.value === "open" ? OPEN : field.state.value;
    span = spanOf(field.control.value);
    hits = [];
    data.rows.forEach(function (row, place) {
      if (verdict >= 0 && row[4] !== verdict) return;
      if (tier && data.tiers[row[2]] !== tier) return;
      if (lifecycle && data.lifecycles[row[3]] !== lifecycle) return;
      if (state) {
        let has = false;
        for (const letter of letters(row)) if (state.includes(letter)) { has = true; break; }
        if (!has) return;
      }
      if (!asked.every(function (word) { return haystack[place].includes(word); })) return;
      hits.push(row);
    });
    if (field.order.value === "name") hits.sort(function (a, b) { return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0; });
    if (field.order.value === "open") hits.sort(function (a, b) { return open(b) - open(a); });
    first = 0;
    show();
    remember();
  }

  function show() {
    const rows = document.createDocumentFragment();
    hits.slice(first, first + SHOWN).forEach(function (row) { rows.append(line(row)); });
    body.replaceChildren(rows);
    const total = data.rows.length;
    const number = hits.length.toLocaleString("en") + (hits.length === total ? "" : " of " + total.toLocaleString("en"));
    found.textContent = number + (total === 1 ? " vendor" : " vendors") + (hits.length ? "" : ": nothing fits, so take a filter away");
    pager.hidden = hits.length <= SHOWN;
    back.disabled = first === 0;
    on.disabled = first + SHOWN >= hits.length;
    where.textContent = (first + 1).toLocaleString("en") + " to " + Math.min(first + SHOWN, hits.length).toLocaleString("en");
  }

  function line(row) {
    const made = element("tr");
    const page = "vendors/" + (row[7] || row[0]) + ".html";
    const head = element("th");
    head.scope = "row";
    const link = element("a");
    link.href = page + (data.controls.includes(field.control.value) ? "#" + field.control.value : "");
    link.append(element("bdi", "", row[1]));
    head.append(link);
    const verdict = element("td", "v");
    const badge = element("span", "badge " + looks[row[4]]);
    badge.append(sign(signs[row[4]]), " " + labels[row[4]]);
    verdict.append(badge);
    made.append(head, verdict, element("td", "", data.tiers[row[2]] || "–"));
    data.families.forEach(function (family) { made.append(cell(row[5].slice(family[2], family[2] + family[3]), page, family[0])); });
    return made;
  }

  function cell(letters, page, family) {
    let worst = " ";
    for (const letter of letters) if (rank(letter) < rank(worst)) worst = letter;
    if (worst === " ") {
      const empty = element("td", "cell");
      empty.append(unseen("not judged"));
      return empty;
    }
    const made = element("td", "cell " + LOOKS[worst][0]);
    if (worst === "P" || worst === "N") {
      made.append(sign(LOOKS[worst][1]), unseen(words[worst]));
      return made;
    }
    const link = element("a");
    link.href = page + "#" + family;
    link.append(sign(LOOKS[worst][1]), String(letters.split(worst).length - 1), unseen(" " + words[worst]));
    made.append(link);
    return made;
  }

  function remember() {
    const kept = new URLSearchParams();
    names.forEach(function (name) { if (field[name].value) kept.set(name, field[name].value); });
    // An empty search must not bring back the one that the page was asked for.
    history.replaceState(null, "", "#" + (kept.toString() || "q="));
  }

  function recall() {
    const asked = new URLSearchParams(location.hash.length > 1 ? location.hash.slice(1) : location.search);
    names.forEach(function (name) { field[name].value = asked.get(name) || ""; });
    search();
  }

  function turn(step) {
    first += step;
    show();
    table.scrollIntoView({ block: "start" });
  }

  form.addEventListener("input", search);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(search); });
  back.addEventListener("click", function () { turn(-SHOWN); });
  on.addEventListener("click", function () { turn(SHOWN); });
  window.addEventListener("hashchange", recall);
  ["static", "pages"].forEach(function (id) { const one = document.getElementById(id); if (one) one.hidden = true; });
  form.hidden = false;
  recall();
})();
