// Who is signed in now; after signing in again the forms get the new CSRF token. Fetched where the server
// has refused something. One of "ok",
// "signed-out", "somebody-else", "gone" (no member any more), "offline".
export async function renew(target) {
  let response;
  try {
    response = await fetch(target.dataset.session, { redirect: "manual", cache: "no-store" });
  } catch {
    return "offline";
  }
  if (response.type === "opaqueredirect") return "signed-out";
  if (response.status >= 500) return "offline";
  if (!response.ok) return "gone";
  const { person, csrf } = await response.json();
  if (String(person) !== target.dataset.person) return "somebody-else";
  for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = csrf;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": csrf }));
  return "ok";
}
