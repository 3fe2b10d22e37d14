// The C headers of libzstd that ascribe uses.
#pragma once
#include <zstd.h>
