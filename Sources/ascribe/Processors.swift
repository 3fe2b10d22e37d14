import Foundation

/// What the machine offers: only how fast and how much, never what comes out.
enum Processors {
  /// Processors that this process may use.
  static var count: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Flows that fit three quarters of the machine's memory, at 512 bytes for each with its place in the table.
  static var flowsThatFitMemory: Int {
    min(max(Int(ProcessInfo.processInfo.physicalMemory / 4 * 3 / 512), 100_000), Int(UInt32.max) / 2)
  }
}
