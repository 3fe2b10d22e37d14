// The C headers of liblzma that ascribe uses.
#pragma once
#include <lzma.h>
