import Capture
import Foundation
import POSIX
import Synchronization

/// Writes pages to the terminal on a thread of its own: one that is slow, or stopped with Ctrl-S, holds up no capture.
final class ScreenWriter: Sendable {
  private let pages = Channel<[UInt8]>()
  private let end = Channel<Bool>()
  private let isBusy = Atomic<Bool>(false)

  /// Starts the thread.
  ///
  /// - Returns: Nothing if the system has none to spare.
  init?() {
    let hasStarted = startThread(mayWait: true) { [pages, end, self] in
      while let page = pages.receive() {
        do {
          try FileHandle.standardOutput.write(contentsOf: page)
        } catch {
          // The terminal is gone; so is who watched.
          Interruption.request()
        }
        isBusy.store(false, ordering: .releasing)
      }
      end.close()
    }
    guard hasStarted else { return nil }
  }

  /// Writes a page, unless the one before is not written yet.
  ///
  /// - Returns: Whether it will be.
  func offer(_ page: [UInt8]) -> Bool {
    guard !isBusy.exchange(true, ordering: .acquiring) else { return false }
    pages.send(page)
    return true
  }

  /// Ends the thread, and waits a moment for its last page.
  func close() {
    pages.close()
    _ = end.receive(within: 1_000)
  }
}
