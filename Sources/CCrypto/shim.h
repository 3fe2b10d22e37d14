// The C headers of libcrypto that ascribe uses.
#pragma once
#include <openssl/evp.h>
