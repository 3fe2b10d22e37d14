// The C headers of libseccomp that ascribe uses.
#pragma once
#include <seccomp.h>
