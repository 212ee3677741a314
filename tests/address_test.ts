import { assertEquals } from "@std/assert";
import { clientAddress } from "../lib/address.ts";

Deno.test("the client is the peer, or what the nearest trusted proxy says, whatever the client wrote", () => {
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
