// A table: filter while typing, sort by a column, a hundred rows at a time. The text of the filter is in the address.
(function () {
  "use strict";
  var A = window.ALLEGED, T = A.texts, table = A.table, PAGE = 100;
  var $ = function (id) { return document.getElementById(id); };
  var height = table.values.length ? table.values[0].length : 0, order = [], by = -1, down = false, page = 0, texts = null;
  var head = $("cells").querySelector("thead tr"), body = $("cells").querySelector("tbody");

  function find() {
    var wanted = $("f").value.normalize("NFKC").toLowerCase();
    texts = texts || Array.from({ length: height }, function (_, n) { return table.values.map(function (v) { return v[n] === null ? "" : v[n]; }).join("\u0001").normalize("NFKC").toLowerCase(); });
    order = [];
    for (var n = 0; n < height; n++) if (!wanted || texts[n].indexOf(wanted) >= 0) order.push(n);
    if (by < 0) return;
    var values = table.values[by];
    order.sort(function (a, b) {
      var x = values[a], y = values[b];
      if (x === y) return a - b;
      if (x === null) return 1;
      if (y === null) return -1;
      return (x < y ? -1 : 1) * (down ? -1 : 1);
    });
  }
  function cell(value) {
    var td = document.createElement("td");
    td.textContent = value === null ? "" : value;
    if (td.textContent.length > 40) td.title = td.textContent;
    return td;
  }
  function draw() {
    find();
    Array.prototype.forEach.call(head.children, function (th, n) {
      if (n === by) th.setAttribute("aria-sort", down ? "descending" : "ascending"); else th.removeAttribute("aria-sort");
    });
    var from = page * PAGE, rows = order.slice(from, from + PAGE);
    body.replaceChildren.apply(body, rows.map(function (n) {
      var tr = document.createElement("tr");
      tr.append.apply(tr, table.values.map(function (values) { return cell(values[n]); }));
      return tr;
    }));
    $("count").textContent = rows.length ? A.fill(T.rows, { from: from + 1, to: from + rows.length, n: order.length }) : T.nothing;
    $("earlier").disabled = !page;
    $("later").disabled = from + PAGE >= order.length;
  }

  table.columns.forEach(function (name, n) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.title = A.fill(T.sort, { column: name });
    button.addEventListener("click", function () { down = by === n && !down; by = n; page = 0; draw(); });
    head.children[n].replaceChildren(button);
  });
  $("filter").hidden = $("pager").hidden = false;
  $("f").value = A.query("f");
  $("f").addEventListener("input", function () { page = 0; A.address("f", $("f").value); draw(); });
  $("earlier").addEventListener("click", function () { page--; draw(); });
  $("later").addEventListener("click", function () { page++; draw(); });
  draw();
})();
