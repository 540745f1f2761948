// What find and raw view share: what scrolls, how something is said.

export function scrollers(element) {
  const found = [];
  for (let at = element; at; at = at.parentElement) {
    const { overflowY } = getComputedStyle(at);
    const scrolls = overflowY === "auto" || overflowY === "scroll";
    if (scrolls && at.scrollHeight > at.clientHeight && at !== document.documentElement) {
      found.push(at);
    }
  }
  found.push(document.scrollingElement);
  return found;
}

export function tell(text) {
  const place = document.querySelector("[data-item-says]");
  if (place) place.textContent = text;
}
