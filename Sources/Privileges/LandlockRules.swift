import CPrivileges
import Glibc
import POSIX
import SystemPackage

/// What a confined process may reach of the file system and the network (landlock(7)).
///
/// What is open already stays usable. Everything not named is refused, also where the user's own rights allow it.
struct LandlockRules {
  /// Rights by the version of Landlock that brought them; the numbers are the kernel's.
  private enum Access {
    static let writeFile: UInt64 = 1 << 1
    static let readFile: UInt64 = 1 << 2
    static let readFolder: UInt64 = 1 << 3
    static let removeFile: UInt64 = 1 << 5
    static let makeFile: UInt64 = 1 << 8
    /// All rights of the first version.
    static let first: UInt64 = 1 << 13 - 1
    /// Moving files between folders, version 2.
    static let refer: UInt64 = 1 << 13
    /// Version 3.
    static let truncate: UInt64 = 1 << 14
    /// Control of devices that are opened later, version 5.
    static let control: UInt64 = 1 << 15
    /// Binding and connecting TCP, version 4.
    static let network: UInt64 = 3
    /// Abstract sockets of, and signals to, processes outside, version 6.
    static let scopes: UInt64 = 3
  }

  /// What the C library and libpcap read: times, counters of interfaces, libraries.
  ///
  /// A thread that calls pthread_exit loads a library then, and the process ends where that fails.
  private static let system = [
    "/etc/localtime", "/usr/share/zoneinfo", "/sys/class/net", "/sys/devices", "/usr/lib", "/lib", "/lib64",
  ]
  private static let network = [
    "/etc/resolv.conf", "/run/systemd/resolve", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf",
    "/etc/services", "/etc/ssl", "/usr/share/ca-certificates", "/etc/ld.so.cache",
  ]

  /// O_PATH: a place in the tree of files, of which nothing is read.
  private static let placeOnly = FileDescriptor.OpenOptions(rawValue: 0o1000_0000)

  private let confinement: Confinement

  init(_ confinement: Confinement) { self.confinement = confinement }

  /// Puts the thread under the rules.
  ///
  /// - Returns: A sentence on why it is not; nothing if it is.
  func enter() -> String? {
    let version = landlock_version()
    guard version > 0 else { return "The kernel has no Landlock: files are kept by their owners and modes alone." }
    // A program that is started may be anywhere and need anything.
    guard !confinement.startsPrograms else { return nil }
    var files = Access.first
    if version >= 2 { files |= Access.refer }
    if version >= 3 { files |= Access.truncate }
    if version >= 5 { files |= Access.control }
    let isAlone = !confinement.usesNetwork
    let rules = landlock_begin(
      files, version >= 4 && isAlone ? Access.network : 0, version >= 6 && isAlone ? Access.scopes : 0)
    guard rules >= 0 else { return "Landlock refuses a rule set: \(Errno(rawValue: errno))." }
    defer { close(rules) }
    let read = Access.readFile | Access.readFolder
    let write = read | Access.writeFile | Access.removeFile | Access.makeFile | files & Access.truncate
    let others = Self.system + (confinement.usesNetwork ? Self.network : [])
    for path in confinement.readable + others { allow(read, of: path, rules) }
    if confinement.usesNetwork { allowWhatIsReplaced(rules) }
    for path in confinement.writable { allow(write, of: path, rules) }
    // libdispatch, on whose threads metrics are answered, reads /proc/TID/stat of each, and ends the process where it may
    // not. Of other processes that shows what their modes let everybody see, and no folder.
    if confinement.usesNetwork { allow(Access.readFile, of: "/proc", rules) }
    guard landlock_enter(rules) == 0 else { return "Landlock refuses its rule set: \(Errno(rawValue: errno))." }
    return nil
  }

  /// Allows to read the files that say how names become addresses also after another file took the place of one, as DHCP
  /// clients and editors do: a rule speaks of a file, not of its name, so that it must be one on the folder.
  ///
  /// Not for root, whose folder /etc holds more than what everybody may read.
  private func allowWhatIsReplaced(_ rules: Int32) {
    guard geteuid() != 0 else { return }
    var folders: Set<String> = ["/etc"]
    if let folder = FilePath("/etc/resolv.conf").resolved?.removingLastComponent(), !folder.components.isEmpty {
      folders.insert(folder.string)
    }
    for folder in folders { allow(Access.readFile, of: folder, rules) }
  }

  /// Allows accesses to a file or folder; what is not there needs none.
  private func allow(_ access: UInt64, of path: String, _ rules: Int32) {
    guard let place = try? FileDescriptor.open(FilePath(path), .readOnly, options: [Self.placeOnly, .closeOnExec])
    else {
      return
    }
    defer { try? place.close() }
    // Of a file that is none of folders may be allowed.
    if landlock_allow(rules, place.rawValue, access) != 0 {
      _ = landlock_allow(rules, place.rawValue, access & (Access.readFile | Access.writeFile))
    }
  }
}
