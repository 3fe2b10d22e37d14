// Floor: maps a little-endian pcap file and touches each record header and the first bytes of each packet.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

int main(int argc, char **argv) {
  int file = argc > 1 ? open(argv[1], O_RDONLY) : -1;
  struct stat status;
  if (file < 0 || fstat(file, &status)) return 1;
  const uint8_t *base = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (base == MAP_FAILED) return 1;
  unsigned long packets = 0, bytes = 0, touched = 0;
  for (long offset = 24; offset + 16 <= status.st_size; packets++) {
    uint32_t lengths[2];
    memcpy(lengths, base + offset + 8, 8);
    if (offset + 16 + (long)lengths[0] > status.st_size) break;
    if (lengths[0] > 54) touched += base[offset + 16 + 23] + base[offset + 16 + 54];
    bytes += lengths[1];
    offset += 16 + lengths[0];
  }
  printf("%lu packets, %lu bytes (%lu)\n", packets, bytes, touched);
  return 0;
}
