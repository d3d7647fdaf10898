// What the browser keeps for this page, where it may keep anything.

export function recall(key) {
  try { return JSON.parse(localStorage.getItem(`sandbox.${key}`)); } catch { return null; }
}

export function keep(key, value) {
  try { localStorage.setItem(`sandbox.${key}`, JSON.stringify(value)); } catch { /* then it is forgotten */ }
}
