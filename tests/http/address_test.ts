import { assertEquals } from "@std/assert";
import { clientAddress, networkOf } from "../../lib/http/address.ts";

Deno.test("address: the client is the peer, or the address from the nearest trusted proxy, whatever headers the client sent", () => {
  const trustedProxies = ["10.0.0.1", "10.0.0.2", "2001:db8::1", "172.16.0.0/12", "fd00::/8"];
  const table: [peer: string, forwarded: string | undefined, client: string][] = [
    ["203.0.113.9", undefined, "203.0.113.9"],
    ["203.0.113.9", "198.51.100.1", "203.0.113.9"],
    ["10.0.0.1", undefined, "10.0.0.1"],
    ["10.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"],
    ["10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"],
    ["10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"],
    ["10.0.0.1", "10.0.0.2", "10.0.0.2"],
    ["10.0.0.1", "198.51.100.1:4711", "198.51.100.1"],
    ["10.0.0.1", "[2001:db8::7]:443", "2001:db8::7"],
    ["::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["172.31.255.255", "198.51.100.1, 172.16.0.1", "198.51.100.1"],
    ["172.32.0.0", "198.51.100.1", "172.32.0.0"],
    ["fd12::1", "198.51.100.1", "198.51.100.1"],
    ["2001:DB8::1", "2001:db8::8", "2001:db8::8"],
  ];
  for (const [hostname, forwarded, client] of table) {
    const request = new Request("http://chat.example", {
      headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    });
    const remote: Deno.NetAddr = { transport: "tcp", hostname, port: 1 };
    assertEquals(clientAddress(request, remote, { trustedProxies }), client, `${hostname} ${forwarded}`);
  }
});

Deno.test("address: limits count an IPv4 address, and for IPv6 the network, all of which one client may have", () => {
  const table: [address: string, network: string][] = [
    ["203.0.113.9", "203.0.113.9"],
    ["local", "local"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002:ffff::", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ];
  for (const [address, network] of table) {
    assertEquals(networkOf(address), network, address);
    assertEquals(networkOf(network), network, "its own network");
  }
});
