import { assertEquals, assertThrows } from "@std/assert";
import * as v from "../../lib/client/decode.ts";

function fits<T>(decode: v.Decoder<T>, value: unknown): boolean {
  return v.safeParse(decode, value).success;
}

Deno.test("decode: each kind of value takes its own and no other", () => {
  const values = ["", "a", 0, 1.5, NaN, 2 ** 53, true, null, undefined, [], {}, ["a"], { a: 1 }];
  const takes = <T>(decode: v.Decoder<T>) => values.filter((value) => fits(decode, value));
  assertEquals(takes(v.string), ["", "a"]);
  assertEquals(takes(v.number), [0, 1.5, 2 ** 53]);
  assertEquals(takes(v.integer), [0]);
  assertEquals(takes(v.boolean), [true]);
  assertEquals(takes(v.literal("a")), ["a"]);
  assertEquals(takes(v.picklist(["a", "b"])), ["a"]);
  assertEquals(takes(v.nullable(v.string)), ["", "a", null]);
  assertEquals(takes(v.array(v.string)), [[], ["a"]]);
  assertEquals(takes(v.pair(v.string, v.string)), []);
  assertEquals(takes(v.record(v.integer)), [[], {}, { a: 1 }]);
  assertEquals(takes(v.unknown), values);
});

Deno.test("decode: an object has its fields and no other; what may be missing stays missing, or gets its fallback", () => {
  const decode = v.object({ id: v.string, by: v.exactOptional(v.string), n: v.optional(v.integer, 7) });
  assertEquals(decode({ id: "a", later: 1 }), { id: "a", n: 7 });
  assertEquals(decode({ id: "a", by: "b", n: 1 }), { id: "a", by: "b", n: 1 });
  assertEquals(
    [{}, { id: 1 }, { id: "a", by: null }, null, "x"].map((value) => fits(decode, value)),
    Array(5).fill(false),
  );
  assertEquals(v.looseObject({ id: v.string })({ id: "a", later: 1 }), { id: "a", later: 1 });
});

Deno.test("decode: a name such as __proto__ in a record is a name like any other", () => {
  const read = v.record(v.integer)(JSON.parse('{"__proto__": 1}'));
  assertEquals([Object.keys(read), Object.getPrototypeOf(read) === Object.prototype], [["__proto__"], true]);
});

Deno.test("decode: variants are told apart by their tag, unions by what fits", () => {
  const shape = v.variant("kind", [
    v.object({ kind: v.literal("dot"), x: v.integer }),
    v.object({ kind: v.literal("word"), text: v.string }),
  ]);
  assertEquals(shape({ kind: "word", text: "a", x: 1 }), { kind: "word", text: "a" });
  for (const wrong of [{ kind: "dot", text: "a" }, { kind: "line" }, { x: 1 }, 1]) assertThrows(() => shape(wrong));
  const either = v.union(v.object({ a: v.string }), v.string);
  assertEquals([either({ a: "1" }), either("2"), fits(either, 3)], [{ a: "1" }, "2", false]);
  assertEquals(v.map(v.string, (text) => text.length)("four"), 4);
});
