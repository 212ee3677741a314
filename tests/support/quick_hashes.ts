/**
 * Preloaded into the servers of tests (server_process.ts): each password hash takes 8 KiB and one pass, whatever its
 * stored parameters say. Two hashes at the true cost make up most of what a new account takes of a server, 0.3 s of CPU.
 * What is stored looks the same, but a server without this file verifies none of it. The true cost is tested in
 * chat/sign_in/passwords_test.ts and e2e/sign_in_memory_test.ts.
 */
const real = crypto.subtle.deriveBits.bind(crypto.subtle);

crypto.subtle.deriveBits = (algorithm: AlgorithmIdentifier, key: CryptoKey, length?: number | null) => {
  const isArgon2 = typeof algorithm === "object" && algorithm.name === "Argon2id";
  const cheap: AlgorithmIdentifier = isArgon2 ? Object.assign({}, algorithm, { memory: 8, passes: 1 }) : algorithm;
  return real(cheap, key, length ?? 256);
};
