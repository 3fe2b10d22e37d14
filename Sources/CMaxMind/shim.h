// The C header of libmaxminddb that ascribe uses.
#pragma once
#include <maxminddb.h>
