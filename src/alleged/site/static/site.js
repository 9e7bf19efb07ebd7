// "As known on a day" on every page: hides what became public later, lets counts follow, and carries the day in links.
(function () {
  "use strict";
  var A = window.ALLEGED = window.ALLEGED || {};
  var T = A.texts;
  var DAY = 864e5;
  var $ = function (id) { return document.getElementById(id); };
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var isDay = function (text) { return /^\d{4}-\d\d-\d\d$/.test(text || "") && !isNaN(Date.parse(text)); };
  var iso = function (time) { return new Date(time).toISOString().slice(0, 10); };
  var words = function (day) { var p = day.split("-"); return +p[2] + " " + T.months[p[1] - 1] + " " + p[0]; };
  var fill = function (text, values) { return text.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; }); };
  A.fill = fill; A.listeners = []; A.asof = "";

  // Whether an element is to be seen on a day; without a day, whether it holds at the end.
  function isSeen(element, day) {
    var from = element.getAttribute("data-known"), until = element.getAttribute("data-until");
    if (!day) return !until;
    return !(from && from > day) && !(until && until <= day);
  }

  // The last of the steps "2024-10-18 1|2024-10-31 3" that is not after a day.
  function step(steps, day) {
    var value = "0";
    (steps ? steps.split("|") : []).every(function (one) {
      var pair = one.split(" ");
      if (pair[0] <= day) value = pair[1];
      return pair[0] <= day;
    });
    return value;
  }

  function link(anchor, day) {
    var href = anchor.getAttribute("href");
    if (!href || /^([a-z]+:|#)/i.test(href) || !/\.html(\?|#|$)/.test(href)) return;
    var at = href.indexOf("#"), hash = at < 0 ? "" : href.slice(at), parts = (at < 0 ? href : href.slice(0, at)).split("?");
    var query = new URLSearchParams(parts[1] || "");
    if (day) query.set("asof", day); else query.delete("asof");
    anchor.setAttribute("href", parts[0] + (query.toString() ? "?" + query : "") + hash);
  }
  A.link = function (anchor) { link(anchor, A.asof); };

  // Charts: the line of the day, the veil over what came later, the reading of the band, figures not yet updated.
  function chart(svg, day) {
    var about = svg.dataset, left = +about.left, right = +about.right, first = Date.parse(about.lo), last = Date.parse(about.hi);
    var time = Date.parse(day || about.hi), x = left + (Math.min(Math.max(time, first), last) - first) / (last - first || 1) * (right - left);
    var line = svg.querySelector(".asof"), veil = svg.querySelector(".veil"), reading = svg.querySelector(".reading");
    var within = !!day && time >= first && time <= last;
    if (line) {
      line.classList.toggle("off", !within);
      line.setAttribute("transform", "translate(" + x.toFixed(1) + " 0)");
      var text = line.querySelector("text"), before = x - left > (right - left) / 2;
      text.textContent = within && !reading ? words(day) : ""; // where a reading stands, it says the day's numbers
      text.setAttribute("text-anchor", before ? "end" : "start");
      text.setAttribute("x", before ? -4 : 4);
    }
    if (veil) {
      veil.classList.toggle("off", !day);
      veil.setAttribute("x", x.toFixed(1));
      veil.setAttribute("width", Math.max(0, right + 2 - x).toFixed(1));
    }
    if (reading) {
      var seen = Array.prototype.filter.call(svg.querySelectorAll(".step"), function (s) { return isSeen(s, day); });
      reading.textContent = seen.length ? seen[seen.length - 1].getAttribute("data-text") : T.nothing_yet;
    }
  }

  // Figures close up where those of later days are hidden: grids end at the last row, and panels move up.
  var HEAD = 48, GAP = 26, FOOT = 6;
  function close(svg) {
    var end = 0;
    svg.querySelectorAll(".panel:not(.later)").forEach(function (panel) {
      var hit = panel.querySelector(".hit"), height = +hit.getAttribute("height") + 2, top = hit.getAttribute("y") - 1 - HEAD;
      var seen = panel.querySelectorAll(".figure:not(.later)").length, rows = HEAD + seen * height;
      panel.setAttribute("transform", "translate(0 " + (end - top) + ")");
      panel.querySelectorAll(".grid").forEach(function (line) {
        var drawn = line.getAttribute("data-drawn") || line.getAttribute("d");
        line.setAttribute("data-drawn", drawn);
        line.setAttribute("d", /V/.test(drawn) ? drawn.replace(/V.*/, "V" + (top + rows)) : drawn.split("M").slice(0, seen + 1).join("M"));
      });
      end += rows + GAP;
    });
    svg.setAttribute("viewBox", "0 0 " + svg.viewBox.baseVal.width + " " + Math.max(1, end - GAP + FOOT));
  }

  function apply(day) {
    A.asof = day;
    var known = $("main").getAttribute("data-public"), early = !!day && !!known && known > day;
    all("[data-known], [data-until]").forEach(function (element) {
      if (element.hasAttribute("data-until")) element.hidden = false;
      element.classList.toggle("later", !early && !isSeen(element, day)); // a page of a later day is shown whole, and says so
    });
    all("[data-steps]").forEach(function (element) {
      if (!element.hasAttribute("data-rest")) element.setAttribute("data-rest", element.textContent);
      element.textContent = day ? step(element.getAttribute("data-steps"), day) : element.getAttribute("data-rest");
    });
    all("svg.chart[data-lo]").forEach(function (svg) { chart(svg, day); });
    all("svg.chart.quantities").forEach(close);
    all("svg.chart [data-updated]").forEach(function (row) { row.classList.toggle("updated", !day || row.getAttribute("data-updated") <= day); });
    all(".asof-only").forEach(function (element) { element.hidden = !day; });
    all("[data-at-end]").forEach(function (element) { element.hidden = !!day; });
    all("a[href]").forEach(function (anchor) { link(anchor, day); });
    $("asof").value = day;
    var past = $("past");
    past.hidden = !day;
    past.textContent = !day ? "" : early
      ? fill(T.unknown, { date: words(day), known: known < "9999" ? words(known) : "–" }) : fill(T.past, { date: words(day) });
    A.listeners.forEach(function (listener) { listener(day); });
  }

  A.go = function (day) {
    apply(isDay(day) ? day : "");
    A.address("asof", A.asof);
  };
  A.address = function (name, value) {
    var query = new URLSearchParams(location.search);
    if (value) query.set(name, value); else query.delete(name);
    var text = query.toString();
    try { history.replaceState(null, "", location.pathname + (text ? "?" + text : "") + location.hash); } catch (e) { /* some browsers refuse it for files */ }
  };
  A.query = function (name) { return new URLSearchParams(location.search).get(name) || ""; };

  function slider() {
    var box = $("slider"), range = $("range"), input = $("asof"), day = $("rangeday");
    if (!box) return;
    var first = Date.parse(input.min), last = Date.parse(input.max), own = all(".claims [data-known]").map(function (e) { return Date.parse(e.getAttribute("data-known")); }).filter(function (t) { return t < 2e14 && t <= last; });
    if (own.length) { first = Math.min.apply(null, own) - 7 * DAY; last = Math.max.apply(null, own) + DAY; }
    range.max = Math.round((last - first) / DAY);
    box.hidden = false;
    range.addEventListener("input", function () { A.go(+range.value >= +range.max ? "" : iso(first + range.value * DAY)); });
    A.listeners.push(function (asof) {
      range.value = asof ? Math.round((Date.parse(asof) - first) / DAY) : range.max;
      day.textContent = asof ? words(asof) : box.getAttribute("data-rest");
      range.setAttribute("aria-valuetext", day.textContent);
    });
  }

  // On a narrow screen a chart that must be scrolled opens at its busy part, and its names stay.
  all(".wide.drawn").forEach(function (box) {
    var svg = box.querySelector("svg");
    if (box.scrollWidth <= box.clientWidth) return;
    var names = svg.querySelectorAll('.name, .kicker[x="0"], .figure text[x="0"]'), wide = svg.viewBox.baseVal.width;
    box.classList.add("scrolls");
    box.addEventListener("scroll", function () {
      var shift = "translate(" + (box.scrollLeft / box.scrollWidth * wide).toFixed(1) + " 0)";
      names.forEach(function (name) { name.setAttribute("transform", shift); });
    }, { passive: true });
    if (svg.dataset.focus) box.scrollLeft = svg.dataset.focus / wide * box.scrollWidth - box.clientWidth / 2;
  });

  $("clock").hidden = false;
  $("asof").addEventListener("change", function () { A.go($("asof").value); });
  $("now").addEventListener("click", function () { A.go(""); });
  slider();
  document.addEventListener("DOMContentLoaded", function () { apply(isDay(A.query("asof")) ? A.query("asof") : ""); });
})();
