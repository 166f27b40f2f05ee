// The path in front of every address of ours; empty when we have a name of our own.
export const base = document.documentElement.dataset.base ?? "";
