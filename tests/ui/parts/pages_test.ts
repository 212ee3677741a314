import { assertEquals } from "@std/assert";
import { type PageOf, Pages } from "../../../lib/ui/parts/pages.ts";

type Numbers = PageOf<number, number>;

/** Pages of three; each is answered, or refused, when the test says so. */
class Source {
  readonly asked: (number | undefined)[] = [];
  #answers: { resolve(page: Numbers): void; reject(error: Error): void }[] = [];
  readonly #count: number;

  constructor(count = 7) {
    this.#count = count;
  }

  read = (from: number | undefined): Promise<Numbers> => {
    this.asked.push(from);
    const { promise, resolve, reject } = Promise.withResolvers<Numbers>();
    this.#answers.push({ resolve, reject });
    return promise;
  };

  /** Answers the question of that place among those that were asked. */
  answer(at = this.asked.length - 1): void {
    const from = this.asked[at] ?? 0;
    const items = [from, from + 1, from + 2].filter((n) => n < this.#count);
    this.#answers[at]?.resolve({ items, next: from + 3 < this.#count ? from + 3 : null });
  }

  refuse(): void {
    this.#answers.at(-1)?.reject(new Error("away"));
  }
}

function stateOf({ items, hasMore, busy, failure }: Pages<number, number>) {
  return [items.value, hasMore.value, busy.value, failure.value instanceof Error];
}

Deno.test("pages: each page follows the one before, until the last", async () => {
  const source = new Source();
  const pages = new Pages<number, number>();
  const first = pages.begin(source.read);
  assertEquals(stateOf(pages), [null, false, true, false]);
  source.answer();
  await first;
  assertEquals(stateOf(pages), [[0, 1, 2], true, false, false]);
  for (let n = 0; n < 2; n++) {
    const next = pages.more();
    source.answer();
    await next;
  }
  assertEquals(stateOf(pages), [[0, 1, 2, 3, 4, 5, 6], false, false, false]);
  await pages.more();
  assertEquals(source.asked, [undefined, 3, 6], "nothing is left to ask for");
});

Deno.test("pages: while one is being read, no other is requested", async () => {
  const source = new Source();
  const pages = new Pages<number, number>();
  const first = pages.begin(source.read);
  await pages.more();
  source.answer();
  await first;
  const next = pages.more();
  await pages.more();
  source.answer();
  await next;
  assertEquals(source.asked, [undefined, 3]);
});

Deno.test("pages: one that fails leaves the items read so far, and the next press requests it again", async () => {
  const source = new Source();
  const pages = new Pages<number, number>();
  const first = pages.begin(source.read);
  source.refuse();
  await first;
  assertEquals(stateOf(pages), [null, false, false, true]);
  const again = pages.more();
  assertEquals(stateOf(pages), [null, false, true, false]);
  source.answer();
  await again;
  const next = pages.more();
  source.refuse();
  await next;
  assertEquals(stateOf(pages), [[0, 1, 2], true, false, true]);
  const retry = pages.more();
  source.answer();
  await retry;
  assertEquals(stateOf(pages), [[0, 1, 2, 3, 4, 5], true, false, false]);
  assertEquals(source.asked, [undefined, undefined, 3, 3]);
});

Deno.test("pages: an answer or a failure after the dialog was closed changes nothing", async () => {
  for (const end of ["answer", "refuse"] as const) {
    const source = new Source();
    const pages = new Pages<number, number>();
    const first = pages.begin(source.read);
    pages.drop();
    source[end]();
    await first;
    assertEquals(stateOf(pages), [null, false, false, false], end);
  }
});

Deno.test("pages: a new query replaces the old one's items, whichever answer comes first", async () => {
  const [old, fresh] = [new Source(), new Source(2)];
  const pages = new Pages<number, number>();
  const first = pages.begin(old.read);
  old.answer();
  await first;
  const late = pages.more();
  const second = pages.begin(fresh.read);
  assertEquals(pages.items.value, [0, 1, 2], "they stay until the answer is there");
  fresh.answer();
  await second;
  old.answer();
  await late;
  assertEquals(stateOf(pages), [[0, 1], false, false, false]);
});

Deno.test("pages: after a new query failed, more() requests it again, not the old query's next page", async () => {
  const [old, fresh] = [new Source(), new Source(2)];
  const pages = new Pages<number, number>();
  const first = pages.begin(old.read);
  old.answer();
  await first;
  const second = pages.begin(fresh.read);
  fresh.refuse();
  await second;
  const retry = pages.more();
  fresh.answer();
  await retry;
  assertEquals([old.asked, fresh.asked], [[undefined], [undefined, undefined]]);
  assertEquals(pages.items.value, [0, 1]);
});

Deno.test("pages: a removed item stays removed; restart() reads again, clear() forgets the items", async () => {
  const source = new Source();
  const pages = new Pages<number, number>();
  const first = pages.begin(source.read);
  source.answer();
  await first;
  pages.remove((n) => n === 1);
  assertEquals(pages.items.value, [0, 2]);
  const next = pages.more();
  source.answer();
  await next;
  assertEquals(pages.items.value, [0, 2, 3, 4, 5]);
  const again = pages.restart();
  source.answer();
  await again;
  assertEquals(stateOf(pages), [[0, 1, 2], true, false, false]);
  pages.clear();
  await pages.more();
  assertEquals(stateOf(pages), [null, false, false, false]);
});
