// System calls about rights that Swift does not offer: those of Landlock, capset, and prctl with its varying arguments.
// None keeps a pointer; each returns -1 with errno where the kernel refuses.
#pragma once
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Takes a capability out of the bounding set of this thread (capabilities(7)).
static inline int capability_drop_bound(unsigned long capability) {
  return prctl(PR_CAPBSET_DROP, capability, 0UL, 0UL, 0UL);
}

/// Empties the ambient set of this thread.
static inline int capability_clear_ambient(void) {
  return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL);
}

/// Empties the effective, permitted and inheritable sets of this thread.
static inline int capability_clear(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}, {0, 0, 0}};
  return (int)syscall(SYS_capset, &header, data);
}

/// No program that is started gains a right (PR_SET_NO_NEW_PRIVS).
static inline int privileges_forbid_new(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL); }

/// No other process of the user reads the memory of this one, and it leaves no core file (PR_SET_DUMPABLE).
static inline int privileges_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL); }

// landlock(7). Debian 12's header knows the first version alone, so that the structures are spelled out.

/// The version of Landlock that the kernel has.
static inline int landlock_version(void) { return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1U); }

/// Makes a rule set that governs these accesses; returns its descriptor.
static inline int landlock_begin(uint64_t files, uint64_t network, uint64_t scopes) {
  const uint64_t attributes[3] = {files, network, scopes};
  return (int)syscall(SYS_landlock_create_ruleset, attributes, sizeof attributes, 0U);
}

/// Allows accesses to a file, or to all that is below a folder.
static inline int landlock_allow(int rules, int place, uint64_t access) {
  struct __attribute__((packed)) {
    uint64_t access;
    int32_t place;
  } rule = {access, place};
  return (int)syscall(SYS_landlock_add_rule, rules, 1, &rule, 0U);
}

/// Puts this thread, and those it starts, under a rule set.
static inline int landlock_enter(int rules) { return (int)syscall(SYS_landlock_restrict_self, rules, 0U); }
