// On a narrow screen each row of a table stands as a list; its cells then say their column.
"use strict";

function nameCells() {
  for (const table of document.querySelectorAll("table.table")) {
    const titles = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.querySelectorAll("td")].forEach((cell, place) => {
        cell.dataset.title = titles[place] ?? "";
      });
    }
    table.classList.add("is-named");
  }
}

nameCells();
document.addEventListener("htmx:after:swap", nameCells);
