import CPrivileges
import Foundation
import Synchronization
import Testing

@testable import Privileges

/// What a confined thread may still do; each test has a thread of its own, which ends with it.
@Suite struct ConfinementTests {
  /// Runs a body on a confined thread.
  private func confined(_ confinement: Confinement, _ body: @escaping @Sendable () -> [String]) async -> [String] {
    await withCheckedContinuation { done in
      let thread = Thread {
        guard privileges_forbid_new() == 0, LandlockRules(confinement).enter() == nil,
          SystemCallFilter(confinement).enter() == nil
        else { return done.resume(returning: ["not confined"]) }
        done.resume(returning: body())
      }
      thread.start()
    }
  }

  private static var hasLandlock: Bool { landlock_version() >= 3 }

  /// errno of a call that failed, by name.
  private static func outcome(_ status: Int32) -> String {
    status >= 0 ? "done" : errno == EPERM ? "EPERM" : errno == EACCES ? "EACCES" : "\(errno)"
  }

  @Test(.enabled(if: hasLandlock))
  func onlyWhatIsNamedIsReached() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ascribe-\(UUID().uuidString)")
    for name in ["in", "out", "other"] {
      try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
      try Data("x".utf8).write(to: folder.appending(path: "\(name)/file"))
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    var confinement = Confinement()
    confinement.readable = [folder.path + "/in"]
    confinement.writable = [folder.path + "/out"]
    let root = folder.path
    let outcomes = await confined(confinement) {
      [
        Self.outcome(unsafe open(root + "/in/file", O_RDONLY)),
        Self.outcome(unsafe open(root + "/in/file", O_WRONLY)),
        Self.outcome(unsafe open(root + "/in/new", O_CREAT | O_WRONLY, 0o600)),
        Self.outcome(unsafe open(root + "/out/new", O_CREAT | O_WRONLY, 0o600)),
        Self.outcome(unsafe unlink(root + "/out/file")),
        Self.outcome(unsafe open(root + "/other/file", O_RDONLY)),
        Self.outcome(unsafe open("/etc/passwd", O_RDONLY)),
        Self.outcome(unsafe unlink(root + "/in/file")),
      ]
    }
    #expect(outcomes == ["done", "EACCES", "EACCES", "done", "done", "EACCES", "EACCES", "EACCES"])
  }

  @Test func callsThatNothingNeedsFail() async {
    let outcomes = await confined(Confinement()) {
      var child: pid_t = 0
      let packet = Self.outcome(socket(17, Int32(SOCK_RAW.rawValue), 0))
      let network = Self.outcome(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
      let local = Self.outcome(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0))
      let root = Self.outcome(unsafe chroot("/"))
      let program = unsafe posix_spawn(&child, "/bin/true", nil, nil, [nil], nil)
      let page = unsafe mmap(nil, 4_096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      return [packet, network, local, root, "\(program)", unsafe page == MAP_FAILED ? "EPERM" : "done"]
    }
    #expect(outcomes == ["EPERM", "EPERM", "EPERM", "EPERM", "\(EPERM)", "EPERM"])
  }

  @Test func threadsStillStart() async {
    let outcomes = await confined(Confinement()) {
      let done = DispatchSemaphore(value: 0)
      Thread { done.signal() }.start()
      return [done.wait(timeout: .now() + 5) == .success ? "done" : "never"]
    }
    #expect(outcomes == ["done"])
  }

  @Test func networkAndProgramsAreThereForWhoNeedsThem() async {
    var confinement = Confinement()
    confinement.usesNetwork = true
    confinement.startsPrograms = true
    let outcomes = await confined(confinement) {
      var child: pid_t = 0
      let program = unsafe posix_spawn(&child, "/bin/true", nil, nil, [nil], nil)
      if program == 0 { waitpid(child, nil, 0) }
      return [
        Self.outcome(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)),
        Self.outcome(socket(17, Int32(SOCK_RAW.rawValue), 0)), "\(program)",
      ]
    }
    #expect(outcomes == ["done", "EPERM", "0"])
  }

  /// A hook inherits the filter, and has somebody to tell.
  @Test func programsThatAreStartedMayOpenSockets() async {
    var confinement = Confinement()
    confinement.startsPrograms = true
    let outcomes = await confined(confinement) {
      [AF_UNIX, AF_INET, AF_INET6].map { Self.outcome(socket($0, Int32(SOCK_DGRAM.rawValue), 0)) }
        + [Self.outcome(socket(17, Int32(SOCK_RAW.rawValue), 0))]
    }
    #expect(outcomes == ["done", "done", "done", "EPERM"])
  }

  @Test func aProcessWithOtherThreadsKeepsItsRights() {
    let error = #expect(throws: ConfinementError.self) { try Confinement().enter() }
    #expect(error?.code == .refused)
  }
}
