// Two functions of glibc (2.34) whose declarations stand behind _GNU_SOURCE, which Swift does not set.
#pragma once
#include <spawn.h>

int memfd_create(const char *name, unsigned int flags);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
