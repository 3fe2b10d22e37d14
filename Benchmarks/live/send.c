// Sends the frames of a capture from an interface, over and over, as fast as one processor can or at a rate.
//
//     send INTERFACE CAPTURE TURNS RATE        RATE in packets a second, 0: as fast as it goes
//
// Many frames go with one system call, so that the sender is several times as fast as one that makes a call for each. Prints
// how many were sent, and in how many seconds.
#define _GNU_SOURCE
#include <net/if.h>
#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int count, char **words) {
  if (count != 5) {
    fprintf(stderr, "usage: send INTERFACE CAPTURE TURNS RATE\n");
    return 2;
  }
  char problem[PCAP_ERRBUF_SIZE];
  pcap_t *capture = pcap_open_offline(words[2], problem);
  if (!capture) {
    fprintf(stderr, "%s: %s\n", words[2], problem);
    return 1;
  }
  struct iovec *frames = NULL;
  size_t held = 0, room = 0;
  struct pcap_pkthdr *header;
  const u_char *bytes;
  while (pcap_next_ex(capture, &header, &bytes) == 1) {
    if (held == room) frames = realloc(frames, (room = room ? 2 * room : 1024) * sizeof *frames);
    frames[held].iov_base = memcpy(malloc(header->caplen), bytes, header->caplen);
    frames[held++].iov_len = header->caplen;
  }
  int line = socket(AF_PACKET, SOCK_RAW, 0), yes = 1, size = 8 << 20;
  struct sockaddr_ll place = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(words[1])};
  if (line < 0 || bind(line, (struct sockaddr *)&place, sizeof place) < 0) {
    perror(words[1]);
    return 1;
  }
  setsockopt(line, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
  setsockopt(line, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  double rate = atof(words[4]), start = now();
  unsigned long long sent = 0, total = held * strtoull(words[3], NULL, 10);
  while (sent < total) {
    struct mmsghdr batch[BATCH];
    unsigned length = 0;
    while (length < BATCH && sent + length < total) {
      batch[length] = (struct mmsghdr){.msg_hdr = {.msg_iov = &frames[(sent + length) % held], .msg_iovlen = 1}};
      length++;
    }
    int done = sendmmsg(line, batch, length, 0);
    if (done < 0) {
      perror("sendmmsg");
      return 1;
    }
    sent += done;
    while (rate > 0 && now() - start < sent / rate) {
    }
  }
  printf("%llu %f\n", sent, now() - start);
  return 0;
}
