// The C headers of liblz4 that ascribe uses.
#pragma once
#include <lz4frame.h>
