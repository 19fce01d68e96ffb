// On a narrow screen the places stand in rows that move; what is shown is brought into sight.
"use strict";

for (const shown of document.querySelectorAll(".places [aria-current]")) {
  shown.scrollIntoView({ block: "nearest", inline: "center" });
}
