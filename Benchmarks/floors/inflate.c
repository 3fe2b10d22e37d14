// Floor: zlib alone. Decompresses a gzip file to nowhere.
#include <stdio.h>
#include <string.h>
#include <zlib.h>

int main(int argc, char **argv) {
  static unsigned char input[1 << 18], output[1 << 18];
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (!file || inflateInit2(&stream, 15 + 16) != Z_OK) return 1;
  unsigned long bytes = 0;
  int code = Z_OK;
  while ((stream.avail_in = fread(stream.next_in = input, 1, sizeof input, file)) > 0) {
    do {
      if (code == Z_STREAM_END) inflateReset(&stream);
      stream.next_out = output, stream.avail_out = sizeof output;
      code = inflate(&stream, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return 1;
      bytes += sizeof output - stream.avail_out;
    } while (stream.avail_in > 0 || stream.avail_out == 0);
  }
  printf("%lu bytes\n", bytes);
  return code != Z_STREAM_END;
}
