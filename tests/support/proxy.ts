/** Reverse proxies of Debian's packages, each in a folder of its own. */
import { freePort } from "./port.ts";
import { until } from "./until.ts";

export interface Proxy extends AsyncDisposable {
  port: number;
  /** The certificate, in PEM, where it ends TLS. */
  certificate: string;
}

/** Configured by the manual: forwards the client's address and WebSocket upgrades. */
export async function startNginx(upstream: number): Promise<Proxy> {
  const dir = await Deno.makeTempDir({ prefix: "parley-nginx-" });
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${dir}/${name};`);
  return await start(dir, "nginx", ["-c", `${dir}/nginx.conf`], "nginx.conf", (port) => `
daemon off; master_process off; pid ${dir}/pid; error_log stderr;
events {}
http {
  access_log off; ${paths.join(" ")}
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}`);
}

/** Ends TLS for `localhost` and balances two servers in turns, without sticky sessions; those not ready get nothing. */
export async function startHaproxy(upstreams: number[], port = freePort()): Promise<Proxy> {
  const dir = await Deno.makeTempDir({ prefix: "parley-haproxy-" });
  const { success, stderr } = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
      ...[
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
      ],
      ...["-keyout", `${dir}/key.pem`, "-out", `${dir}/cert.pem`],
    ],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const certificate = await Deno.readTextFile(`${dir}/cert.pem`);
  await Deno.writeTextFile(`${dir}/both.pem`, certificate + await Deno.readTextFile(`${dir}/key.pem`));
  const servers = upstreams.map((upstream, i) => `  server s${i} 127.0.0.1:${upstream} check inter 200 fall 1 rise 1`);
  return await start(dir, "haproxy", ["-db", "-f", `${dir}/haproxy.cfg`], "haproxy.cfg", (port) => `
defaults
  mode http
  timeout connect 5s
  timeout check 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
  option forwardfor
  option redispatch
  retries 3
frontend tls
  bind 127.0.0.1:${port} ssl crt ${dir}/both.pem
  http-request set-header X-Forwarded-Proto https
  default_backend parley
backend parley
  balance roundrobin
  option httpchk GET /ready
${servers.join("\n")}
`, { certificate, port });
}

async function start(
  dir: string,
  command: string,
  args: string[],
  file: string,
  config: (port: number) => string,
  { certificate = "", port = freePort() } = {},
): Promise<Proxy> {
  await Deno.writeTextFile(`${dir}/${file}`, config(port));
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(command, { args, stdout: "null", stderr: "piped" }).spawn();
  } catch (error) {
    throw new Error(`${command} cannot be run. On Debian: apt-get install haproxy nginx-light openssl`, {
      cause: error,
    });
  }
  const said = new Response(child.stderr).text();
  let ended = false;
  void child.status.then(() => ended = true);
  await until(async () => {
    if (ended) throw new Error(`${command} ended: ${await said}`);
    return await Deno.connect({ hostname: "127.0.0.1", port }).then((connection) => {
      connection.close();
      return true;
    }, () => false);
  });
  return {
    port,
    certificate,
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGKILL");
      await Promise.all([child.status, said]);
      await Deno.remove(dir, { recursive: true });
    },
  };
}
