/**
 * Posts to a push service whose URL a user gave (SSRF): https only, to an address of the public internet that is checked
 * when the connection is made (DNS rebinding); no redirect is followed.
 */
import { lookup, type LookupAddress } from "node:dns";
import http, { type RequestOptions } from "node:http";
import https from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";

const TIMEOUT_MS = 10_000;

/** Addresses that are not on the public internet (IANA's special-purpose registries). */
const PRIVATE = new BlockList();
for (
  const [net, bits] of [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 3],
  ] as const
) PRIVATE.addSubnet(net, bits, "ipv4");

/** Of IPv6 only global unicast is public, without its ranges for tunnels, translation and documentation. */
const GLOBAL6 = new BlockList();
GLOBAL6.addSubnet("2000::", 3, "ipv6");
const SPECIAL6 = new BlockList();
for (const [net, bits] of [["2001::", 23], ["2001:db8::", 32], ["2002::", 16], ["3fff::", 20]] as const) {
  SPECIAL6.addSubnet(net, bits, "ipv6");
}

export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !PRIVATE.check(address, "ipv4");
  return family === 6 && GLOBAL6.check(address, "ipv6") && !SPECIAL6.check(address, "ipv6");
}

/** Why this cannot be a push service's address, or null. `loopback`: plain http to this machine is one (tests). */
export function endpointProblem(endpoint: string, loopback: boolean): string | null {
  if (!URL.canParse(endpoint)) return "must be a URL";
  const { protocol, hostname, username, password, port } = new URL(endpoint);
  if (loopback && protocol === "http:" && hostname === "127.0.0.1") return null;
  if (protocol !== "https:") return "must be an https:// URL";
  if (username !== "" || password !== "") return "must not hold a name or a password";
  if (port !== "") return "must not name a port";
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !isPublicAddress(host)) return "must be on the public internet";
  if (isIP(host) === 0 && (!host.includes(".") || /\.(?:local|localhost|internal|lan|home\.arpa)\.?$/.test(host))) {
    return "must be on the public internet";
  }
  return null;
}

type ResolveName = (
  hostname: string,
  options: { all: true },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/** Resolves with the HTTP status. Rejects where the service cannot be reached, or its address is not allowed. */
export function postTo(
  endpoint: string,
  headers: Record<string, string>,
  body: Uint8Array,
  loopback: boolean,
  resolveName: ResolveName = lookup,
): Promise<number> {
  const problem = endpointProblem(endpoint, loopback);
  if (problem !== null) return Promise.reject(new Error(`the endpoint ${problem}`));
  const url = new URL(endpoint);
  const plain = url.protocol === "http:";
  const options: RequestOptions = {
    method: "POST",
    headers,
    agent: false,
    lookup: plain ? undefined : lookupPublic(resolveName),
  };
  return new Promise((resolve, reject) => {
    const request = (plain ? http : https).request(url, options, (response) => {
      clearTimeout(timer);
      resolve(response.statusCode ?? 0);
      // the body is of no use, and may be very long
      response.destroy();
    });
    const timer = setTimeout(() => request.destroy(new Error("the push service did not answer")), TIMEOUT_MS);
    request.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.end(body);
  });
}

/** Resolves and checks in one step: the connection goes to the checked address, not to a second lookup's (DNS rebinding). */
const lookupPublic = (resolveName: ResolveName): LookupFunction => (hostname, _options, done) => {
  resolveName(hostname, { all: true }, (error, addresses) => {
    const wrong = error ??
      (addresses.every(({ address }) => isPublicAddress(address)) && addresses.length > 0
        ? null
        : new Error(`${hostname} is not on the public internet`));
    if (wrong !== null) done(wrong, []);
    else done(null, addresses);
  });
};
