// Search in all scripts: every word must be found, whatever its case and accents. Facets and text are in the address.
(function () {
  "use strict";
  var A = window.ALLEGED, T = A.texts;
  var $ = function (id) { return document.getElementById(id); };
  var LETTERS = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th" };
  function fold(text) {
    return text.normalize("NFKD").replace(/[\p{M}\u200b-\u200f\u00ad]/gu, "").toLowerCase().replace(/[ßæœøđðłıþ]/g, function (c) { return LETTERS[c]; }).replace(/[‘’‚´`]/g, "'").replace(/[‐-―]/g, "-");
  }

  var home = $("home-find");
  if (home) {
    var search = function () { location.href = "claims.html?q=" + encodeURIComponent($("q").value) + (A.asof ? "&asof=" + A.asof : ""); };
    home.hidden = false;
    $("go").addEventListener("click", search);
    $("q").addEventListener("keydown", function (event) { if (event.key === "Enter") search(); });
    return;
  }

  // The fields of an entry, as `lists._entry` writes them.
  var ID = 0, MARK = 1, SAID = 2, ACT = 3, WHO = 4, FOR = 5, SUMMARY = 6, KNOWN = 7, WORDS = 14;
  var FACETS = { act: 8, principal: 9, topic: 10, year: 11, language: 12, evidence: 13 };
  var PAGE = 100, NAMES = 5;
  var claims = A.claims, names = A.names, shown = PAGE, started = false;
  var texts = null, nameTexts = null;

  function element(tag, name, text) {
    var e = document.createElement(tag);
    if (name) e.className = name;
    if (text) e.textContent = text;
    return e;
  }
  function row(claim) {
    var li = element("li", claim[MARK]), a = element("a", "", claim[SUMMARY]);
    a.setAttribute("href", "claim/" + claim[ID] + ".html");
    A.link(a);
    li.append(element("time", "", claim[SAID]), " ", element("b", "", claim[ACT]), " · ", element("strong", "", claim[WHO]));
    if (claim[FOR]) li.append(" ", element("i", "", "(" + claim[FOR] + ")"));
    li.append(": ", a);
    return li;
  }
  function facets() {
    var chosen = {};
    Object.keys(FACETS).forEach(function (name) { chosen[name] = $("f-" + name).value; });
    return chosen;
  }
  // A word is found anywhere; one of a few letters, such as "yo" or "un", only as the beginning of a word.
  var FEW = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\d]{1,3}$/u;
  function matcher(term) {
    if (!FEW.test(term)) return function (text) { return text.indexOf(term) >= 0; };
    var start = new RegExp("(?<![\\p{L}\\p{N}])" + term, "u");
    return function (text) { return start.test(text); };
  }
  function has(text, matchers) { return matchers.every(function (matches) { return matches(text); }); }

  // The number of claims behind each choice, of those that were public on the day.
  function count(day) {
    var seen = claims.filter(function (claim) { return !(day && claim[KNOWN] > day) && !/ aside/.test(claim[MARK]); });
    Object.keys(FACETS).forEach(function (name) {
      Array.prototype.slice.call($("f-" + name).options, 1).forEach(function (option) {
        var n = seen.filter(function (claim) { return (" " + claim[FACETS[name]] + " ").indexOf(" " + option.value + " ") >= 0; }).length;
        option.textContent = option.textContent.replace(/\(\d+\)$/, "(" + n + ")");
      });
    });
  }

  function draw() {
    var terms = fold($("q").value).split(/\s+/).filter(Boolean).map(matcher), chosen = facets(), day = A.asof;
    texts = texts || claims.map(function (c) { return fold([c[SUMMARY], c[WHO], c[FOR], c[ACT], c[WORDS], c[ID]].join(" | ")); });
    var found = claims.filter(function (claim, n) {
      return !(day && claim[KNOWN] > day) && has(texts[n], terms) && Object.keys(FACETS).every(function (name) {
        return !chosen[name] || (name === "language" ? claim[FACETS[name]].split(" ").indexOf(chosen[name]) >= 0 : claim[FACETS[name]] === chosen[name]);
      });
    });
    if ($("order").value) found.reverse();
    $("results").replaceChildren.apply($("results"), found.slice(0, shown).map(row));
    $("count").textContent = found.length ? A.fill(T.found[found.length === 1 ? 0 : 1], { n: found.length.toLocaleString("en") }) : T.nothing;
    $("more").hidden = found.length <= shown;
    others(terms, day);
  }
  function others(terms, day) {
    nameTexts = nameTexts || names.map(function (n) { return fold([n[1], n[2], n[3]].join(" | ")); });
    var found = terms.length ? names.filter(function (n, i) { return !(day && n[4] && n[4] > day) && has(nameTexts[i], terms); }).slice(0, NAMES) : [];
    $("others").hidden = !found.length;
    $("names").replaceChildren.apply($("names"), found.map(function (n) {
      var li = element("li"), a = element("a", "", n[1]);
      a.setAttribute("href", n[0]);
      A.link(a);
      li.append(a);
      if (n[2]) li.append(" ", element("span", "soft", n[2]));
      return li;
    }));
  }
  function change() {
    started = true;
    shown = PAGE;
    A.address("q", $("q").value);
    A.address("order", $("order").value);
    Object.keys(FACETS).forEach(function (name) { A.address(name, $("f-" + name).value); });
    draw();
  }

  $("find").hidden = false;
  $("q").value = A.query("q");
  $("order").value = A.query("order");
  started = !!(A.query("q") || A.query("order"));
  Object.keys(FACETS).forEach(function (name) {
    $("f-" + name).value = A.query(name);
    if (A.query(name)) started = true;
    $("f-" + name).addEventListener("change", change);
  });
  $("q").addEventListener("input", change);
  $("order").addEventListener("change", change);
  $("more").addEventListener("click", function () { shown += PAGE; draw(); });
  $("clear").addEventListener("click", function () {
    $("q").value = $("order").value = "";
    Object.keys(FACETS).forEach(function (name) { $("f-" + name).value = ""; });
    change();
  });
  A.listeners.push(function (day) {
    count(day);
    if (started || day) { started = true; draw(); }
  });
})();
