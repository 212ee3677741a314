/** Where a request came from. */
import { BlockList, isIP } from "node:net";
import type { Config } from "../base/config/config.ts";

/**
 * The peer's address. Where the peer is one of `config.trustedProxies`: the right-most entry of X-Forwarded-For that is
 * no trusted proxy, because the client may have written everything left of it.
 */
export function clientAddress(
  request: Request,
  remote: Deno.Addr,
  config: Pick<Config, "trustedProxies">,
): string {
  const peer = "hostname" in remote ? plainAddress(remote.hostname) : "local";
  if (!isTrustedProxy(peer, config)) return peer;
  let nearest = peer;
  for (const entry of (request.headers.get("x-forwarded-for") ?? "").split(",").reverse()) {
    const address = plainAddress(withoutPort(entry.trim()));
    if (isIP(address) === 0) break; // nothing that a proxy we trust would have written
    nearest = address;
    if (!isTrusted(address, config.trustedProxies)) break;
  }
  return nearest;
}

/** Whether a TCP peer is one of `config.trustedProxies`. */
export function isTrustedProxy(peer: string, { trustedProxies }: Pick<Config, "trustedProxies">): boolean {
  return trustedProxies.length > 0 && isTrusted(plainAddress(peer), trustedProxies);
}

/**
 * What limits count by: an IPv4 address, or the /64 network of an IPv6 address, because a client usually has all
 * addresses of its /64.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [left = [], right] = (address.split("%")[0] ?? "").split("::").map((half) =>
    half === "" ? [] : half.split(":")
  );
  const zeros = right === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  const groups = [...left, ...zeros, ...right ?? []].slice(0, 4);
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(":")}::/64`;
}

const lists = new WeakMap<readonly string[], BlockList>();

function isTrusted(address: string, proxies: readonly string[]): boolean {
  let list = lists.get(proxies);
  if (list === undefined) lists.set(proxies, list = listOf(proxies));
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
}

/** Each entry is an address, or a network such as 10.0.0.0/8. */
function listOf(proxies: readonly string[]): BlockList {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = "", bits] = plainAddress(proxy).split("/");
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** Gives each address one spelling: IPv4 inside IPv6 (`::ffff:10.0.0.1`) becomes that IPv4 address. */
function plainAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, "");
}

/** `192.0.2.1:443` and `[2001:db8::1]:443` are seen in the wild. */
function withoutPort(entry: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(entry);
  return bracketed?.[1] ?? entry.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1");
}
