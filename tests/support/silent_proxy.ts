/** A TCP proxy that can lose the network silently: dead connections are neither answered nor closed. */
export interface SilentProxy extends AsyncDisposable {
  origin: string;
  /** The present connections stay open and pass no more data. */
  silence(): void;
  /** False: new connections pass no data either. */
  passing: boolean;
}

const HOST = "127.0.0.1";

export function startSilentProxy(upstream: number): SilentProxy {
  const listener = Deno.listen({ hostname: HOST, port: 0 });
  const open = new Set<{ isDead: boolean; ends: Deno.Conn[] }>();
  const proxy: SilentProxy = {
    origin: `http://${HOST}:${listener.addr.port}`,
    passing: true,
    silence() {
      for (const one of open) one.isDead = true;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const { ends } of open) for (const end of ends) close(end);
      await accepting;
    },
  };
  const accepting = (async () => {
    for await (const client of listener) {
      const one = { isDead: !proxy.passing, ends: [client] };
      open.add(one);
      void connect(one, client, upstream).catch(() => {}).finally(() => !one.isDead && open.delete(one));
    }
  })();
  return proxy;
}

async function connect(one: { isDead: boolean; ends: Deno.Conn[] }, client: Deno.Conn, port: number): Promise<void> {
  if (one.isDead) return;
  const server = await Deno.connect({ hostname: HOST, port }).catch(() => null);
  if (server === null) return close(client);
  one.ends.push(server);
  await Promise.all([pass(one, client, server), pass(one, server, client)]);
}

/** Runs until either end closes; a dead connection does not tell its other end. */
async function pass(one: { isDead: boolean }, from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (let read = await from.read(buffer); read !== null; read = await from.read(buffer)) {
      for (let at = 0; at < read && !one.isDead;) at += await to.write(buffer.subarray(at, read));
    }
  } catch {
    // one end is gone
  }
  if (!one.isDead) close(to);
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // closed already
  }
}
