import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { isCommonPassword } from "../../../lib/chat/sign_in/common_passwords.ts";
import { Passwords } from "../../../lib/chat/sign_in/passwords.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { quickPasswords } from "../../support/chat.ts";

/** Puts `watch` around each Argon2id that is computed; returns what undoes it. */
function watchHashes(watch: (run: () => Promise<ArrayBuffer>) => Promise<ArrayBuffer>): () => void {
  const real = crypto.subtle.deriveBits;
  crypto.subtle.deriveBits = (algorithm: AlgorithmIdentifier, key: CryptoKey, length?: number | null) =>
    watch(() => real.call(crypto.subtle, algorithm, key, length ?? 256));
  return () => {
    crypto.subtle.deriveBits = real;
  };
}

Deno.test("hash() stores Argon2id as a PHC string of 33 MiB, 2 passes and 1 lane", async () => {
  const stored = await new Passwords().hash("correct horse");
  assertMatch(stored, /^\$argon2id\$v=19\$m=33792,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
});

Deno.test("where Argon2id is missing it is scrypt, and either verifies what the other stored", async () => {
  const [argon2, scrypt] = [quickPasswords(), new Passwords({ cost: { m: 8, t: 1, p: 1, ln: 4 }, argon2: false })];
  const [a, b] = [await argon2.hash("correct horse"), await scrypt.hash("correct horse")];
  assertMatch(b, /^\$scrypt\$ln=4,r=8,p=3\$/);
  assertEquals([await scrypt.verify("correct horse", a), await argon2.verify("correct horse", b)], [true, true]);
  assertEquals([await scrypt.verify("Correct horse", a), await argon2.verify("Correct horse", b)], [false, false]);
});

Deno.test("renewed() hashes anew what was made with another cost, and never goes from Argon2id to scrypt", async () => {
  const [argon2, scrypt] = [quickPasswords(), new Passwords({ cost: { m: 8, t: 1, p: 1, ln: 4 }, argon2: false })];
  const [today, older, other] = [
    await argon2.hash("correct horse"),
    await new Passwords({ cost: { m: 16, t: 1, p: 1, ln: 2 } }).hash("correct horse"),
    await scrypt.hash("correct horse"),
  ];
  assertEquals(await argon2.renewed("correct horse", today), today);
  for (const stored of [older, other]) {
    const renewed = await argon2.renewed("correct horse", stored);
    assertMatch(renewed, /m=8,t=1,p=1/);
    assert(await argon2.verify("correct horse", renewed));
  }
  assertEquals(await scrypt.renewed("correct horse", today), today);
  assertEquals(await scrypt.renewed("correct horse", other), other);
});

Deno.test("verify() agrees with other implementations of Argon2id", async () => {
  // `argon2 somesalt -id -t 2 -k 65536 -p 1` of the reference implementation, input "password"
  const stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  assertEquals(await new Passwords().verify("password", stored), true);
});

Deno.test("the same password in another Unicode form is the same password", async () => {
  const passwords = quickPasswords();
  assert(await passwords.verify("pâté de maison".normalize("NFD"), await passwords.hash("pâté de maison")));
});

Deno.test("verify() without a stored hash works as long and is false", async () => {
  let hashes = 0;
  const restore = watchHashes(async (run) => (hashes++, await run()));
  try {
    const passwords = quickPasswords();
    await passwords.hash("correct horse"); // detects Argon2id
    hashes = 0;
    assertEquals(await passwords.verify("anything", undefined), false);
    assertEquals(hashes, 1);
  } finally {
    restore();
  }
});

Deno.test("a stored hash may not ask for unbounded work", async () => {
  for (const params of ["m=99999999,t=2,p=1", "m=8,t=1000,p=1", "m=8,t=1", "m=8,t=1,p=x"]) {
    await assertRejects(
      () => quickPasswords().verify("x", `$argon2id$v=19$${params}$c29tZXNhbHQ$AAAA`),
      Error,
      "not allowed",
    );
  }
  await assertRejects(() => quickPasswords().verify("x", "$md5$x$c29tZXNhbHQ$AAAA"), Error, "unknown kind");
});

Deno.test("one hash runs at a time, 64 wait, and the rest is told to come back", async () => {
  let [running, most] = [0, 0];
  const restore = watchHashes(async (run) => {
    most = Math.max(most, ++running);
    return await run().finally(() => running--);
  });
  try {
    const passwords = quickPasswords();
    const all = await Promise.allSettled(Array.from({ length: 70 }, () => passwords.hash("correct horse")));
    const refused = all.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
    assertEquals(refused.length, 5);
    for (const error of refused) {
      assert(error instanceof ChatError && error.code === "overloaded" && (error.retryAfter ?? 0) > 0);
    }
    assertEquals(most, 1);
    assertMatch(await passwords.hash("correct horse"), /^\$argon2id/); // room again
  } finally {
    restore();
  }
});

Deno.test("isCommonPassword() knows lists, words with digits or years, repetitions and dates, in any case", () => {
  const common =
    "password PASSWORD1 Summer2024! qwertyuiop 12345678 hellohello 123password abcabcabc 31121999 19991231 " +
    "iloveyou trustno1 dragon123 1qaz2wsx letmein1 Berlin@2021 aaaaaaaaaaaaaa";
  for (const one of common.split(" ")) assert(isCommonPassword(one), one);
  for (const one of ["correct horse", "vb7-Tuesday-kelp", "пять старых ёлок", "x9!fq2LmZ0"]) {
    assert(!isCommonPassword(one), one);
  }
});
