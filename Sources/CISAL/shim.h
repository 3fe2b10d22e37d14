// The C headers of ISA-L that ascribe uses.
#pragma once
#include <isa-l/igzip_lib.h>
