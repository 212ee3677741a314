/*
 * comeback: clients that come to a server at the same moment. One thread, epoll.
 *
 *   comeback -p PORT -o ORIGIN -c COOKIES -n CLIENTS [-j FRAME] [-e TEXT] [-w WINDOW] [-s SENDERS -r RATE -m FRAME] [-t SECONDS]
 *
 *  -c file of header lines, one a client (modulo their number)
 *  -j frame that each client sends after hello, with "id":1; without it a client is there once it has its hello
 *  -e each client must also receive a frame that holds this text (the last message that it missed)
 *  -w so many handshakes are under way at a time (more would overflow the system's queue of connections)
 *  -s so many further sockets (their headers are the file's first) join before the others come, and send all the while
 *  -r messages a second of all senders together; %I in the frame of -m stands for the message's number, its "id"
 *
 * Prints JSON: seconds until everybody had hello and until everybody was there, how long each took, and how long
 * the senders' messages took to be acknowledged meanwhile.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { NEW, UPGRADING, GREETING, JOINING, THERE, GONE };
typedef struct {
  int fd, state, is_sender, replied, ended;
  double began;
  unsigned char *data;
  size_t length, room;
} Client;

static const char *origin = "", *join_frame, *end_text, *message = "";
static int port, clients = 100, window = 400, senders;
static double rate, limit_s = 120;
static char **headers;
static int header_count, poller, under_way, greeted, there, failed, closed;
static double *took, *acked, *sent_at;
static size_t acked_count, sent_count, max_sent;
static int is_storm;
static unsigned long long received;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void read_headers(const char *file) {
  FILE *f = fopen(file, "r");
  if (!f) { perror(file); exit(2); }
  char *line = 0;
  size_t size = 0;
  ssize_t n;
  while ((n = getline(&line, &size, f)) >= 0) {
    if (n && line[n - 1] == '\n') line[n - 1] = 0;
    headers = realloc(headers, sizeof *headers * (header_count + 1));
    headers[header_count++] = strdup(line);
  }
}

static void give_up(Client *c) {
  if (c->state == GONE) return;
  if (c->state < THERE) { under_way -= c->state < GREETING; failed++; } else closed++;
  close(c->fd);
  free(c->data);
  c->data = 0;
  c->state = GONE;
}

static void send_frame(Client *c, int op, const void *text, size_t n) {
  unsigned char frame[n + 14];
  size_t k = 0;
  frame[k++] = 0x80 | op;
  if (n < 126) frame[k++] = 0x80 | n;
  else { frame[k++] = 0x80 | 126; frame[k++] = n >> 8; frame[k++] = n; }
  memset(frame + k, 0, 4); /* a mask of zeroes */
  memcpy(frame + k + 4, text, n);
  if (write(c->fd, frame, k + 4 + n) != (ssize_t)(k + 4 + n)) give_up(c);
}

static void open_client(Client *c, int n) {
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  fcntl(c->fd, F_SETFL, O_NONBLOCK);
  int one = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  c->began = now();
  c->room = 4096;
  c->data = malloc(c->room);
  under_way++;
  c->state = NEW;
  struct epoll_event ev = { .events = EPOLLOUT, .data.ptr = c };
  epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &ev);
  if (connect(c->fd, (void *)&to, sizeof to) && errno != EINPROGRESS) give_up(c);
}

static void upgrade(Client *c, int n) {
  char text[4096];
  int length = snprintf(text, sizeof text,
    "GET /ws HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: parley.1\r\nOrigin: %s\r\n%s\r\n\r\n",
    strstr(origin, "//") + 2, origin, headers[n % header_count]);
  struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };
  epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &ev);
  c->state = UPGRADING;
  if (write(c->fd, text, length) != length) give_up(c);
}

static void check_there(Client *c) {
  if (c->state != JOINING || !c->replied || (end_text && !c->ended)) return;
  c->state = THERE;
  took[there++] = now() - c->began;
}

static void take_text(Client *c, const char *text, size_t n) {
  if (c->state == GREETING) {
    greeted++;
    c->state = JOINING;
    c->ended = c->is_sender || !end_text;
    if (join_frame) send_frame(c, 1, join_frame, strlen(join_frame));
    else { c->replied = c->ended = 1; check_there(c); }
    return;
  }
  if (n > 6 && !memcmp(text, "{\"re\":", 6)) {
    size_t id = strtoul(text + 6, 0, 10);
    int ok = memmem(text, n, "\"ok\":true", 9) != 0;
    if (!ok) fprintf(stderr, "refused: %.*s\n", (int)(n < 300 ? n : 300), text);
    if (id == 1) c->replied = ok;
    else if (ok && is_storm && id < max_sent) acked[acked_count++] = now() - sent_at[id];
    if (!ok && id == 1) return give_up(c);
  } else if (!c->ended && memmem(text, n, end_text, strlen(end_text))) c->ended = 1;
  check_there(c);
}

/* The length of a frame with its head, 0 while it is not all here. */
static size_t frame_length(const unsigned char *b, size_t have, size_t *head) {
  if (have < 2) return 0;
  size_t n = b[1] & 127, h = 2;
  if (n == 126) { if (have < 4) return 0; n = b[2] << 8 | b[3]; h = 4; }
  else if (n == 127) { if (have < 10) return 0; n = 0; for (int i = 0; i < 8; i++) n = n << 8 | b[2 + i]; h = 10; }
  *head = h;
  return have < h + n ? 0 : h + n;
}

static void take(Client *c) {
  size_t at = 0, head, n;
  if (c->state == UPGRADING) {
    unsigned char *end = memmem(c->data, c->length, "\r\n\r\n", 4);
    if (!end) return;
    if (memcmp(c->data, "HTTP/1.1 101", 12)) {
      if (!failed) fprintf(stderr, "refused: %.*s\n", (int)c->length, c->data);
      return give_up(c);
    }
    at = end + 4 - c->data;
    under_way--;
    c->state = GREETING;
  }
  while (c->state != GONE && (n = frame_length(c->data + at, c->length - at, &head))) {
    int op = c->data[at] & 15;
    unsigned char *text = c->data + at + head;
    if (op == 9) send_frame(c, 10, text, n - head);
    else if (op == 8) {
      fprintf(stderr, "closed: %d %.*s\n", text[0] << 8 | text[1], (int)(n - head - 2), text + 2);
      return give_up(c);
    } else take_text(c, (char *)text, n - head);
    at += n;
  }
  if (c->state == GONE) return;
  memmove(c->data, c->data + at, c->length - at);
  c->length -= at;
}

static void receive(Client *c) {
  for (;;) {
    if (c->state == GONE) return;
    if (c->room - c->length < 4096) c->data = realloc(c->data, c->room *= 2);
    ssize_t n = read(c->fd, c->data + c->length, c->room - c->length);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) return give_up(c);
    c->length += n;
    received += n;
    take(c);
    if (c->state != GONE && c->length == 0 && c->room > 4096) c->data = realloc(c->data, c->room = 4096);
    if (n < 4096) return;
  }
}

static void send_message(Client *c) {
  size_t id = sent_count++;
  if (id >= max_sent || c->state != THERE) return;
  char text[4096];
  const char *at = strstr(message, "%I");
  int n = 0;
  for (const char *p = message; at; p = at + 2, at = strstr(p, "%I")) {
    n += snprintf(text + n, sizeof text - n, "%.*s%zu", (int)(at - p), p, id);
    if (!strstr(at + 2, "%I")) n += snprintf(text + n, sizeof text - n, "%s", at + 2);
  }
  sent_at[id] = now();
  send_frame(c, 1, text, n);
}

/*
 * Until all of them are there (or gone). Messages that were sent meanwhile have 5 s more to be acknowledged. Returns
 * the seconds until all were there.
 */
static double run(Client *from, int count, Client *sending, double *all_greeted) {
  double began = now(), last = began, owed = 0, done = 0;
  int opened = 0, first_greeted = greeted, first_there = there, first_failed = failed, turn = 0;
  struct epoll_event evs[512];
  while (now() - began < limit_s) {
    if (!done && there - first_there + failed - first_failed >= count) done = now() - began;
    if (done && (acked_count == sent_count - 2 || now() - began > done + 5)) break;
    while (opened < count && under_way < window) { open_client(from + opened, opened); opened++; }
    if (sending && !done) {
      double t = now();
      for (owed += (t - last) * rate, last = t; owed >= 1; owed--) send_message(sending + turn++ % senders);
    }
    int n = epoll_wait(poller, evs, 512, 5);
    for (int i = 0; i < n; i++) {
      Client *c = evs[i].data.ptr;
      if (c->state == NEW) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) give_up(c);
        else upgrade(c, c - from);
      } else receive(c);
    }
    if (*all_greeted == 0 && greeted - first_greeted >= count) *all_greeted = now() - began;
  }
  return done ? done : limit_s;
}

static int compare(const void *a, const void *b) {
  double x = *(double *)a, y = *(double *)b;
  return x < y ? -1 : x > y;
}

static double at(double *sorted, size_t count, double part) {
  return count ? sorted[(size_t)((count - 1) * part)] * 1000 : 0;
}

int main(int argc, char **argv) {
  int o;
  while ((o = getopt(argc, argv, "p:o:c:n:j:e:w:s:r:m:t:")) > 0) switch (o) {
    case 'p': port = atoi(optarg); break;
    case 'o': origin = optarg; break;
    case 'c': read_headers(optarg); break;
    case 'n': clients = atoi(optarg); break;
    case 'j': join_frame = optarg; break;
    case 'e': end_text = optarg; break;
    case 'w': window = atoi(optarg); break;
    case 's': senders = atoi(optarg); break;
    case 'r': rate = atof(optarg); break;
    case 'm': message = optarg; break;
    case 't': limit_s = atof(optarg); break;
    default: return 2;
  }
  struct rlimit files = { 1048576, 1048576 };
  setrlimit(RLIMIT_NOFILE, &files);
  poller = epoll_create1(0);
  Client *all = calloc(clients + senders, sizeof *all);
  took = malloc(sizeof *took * (clients + senders));
  sent_count = 2; /* 1 is the id of the join */
  max_sent = rate * limit_s + 10;
  acked = malloc(sizeof *acked * max_sent);
  sent_at = malloc(sizeof *sent_at * max_sent);
  double all_greeted = 0;
  if (senders) {
    for (int i = 0; i < senders; i++) all[clients + i].is_sender = 1;
    run(all + clients, senders, 0, &all_greeted);
    all_greeted = 0;
  }
  int before = there;
  is_storm = 1;
  double seconds = run(all, clients, senders ? all + clients : 0, &all_greeted);
  qsort(took + before, there - before, sizeof *took, compare);
  size_t sent = sent_count - 2;
  size_t waiting = sent - acked_count;
  qsort(acked, acked_count, sizeof *acked, compare);
  printf("{\"there\":%d,\"failed\":%d,\"closed\":%d,\"greeted_s\":%.3f,\"there_s\":%.3f,\"mb\":%.1f,"
    "\"took_ms\":{\"p50\":%.1f,\"p99\":%.1f},\"sent\":%zu,\"waiting\":%zu,\"ack_ms\":{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f}}\n",
    there - before, failed, closed, all_greeted, seconds, received / 1e6,
    at(took + before, there - before, 0.5), at(took + before, there - before, 0.99),
    sent, waiting, at(acked, acked_count, 0.5), at(acked, acked_count, 0.99), at(acked, acked_count, 1));
}
