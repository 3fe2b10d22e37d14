import CPrivileges
import Glibc
import POSIX
import SystemPackage

/// What a process keeps of its rights once its packet sockets are open.
///
/// ```
///   priority ─► bounding set ─► groups, gid, uid ─► capabilities ─► no new privileges ─► Landlock ─► seccomp
/// ```
/// Each step needs rights that a later one takes. All of it holds for the calling thread and those it starts, so that it
/// must be the only one: a thread that was started before would keep its rights.
package struct Confinement {
  /// The nice value that a capture takes where it may: what stays in the kernel's ring for too long is lost, and whatever
  /// else runs can wait (setpriority(2)).
  private static let niceness: Int32 = -10

  /// Who the process becomes; nothing to stay who it is.
  package var user: UserAccount?
  /// Files and folders that are read.
  package var readable: [String] = []
  /// Folders in which files are made, written and removed.
  package var writable: [String] = []
  /// Whether connections are made or taken.
  package var usesNetwork = false
  /// Whether programs are started.
  package var startsPrograms = false

  /// Makes a confinement that leaves nothing.
  package init() {}

  /// Gives the rights up; there is no way back.
  ///
  /// - Returns: Sentences on what this kernel does not offer.
  /// - Throws: `ConfinementError` with code `refused` if rights are left, or `folder` if one may not be written.
  package func enter() throws(ConfinementError) -> [String] {
    guard Self.threadCount == 1 else {
      throw ConfinementError(
        .refused, "Rights cannot be given up while \(Self.threadCount) threads run. Please report this fault.")
    }
    raisePriority()
    dropBounds()
    if let user { try become(user) }
    try clearCapabilities()
    guard privileges_forbid_new() == 0, privileges_forbid_dumps() == 0 else {
      throw Self.refusal("to keep this process from gaining rights")
    }
    try checkFolders()
    var missing: [String] = []
    if let problem = LandlockRules(self).enter() { missing.append(problem) }
    if let problem = SystemCallFilter(self).enter() { missing.append(problem) }
    return missing
  }

  /// Goes before other programs, unless who started this one chose its priority (nice(1)), or it has no right to
  /// (CAP_SYS_NICE).
  private func raisePriority() {
    let this = Int32(PRIO_PROCESS.rawValue)
    guard getpriority(this, 0) == 0 else { return }
    _ = setpriority(this, 0, Self.niceness)
  }

  /// Empties the bounding set; without CAP_SETPCAP it stays, but a process that gains no privileges has no use for it.
  private func dropBounds() {
    var capability: UInt = 0
    // The kernel knows the capabilities below the first that it refuses.
    while capability < 64, capability_drop_bound(capability) == 0 { capability += 1 }
  }

  private func become(_ user: UserAccount) throws(ConfinementError) {
    // For root these set the real, effective and saved ids alike.
    guard setgroups(0, nil) == 0, setgid(user.groupID) == 0, setuid(user.userID) == 0 else {
      throw Self.refusal("to become '\(user.name)'")
    }
    guard user.isRoot || setuid(0) != 0 && setgid(0) != 0 else {
      throw ConfinementError(.refused, "The process is still root after it became '\(user.name)'.")
    }
  }

  private func clearCapabilities() throws(ConfinementError) {
    // Kernels before 4.3 have no ambient set.
    _ = capability_clear_ambient()
    guard capability_clear() == 0 else { throw Self.refusal("to give capabilities up") }
  }

  private func checkFolders() throws(ConfinementError) {
    for folder in writable {
      do throws(Errno) { try FilePath(folder).checkWritableFolder() } catch {
        let owner = user.map { "'\($0.name)'" } ?? "this user"
        throw ConfinementError(
          .folder,
          "'\(folder)' may not be written by \(owner): \(error). Give it to that user (chown), or name another with "
            + "--user.")
      }
    }
  }

  private static func refusal(_ what: String) -> ConfinementError {
    ConfinementError(.refused, "The kernel refuses \(what): \(Errno(rawValue: errno)).")
  }

  /// Threads of this process, as its links in /proc say; 1 where that is not mounted.
  private static var threadCount: Int {
    // Each thread is a folder, which links to the one above.
    (try? Stat(FilePath("/proc/self/task"))).map { $0.linkCount - 2 } ?? 1
  }
}
