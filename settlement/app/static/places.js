// On a narrow screen the places stand in one row that moves; the one shown is brought into sight.
"use strict";

document.querySelector(".places [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
