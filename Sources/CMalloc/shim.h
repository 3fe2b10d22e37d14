// How the C library's heap grows; no part of the module that comes with Swift.
#pragma once
#include <malloc.h>
