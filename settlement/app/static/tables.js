// On a narrow screen each row of a table stands as a list; its cells then say their column.
"use strict";

function nameCells() {
  for (const table of document.querySelectorAll("table.table")) {
    const titles = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      let place = 0;
      for (const cell of row.querySelectorAll("td")) {
        // A cell over several columns is named by none of them.
        cell.dataset.title = cell.colSpan > 1 ? "" : (titles[place] ?? "");
        place += cell.colSpan;
      }
    }
    table.classList.add("is-named");
  }
}

nameCells();
document.addEventListener("htmx:after:swap", nameCells);
