import CSeccomp
import Glibc
import SystemPackage

/// The system calls that a confined process has no use for (seccomp(2)).
///
/// They fail with EPERM and are logged where audit runs; the process goes on, for a sensor that is killed by a stray call
/// of a library sees nothing any more. clone3 fails with ENOSYS, so that the C library falls back on clone, whose flags a
/// filter can read.
struct SystemCallFilter {
  /// A rule on one argument of a call: it fails where the argument has these bits.
  private struct Condition {
    var argument: UInt32
    var mask: UInt64
    var value: UInt64
  }

  private static let denied = [
    // Other processes, and what they hold.
    "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "process_madvise",
    // The tree of files, and namespaces.
    "mount", "umount2", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "open_tree", "mount_setattr",
    "pivot_root", "chroot", "unshare", "setns", "name_to_handle_at", "open_by_handle_at", "mknod", "mknodat",
    // The kernel.
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "kexec_load",
    "kexec_file_load", "init_module", "finit_module", "delete_module", "add_key", "request_key", "keyctl", "syslog",
    "reboot", "swapon", "swapoff", "acct", "quotactl", "iopl", "ioperm", "modify_ldt", "personality", "vhangup",
    // The clock, and names.
    "settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname",
    // Rights.
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "setfsuid", "setfsgid", "capset",
  ]
  /// What starts a program.
  private static let programs = ["execve", "execveat", "fork", "vfork"]
  /// Flags of clone(2) that make namespaces: those of mounts, cgroups, UTS, IPC, users, processes and networks.
  private static let namespaces: [UInt64] = [
    0x2_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
  ]
  private static let thread: UInt64 = 0x1_0000
  /// PROT_WRITE and PROT_EXEC.
  private static let (writable, executable): (UInt64, UInt64) = (2, 4)
  /// Pushes input back into a terminal.
  private static let terminalInput: UInt64 = 0x5412
  private static let allow: UInt32 = 0x7FFF_0000
  private static func failure(_ number: Int32) -> UInt32 { 0x0005_0000 | UInt32(number) }

  private let confinement: Confinement

  init(_ confinement: Confinement) { self.confinement = confinement }

  /// Puts the process under the filter.
  ///
  /// - Returns: A sentence on why it is not; nothing if it is.
  func enter() -> String? {
    guard let filter = unsafe seccomp_init(Self.allow) else { return "No filter of system calls could be made." }
    defer { unsafe seccomp_release(filter) }
    // Refused calls are logged; libraries before 2.4 cannot say so.
    _ = unsafe seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1)
    unsafe deny(Self.denied + (confinement.startsPrograms ? [] : Self.programs), filter)
    unsafe deny(["clone3"], filter, error: ENOSYS)
    for flag in Self.namespaces {
      unsafe deny(["clone"], filter, where: Condition(argument: 0, mask: flag, value: flag))
    }
    if !confinement.startsPrograms {
      unsafe deny(["clone"], filter, where: Condition(argument: 0, mask: Self.thread, value: 0))
    }
    let both = Self.writable | Self.executable
    unsafe deny(["mmap"], filter, where: Condition(argument: 2, mask: both, value: both))
    unsafe deny(
      ["mprotect", "pkey_mprotect"], filter,
      where: Condition(argument: 2, mask: Self.executable, value: Self.executable))
    unsafe deny(["ioctl"], filter, where: Condition(argument: 1, mask: 0xFFFF_FFFF, value: Self.terminalInput))
    unsafe denySockets(filter)
    let status = unsafe seccomp_load(filter)
    guard status == 0 else {
      return "The kernel takes no filter of system calls: \(Errno(rawValue: -status))."
    }
    return nil
  }

  /// Sockets of families that are not needed; packet sockets are open already and stay bound.
  private func denySockets(_ filter: scmp_filter_ctx) {
    // AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK, by which the C library asks for addresses. A program that is started
    // inherits the filter, and telling somebody is what it is for.
    let needed: Set<UInt64> = confinement.usesNetwork || confinement.startsPrograms ? [1, 2, 10, 16] : []
    for family in UInt64(0)..<64 where !needed.contains(family) {
      unsafe deny(["socket"], filter, where: Condition(argument: 0, mask: 0xFFFF_FFFF, value: family))
    }
  }

  /// Adds a rule for calls; one that this processor does not have needs none.
  private func deny(
    _ names: [String], _ filter: scmp_filter_ctx, where condition: Condition? = nil, error: Int32 = EPERM
  ) {
    for name in names {
      let number = unsafe seccomp_syscall_resolve_name(name)
      guard number >= 0 else { continue }
      let conditions = condition.map {
        [scmp_arg_cmp(arg: $0.argument, op: SCMP_CMP_MASKED_EQ, datum_a: $0.mask, datum_b: $0.value)]
      }
      // The filter is live until `enter` releases it; the array and its length go together.
      _ = unsafe seccomp_rule_add_array(
        filter, Self.failure(error), number, UInt32(conditions?.count ?? 0), conditions ?? [])
    }
  }
}
