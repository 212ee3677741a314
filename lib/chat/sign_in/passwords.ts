/**
 * Password hashing: Argon2id (RFC 9106) through WebCrypto, or scrypt (RFC 7914) where the platform has no Argon2id. Both
 * run off the event loop and are stored as PHC strings, so that either can be verified later by its own parameters.
 */
import { promisify } from "node:util";
import { scrypt as scryptWithCallback, type ScryptOptions, timingSafeEqual } from "node:crypto";
import { ChatError } from "../../base/errors.ts";

export interface PasswordCost {
  /** Argon2id: memory in KiB, passes, lanes. */
  m: number;
  t: number;
  p: number;
  /** scrypt: log2 of the cost, with r = 8 and p = 3. */
  ln: number;
}

/**
 * Argon2id with 33 MiB and two passes, more than the 19 MiB and two passes of OWASP's password storage cheat sheet; or
 * its scrypt with 2^15 and p = 3. 33 MiB is the smallest block that glibc always maps and unmaps: blocks of up to 32 MiB
 * it soon takes from its heap (its mmap threshold grows), whose fragments it keeps. With 19 MiB, 175 sign-ins left 2.1 GiB.
 */
const COST: PasswordCost = { m: 33_792, t: 2, p: 1, ln: 15 };
/** Hashes that run at once: each takes a block of 33 MiB. */
const AT_ONCE = 1;
const MAX_WAITING = 64;

/** Two implementations: below, and in an isolate that asks the store isolate (server/isolates/passwords.ts). */
export interface Hashing {
  /** A PHC string. Throws `overloaded` when too many hashes wait. */
  hash(password: string): Promise<string>;
  /** False for a wrong password, and for no stored hash: after the same work, so that timing tells nothing. */
  verify(password: string, stored: string | undefined): Promise<boolean>;
  /** `stored`, a hash of this password; a new hash where that one was made with another cost than today's. */
  renewed(password: string, stored: string): Promise<string>;
}

/** One instance a process, so that it bounds the memory of all hashes. */
export class Passwords implements Hashing {
  readonly #cost: PasswordCost;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #hasArgon2: Promise<boolean> | undefined;
  #dummy: string | undefined;

  /** A lower cost is for tests. `argon2: false` takes the fallback. */
  constructor(options: { cost?: PasswordCost; argon2?: boolean } = {}) {
    this.#cost = options.cost ?? COST;
    if (options.argon2 === false) this.#hasArgon2 = Promise.resolve(false);
  }

  async hash(password: string): Promise<string> {
    return await this.#limited(async () => {
      const salt = crypto.getRandomValues(new Uint8Array(16));
      const head = await this.#head();
      return `${head}$${base64(salt)}$${base64(await derive(password, head, salt, 32))}`;
    });
  }

  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const phc = stored ?? (this.#dummy ??= `${await this.#head()}$${base64(random(16))}$${base64(random(32))}`);
    const at = phc.lastIndexOf("$", phc.lastIndexOf("$") - 1);
    const [salt, hash] = phc.slice(at + 1).split("$").map((part) => Uint8Array.fromBase64(part));
    if (salt === undefined || hash === undefined) throw new Error("a stored password hash is not a PHC string");
    const derived = await this.#limited(() => derive(password, phc.slice(0, at), salt, hash.length));
    return derived.length > 0 && timingSafeEqual(derived, hash) && stored !== undefined;
  }

  async renewed(password: string, stored: string): Promise<string> {
    const head = await this.#head();
    // never from Argon2id to scrypt: two servers, one without Argon2id, would rewrite the hash at each sign-in
    const weaker = head.startsWith("$scrypt") && stored.startsWith("$argon2id");
    return weaker || stored.startsWith(`${head}$`) ? stored : await this.hash(password);
  }

  async #head(): Promise<string> {
    const { m, t, p, ln } = this.#cost;
    this.#hasArgon2 ??= detectArgon2();
    return await this.#hasArgon2 ? `$argon2id$v=19$m=${m},t=${t},p=${p}` : `$scrypt$ln=${ln},r=8,p=3`;
  }

  async #limited<T>(run: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MAX_WAITING) {
        throw new ChatError("overloaded", "Too many people are signing in at once. Try again in a few seconds.", {
          retryAfter: 3,
        });
      }
      // whoever ends hands its place over, so that nobody overtakes
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

/** A stored string may not ask for more than this. */
const MOST = { m: 262_144, t: 10, p: 4, ln: 17, r: 16 };

async function derive(password: string, head: string, salt: Uint8Array<ArrayBuffer>, length: number) {
  const [, algorithm, ...rest] = head.split("$");
  const params = Object.fromEntries(
    (rest.at(-1) ?? "").split(",").map((
      part,
    ): [string, number] => [part.split("=")[0] ?? "", Number(part.split("=")[1])]),
  );
  const bounded = (name: keyof typeof MOST): number => {
    const value = params[name] ?? NaN;
    if (Number.isInteger(value) && value >= 1 && value <= MOST[name]) return value;
    throw new Error(`a stored password hash has the parameter ${name}=${value}, which is not allowed`);
  };
  // the same characters typed on another keyboard may come composed or not
  const bytes = new TextEncoder().encode(password.normalize("NFC"));
  if (algorithm === "argon2id" && rest[0] === "v=19") {
    return await argon2id(bytes, salt, { m: bounded("m"), t: bounded("t"), p: bounded("p") }, length);
  }
  if (algorithm === "scrypt") {
    const [N, r, p] = [2 ** bounded("ln"), bounded("r"), bounded("p")];
    return new Uint8Array(await scrypt(bytes, salt, length, { N, r, p, maxmem: 128 * N * r + 64 * 1024 * 1024 }));
  }
  throw new Error(`a stored password hash is of an unknown kind: ${head}`);
}

async function argon2id(
  password: Uint8Array<ArrayBuffer>,
  nonce: Uint8Array<ArrayBuffer>,
  { m, t, p }: { m: number; t: number; p: number },
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  // https://wicg.github.io/webcrypto-modern-algos/#argon2: newer than the compiler's types
  const format: string = "raw-secret";
  const key = await crypto.subtle.importKey(format as "raw", password, "Argon2id", false, ["deriveBits"]);
  const algorithm: Algorithm = { name: "Argon2id", ...{ nonce, memory: m, passes: t, parallelism: p } };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, length * 8));
}

const scrypt = promisify<Uint8Array, Uint8Array, number, ScryptOptions, Uint8Array>(scryptWithCallback);

async function detectArgon2(): Promise<boolean> {
  try {
    await argon2id(random(8), random(16), { m: 8, t: 1, p: 1 }, 32);
    return true;
  } catch {
    return false;
  }
}

function random(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** PHC strings carry base64 without padding. */
function base64(bytes: Uint8Array): string {
  return bytes.toBase64({ omitPadding: true });
}
