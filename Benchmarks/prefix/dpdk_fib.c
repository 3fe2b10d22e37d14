// Longest-prefix match with DPDK's rte_fib (DIR-24-8) and rte_fib6 (trie), both with 4-byte next hops.
//
// usage: dpdk_fib PREFIXES; Benchmarks/prefix/run drives it.
// Reads lines "SCALAR|VECTOR 4|6 FILE" from standard input, answers each with the sum of the line numbers of the longest
// prefixes and with lookups per second.
#include <arpa/inet.h>
#include <rte_eal.h>
#include <rte_fib.h>
#include <rte_fib6.h>
#include <rte_malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 64, PASSES = 4 };

struct route {
  uint8_t address[16];
  int length;
  uint32_t line;
};

static double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

static size_t heap(void) {
  struct rte_malloc_socket_stats stats;
  rte_malloc_get_socket_stats(0, &stats);
  return stats.heap_allocsz_bytes;
}

static int bytes;  // compared by the sort below

static int by_address(const void *left, const void *right) { return memcmp(left, right, bytes); }

// How many second-level tables of 256 entries the routes of one family take, which must be said beforehand.
static uint32_t tables(const struct route *routes, size_t count, int width) {
  uint32_t total = 0;
  uint8_t(*starts)[16] = malloc(count * 16);
  for (bytes = 3; bytes < width; bytes++) {
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
      if (routes[i].length > bytes * 8) memcpy(starts[n++], routes[i].address, 16);
    qsort(starts, n, 16, by_address);
    for (size_t i = 0; i < n; i++) total += i == 0 || memcmp(starts[i], starts[i - 1], bytes) != 0;
  }
  free(starts);
  return total;
}

static void *file(const char *path, size_t *size) {
  FILE *in = fopen(path, "rb");
  if (!in) exit(fprintf(stderr, "cannot read %s\n", path));
  fseek(in, 0, SEEK_END);
  *size = ftell(in);
  rewind(in);
  void *data = malloc(*size);
  if (fread(data, 1, *size, in) != *size) exit(1);
  fclose(in);
  return data;
}

int main(int argc, char **argv) {
  char *eal[] = {"dpdk_fib", "--no-huge", "--no-pci", "--no-shconf", "--no-telemetry", "--log-level=1", "-m", "3072", "-l", "0",
                 "--force-max-simd-bitwidth=512"};
  if (argc != 2 || rte_eal_init(sizeof eal / sizeof *eal, eal) < 0) return fprintf(stderr, "usage: dpdk_fib PREFIXES\n"), 1;
  struct route *routes[2] = {malloc(4000000 * sizeof(struct route)), malloc(4000000 * sizeof(struct route))};
  size_t counts[2] = {0, 0};
  FILE *in = fopen(argv[1], "r");
  char line[100];
  for (uint32_t number = 1; in && fgets(line, sizeof line, in); number++) {
    int six = strchr(line, ':') != NULL;
    struct route *route = &routes[six][counts[six]++];
    char *slash = strchr(line, '/');
    *slash = 0;
    memset(route, 0, sizeof *route);
    if (inet_pton(six ? AF_INET6 : AF_INET, line, route->address) != 1) return 1;
    route->length = atoi(slash + 1);
    route->line = number;
  }
  fclose(in);

  size_t start = heap();
  double began = seconds(CLOCK_PROCESS_CPUTIME_ID);
  struct rte_fib_conf conf4 = {.type = RTE_FIB_DIR24_8, .max_routes = counts[0] * 2 + 1000};
  uint32_t tables4 = tables(routes[0], counts[0], 4);
  conf4.dir24_8.nh_sz = RTE_FIB_DIR24_8_4B;
  conf4.dir24_8.num_tbl8 = tables4 + 64;
  struct rte_fib *fib4 = rte_fib_create("four", 0, &conf4);
  for (size_t i = 0; fib4 && i < counts[0]; i++) {
    uint32_t address;
    memcpy(&address, routes[0][i].address, 4);
    if (rte_fib_add(fib4, ntohl(address), routes[0][i].length, routes[0][i].line)) return fprintf(stderr, "add4\n"), 1;
  }
  printf("table 4 %zu %.3f %zu %zu\n", counts[0], seconds(CLOCK_PROCESS_CPUTIME_ID) - began,
         ((size_t)4 << 24) + (size_t)tables4 * 1024, heap() - start);
  start = heap();
  began = seconds(CLOCK_PROCESS_CPUTIME_ID);
  struct rte_fib6_conf conf6 = {.type = RTE_FIB6_TRIE, .max_routes = counts[1] * 2 + 1000};
  uint32_t tables6 = tables(routes[1], counts[1], 16);
  conf6.trie.nh_sz = RTE_FIB6_TRIE_4B;
  conf6.trie.num_tbl8 = counts[1] * 3;  // it reserves far more than it takes
  struct rte_fib6 *fib6 = rte_fib6_create("six", 0, &conf6);
  for (size_t i = 0; fib6 && i < counts[1]; i++)
    if (rte_fib6_add(fib6, routes[1][i].address, routes[1][i].length, routes[1][i].line)) return fprintf(stderr, "add6\n"), 1;
  if (!fib4 || !fib6) return fprintf(stderr, "no memory for the tables\n"), 1;
  printf("table 6 %zu %.3f %zu %zu\n", counts[1], seconds(CLOCK_PROCESS_CPUTIME_ID) - began,
         ((size_t)4 << 24) + (size_t)tables6 * 1024, heap() - start);
  fflush(stdout);

  char kind[20], path[1000];
  int family;
  uint64_t hops[BATCH];
  while (scanf("%19s %d %999s", kind, &family, path) == 3) {
    size_t size;
    void *data = file(path, &size);
    int vector = strcmp(kind, "VECTOR") == 0;
    int failed = rte_fib_select_lookup(fib4, vector ? RTE_FIB_LOOKUP_DIR24_8_VECTOR_AVX512 : RTE_FIB_LOOKUP_DIR24_8_SCALAR_INLINE) |
                 rte_fib6_select_lookup(fib6, vector ? RTE_FIB6_LOOKUP_TRIE_VECTOR_AVX512 : RTE_FIB6_LOOKUP_TRIE_SCALAR);
    size_t count = size / (family == 4 ? 4 : 16);
    uint64_t sum = 0;
    double from = seconds(CLOCK_THREAD_CPUTIME_ID);
    for (int pass = 0; pass < PASSES; pass++)
    for (size_t i = 0; i + BATCH <= count; i += BATCH) {
      if (family == 4)
        rte_fib_lookup_bulk(fib4, (uint32_t *)data + i, hops, BATCH);
      else
        rte_fib6_lookup_bulk(fib6, (uint8_t(*)[16])data + i, hops, BATCH);
      for (int j = 0; j < BATCH; j++) sum += hops[j];
    }
    double took = seconds(CLOCK_THREAD_CPUTIME_ID) - from;
    if (failed)
      printf("none\n");
    else
      printf("%lu %.0f\n", sum / PASSES, count * PASSES / took);
    fflush(stdout);
    free(data);
  }
  return 0;
}
