// The C headers of zlib that ascribe uses.
#pragma once
#include <zlib.h>
