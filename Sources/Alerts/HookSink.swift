import CSpawn
import Foundation
import Glibc
import POSIX
import Synchronization
import SystemPackage

/// Runs a command of the operator's for each alert, with its JSON line on standard input.
///
/// Nothing of the traffic is in the command line or the environment. The command has standard error alone of what the
/// program has open; it is a process group of its own, which is killed when its time is over. All unsafe code about processes
/// stands in this file.
package final class HookSink: AlertSink {
  /// How often commands ended, by how: `0` to `255`, `signal`, `timeout`; and those that still run.
  package final class Exits: Sendable {
    private struct State {
      var running: Set<pid_t> = []
      var isOver = false
    }

    private let tally = Mutex<[String: UInt64]>([:])
    /// Held while a command is started, and so not what the thread that captures asks for.
    private let shared = Mutex(State())

    package init() {}
    /// The counts.
    package var counts: [String: UInt64] { tally.withLock { $0 } }

    /// Starts a command, unless all is over.
    ///
    /// - Returns: 0, or why it does not run.
    func begin(_ process: inout pid_t, _ start: (inout pid_t) -> Int32) -> Int32 {
      shared.withLock { state in
        guard !state.isOver else { return ECANCELED }
        let status = start(&process)
        if status == 0 { state.running.insert(process) }
        return status
      }
    }

    func end(_ process: pid_t, _ code: String) {
      shared.withLock { _ = $0.running.remove(process) }
      tally.withLock { $0[code, default: 0] += 1 }
    }

    /// Ends the commands that still run, as when their time is over; none is started from now on.
    package func endAll() {
      let groups = shared.withLock { state in
        state.isOver = true
        return state.running
      }
      for group in groups { kill(-group, SIGTERM) }
      let limit = ContinuousClock.now + .seconds(HookSink.grace)
      while groups.contains(where: { kill(-$0, 0) == 0 }), ContinuousClock.now < limit { usleep(5_000) }
      for group in groups { kill(-group, SIGKILL) }
    }
  }

  /// Seconds between the request to end and the end.
  private static let grace: Double = 1

  private let command: String
  private let seconds: Double
  private let exits: Exits
  private let environment: [String]

  /// Makes a sink.
  ///
  /// - Parameters:
  ///   - command: What `/bin/sh -c` runs.
  ///   - seconds: How long it may take.
  ///   - exits: Counts how it ends.
  package init(command: String, seconds: Double, exits: Exits) {
    self.command = command
    self.seconds = seconds
    self.exits = exits
    environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
  }

  /// Runs the command to its end.
  package func deliver(_ alert: Alert) -> Delivery {
    let input: FileDescriptor
    do throws(Errno) { input = try Self.memory(holding: alert.json + "\n") } catch {
      return .unreachable("no memory for the hook's input: \(error)")
    }
    defer { try? input.close() }
    var process: pid_t = 0
    let status = exits.begin(&process) { start(input.rawValue, &$0) }
    guard status != ECANCELED else { return .unreachable("the capture has ended") }
    guard status == 0 else { return .unreachable("the hook does not start: \(Errno(rawValue: status))") }
    let end = wait(process)
    exits.end(process, end)
    return end == "0"
      ? .taken : .refused(end == "timeout" || end == "signal" ? "the hook ends by \(end)" : "the hook ends with \(end)")
  }

  /// A file without a name that holds a text: whoever does not read it holds nobody up, as a pipe would.
  private static func memory(holding text: String) throws(Errno) -> FileDescriptor {
    // MFD_CLOEXEC = 1.
    let file = FileDescriptor(rawValue: unsafe memfd_create("ascribe", 1))
    guard file.rawValue >= 0 else { throw Errno(rawValue: errno) }
    var written = 0
    do throws(Errno) { try file.writeAll(Array(text.utf8), written: &written) } catch {
      try? file.close()
      throw error
    }
    lseek(file.rawValue, 0, SEEK_SET)
    return file
  }

  private func start(_ input: Int32, _ process: inout pid_t) -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    // Both are initialised here and destroyed at the end; the calls in between copy what they are given.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    // Standard output is the report's alone.
    unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    // Sockets that capture among them.
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)
    var signals = sigset_t()
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var arguments = unsafe Self.strings(["/bin/sh", "-c", command])
    var variables = unsafe Self.strings(environment)
    defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
    // Both lists end with nothing, and live through the call.
    return unsafe posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, &variables)
  }

  /// Copies of texts as C strings, with nothing behind the last; the caller frees them.
  private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    unsafe texts.map { unsafe strdup($0) } + [nil]
  }

  /// Waits for a process; one that takes too long is asked to end, then killed.
  ///
  /// - Returns: How it ended.
  private func wait(_ process: pid_t) -> String {
    let clock = ContinuousClock()
    let limit = clock.now + .seconds(seconds)
    var (status, request) = (Int32(0), SIGTERM)
    var isLate = false
    var nextKill = limit
    while true {
      // The pointer is to a local that lives through the call.
      let ended = unsafe waitpid(process, &status, WNOHANG)
      if ended == process || ended < 0 && errno != EINTR { break }
      if clock.now >= nextKill {
        isLate = true
        kill(-process, request)
        request = SIGKILL
        nextKill = clock.now + .seconds(Self.grace)
      }
      usleep(5_000)
    }
    if isLate {
      // What it started has the rest of its second, and is not left behind.
      while kill(-process, 0) == 0, clock.now < nextKill { usleep(5_000) }
      kill(-process, SIGKILL)
      return "timeout"
    }
    // wait(2): the low seven bits are the signal, the next eight the code.
    return status & 0x7F == 0 ? String(status >> 8 & 0xFF) : "signal"
  }
}
