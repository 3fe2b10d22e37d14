// The C header of libyaml that ascribe uses.
#pragma once
#include <yaml.h>
