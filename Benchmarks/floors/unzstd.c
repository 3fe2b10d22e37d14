// Floor: libzstd alone. Decompresses a zstd file to nowhere.
#include <stdio.h>
#include <zstd.h>

int main(int argc, char **argv) {
  static unsigned char input[1 << 18], output[1 << 18];
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
  ZSTD_DStream *stream = ZSTD_createDStream();
  if (!file || !stream) return 1;
  unsigned long bytes = 0;
  size_t left = 0;
  for (ZSTD_inBuffer in = {input, 0, 0}; (in.size = fread(input, 1, sizeof input, file)) > 0;) {
    in.pos = 0;
    for (size_t filled = sizeof output; in.pos < in.size || filled == sizeof output;) {
      ZSTD_outBuffer out = {output, sizeof output, 0};
      left = ZSTD_decompressStream(stream, &out, &in);
      if (ZSTD_isError(left)) return 1;
      bytes += filled = out.pos;
    }
  }
  printf("%lu bytes\n", bytes);
  return left != 0;
}
