// httpload: closed-loop HTTP/1.1 load over keep-alive connections. One thread, epoll; requests are encoded before.
// usage: httpload <port> <connections> <answers> <answers before> <request file>...
//  Request i is written by connection i modulo their number, then i + connections, and so on, from the start again.
//  The 12 characters %I.......... in a request become 12 that no other request has.
//  Measures <answers> answers after <answers before> of them. They need a Content-Length or the chunked coding. Prints JSON; `bad` counts answers with a status >= 400.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  int fd;
  size_t next;          // the request to write next
  char *buf;            // the answer so far
  size_t len, cap;
  size_t body, chunk;   // where the body begins (0: not known yet); in the chunked coding: where the next chunk begins
  int64_t length;       // -1: chunked
  uint64_t sent_at;
} Conn;

static char **requests, **places;
static size_t *sizes, count;
static uint32_t *times;
static size_t answers, wanted, before;
static uint64_t bytes, bad, unique, from;
static struct sockaddr_in address;
static int poll;

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(2);
}

static void load(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail(path);
  fseek(file, 0, SEEK_END);
  size_t size = ftell(file);
  rewind(file);
  char *text = malloc(size);
  if (fread(text, 1, size, file) != size) fail(path);
  fclose(file);
  requests = realloc(requests, sizeof *requests * (count + 1));
  sizes = realloc(sizes, sizeof *sizes * (count + 1));
  places = realloc(places, sizeof *places * (count + 1));
  requests[count] = text;
  places[count] = memmem(text, size, "%I..........", 12);
  sizes[count++] = size;
}

static void dial(Conn *c) {
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(c->fd, (void *)&address, sizeof address)) fail("connect");
  int one = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(poll, EPOLL_CTL_ADD, c->fd, &event);
}

static void ask(Conn *c, size_t step) {
  char *text = requests[c->next];
  size_t size = sizes[c->next];
  if (places[c->next]) {
    char id[13];
    snprintf(id, sizeof id, "%04x%08llx", getpid() & 0xffff, (unsigned long long)++unique);
    memcpy(places[c->next], id, 12);
  }
  c->next = (c->next + step) % count;
  c->len = c->body = c->chunk = 0;
  c->sent_at = now_ns();
  for (size_t done = 0; done < size;) {
    ssize_t n = write(c->fd, text + done, size - done);
    if (n <= 0) return; // closed meanwhile: the next read sees it
    done += n;
  }
}

// Whether the whole answer is there.
static int complete(Conn *c) {
  if (!c->body) {
    char *end = memmem(c->buf, c->len, "\r\n\r\n", 4);
    if (!end) return 0;
    *end = 0;
    char *header = strcasestr(c->buf, "\r\ncontent-length:");
    c->length = header ? atoll(header + 17) : strcasestr(c->buf, "\r\ntransfer-encoding: chunked") ? -1 : 0;
    c->body = c->chunk = end + 4 - c->buf;
  }
  if (c->length >= 0) return c->len >= c->body + c->length;
  for (;;) {
    char *line = memmem(c->buf + c->chunk, c->len - c->chunk, "\r\n", 2);
    if (!line) return 0;
    size_t size = strtoul(c->buf + c->chunk, 0, 16);
    size_t end = line + 2 - c->buf + size + 2;
    if (c->len < end) return 0;
    if (size == 0) return 1;
    c->chunk = end;
  }
}

static void begin(void) {
  from = now_ns();
  // whoever started this reads the server's processor time now, and again when this ends
  printf("measuring\n");
  fflush(stdout);
}

static void take(Conn *c) {
  int status = atoi(c->buf + 9);
  if (status >= 400 && bad++ == 0) fprintf(stderr, "%.*s\n", (int)(c->len > 900 ? 900 : c->len), c->buf);
  if (before > 0) {
    if (--before == 0) begin();
    return;
  }
  if (answers < wanted) times[answers++] = (now_ns() - c->sent_at) / 1000;
  bytes += c->len;
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  if (argc < 6) return 1;
  int conns = atoi(argv[2]);
  wanted = atoll(argv[3]);
  before = atoll(argv[4]);
  for (int i = 5; i < argc; i++) load(argv[i]);
  times = malloc(sizeof *times * wanted);
  address.sin_family = AF_INET;
  address.sin_port = htons(atoi(argv[1]));
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  poll = epoll_create1(0);
  Conn *all = calloc(conns, sizeof *all);
  for (int i = 0; i < conns; i++) {
    Conn *c = all + i;
    c->buf = malloc(c->cap = 65536);
    c->next = i % count;
    dial(c);
    ask(c, conns);
  }
  if (before == 0) begin();
  struct epoll_event events[256];
  while (answers < wanted) {
    int n = epoll_wait(poll, events, 256, 10);
    for (int i = 0; i < n; i++) {
      Conn *c = events[i].data.ptr;
      if (c->cap - c->len < 32768) c->buf = realloc(c->buf, c->cap *= 2);
      ssize_t got = read(c->fd, c->buf + c->len, c->cap - c->len - 1);
      if (got <= 0) {
        // kept alive for too long: the server may close it between two requests
        close(c->fd);
        dial(c);
        ask(c, conns);
        continue;
      }
      c->len += got;
      c->buf[c->len] = 0;
      if (!complete(c)) continue;
      take(c);
      ask(c, conns);
    }
  }
  double seconds = (now_ns() - from) / 1e9;
  qsort(times, answers, sizeof *times, ascending);
#define AT(q) (answers ? times[(size_t)((answers - 1) * (q))] / 1000.0 : 0)
  printf("{\"answers\":%zu,\"seconds\":%.3f,\"bad\":%llu,\"bytes\":%llu,\"p50\":%.2f,\"p99\":%.2f}\n", answers, seconds,
         (unsigned long long)bad, (unsigned long long)bytes, AT(.5), AT(.99));
  return 0;
}
