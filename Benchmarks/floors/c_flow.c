// Floor: what a flow table costs. Maps a little-endian Ethernet pcap file, parses IPv4, IPv6, TCP and UDP behind up to
// two VLAN tags, counts packets and bytes of both directions of each flow in a growing open-addressing table, and counts
// packets from the listed ranges. No timeouts, no states, no output of flows.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

typedef struct {
  uint64_t low[2], high[2];  // the lesser endpoint, the greater endpoint
  uint32_t ports, protocol;  // a protocol of 0 says that the slot is free
} Key;

typedef struct {
  Key key;
  uint64_t bytes[2];
  uint32_t packets[2], first, last;
} Slot;

static Slot *slots;
static uint64_t capacity = 1 << 16, used;

static uint64_t hash(const Key *key) {
  uint64_t words[5], state = 0x9E3779B97F4A7C15;
  memcpy(words, key, sizeof words);
  for (int i = 0; i < 5; i++) state = (state ^ words[i]) * 0xD6E8FEB86659FD93, state ^= state >> 32;
  return state;
}

static Slot *find(const Key *key) {
  uint64_t index = hash(key) & (capacity - 1);
  while (slots[index].key.protocol && memcmp(&slots[index].key, key, sizeof *key)) index = (index + 1) & (capacity - 1);
  return &slots[index];
}

static void grow(void) {
  Slot *old = slots;
  uint64_t count = old ? capacity : 0;
  if (old) capacity *= 2;
  slots = calloc(capacity, sizeof *slots);
  if (!slots) exit(1);
  for (uint64_t i = 0; i < count; i++)
    if (old[i].key.protocol) *find(&old[i].key) = old[i];
  free(old);
}

static int listed(const uint8_t *address, int is6) {
  static const uint8_t v6[6] = {0x20, 0x01, 0x0D, 0xB8, 0x01, 0x00};
  if (is6) return !memcmp(address, v6, 6);
  return !memcmp(address, "\xC6\x33\x64", 3) || !memcmp(address, "\xCB\x00\x71", 3);
}

int main(int argc, char **argv) {
  int file = argc > 1 ? open(argv[1], O_RDONLY) : -1;
  struct stat status;
  if (file < 0 || fstat(file, &status)) return 1;
  const uint8_t *base = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (base == MAP_FAILED) return 1;
  unsigned long packets = 0, skipped = 0, matches = 0;
  grow();
  for (long next, offset = 24; offset + 16 <= status.st_size; offset = next, packets++) {
    uint32_t record[4];
    memcpy(record, base + offset, 16);
    const uint8_t *frame = base + offset + 16, *end = frame + record[2];
    if (record[2] > status.st_size - offset - 16) break;
    next = offset + 16 + record[2];
    const uint8_t *type = frame + 12;
    for (int tag = 0; tag < 2 && type + 6 <= end && type[0] == 0x81 && type[1] == 0; tag++) type += 4;
    const uint8_t *ip = type + 2, *transport, *source;
    int is6 = ip <= end && type[0] == 0x86 && type[1] == 0xDD, protocol;
    if (is6 && ip + 44 <= end) source = ip + 8, transport = ip + 40, protocol = ip[6];
    else if (!is6 && ip + 24 <= end && type[0] == 8 && type[1] == 0)
      source = ip + 12, transport = ip + (ip[0] & 15) * 4, protocol = ip[9];
    else { skipped++; continue; }
    if ((protocol != 6 && protocol != 17) || transport + 4 > end) { skipped++; continue; }
    uint64_t a[2] = {0, 0}, b[2] = {0, 0};
    memcpy(a, source, is6 ? 16 : 4), memcpy(b, source + (is6 ? 16 : 4), is6 ? 16 : 4);
    uint16_t from, to;
    memcpy(&from, transport, 2), memcpy(&to, transport + 2, 2);
    int side = a[0] != b[0] ? a[0] > b[0] : a[1] != b[1] ? a[1] > b[1] : from > to;
    Key key = {{side ? b[0] : a[0], side ? b[1] : a[1]}, {side ? a[0] : b[0], side ? a[1] : b[1]},
               side ? (uint32_t)to << 16 | from : (uint32_t)from << 16 | to, protocol};
    Slot *slot = find(&key);
    if (!slot->key.protocol) {
      if (++used * 10 > capacity * 7) grow(), slot = find(&key);
      slot->key = key;
      slot->first = record[0];
    }
    slot->last = record[0];
    slot->packets[side]++;
    slot->bytes[side] += record[3];
    matches += listed(source, is6);
  }
  printf("%lu packets, %lu flows, %lu listed, %lu skipped\n", packets, used, matches, skipped);
  return 0;
}
