// Share: one press makes an invitation link and copies it (templates/queues/_share_make.html). The copy is
// asked for within the press, since some browsers allow none later; the address follows.

import { say, toClipboard } from "./site.js";

// Other requests of the page end meanwhile: the dialog's own, for one.
const answered = (form) =>
  new Promise((resolve, reject) => {
    document.addEventListener("htmx:afterRequest", function told({ detail }) {
      if (detail.requestConfig.elt !== form) return;
      document.removeEventListener("htmx:afterRequest", told);
      const address = detail.successful && document.getElementById("share-address")?.value;
      if (address) resolve(address);
      else reject(new Error("no link"));
    });
  });

function copied(address) {
  if (!navigator.clipboard?.write || !globalThis.ClipboardItem)
    return address.then(toClipboard);
  const text = address.then((said) => new Blob([said], { type: "text/plain" }));
  return navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
}

document.addEventListener("submit", async ({ target }) => {
  if (!target.matches("[data-share]")) return;
  const address = answered(target);
  const isCopied = await copied(address).then(() => true, () => false);
  const isMade = await address.then(() => true, () => false);
  if (isCopied) say("Invitation link copied");
  else if (isMade) {
    document.getElementById("share-address").select();
    say("The link is ready, but the browser didn't copy it. Copy it by hand.", "warning");
  }
});
