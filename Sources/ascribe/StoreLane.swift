import ArgumentParser
import Capture
import CaseStore
import Catalog
import POSIX
import Synchronization

/// The way of a live capture's flows into its case: a bounded queue and a thread of its own, so that no commit holds
/// packets up.
///
/// ```
///   send ──► queue ──► thread: commit ──► case
///                         ▲  │
///                         └──┴─ failed: wait a second, try again
/// ```
/// Batches are committed in their order, each until it succeeds or the capture ends.
final class StoreLane: Sendable {
  private struct State {
    var waitingFlows = 0
    var fault: CaseError?
  }

  /// How long to wait between tries, in milliseconds.
  private static let pause = 1_000

  private let writer: Mutex<LiveWriter>
  private let queue = Channel<LiveBatch>()
  /// Closed when waits are to end.
  private let ending = Channel<Never>()
  /// Closed when everything is committed, or given up.
  private let ended = Channel<Never>()
  private let state = Mutex(State())

  /// Opens a lane.
  ///
  /// - Parameter writer: Writes the run.
  /// - Throws: `ExitCode.cannotWrite` after a message if the system has no thread to spare.
  init(_ writer: sending LiveWriter) throws {
    self.writer = Mutex(writer)
    let hasStarted = startThread(mayWait: true) { [self] in run() }
    guard hasStarted else {
      Console.note("error: The system has no thread to spare for the case.")
      throw ExitCode.cannotWrite
    }
  }

  /// Flows that wait or are being committed.
  var waitingFlows: Int { state.withLock { $0.waitingFlows } }

  /// Why nothing can be committed at present; nothing if it can.
  var fault: CaseError? { state.withLock { $0.fault } }

  /// Sends a batch; never waits.
  func send(_ batch: LiveBatch) {
    state.withLock { $0.waitingFlows += batch.flows.count }
    queue.send(batch)
  }

  /// Waits until everything is committed; what fails once more is given up.
  ///
  /// - Returns: Why something was given up; nothing if all is in the case.
  func close() -> CaseError? {
    queue.close()
    ending.close()
    _ = ended.receive()
    return fault
  }

  private func run() {
    defer { ended.close() }
    while let batch = queue.receive() {
      guard commit(batch) else { return }
      state.withLock { state in
        state.waitingFlows -= batch.flows.count
        state.fault = nil
      }
    }
  }

  /// Commits a batch.
  ///
  /// - Returns: Whether it is committed; if not, those after it must not be either.
  private func commit(_ batch: LiveBatch) -> Bool {
    var isLastTry = false
    while true {
      do throws(CaseError) {
        try writer.withLock { writer throws(CaseError) in try writer.write(batch) { try $0.entriesText() } }
        return true
      } catch {
        state.withLock { $0.fault = error }
        guard !isLastTry else { return false }
        if case .closed = ending.receive(within: Self.pause) { isLastTry = true }
      }
    }
  }
}
