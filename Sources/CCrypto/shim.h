// The C headers of libcrypto that ascribe uses.
#pragma once
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// RFC 2253, but letters beyond ASCII stay UTF-8. The header spells it with casts, which Swift does not import.
static const unsigned long ascribe_name_flags = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
