// A form that is refused comes back as it was typed, with the reason beside the field; and a form
// that is on its way says so, and is not sent twice.
"use strict";

const KEPT = "saldo-typed";
const SAYS_NOTHING = ["hidden", "password", "file", "submit", "button"];

function typed(form) {
  const said = {};
  for (const field of form.elements) {
    if (!field.name || SAYS_NOTHING.includes(field.type)) continue;
    const can = field.type === "checkbox" || field.type === "radio";
    if (!can || field.checked) (said[field.name] ??= []).push(field.value);
  }
  return said;
}

// All forms that may be sent to an address, since a page may have one for each of its rows.
function formsTo(address) {
  const leadThere = (form) =>
    [form, ...form.querySelectorAll("[formaction]")].some((each) => (each.formAction || each.action) === address);
  return [...document.querySelectorAll("form[method=post]")].filter(leadThere);
}

function restore(form, said) {
  for (const field of form.elements) {
    if (!field.name || SAYS_NOTHING.includes(field.type)) continue;
    const values = said[field.name] ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (values.length) field.value = values.shift();
    // A part of the form that is folded away may hold what was typed.
    if (field.value && field.value !== field.defaultValue) field.closest("details")?.setAttribute("open", "");
  }
}

function tellBeside(field, refusal) {
  const told = document.createElement("div");
  told.className = "invalid-feedback";
  told.id = "refused-because";
  told.setAttribute("role", "alert");
  told.textContent = refusal.textContent;
  field.classList.add("is-invalid");
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby"), told.id].filter(Boolean).join(" "));
  field.after(told);
  field.closest("details")?.setAttribute("open", "");
  refusal.remove();
  field.focus();
}

function bringBack() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  const refusal = document.querySelector("[data-refused]");
  if (!kept || !refusal) return;
  const form = formsTo(kept.to)[kept.place];
  if (!form) return;
  restore(form, kept.said);
  const field = form.elements.namedItem(refusal.dataset.refused);
  if (field instanceof HTMLElement && field.type !== "hidden") tellBeside(field, refusal);
}

function under(form, isOnItsWay) {
  document.documentElement.classList.toggle("is-on-its-way", isOnItsWay);
  form?.setAttribute("aria-busy", String(isOnItsWay));
}

document.addEventListener("submit", (sent) => {
  const form = sent.target;
  if (form.getAttribute("aria-busy") === "true") {
    sent.preventDefault();
    return;
  }
  if (form.method === "post") {
    const to = sent.submitter?.hasAttribute("formaction") ? sent.submitter.formAction : form.action;
    sessionStorage.setItem(KEPT, JSON.stringify({ to, place: formsTo(to).indexOf(form), said: typed(form) }));
  }
  // An answer that is a file leaves the page where it is; the cookie goes when it has come.
  document.cookie = "saldo_waits=1; path=/; samesite=lax";
  under(form, true);
  const looking = setInterval(() => {
    if (document.cookie.includes("saldo_waits=")) return;
    clearInterval(looking);
    under(form, false);
  }, 300);
});

// A page that is gone back to is as it was left, on its way included.
addEventListener("pageshow", () => {
  document.querySelectorAll("form[aria-busy]").forEach((form) => under(form, false));
});

bringBack();
