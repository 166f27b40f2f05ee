// Recognises plain crisis phrases by itself, for when no server can. The rules come from safety/plain.py.
const KINDS = ["emergency", "crisis", "crisis_other", "harm"];
const ENDINGS = { m: "am", re: "are", ll: "will", ve: "have", d: "would", s: "is" };
const ANYBODY_REACH = 3;
const QUOTES = /[\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u00b4`]/g;
const END = /[!?;\n]+|\.(?!\.)(?=\s|$|\p{L})/u;
const TOKEN = /[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*|\p{Extended_Pictographic}/gu;

export class PlainRules {
  constructor(data) {
    this.languages = Object.entries(data).map(([name, rules]) => new Language(name, rules));
  }

  // The kind of card a message needs, and its language; null when the plain rules find nothing.
  check(text) {
    const found = this.languages.flatMap((language) => language.check(text));
    return found.sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind))[0] ?? null;
  }
}

class Language {
  constructor(name, { signals, groups, masks, spellings, fillers, ...people }) {
    Object.assign(this, { name, masks });
    // "meant|written|written": each meaning with all its spellings.
    this.spellings = new Map(spellings.flatMap((line) => {
      const [meant, ...written] = line.split("|");
      return written.map((each) => [each, meant]);
    }));
    this.reach = Math.max(...[...this.spellings.keys()].map((written) => written.split(" ").length));
    this.fillers = new Set(fillers);
    this.people = Object.fromEntries(Object.entries(people).map(([who, words]) => [who, new Set(words)]));
    const whole = (source) => (/\{[a-z_]+\}/.test(source) ? whole(source.replace(/\{([a-z_]+)\}/g, (_, group) => groups[group])) : source);
    this.signals = KINDS.flatMap((kind) => signals[kind].map((source) => ({ kind, finder: new RegExp(` ${whole(source)}`, "gu") })));
  }

  check(text) {
    const words = this.read(text);
    const masks = this.masks.flatMap((mask) => spans(words, ` ${mask}`));
    return this.signals.flatMap(({ kind, finder }) =>
      matches(words, finder)
        .filter(([start, end]) => !masks.some(([from, to]) => start < to && from < end))
        .map(([start, end]) => ({ kind: this.kindOf(kind, words, start, end), language: this.name }))
        .filter((found) => found.kind),
    );
  }

  // " . i want to die . ": one spelling for each word, fillers gone, an end between sentences.
  read(text) {
    const plain = text.normalize("NFKC").replace(QUOTES, "'").toLowerCase().replace(/(\p{L})\1{2,}/gu, "$1$1");
    const sentences = plain.split(END).map((sentence) => sentence?.match(TOKEN) ?? []);
    const words = ["."];
    const spoken = sentences.filter((tokens) => tokens.length);
    spoken.forEach((tokens, at) => {
      words.push(...this.meant(tokens.flatMap((token) => this.apart(token))));
      // "i. want. to. die.": one word alone is emphasis, not a sentence.
      if (tokens.length > 1 || at === spoken.length - 1) words.push(".");
    });
    return ` ${words.join(" ")} `;
  }

  apart(token) {
    if (this.spellings.has(token)) return [token];
    const bare = token.normalize("NFKD").replace(/\p{M}/gu, "");
    const cut = bare.lastIndexOf("'");
    if (cut < 0) return [bare];
    const glued = bare.replaceAll("'", "");
    const [stem, ending] = [bare.slice(0, cut), bare.slice(cut + 1)];
    return this.name === "en" && ENDINGS[ending] ? [...this.apart(stem), ENDINGS[ending]] : [glued];
  }

  meant(spelled) {
    const meant = [];
    for (let at = 0; at < spelled.length; ) {
      let length = Math.min(this.reach, spelled.length - at);
      while (length > 1 && !this.spellings.has(spelled.slice(at, at + length).join(" "))) length -= 1;
      const written = spelled.slice(at, at + length).join(" ");
      meant.push(...(this.spellings.get(written) ?? written).split(" ").filter((word) => !this.fillers.has(word)));
      at += length;
    }
    return meant;
  }

  // Whose crisis it is; nothing when a wish to die is spoken of in general.
  kindOf(kind, words, start, end) {
    if (kind !== "crisis") return kind;
    const { first, third, reflexive, anybody } = this.people;
    const inside = words.slice(start, end).split(" ");
    if (inside.some((word) => first.has(word))) return "crisis";
    if (inside.some((word) => reflexive.has(word))) return "crisis_other";
    const before = words.slice(words.lastIndexOf(" . ", start) + 3, start).split(" ").filter(Boolean).reverse();
    for (const [at, word] of before.entries()) {
      if (first.has(word)) return "crisis";
      if (third.has(word)) return "crisis_other";
      if (anybody.has(word) && at < ANYBODY_REACH) return null;
    }
    return inside.some((word) => third.has(word)) ? "crisis_other" : "crisis";
  }
}

function matches(words, finder) {
  const found = [];
  finder.lastIndex = 0;
  for (let match; (match = finder.exec(words)); finder.lastIndex = match.index + 1) found.push([match.index, match.index + match[0].length - 1]);
  return found;
}

function spans(words, mask) {
  const found = [];
  for (let at = words.indexOf(mask); at >= 0; at = words.indexOf(mask, at + 1)) found.push([at, at + mask.length - 1]);
  return found;
}
